// Things that somebody shows, sees or would see: drawn the same wherever they stand. Invariant: what is drawn is what the
// core says is shown, and nothing that is counted.
import CompanionKit
import SwiftUI

struct ShownView: View {
    let words: Words
    let things: ShownThings
    /// Where a kind word about one of them is written, if it can be.
    var about: (@MainActor (About) -> EncourageView)?

    var body: some View {
        if things.routines.isEmpty && things.goals.isEmpty && things.steps.isEmpty { Text(verbatim: words("shown.nothing")) }
        ForEach(things.routines) { routine in
            VStack(alignment: .leading) {
                Text(verbatim: routine.name)
                    .font(.headline)
                    .accessibilityAddTraits(.isHeader)
                Small(words.often(routine.howOften))
                if routine.paused { Small(words("today.paused")) }
                if routine.ended { Small(words("routine.ended")) }
                Latest(routine.days, more: words("shown.more-days"), spoken: words("shown.more-days-of", ["thing": routine.name])) { row in
                    DayView(words: words, row: row, unit: routine.unit)
                }
                encourage(routine.id, routine.name)
            }
        }
        ForEach(things.goals) { goal in
            Text(verbatim: goal.name + ", " + words.standing(goal.state))
            encourage(goal.id, goal.name)
        }
        ForEach(things.steps, id: \.id) { step in
            Text(verbatim: step.name + ", " + words.standing(step.state))
            encourage(step.id, step.name)
        }
    }

    @ViewBuilder private func encourage(_ id: String, _ name: String) -> some View {
        if let about {
            NavigationLink(words("shown.encourage")) { about(About(id: id, name: name)) }
                .frame(minHeight: 48)
                .accessibilityLabel(words("shown.encourage-of", ["thing": name]))
        }
    }
}

/// See what they see.
struct SeeAsView: View {
    let home: Home
    @State private var model: SeeAsModel

    init(home: Home, who: String) {
        self.home = home
        _model = State(initialValue: SeeAsModel(home, who: who))
    }

    var body: some View {
        let words = model.words
        let name = model.page.screen?.name ?? ""
        PageView(words, words("see-as.title", ["name": name]), under: words("see-as.under", ["name": name]), trouble: model.page.trouble) {
            if let screen = model.page.screen {
                Lines(model.notices)
                Part(words("see-as.things")) { ShownView(words: words, things: screen.shown) }
                Part(words("see-as.words")) {
                    if screen.words.isEmpty { Text(verbatim: words("shown.nothing")) }
                    ForEach(screen.words) { word in
                        Text(verbatim: words.word(word.kind, word.text))
                        if let about = word.about { Text(verbatim: words("word.about", ["name": about])) }
                        Text(verbatim: words.shortDay(word.day))
                    }
                }
                Part(words("see-as.ideas")) {
                    if screen.ideas.isEmpty { Text(verbatim: words("shown.nothing")) }
                    Lines(screen.ideas.map(words.offered))
                }
            } else {
                Waiting(trouble: model.page.trouble)
            }
        }
        .task(id: home.changes) { await model.page.read() }
    }
}
