// Showing one thing to one person: what, then the question who will see what, then yes. Invariant: nothing is shown from
// here before the core's question about it was on screen.
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
    }
}

/// The question, and yes.
struct ShowView: View {
    @Environment(\.dismiss) private var dismiss
    @Environment(\.colorScheme) private var scheme
    @State private var model: PersonModel
    @State private var length = 2
    @State private var notes = false
    let thing: ThingRow

    init(home: Home, who: String, thing: ThingRow) {
        self.thing = thing
        _model = State(initialValue: PersonModel(home, who: who))
    }

    private var words: Words { model.words }

    var body: some View {
        PageView(words, words("show.title", ["name": model.name]), under: thing.label, trouble: model.page.trouble) {
            if let question = model.question {
                let name: KeyValuePairs<String, String> = ["name": question.name]
                Band(scheme.palette.note) {
                    ForEach(model.sentences(question), id: \.self) { Text(verbatim: $0) }
                }
                Part(words("show.how-long")) {
                    ForEach(0 ..< 3) { at in
                        Choice(model.lengths(question)[at].said, length == at) { length = at }
                    }
                }
                if question.hasDays {
                    Toggle(words("show.notes"), isOn: $notes).frame(minHeight: 48)
                    Small(words("show.notes-under", name))
                }
                Small(words("show.can-stop", name))
                MainButton(words("show.yes", name)) {
                    Task {
                        await model.show(question, until: model.lengths(question)[length].until, notes: notes)
                        if model.page.trouble == nil { dismiss() }
                    }
                }
            } else {
                ProgressView()
            }
        }
        .task {
            await model.page.read()
            await model.ask(thing)
        }
    }
}
