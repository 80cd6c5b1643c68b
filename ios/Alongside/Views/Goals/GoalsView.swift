// Goals and next small steps. Invariant: a goal that was set aside is drawn like one that is going.
import CompanionKit
import SwiftUI

struct GoalsView: View {
    let home: Home
    @State private var model: GoalsModel
    @State private var addingGoal = false
    @State private var addingStep: GoalRow?

    init(home: Home) {
        self.home = home
        _model = State(initialValue: GoalsModel(home))
    }

    private var words: Words { model.words }

    var body: some View {
        PageView(words, words("home.goals"), under: words("goals.under"), said: model.page.said, trouble: model.page.trouble) {
            if let screen = model.page.screen {
                if screen.goals.isEmpty { Text(verbatim: words("goals.blank")) }
                ForEach(screen.goals) { goal in GoalView(model: model, goal: goal) { addingStep = goal } }
                if !screen.steps.isEmpty {
                    Part(words("goals.steps-alone")) {
                        ForEach(screen.steps) { step in StepView(model: model, step: step) }
                    }
                }
                MainButton(words("goals.add")) { addingGoal = true }
                if model.page.said != nil { PlainButton(words("said.undo")) { Task { await model.undo() } } }
            } else {
                ProgressView()
            }
        }
        .task(id: home.changes) { await model.page.read() }
        .sheet(isPresented: $addingGoal) { AddGoalView(model: model) }
        .sheet(item: $addingStep) { goal in AddStepView(model: model, goal: goal) }
    }
}

/// A goal with its steps.
struct GoalView: View {
    @Environment(\.colorScheme) private var scheme
    let model: GoalsModel
    let goal: GoalRow
    let addStep: @MainActor () -> Void

    private var words: Words { model.words }

    var body: some View {
        Band(scheme.palette.meSoft) {
            Text(verbatim: goal.name)
                .font(.headline)
                .accessibilityLabel(model.spoken(goal.name, goal.state))
            if let area = goal.area { Text(verbatim: words.area(area)) }
            Text(verbatim: model.seenBy(goal.seenBy))
            ForEach(goal.steps) { step in StepView(model: model, step: step) }
            StandingPicker(words: words, standing: goal.state) { state in await model.set(goal, state) }
            PlainButton(words("goals.add-step"), spoken: words("goals.add-step-to", ["goal": goal.name]), action: addStep)
            PlainButton(words("routine.delete")) { Task { await model.delete(goal) } }
        }
    }
}

/// A next small step.
struct StepView: View {
    let model: GoalsModel
    let step: StepRow

    var body: some View {
        VStack(alignment: .leading) {
            Text(verbatim: step.name)
                .accessibilityLabel(model.spoken(step.name, step.state))
            StandingPicker(words: model.words, standing: step.state) { state in await model.set(step, state) }
        }
        .padding(.leading, 12)
    }
}

/// Where it stands; any of them can follow any other.
struct StandingPicker: View {
    let words: Words
    let standing: Standing
    let set: @MainActor (Standing) async -> Void

    var body: some View {
        Picker(words("goals.state"), selection: Binding(get: { standing }, set: { state in Task { await set(state) } })) {
            ForEach(GoalsModel.states, id: \.self) { state in Text(verbatim: words.standing(state)).tag(state) }
        }
        .pickerStyle(.menu)
        .frame(minHeight: 48)
    }
}

struct AddGoalView: View {
    @Environment(\.dismiss) private var dismiss
    let model: GoalsModel
    @State private var name = ""
    @State private var area: String?

    private var words: Words { model.words }

    var body: some View {
        NavigationStack {
            PageView(words, words("add-goal.title"), trouble: model.page.trouble) {
                Field(question: words("add-goal.name"), text: $name)
                Part(words("add-goal.area")) {
                    Choice(words("add-goal.no-area"), area == nil) { area = nil }
                    ForEach(model.page.screen?.areas ?? [], id: \.self) { one in
                        Choice(words.area(one), area == one) { area = one }
                    }
                }
                MainButton(words("add-goal.add")) {
                    Task { if await model.addGoal(name, area: area) { dismiss() } }
                }
                PlainButton(words("page.back")) { dismiss() }
            }
        }
    }
}

struct AddStepView: View {
    @Environment(\.dismiss) private var dismiss
    let model: GoalsModel
    let goal: GoalRow
    @State private var name = ""

    private var words: Words { model.words }

    var body: some View {
        NavigationStack {
            PageView(words, words("add-step.title"), under: goal.name, trouble: model.page.trouble) {
                Field(question: words("add-step.name"), text: $name)
                MainButton(words("add-step.add")) {
                    Task { if await model.addStep(name, goal: goal) { dismiss() } }
                }
                PlainButton(words("page.back")) { dismiss() }
            }
        }
    }
}
