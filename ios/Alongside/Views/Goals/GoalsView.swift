// Goals and next small steps. Invariant: a goal that was set aside is drawn like one that is going.
import CompanionKit
import SwiftUI

struct GoalsView: View {
    let home: Home
    @State private var model: GoalsModel
    @State private var addingGoal = false
    @State private var adding: GoalRow?
    @State private var addingAlone = false
    @State private var renaming: Wanted?

    init(home: Home) {
        self.home = home
        _model = State(initialValue: GoalsModel(home))
    }

    private var words: Words { model.words }

    var body: some View {
        PageView(words, words("home.goals"), under: words("goals.under"), trouble: model.page.trouble) {
            if let screen = model.page.screen {
                if screen.goals.isEmpty { Text(verbatim: words("goals.blank")) }
                ForEach(screen.goals) { goal in
                    GoalView(home: home, model: model, goal: goal, addStep: { adding = goal }, rename: { renaming = $0 })
                }
                Part(words("goals.steps-alone")) {
                    StepsView(home: home, model: model, steps: screen.steps) { renaming = $0 }
                    PlainButton(words("goals.add-step")) { addingAlone = true }
                }
                MainButton(words("goals.add")) { addingGoal = true }
            } else {
                Waiting(trouble: model.page.trouble)
            }
        }
        .task(id: home.changes) { await model.page.read() }
        .sheet(isPresented: $addingGoal) { AddGoalView(model: model) }
        .sheet(isPresented: $addingAlone) { AddStepView(model: model, goal: nil) }
        .sheet(item: $adding) { goal in AddStepView(model: model, goal: goal) }
        .sheet(item: $renaming) { thing in RenameView(model: model, thing: thing) }
    }
}

/// A goal with its steps.
struct GoalView: View {
    @Environment(\.colorScheme) private var scheme
    let home: Home
    let model: GoalsModel
    let goal: GoalRow
    let addStep: @MainActor () -> Void
    let rename: @MainActor (Wanted) -> Void

    private var words: Words { model.words }

    var body: some View {
        let thing = Wanted(goal)
        Band(scheme.palette.meSoft) {
            Text(verbatim: goal.name)
                .font(.headline)
                .accessibilityLabel(model.spoken(thing))
                .accessibilityAddTraits(.isHeader)
            if let area = goal.area { Text(verbatim: words.area(area)) }
            StandingPicker(model: model, thing: thing)
            StepsView(home: home, model: model, steps: goal.steps, rename: rename)
            PlainButton(words("goals.add-step"), spoken: words("goals.add-step-to", ["goal": goal.name]), action: addStep)
            ThingDeeds(home: home, model: model, thing: thing, rename: rename)
        }
    }
}

/// Steps; those that are over are folded.
struct StepsView: View {
    let home: Home
    let model: GoalsModel
    let steps: [StepRow]
    let rename: @MainActor (Wanted) -> Void

    var body: some View {
        rows(steps.filter { !$0.over })
        if steps.contains(where: \.over) {
            DisclosureGroup(model.words("goals.over-steps")) { rows(steps.filter(\.over)) }
        }
    }

    private func rows(_ some: [StepRow]) -> some View {
        ForEach(some) { step in StepView(home: home, model: model, step: Wanted(step), rename: rename) }
    }
}

/// A next small step.
struct StepView: View {
    let home: Home
    let model: GoalsModel
    let step: Wanted
    let rename: @MainActor (Wanted) -> Void

    var body: some View {
        VStack(alignment: .leading) {
            Text(verbatim: step.name)
                .accessibilityLabel(model.spoken(step))
            StandingPicker(model: model, thing: step)
            ThingDeeds(home: home, model: model, thing: step, rename: rename)
        }
        .padding(.leading, 12)
    }
}

/// What can be done with a goal or a step, folded until it is wanted.
struct ThingDeeds: View {
    let home: Home
    let model: GoalsModel
    let thing: Wanted
    let rename: @MainActor (Wanted) -> Void

    var body: some View {
        let words = model.words
        DisclosureGroup(words("people.more")) {
            SeenByView(home: home, words: words, thing: thing.thing, seenBy: thing.seenBy, couldSee: thing.couldSee) { share in
                await model.stopShowing(share)
            }
            PlainButton(words("change-thing.open"), spoken: words("change-thing.open-of", ["thing": thing.name])) { rename(thing) }
            PlainButton(words("routine.delete"), spoken: words("change-thing.delete-of", ["thing": thing.name])) {
                Task { await model.delete(thing) }
            }
        }
        .accessibilityHint(words("goals.open-it", ["goal": thing.name]))
    }
}

/// Where it stands; any of them can follow any other.
struct StandingPicker: View {
    let model: GoalsModel
    let thing: Wanted

    var body: some View {
        let words = model.words
        Picker(words("goals.state"), selection: Binding(get: { thing.state }, set: { state in Task { await model.set(thing, state) } })) {
            ForEach(GoalsModel.states, id: \.self) { state in Text(verbatim: words.standing(state)).tag(state) }
        }
        .pickerStyle(.menu)
        .frame(minHeight: 48)
        .accessibilityLabel(words("goals.state-of", ["thing": thing.name]))
    }
}

struct AddGoalView: View {
    @Environment(\.dismiss) private var dismiss
    let model: GoalsModel
    @State private var name = ""
    @State private var area: String?

    private var words: Words { model.words }

    var body: some View {
        SheetPage(words) {
            PageView(words, words("add-goal.title"), trouble: model.page.trouble) {
                Field(question: words("add-goal.name"), text: $name, room: .name)
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

/// A step for a goal, or for none.
struct AddStepView: View {
    @Environment(\.dismiss) private var dismiss
    let model: GoalsModel
    let goal: GoalRow?
    @State private var name = ""

    private var words: Words { model.words }

    var body: some View {
        SheetPage(words) {
            PageView(words, words("add-step.title"), under: goal?.name, trouble: model.page.trouble) {
                Field(question: words("add-step.name"), text: $name, room: .name)
                MainButton(words("add-step.add")) {
                    Task { if await model.addStep(name, goal: goal) { dismiss() } }
                }
                PlainButton(words("page.back")) { dismiss() }
            }
        }
    }
}

/// Another name for a goal or a step.
struct RenameView: View {
    @Environment(\.dismiss) private var dismiss
    let model: GoalsModel
    let thing: Wanted
    @State private var name: String

    init(model: GoalsModel, thing: Wanted) {
        self.model = model
        self.thing = thing
        _name = State(initialValue: thing.name)
    }

    private var words: Words { model.words }

    var body: some View {
        SheetPage(words) {
            PageView(words, words(thing.isGoal ? "change-goal.title" : "change-step.title"), trouble: model.page.trouble) {
                Field(question: words("change-thing.name"), text: $name, room: .name)
                MainButton(words("change-thing.keep")) {
                    Task { if await model.rename(thing, name) { dismiss() } }
                }
                PlainButton(words("page.back")) { dismiss() }
            }
        }
    }
}
