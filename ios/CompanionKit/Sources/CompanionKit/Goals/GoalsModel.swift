// Goals and small steps. It knows no view. Invariant: each deed is one call to the core; where a goal may go next is not
// decided here: every state can follow every other.
import AlongsideCore
import Observation

/// A goal or a step, as pages that treat both alike see it.
public struct Wanted: Identifiable, Equatable, Sendable {
    /// How the core names it among all things that can be shown.
    public let id: String
    public let name: String
    public let state: Standing
    public let seenBy: [ShareRow]
    public let couldSee: [PersonRow]
    public let isGoal: Bool

    public init(_ goal: GoalRow) {
        (id, name, state, isGoal) = ("goal:" + goal.id, goal.name, goal.state, true)
        (seenBy, couldSee) = (goal.seenBy, goal.couldSee)
    }

    public init(_ step: StepRow) {
        (id, name, state, isGoal) = ("step:" + step.id, step.name, step.state, false)
        (seenBy, couldSee) = (step.seenBy, step.couldSee)
    }

    public var thing: ThingRow { ThingRow(item: id, label: name) }
}

/// Goals and steps.
@MainActor @Observable public final class GoalsModel {
    public let page: Page<GoalsScreen>
    public let words: Words

    public init(_ home: Home) {
        page = Page(home) { try $0.goals() }
        words = home.words
    }

    public func addGoal(_ name: String, area: String?) async -> Bool {
        await page.deed { try $0.addGoal(name: name, area: area) } != nil
    }

    /// Adds a step to a goal, or to none.
    public func addStep(_ name: String, goal: GoalRow?) async -> Bool {
        let id = goal?.id
        return await page.deed { try $0.addStep(name: name, goal: id) } != nil
    }

    public func set(_ thing: Wanted, _ state: Standing) async {
        await page.deed { try $0.setState(item: thing.id, state: state) }
    }

    public func rename(_ thing: Wanted, _ name: String) async -> Bool {
        await page.deed { try $0.rename(item: thing.id, name: name) } != nil
    }

    public func delete(_ thing: Wanted) async {
        if await page.delete(thing.id) { await page.read() }
    }

    public func stopShowing(_ share: ShareRow) async {
        await page.stopShowing(share)
    }

    /// The states, in the order in which a screen offers them.
    public nonisolated static let states: [Standing] = [.going, .reached, .changed, .setAside]

    /// What a screen reader says of a goal or a step.
    public func spoken(_ thing: Wanted) -> String {
        thing.name + ", " + words.standing(thing.state)
    }
}
