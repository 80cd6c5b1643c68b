// One person: what came from them and what went to them, what they show me and what I show them. Invariant: both directions
// are drawn alike, and nothing tells whether they read anything.
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
        PageView(words, model.name, under: model.page.screen.map { words.role($0.person.role) }, trouble: model.page.trouble) {
            if let screen = model.page.screen {
                Lines(model.apart)
                if let takes = model.takes { Text(verbatim: takes) }
                if model.canEncourage {
                    if model.nothingYet { Text(verbatim: words("person.say-hello")) }
                    link(words("encourage.title", name)) { EncourageView(home: home, who: who) }
                }
                fromThem(screen)
                fromMe(screen)
                Part(words("person.more")) {
                    link(words("person.about", name)) { AboutPersonView(model: model) }
                }
            } else {
                Waiting(trouble: model.page.trouble)
            }
        }
        .task(id: home.changes) { if !model.gone { await model.page.read() } }
        .onAppear { if model.gone { dismiss() } }
    }

    private func link<V: View>(_ title: String, @ViewBuilder to: () -> V) -> some View {
        NavigationLink(title, destination: to).frame(minHeight: 48)
    }

    /// Where a kind word about a thing of theirs is written, while one can go.
    private var about: (@MainActor (About) -> EncourageView)? {
        guard model.canEncourage else { return nil }
        return { thing in EncourageView(home: home, who: who, about: thing) }
    }

    @ViewBuilder private func fromThem(_ screen: PersonScreen) -> some View {
        Part(words("person.from-them", name)) {
            if screen.fromThem.isEmpty && screen.ideas.isEmpty { Text(verbatim: words("person.nothing-yet")) }
            Latest(screen.fromThem, more: words("person.older")) { word in LetterView(model: model, word: word) }
            ForEach(screen.ideas) { idea in
                Small(words("person.idea"))
                link(words.offered(idea.offered)) { IdeasView(home: home) }
            }
        }
        Part(words("person.they-show", name)) {
            ShownView(words: words, things: screen.theyShow, about: about)
        }
    }

    @ViewBuilder private func fromMe(_ screen: PersonScreen) -> some View {
        Part(words("person.from-me")) {
            if screen.toThem.isEmpty && screen.myIdeas.isEmpty { Text(verbatim: words("person.nothing-yet")) }
            Latest(screen.toThem, more: words("person.older")) { word in
                SentView(words: words, text: words.word(word.kind, word.text), about: word.about, day: word.day) { await model.takeBack(word) }
            }
            Latest(screen.myIdeas, more: words("person.older")) { idea in
                SentView(words: words, text: words("idea.sent", ["idea": idea.label]), about: nil, day: idea.day) { await model.takeBack(idea) }
            }
        }
        Part(words("person.i-show", name)) {
            if screen.iShow.isEmpty { Text(verbatim: words("person.i-show-nothing", name)) }
            ForEach(screen.iShow) { share in
                ShareView(words: words, title: share.label, share: share) { Task { await model.stopShowing(share) } }
            }
            if screen.person.inTouch {
                link(words("person.see-as", name)) { SeeAsView(home: home, who: who) }
                link(words("person.show", name)) { PickThingView(home: home, model: model, who: who) }
            }
            if screen.ownWords { link(words("person.suggest", name)) { SuggestView(home: home, who: who) } }
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

/// A kind word or an idea of mine.
struct SentView: View {
    @Environment(\.colorScheme) private var scheme
    let words: Words
    let text: String
    let about: String?
    let day: String
    let takeBack: @MainActor () async -> Void

    var body: some View {
        Band(scheme.palette.raised) {
            Text(verbatim: text)
            if let about { Text(verbatim: words("word.about", ["name": about])) }
            Text(verbatim: words.shortDay(day)).font(.subheadline)
            PlainButton(words("word.take-back"), spoken: words("word.take-back-of", ["text": text])) { Task { await takeBack() } }
        }
    }
}
