// The first run: three short cards, a name if one likes, and a blank page. It knows no permission and asks for none.
// Invariant: one touch is enough to be through.
import CompanionKit
import SwiftUI

struct FirstRunView: View {
    @Environment(\.colorScheme) private var scheme
    @Bindable var model: FirstRunModel
    let begun: @MainActor (Home) async -> Void

    private var words: Words { model.words }

    var body: some View {
        NavigationStack {
            PageView(words, words("first.title"), trouble: model.trouble) {
                Band(scheme.palette.meSoft) { Text(verbatim: words("first.card-planner")) }
                Band(scheme.palette.note) { Text(verbatim: words("first.card-private")) }
                Band(scheme.palette.usSoft) { Text(verbatim: words("first.card-people")) }
                Field(question: words("first.name"), text: $model.name)
                MainButton(words("first.start")) {
                    Task {
                        if let home = await model.start() { await begun(home) }
                    }
                }
            }
        }
    }
}
