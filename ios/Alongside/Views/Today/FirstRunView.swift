// The first run: three short cards, a name if one likes, and a blank page; or what one had before. It knows no permission and
// asks for none. Invariant: one touch is enough to be through.
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
                Field(question: words("first.name"), text: $model.name, room: .person)
                MainButton(words("first.start")) { start(then: .routine) }
                PlainButton(words("own-phone.join")) { start(then: .ownPhone) }
                NavigationLink(words("restore.open")) { RestoreView(model: model, begun: begun) }.frame(minHeight: 48)
            }
        }
    }

    private func start(then beginning: Beginning) {
        Task {
            if let home = await model.start(then: beginning) { await begun(home) }
        }
    }
}

/// Bringing back what a copy holds.
struct RestoreView: View {
    @Bindable var model: FirstRunModel
    let begun: @MainActor (Home) async -> Void
    @State private var picking = false

    private var words: Words { model.words }

    var body: some View {
        PageView(words, words("restore.title"), under: words("restore.under"), trouble: model.trouble) {
            PlainButton(words("restore.pick")) { picking = true }
            if model.copy != nil {
                Text(verbatim: words("restore.picked"))
                Choice(words("restore.by-sheet"), model.bySheet) { model.bySheet = true }
                Choice(words("restore.by-words"), !model.bySheet) { model.bySheet = false }
                Field(question: words("restore.typed"), text: $model.typed, lines: true, exact: true)
                MainButton(words("restore.go")) {
                    Task {
                        if let home = await model.restore() { await begun(home) }
                    }
                }
            }
        }
        .fileImporter(isPresented: $picking, allowedContentTypes: [.data]) { picked in model.pick(picked) }
    }
}
