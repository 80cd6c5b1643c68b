// Saying something kind, and having an idea for someone. Invariant: cards come first; own words are offered only where the
// core said that they are let in.
import CompanionKit
import SwiftUI

struct EncourageView: View {
    @State private var model: EncourageModel
    @State private var chosen: WordKind?

    init(home: Home, who: String) {
        _model = State(initialValue: EncourageModel(home, who: who))
    }

    private var words: Words { model.words }
    private var name: KeyValuePairs<String, String> { ["name": model.name] }

    var body: some View {
        PageView(words, words("encourage.title", name), under: words("encourage.under", name), said: model.page.said, trouble: model.page.trouble) {
            if let takes = model.page.screen.flatMap({ words.takes($0.takes, name: model.name) }) { Text(verbatim: takes) }
            if model.cardsGo {
                ForEach(model.cards, id: \.self) { card in
                    Choice(words.word(card, ""), chosen == card) { chosen = card }
                }
                if let chosen {
                    MainButton(words("encourage.send", name)) {
                        Task {
                            await model.send(chosen)
                            if model.sent { self.chosen = nil }
                        }
                    }
                }
            }
            if model.ownWordsGo {
                Part(words("encourage.own")) {
                    Field(question: words("encourage.words"), text: $model.text, lines: true)
                    Small(words("encourage.signed", name))
                    PlainButton(words("encourage.send", name)) { Task { await model.sendOwnWords() } }
                        .disabled(model.text.isEmpty)
                }
            }
        }
        .task { await model.page.read() }
    }
}

/// An idea for someone: just words, or a routine.
struct SuggestView: View {
    @Environment(\.dismiss) private var dismiss
    let model: PersonModel
    @State private var text = ""
    @State private var routine = false

    var body: some View {
        let words = model.words
        let name: KeyValuePairs<String, String> = ["name": model.name]
        PageView(words, words("suggest.title", name), under: words("suggest.under", name), trouble: model.page.trouble) {
            Choice(words("suggest.words"), !routine) { routine = false }
            Choice(words("suggest.routine"), routine) { routine = true }
            Field(question: words(routine ? "suggest.routine-name" : "suggest.your-words"), text: $text, lines: !routine)
            MainButton(words("suggest.send", name)) {
                Task {
                    let went = routine ? await model.suggest(routine: text, .free) : await model.suggest(words: text)
                    if went { dismiss() }
                }
            }
        }
    }
}
