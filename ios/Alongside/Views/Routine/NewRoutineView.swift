// Making a routine, and changing its name, how often and its time. Invariant: a name is all that is needed, and a page that
// could not keep what was typed stays.
import CompanionKit
import SwiftUI

struct NewRoutineView: View {
    @Environment(\.dismiss) private var dismiss
    @State private var model: NewRoutineModel
    private let changing: Bool

    init(home: Home, changing screen: RoutineScreen? = nil) {
        changing = screen != nil
        _model = State(initialValue: NewRoutineModel(home, changing: screen))
    }

    private var words: Words { model.words }

    var body: some View {
        SheetPage(words) {
            PageView(words, words(changing ? "change-routine.title" : "add-routine.title"), trouble: model.page.trouble) {
                Field(question: words("add-routine.name"), text: $model.name, room: .name)
                OftenChoice(words: words, model: model.often)
                Field(question: words("add-routine.time"), text: $model.time, exact: true)
                Small(words("add-routine.time-help"))
                MainButton(words(changing ? "change-routine.keep" : "add-routine.add")) {
                    Task { if await model.keep() { dismiss() } }
                }
                PlainButton(words("page.back")) { dismiss() }
            }
        }
    }
}
