// Ideas of others for me: use it, change it, not now. Invariant: the three stand side by side with equal weight, and none
// asks why.
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
        PageView(words, words("home.ideas"), under: words("ideas.under"), said: model.page.said, trouble: model.page.trouble) {
            if let screen = model.page.screen {
                if screen.ideas.isEmpty { Text(verbatim: words("ideas.blank")) }
                ForEach(screen.ideas) { idea in
                    Band(scheme.palette.usSoft) {
                        Text(verbatim: words("ideas.from", ["name": idea.name])).font(.headline)
                        Text(verbatim: words.offered(idea.offered))
                        if idea.left { Text(verbatim: words("ideas.left")) }
                        answers(idea)
                    }
                }
            } else {
                ProgressView()
            }
        }
        .task(id: home.changes) { await model.page.read() }
        .sheet(item: $changing) { idea in
            ChangeIdeaView(words: words, text: model.name(idea) ?? "") { name in await model.change(idea, name: name) }
        }
    }

    @ViewBuilder private func answers(_ idea: IdeaRow) -> some View {
        let places: KeyValuePairs<String, String> = ["idea": words.offered(idea.offered), "name": idea.name]
        PlainButton(words("ideas.use"), spoken: words("ideas.use-of", places)) { Task { await model.use(idea) } }
        if model.name(idea) != nil {
            PlainButton(words("ideas.change"), spoken: words("ideas.change-of", places)) { changing = idea }
        }
        PlainButton(words("ideas.not-now"), spoken: words("ideas.not-now-of", places)) { Task { await model.notNow(idea) } }
    }
}

/// An idea in my own words.
struct ChangeIdeaView: View {
    @Environment(\.dismiss) private var dismiss
    let words: Words
    @State var text: String
    let use: @MainActor (String) async -> Void

    var body: some View {
        NavigationStack {
            PageView(words, words("ideas.change")) {
                Field(question: words("ideas.your-words"), text: $text)
                MainButton(words("ideas.use-mine")) {
                    Task {
                        await use(text)
                        dismiss()
                    }
                }
                PlainButton(words("page.back")) { dismiss() }
            }
        }
    }
}
