// One person: what came from them and what went to them side by side, what they show me and what I show them. Invariant:
// both directions are drawn alike, and nothing tells whether they read anything.
import CompanionKit
import SwiftUI

struct PersonView: View {
    @Environment(\.dismiss) private var dismiss
    let home: Home
    let who: String
    @State private var model: PersonModel

    init(home: Home, who: String) {
        self.home = home
        self.who = who
        _model = State(initialValue: PersonModel(home, who: who))
    }

    private var words: Words { model.words }
    private var name: KeyValuePairs<String, String> { ["name": model.name] }

    var body: some View {
        PageView(
            words, model.name, under: model.page.screen.map { words.role($0.person.role) }, said: model.page.said, trouble: model.page.trouble
        ) {
            if let screen = model.page.screen {
                if screen.person.blocked { Text(verbatim: words("person.blocked-long")) }
                if !screen.person.inTouch { Text(verbatim: words("person.not-in-touch", name)) }
                if screen.person.inTouch {
                    link(words("encourage.title", name)) { EncourageView(home: home, who: who) }
                }
                letters(screen)
                shown(screen)
                Part(words("person.more")) {
                    link(words("person.about", name)) { AboutPersonView(model: model) }
                }
            } else {
                ProgressView()
            }
        }
        .task(id: home.changes) { if !model.gone { await model.page.read() } }
        .onAppear { if model.gone { dismiss() } }
    }

    private func link<V: View>(_ title: String, @ViewBuilder to: () -> V) -> some View {
        NavigationLink(title, destination: to).frame(minHeight: 48)
    }

    @ViewBuilder private func letters(_ screen: PersonScreen) -> some View {
        Part(words("person.from-them", name)) {
            if screen.fromThem.isEmpty { Text(verbatim: words("person.nothing-yet")) }
            ForEach(screen.fromThem) { word in LetterView(model: model, word: word) }
            ForEach(screen.ideas) { idea in
                link(words.offered(idea.offered)) { IdeasView(home: home) }
            }
        }
        Part(words("person.from-me")) {
            if screen.toThem.isEmpty { Text(verbatim: words("person.nothing-yet")) }
            ForEach(screen.toThem) { word in SentView(model: model, word: word) }
        }
    }

    @ViewBuilder private func shown(_ screen: PersonScreen) -> some View {
        Part(words("person.they-show", name)) { ShownView(words: words, things: screen.theyShow) }
        Part(words("person.i-show", name)) {
            if screen.iShow.shown.isEmpty { Text(verbatim: words("person.i-show-nothing", name)) }
            ForEach(screen.iShow.shown) { share in
                ShareView(words: words, title: share.label, share: share) { Task { await model.stopShowing(share) } }
            }
            if screen.person.inTouch {
                link(words("person.see-as", name)) { SeeAsView(home: home, who: who) }
                link(words("person.show", name)) { PickThingView(home: home, model: model, who: who) }
                link(words("person.suggest", name)) { SuggestView(model: model) }
            }
        }
    }
}

/// A kind word of theirs.
struct LetterView: View {
    @Environment(\.colorScheme) private var scheme
    let model: PersonModel
    let word: WordRow

    var body: some View {
        let words = model.words
        let text = words.word(word.kind, word.text)
        Band(scheme.palette.note) {
            Text(verbatim: text)
            if let about = word.about { Text(verbatim: words("word.about", ["name": about])) }
            Text(verbatim: words.shortDay(word.day)).font(.subheadline)
            if word.kept {
                PlainButton(words("word.let-go"), spoken: words("word.let-go-of", ["text": text])) { Task { await model.letGo(word) } }
            } else {
                PlainButton(words("word.keep"), spoken: words("word.keep-of", ["text": text])) { Task { await model.keep(word) } }
            }
        }
    }
}

/// A kind word of mine.
struct SentView: View {
    @Environment(\.colorScheme) private var scheme
    let model: PersonModel
    let word: SentRow

    var body: some View {
        let words = model.words
        let text = words.word(word.kind, word.text)
        Band(scheme.palette.raised) {
            Text(verbatim: text)
            Text(verbatim: words.shortDay(word.day)).font(.subheadline)
            PlainButton(words("word.take-back"), spoken: words("word.take-back-of", ["text": text])) { Task { await model.takeBack(word) } }
        }
    }
}

/// Things that somebody shows, or sees.
struct ShownView: View {
    let words: Words
    let things: ShownThings

    var body: some View {
        if things.routines.isEmpty && things.goals.isEmpty && things.steps.isEmpty { Text(verbatim: words("shown.nothing")) }
        ForEach(things.routines, id: \.id) { routine in
            VStack(alignment: .leading) {
                Text(verbatim: routine.name).font(.headline)
                Small(words.often(routine.howOften))
                if routine.paused { Small(words("today.paused")) }
                ForEach(routine.days) { row in DayView(words: words, row: row, unit: routine.unit) }
            }
        }
        ForEach(things.goals, id: \.id) { goal in
            Text(verbatim: goal.name + ", " + words.standing(goal.state))
        }
        ForEach(things.steps, id: \.id) { step in
            Text(verbatim: step.name + ", " + words.standing(step.state))
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
                ForEach(model.notices, id: \.self) { Text(verbatim: $0) }
                Part(words("see-as.things")) { ShownView(words: words, things: screen.shown) }
                Part(words("see-as.words")) {
                    if screen.words.isEmpty { Text(verbatim: words("shown.nothing")) }
                    ForEach(screen.words) { word in Text(verbatim: words.word(word.kind, word.text)) }
                }
                Part(words("see-as.ideas")) {
                    if screen.ideas.isEmpty { Text(verbatim: words("shown.nothing")) }
                    ForEach(screen.ideas, id: \.self) { idea in Text(verbatim: words.offered(idea)) }
                }
            } else {
                ProgressView()
            }
        }
        .task(id: home.changes) { await model.page.read() }
    }
}
