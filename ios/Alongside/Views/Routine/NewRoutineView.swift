// Making a routine, and changing its name and time. Invariant: a name is all that is needed.
import CompanionKit
import SwiftUI

struct NewRoutineView: View {
    @Environment(\.dismiss) private var dismiss
    @State private var model: NewRoutineModel

    init(home: Home) {
        _model = State(initialValue: NewRoutineModel(home))
    }

    private var words: Words { model.words }

    var body: some View {
        NavigationStack {
            PageView(words, words("add-routine.title"), trouble: model.trouble) {
                Field(question: words("add-routine.name"), text: $model.name)
                OftenChoice(words: words, model: model)
                Field(question: words("add-routine.time"), text: $model.time)
                Small(words("add-routine.time-help"))
                MainButton(words("add-routine.add")) {
                    Task { if await model.add() { dismiss() } }
                }
                PlainButton(words("page.back")) { dismiss() }
            }
        }
    }
}

/// How often it comes round.
struct OftenChoice: View {
    let words: Words
    @Bindable var model: NewRoutineModel

    var body: some View {
        Part(words("often.title")) {
            ForEach(NewRoutineModel.Choice.allCases) { choice in
                Choice(model.said(choice), model.choice == choice) { model.choice = choice }
            }
            if model.choice == .weekdays {
                ForEach(1 ..< 8) { day in
                    Toggle(words.weekday(day), isOn: has(day)).frame(minHeight: 48)
                }
            }
            if model.choice == .times {
                Stepper(words.often(model.howOften), value: $model.times, in: 1 ... 7)
            }
        }
    }

    private func has(_ day: Int) -> Binding<Bool> {
        Binding(
            get: { @MainActor in model.weekdays.contains(day) },
            set: { @MainActor on in if on { model.weekdays.insert(day) } else { model.weekdays.remove(day) } }
        )
    }
}

/// Another name, another time.
struct ChangeRoutineView: View {
    @Environment(\.dismiss) private var dismiss
    let words: Words
    @State var name: String
    @State var time: String
    let keep: @MainActor (String, String?) async -> Void

    var body: some View {
        NavigationStack {
            PageView(words, words("change-routine.title")) {
                Field(question: words("add-routine.name"), text: $name)
                Field(question: words("add-routine.time"), text: $time)
                Small(words("add-routine.time-help"))
                MainButton(words("change-routine.keep")) {
                    Task {
                        await keep(name, time.isEmpty ? nil : time)
                        dismiss()
                    }
                }
                PlainButton(words("page.back")) { dismiss() }
            }
        }
    }
}
