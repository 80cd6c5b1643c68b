// Showing one thing to one person: what, then exactly what they would see, then yes. Invariant: nothing is shown from here
// before the core's question about it was on screen; where the core refuses, the page says so and waits for nothing.
import CompanionKit
import SwiftUI

/// Which thing.
struct PickThingView: View {
    let home: Home
    let model: PersonModel
    let who: String

    var body: some View {
        let words = model.words
        let name: KeyValuePairs<String, String> = ["name": model.name]
        PageView(words, words("show.what", name), under: words("show.one-thing"), trouble: model.page.trouble) {
            let things = model.page.screen?.couldShow ?? []
            if things.isEmpty { Text(verbatim: words("show.nothing-left", name)) }
            ForEach(things) { thing in
                NavigationLink(thing.label) { ShowView(home: home, who: who, thing: thing) }.frame(minHeight: 48)
            }
        }
        .task(id: home.changes) { await model.page.read() }
    }
}

/// The question, and yes.
struct ShowView: View {
    @Environment(\.dismiss) private var dismiss
    @Environment(\.colorScheme) private var scheme
    @State private var model: ShowModel
    let thing: ThingRow

    init(home: Home, who: String, thing: ThingRow) {
        self.thing = thing
        _model = State(initialValue: ShowModel(home, item: thing.item, who: who))
    }

    private var words: Words { model.words }

    var body: some View {
        PageView(words, words("show.title", ["name": model.page.screen?.name ?? ""]), under: thing.label, trouble: model.page.trouble) {
            if let question = model.page.screen {
                let name: KeyValuePairs<String, String> = ["name": question.name]
                Band(scheme.palette.note) { Lines(model.sentences) }
                Part(words("show.would-see", name)) {
                    Band(scheme.palette.raised) { ShownView(words: words, things: question.wouldSee) }
                }
                Part(words("show.how-long")) {
                    ForEach(0 ..< question.lengths.count, id: \.self) { at in
                        Choice(model.said(question.lengths[at]), model.at == at) { model.at = at }
                    }
                }
                if question.hasDays {
                    Toggle(words("show.notes"), isOn: $model.notes).frame(minHeight: 48)
                    Small(words("show.notes-under", name))
                }
                Small(words("show.can-stop", name))
                MainButton(words("show.yes", name)) {
                    Task { if await model.show() { dismiss() } }
                }
            } else {
                Waiting(trouble: model.page.trouble)
            }
        }
        .task { await model.page.read() }
    }
}
