// Today: one thing about people, then my routines, with equal weight; people come first, or below a long day they would never
// be seen. It knows no rule: what is offered today is what the core answered. Invariant: a day without a mark has no words.
import CompanionKit
import SwiftUI

struct TodayView: View {
    let home: Home
    let scanner: Scanner
    @State private var model: TodayModel
    @State private var adding = false
    @State private var joining = false
    @State private var noting: NotedDay?

    init(home: Home, scanner: Scanner) {
        self.home = home
        self.scanner = scanner
        _model = State(initialValue: TodayModel(home))
    }

    private var words: Words { model.words }

    var body: some View {
        PageView(words, words("today.title"), under: model.page.screen.map { words.day($0.day) }, trouble: model.page.trouble) {
            if let screen = model.page.screen {
                if screen.welcomeBack { Text(verbatim: words("today.welcome-back")).font(.title3) }
                Part(words("today.us")) { UsView(home: home, model: model, us: screen.us) }
                Part(words("today.mine")) {
                    if screen.routines.isEmpty { Text(verbatim: words("today.blank")) }
                    ForEach(screen.routines) { row in
                        TodayRowView(home: home, model: model, row: row) { noting = NotedDay(routine: row.id, day: screen.day) }
                    }
                }
                if !screen.paused.isEmpty {
                    Part(words("today.paused")) {
                        ForEach(screen.paused) { row in
                            NavigationLink(row.name) { RoutineView(home: home, id: row.id) }.frame(minHeight: 48)
                        }
                    }
                }
                MainButton(words("today.add-routine")) { adding = true }
                NavigationLink(words("today.routines")) { RoutinesView(home: home) }.frame(minHeight: 48)
            } else {
                Waiting(trouble: model.page.trouble)
            }
        }
        .task(id: home.changes) { await model.page.read() }
        .refreshable { await model.meet() }
        .onAppear { goOn() }
        .sheet(isPresented: $adding) { NewRoutineView(home: home) }
        .sheet(isPresented: $joining) {
            SheetPage(words) { JoinView(home: home, scanner: scanner, ownPhone: true) }
        }
        .sheet(item: $noting) { noted in NoteView(home: home, routine: noted.routine, day: noted.day) }
    }

    /// A new home goes on with its first routine, or with the other phone.
    private func goOn() {
        switch home.takeBeginning() {
        case .routine: adding = true
        case .ownPhone: joining = true
        case nil: break
        }
    }
}

/// A routine of today, with what can be said of it.
struct TodayRowView: View {
    @Environment(\.colorScheme) private var scheme
    let home: Home
    let model: TodayModel
    let row: TodayRow
    let note: @MainActor () -> Void

    private var words: Words { model.words }

    var body: some View {
        Band(scheme.palette.meSoft) {
            NavigationLink {
                RoutineView(home: home, id: row.id)
            } label: {
                VStack(alignment: .leading) {
                    Text(verbatim: row.name).font(.headline)
                    if let time = row.time { Text(verbatim: words("routine.at", ["time": words.time(time)])) }
                    if let mark = row.mark { Text(verbatim: words.mark(mark)) }
                    if let amount = row.amount { Text(verbatim: words.amount(thousandths: amount, unit: row.unit)) }
                    Lines(row.notes)
                }
                .frame(maxWidth: .infinity, minHeight: 48, alignment: .leading)
            }
            .accessibilityLabel(model.spoken(row))
            .accessibilityHint(words("routine.open"))
            MarksView(words: words, name: row.name, mark: row.mark, set: { mark in await model.mark(row, mark) }, note: note)
        }
    }
}

/// One thing about people.
struct UsView: View {
    @Environment(\.colorScheme) private var scheme
    let home: Home
    let model: TodayModel
    let us: Us

    private var words: Words { model.words }

    var body: some View {
        Band(scheme.palette.usSoft) {
            Text(verbatim: model.us).font(.headline)
            if let under = model.underUs { Text(verbatim: under) }
            switch us {
            case .nobody: NavigationLink(words("today.invite")) { InviteView(home: home) }.frame(minHeight: 48)
            case .idea: NavigationLink(words("today.look-at-idea")) { IdeasView(home: home) }.frame(minHeight: 48)
            case let .word(word):
                NavigationLink(words("person.open", ["name": word.name ?? ""])) { PersonView(home: home, who: word.from) }.frame(minHeight: 48)
            case let .person(person):
                NavigationLink(words("today.say-hello", ["name": person.name])) { EncourageView(home: home, who: person.who) }
                    .frame(minHeight: 48)
            }
        }
    }
}
