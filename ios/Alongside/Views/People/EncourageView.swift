// Saying something kind, and having an idea for someone. Invariant: cards come first; own words are offered only where the
// core said that they go.
import CompanionKit
import SwiftUI

struct EncourageView: View {
    @Environment(\.dismiss) private var dismiss
    let home: Home
    @State private var model: EncourageModel

    init(home: Home, who: String, about: About? = nil) {
        self.home = home
        _model = State(initialValue: EncourageModel(home, who: who, about: about))
    }

    private var words: Words { model.words }
    private var name: KeyValuePairs<String, String> { ["name": model.name] }

    var body: some View {
        PageView(words, words("encourage.title", name), under: words("encourage.under", name), trouble: model.page.trouble) {
            if let about = model.about { Text(verbatim: words("encourage.about", ["thing": about.name])) }
            if let screen = model.page.screen {
                if let takes = words.takes(screen.takes, name: model.name) { Text(verbatim: takes) }
                if model.again {
                    AgainView(words: words, name: model.name, text: model.text, send: send, change: model.change)
                } else {
                    kinds
                }
            } else {
                Waiting(trouble: model.page.trouble)
            }
        }
        .task(id: home.changes) { if !model.sent { await model.page.read() } }
    }

    @ViewBuilder private var kinds: some View {
        ForEach(model.cards + model.own, id: \.self) { kind in
            Choice(model.title(kind), model.chosen == kind) { model.chosen = kind }
        }
        if model.hasWords {
            Field(question: model.question, text: $model.text, lines: true, room: .words)
            Small(words("encourage.signed", name))
        }
        if model.chosen != nil { MainButton(words("encourage.send", name), action: send) }
    }

    private func send() {
        Task {
            await model.send()
            if model.sent { dismiss() }
        }
    }
}

/// An idea for someone: just words, a routine, or a small step.
struct SuggestView: View {
    @Environment(\.dismiss) private var dismiss
    let home: Home
    @State private var model: SuggestModel

    init(home: Home, who: String) {
        self.home = home
        _model = State(initialValue: SuggestModel(home, who: who))
    }

    private var words: Words { model.words }
    private var name: KeyValuePairs<String, String> { ["name": model.name] }

    var body: some View {
        PageView(words, words("suggest.title", name), under: words("suggest.under", name), trouble: model.page.trouble) {
            if model.again {
                AgainView(words: words, name: model.name, text: model.text, send: send, change: model.change)
            } else {
                ForEach(SuggestModel.Kind.allCases) { kind in
                    Choice(model.title(kind), model.kind == kind) { model.kind = kind }
                }
                Field(question: model.question, text: $model.text, lines: model.kind == .words, room: model.kind == .words ? .words : .name)
                if model.kind == .routine { OftenChoice(words: words, model: model.often) }
                if model.kind == .step && !model.goals.isEmpty { goals }
                MainButton(words("suggest.send", name), action: send)
            }
        }
        .task { await model.page.read() }
    }

    private var goals: some View {
        Part(words("suggest.step-for")) {
            Choice(words("suggest.step-for-none"), model.goal == nil) { model.goal = nil }
            ForEach(model.goals) { goal in
                Choice(goal.name, model.goal == goal.id) { model.goal = goal.id }
            }
        }
    }

    private func send() {
        Task {
            await model.send()
            if model.sent { dismiss() }
        }
    }
}
