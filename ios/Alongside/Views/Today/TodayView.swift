// Today: my routines and one thing about people, with equal weight. It knows no rule: what is offered today is what the
// core answered. Invariant: a day without a mark has no words.
import CompanionKit
import SwiftUI

struct TodayView: View {
    let home: Home
    @State private var model: TodayModel
    @State private var adding = false
    @State private var noting: TodayRow?

    init(home: Home) {
        self.home = home
        _model = State(initialValue: TodayModel(home))
    }

    private var words: Words { model.words }

    var body: some View {
        PageView(
            words, words("today.title"), under: model.page.screen.map { words.day($0.day) }, said: model.page.said, trouble: model.page.trouble
        ) {
            if let screen = model.page.screen {
                if screen.welcomeBack { Text(verbatim: words("today.welcome-back")).font(.title3) }
                Part(words("today.mine")) {
                    if screen.routines.isEmpty { Text(verbatim: words("today.blank")) }
                    ForEach(screen.routines) { row in
                        TodayRowView(home: home, model: model, row: row) { noting = row }
                    }
                }
                Part(words("today.us")) { UsView(home: home, model: model, us: screen.us) }
                if !screen.paused.isEmpty {
                    Part(words("today.paused")) {
                        ForEach(screen.paused) { row in
                            NavigationLink(row.name) { RoutineView(home: home, id: row.id) }.frame(minHeight: 48)
                        }
                    }
                }
                MainButton(words("today.add-routine")) { adding = true }
                if model.page.said != nil { PlainButton(words("said.undo")) { Task { await model.undo() } } }
            } else {
                ProgressView()
            }
        }
        .task(id: home.changes) { await model.page.read() }
        .refreshable { await home.courier.now() }
        .sheet(isPresented: $adding) { NewRoutineView(home: home) }
        .sheet(item: $noting) { row in
            NoteView(words: words, name: row.name, text: row.notes.first ?? "") { text in await model.note(row, text) }
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
                    ForEach(row.notes, id: \.self) { Text(verbatim: $0).italic() }
                }
                .frame(maxWidth: .infinity, minHeight: 48, alignment: .leading)
            }
            .accessibilityLabel(model.spoken(row))
            .accessibilityHint(words("routine.open"))
            ViewThatFits {
                HStack { deeds }
                VStack(alignment: .leading) { deeds }
            }
        }
    }

    @ViewBuilder private var deeds: some View {
        MarkButton(title: words("mark.done"), spoken: words("mark.done-of", ["name": row.name]), on: row.mark == .done) {
            await model.mark(row, row.mark == .done ? nil : .done)
        }
        MarkButton(title: words("mark.rest"), spoken: words("mark.rest-of", ["name": row.name]), on: row.mark == .rest) {
            await model.mark(row, row.mark == .rest ? nil : .rest)
        }
        PlainButton(words("note.title"), spoken: words("note.of", ["name": row.name]), action: note)
    }
}

/// A mark that is there or not; touching it again takes it away.
struct MarkButton: View {
    @Environment(\.colorScheme) private var scheme
    let title: String
    let spoken: String
    let on: Bool
    let action: @MainActor () async -> Void

    var body: some View {
        let pair = on ? scheme.palette.me : scheme.palette.raised
        Button {
            Task { await action() }
        } label: {
            Label(title, systemImage: on ? "checkmark.square" : "square")
                .padding(10)
                .frame(minHeight: 48)
                .foregroundStyle(Color(pair.text))
                .background(Color(pair.ground), in: RoundedRectangle(cornerRadius: 10))
        }
        .buttonStyle(.plain)
        .accessibilityLabel(spoken)
        .accessibilityAddTraits(on ? .isSelected : [])
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
            Text(verbatim: model.us)
            switch us {
            case .nobody: NavigationLink(words("today.invite")) { InviteView(home: home) }.frame(minHeight: 48)
            case .idea: NavigationLink(words("today.look-at-idea")) { IdeasView(home: home) }.frame(minHeight: 48)
            case let .word(word): person(word.from, word.name ?? "")
            case let .person(row): person(row.who, row.name)
            }
        }
    }

    private func person(_ who: String, _ name: String) -> some View {
        NavigationLink(words("person.open", ["name": name])) { PersonView(home: home, who: who) }.frame(minHeight: 48)
    }
}

/// A note for a day.
struct NoteView: View {
    @Environment(\.dismiss) private var dismiss
    let words: Words
    let name: String
    @State var text: String
    let keep: @MainActor (String) async -> Void

    var body: some View {
        NavigationStack {
            PageView(words, words("note.of", ["name": name]), under: words("note.shown")) {
                Field(question: words("note.how"), text: $text, lines: true)
                MainButton(words("note.keep")) {
                    Task {
                        await keep(text)
                        dismiss()
                    }
                }
                PlainButton(words("page.back")) { dismiss() }
            }
        }
    }
}
