// A routine: how often, its days newest first, who sees it, and what can be done with it. Invariant: days on which nothing
// was written are not drawn, so that there are no gaps to see.
import CompanionKit
import SwiftUI

struct RoutineView: View {
    @Environment(\.dismiss) private var dismiss
    @Environment(\.colorScheme) private var scheme
    let home: Home
    @State private var model: RoutineModel
    @State private var changing = false

    init(home: Home, id: String) {
        self.home = home
        _model = State(initialValue: RoutineModel(home, id: id))
    }

    private var words: Words { model.words }

    var body: some View {
        PageView(
            words, model.page.screen?.name ?? "", under: model.page.screen.map { words.often($0.howOften) }, said: model.page.said,
            trouble: model.page.trouble
        ) {
            if let screen = model.page.screen {
                if let time = screen.time { Text(verbatim: words("routine.at", ["time": words.time(time)])) }
                if let standing = model.standing { Text(verbatim: standing) }
                Part(words("routine.who-sees")) {
                    if screen.seenBy.shown.isEmpty { Text(verbatim: words("share.only-you")) }
                    ForEach(screen.seenBy.shown) { share in
                        ShareView(words: words, title: share.name, share: share) { Task { await model.stopShowing(share) } }
                    }
                    ForEach(screen.couldSee) { person in
                        NavigationLink(words("show.yes", ["name": person.name])) {
                            ShowView(home: home, who: person.who, thing: ThingRow(item: model.item, label: screen.name))
                        }
                        .frame(minHeight: 48)
                    }
                }
                Part(words("routine.days")) {
                    DayView(words: words, row: screen.today, unit: screen.unit)
                    ForEach(screen.days) { row in DayView(words: words, row: row, unit: screen.unit) }
                }
                if model.canHaveNotice {
                    Part(words("routine.notice")) {
                        Choice(words("routine.notice-on"), model.hasNotice) { Task { await model.setNotice(!model.hasNotice) } }
                        Small(words("routine.notice-under"))
                    }
                }
                Part(words("routine.change-it")) { ways(screen) }
            } else {
                ProgressView()
            }
        }
        .task(id: home.changes) { await model.page.read() }
        .sheet(isPresented: $changing) {
            ChangeRoutineView(words: words, name: model.page.screen?.name ?? "", time: model.page.screen?.time ?? "") { name, time in
                await model.rename(name)
                await model.setTime(time)
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
        PlainButton(words("routine.delete")) {
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
                ForEach(row.notes, id: \.self) { Text(verbatim: $0).italic() }
            }
            .accessibilityElement(children: .combine)
        }
    }
}

/// One thing that is shown to one person.
struct ShareView: View {
    let words: Words
    let title: String
    let share: ShareRow
    let stop: @MainActor () -> Void

    var body: some View {
        VStack(alignment: .leading) {
            Text(verbatim: title)
            Small(words.until(share.until))
            if share.notes { Small(words("share.with-notes")) }
            PlainButton(words("share.stop"), spoken: words("share.stop-of", ["thing": share.label, "name": share.name]), action: stop)
        }
    }
}
