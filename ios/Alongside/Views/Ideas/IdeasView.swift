// Ideas of others for me: use it, change it, not now. Invariant: they stand side by side with equal weight, and none asks
// why.
import CompanionKit
import SwiftUI

struct IdeasView: View {
    @Environment(\.colorScheme) private var scheme
    let home: Home
    @State private var model: IdeasModel
    @State private var changing: IdeaRow?

    init(home: Home) {
        self.home = home
        _model = State(initialValue: IdeasModel(home))
    }

    private var words: Words { model.words }

    var body: some View {
        PageView(words, words("home.ideas"), under: words("ideas.under"), trouble: model.page.trouble) {
            if let screen = model.page.screen {
                if screen.ideas.isEmpty { Text(verbatim: words("ideas.blank")) }
                ForEach(screen.ideas) { idea in
                    Band(scheme.palette.usSoft) {
                        Text(verbatim: words("ideas.from", ["name": idea.name]))
                            .font(.headline)
                            .accessibilityAddTraits(.isHeader)
                        Text(verbatim: words.offered(idea.offered))
                        if idea.left { Text(verbatim: words("ideas.left")) }
                        answers(idea)
                    }
                }
            } else {
                Waiting(trouble: model.page.trouble)
            }
        }
        .task(id: home.changes) { await model.page.read() }
        .sheet(item: $changing) { idea in ChangeIdeaView(model: model, idea: idea) }
    }

    @ViewBuilder private func answers(_ idea: IdeaRow) -> some View {
        let places: KeyValuePairs<String, String> = ["idea": words.offered(idea.offered), "name": idea.name]
        let change = model.changing(idea)
        if idea.canUse {
            PlainButton(words("ideas.use"), spoken: words("ideas.use-of", places)) { Task { await model.use(idea) } }
        }
        PlainButton(change.title, spoken: change.spoken) { changing = idea }
        PlainButton(words("ideas.not-now"), spoken: words("ideas.not-now-of", places)) { Task { await model.notNow(idea) } }
    }
}

/// An idea in my own words, or a small step made of just words.
struct ChangeIdeaView: View {
    @Environment(\.dismiss) private var dismiss
    let model: IdeasModel
    let idea: IdeaRow
    @State private var text: String

    init(model: IdeasModel, idea: IdeaRow) {
        self.model = model
        self.idea = idea
        _text = State(initialValue: model.name(idea))
    }

    var body: some View {
        let words = model.words
        SheetPage(words) {
            PageView(words, model.changing(idea).title, under: words.offered(idea.offered), trouble: model.page.trouble) {
                Field(question: words(idea.canUse ? "ideas.your-words" : "ideas.step-name"), text: $text, room: .name)
                MainButton(words("ideas.use-mine")) {
                    Task { if await model.change(idea, name: text) { dismiss() } }
                }
                PlainButton(words("page.back")) { dismiss() }
            }
        }
    }
}
