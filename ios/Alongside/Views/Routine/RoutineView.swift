// A routine: how often, today's marks, its days newest first, who sees it, and what can be done with it. Invariant: days on
// which nothing was written are not drawn, so that there are no gaps to see.
import CompanionKit
import SwiftUI

struct RoutineView: View {
    @Environment(\.dismiss) private var dismiss
    @Environment(\.colorScheme) private var scheme
    let home: Home
    @State private var model: RoutineModel
    @State private var changing = false
    @State private var noting: NotedDay?

    init(home: Home, id: String) {
        self.home = home
        _model = State(initialValue: RoutineModel(home, id: id))
    }

    private var words: Words { model.words }

    var body: some View {
        PageView(
            words, model.page.screen?.name ?? "", under: model.page.screen.map { words.often($0.howOften) }, trouble: model.page.trouble
        ) {
            if let screen = model.page.screen {
                if let time = screen.time { Text(verbatim: words("routine.at", ["time": words.time(time)])) }
                if let standing = model.standing { Text(verbatim: standing) }
                Band(scheme.palette.meSoft) {
                    DayView(words: words, row: screen.today, unit: screen.unit)
                    MarksView(words: words, name: screen.name, mark: screen.today.mark) { mark in
                        await model.mark(mark)
                    } note: {
                        noting = NotedDay(routine: screen.id, day: screen.today.day)
                    }
                }
                SeenByView(
                    home: home, words: words, thing: ThingRow(item: model.item, label: screen.name), seenBy: screen.seenBy,
                    couldSee: screen.couldSee
                ) { share in await model.stopShowing(share) }
                if !screen.days.isEmpty {
                    Part(words("routine.days")) {
                        Latest(screen.days, more: words("shown.more-days"), spoken: words("shown.more-days-of", ["thing": screen.name])) { row in
                            DayView(words: words, row: row, unit: screen.unit)
                        }
                    }
                }
                notice(screen)
                Part(words("routine.change-it")) { ways(screen) }
            } else {
                Waiting(trouble: model.page.trouble)
            }
        }
        .task(id: home.changes) { await model.page.read() }
        .sheet(isPresented: $changing) {
            if let screen = model.page.screen { NewRoutineView(home: home, changing: screen) }
        }
        .sheet(item: $noting) { noted in NoteView(home: home, routine: noted.routine, day: noted.day) }
    }

    private func notice(_ screen: RoutineScreen) -> some View {
        Part(words("routine.notice")) {
            if screen.time == nil {
                Small(words("routine.notice-needs-time"))
            } else {
                Choice(words("routine.notice-on"), screen.notice) { Task { await model.setNotice(!screen.notice) } }
                Small(words("routine.notice-under"))
                Small(words("routine.notice-locked"))
                if model.noticeRefused { Band(scheme.palette.note) { Text(verbatim: words("routine.notice-refused")) } }
            }
        }
    }

    @ViewBuilder private func ways(_ screen: RoutineScreen) -> some View {
        PlainButton(words("routine.change")) { changing = true }
        if screen.ended {
            PlainButton(words("routine.take-up")) { Task { await model.takeUp() } }
        } else {
            if screen.paused {
                PlainButton(words("routine.resume")) { Task { await model.resume() } }
            } else {
                PlainButton(words("routine.pause")) { Task { await model.pause() } }
            }
            PlainButton(words("routine.end")) { Task { await model.end() } }
        }
        PlainButton(words("routine.delete"), spoken: words("change-thing.delete-of", ["thing": screen.name])) {
            Task { if await model.delete() { dismiss() } }
        }
    }
}

/// One day of a routine on which something was written.
struct DayView: View {
    let words: Words
    let row: DayRow
    let unit: String?

    var body: some View {
        let line = words.line(row, unit: unit)
        if !line.isEmpty || !row.notes.isEmpty {
            VStack(alignment: .leading) {
                Small(words.shortDay(row.day))
                if !line.isEmpty { Text(verbatim: line) }
                Lines(row.notes)
            }
            .accessibilityElement(children: .combine)
        }
    }
}

/// All my routines, also those that are not offered today.
struct RoutinesView: View {
    let home: Home
    @State private var model: RoutinesModel

    init(home: Home) {
        self.home = home
        _model = State(initialValue: RoutinesModel(home))
    }

    var body: some View {
        let words = model.words
        PageView(words, words("routines.title"), trouble: model.page.trouble) {
            if let screen = model.page.screen {
                if model.nothing { Text(verbatim: words("routines.blank")) }
                rows(words("routines.going"), screen.going)
                rows(words("routines.paused"), screen.paused)
                rows(words("routines.ended"), screen.ended)
            } else {
                Waiting(trouble: model.page.trouble)
            }
        }
        .task(id: home.changes) { await model.page.read() }
    }

    @ViewBuilder private func rows(_ title: String, _ rows: [RoutineRow]) -> some View {
        if !rows.isEmpty {
            Part(title) {
                ForEach(rows) { row in
                    NavigationLink {
                        RoutineView(home: home, id: row.id)
                    } label: {
                        VStack(alignment: .leading) {
                            Text(verbatim: row.name).font(.headline)
                            Small(model.words.often(row.howOften))
                        }
                        .frame(maxWidth: .infinity, minHeight: 48, alignment: .leading)
                    }
                    .accessibilityLabel(row.name + ", " + model.words.often(row.howOften))
                    .accessibilityHint(model.words("routines.open-it", ["name": row.name]))
                }
            }
        }
    }
}
