// Goals and small steps. It knows no view. Invariant: each deed is one call to the core; where a goal may go next is not
// decided here: every state can follow every other.
import AlongsideCore
import Observation

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

    public func addStep(_ name: String, goal: GoalRow?) async -> Bool {
        let id = goal?.id
        return await page.deed { try $0.addStep(name: name, goal: id) } != nil
    }

    public func set(_ goal: GoalRow, _ state: Standing) async {
        await page.deed { try $0.setState(item: "goal:" + goal.id, state: state) }
    }

    public func set(_ step: StepRow, _ state: Standing) async {
        await page.deed { try $0.setState(item: "step:" + step.id, state: state) }
    }

    public func delete(_ goal: GoalRow) async {
        await page.deed { try $0.delete(item: "goal:" + goal.id) }
    }

    public func delete(_ step: StepRow) async {
        await page.deed { try $0.delete(item: "step:" + step.id) }
    }

    public func undo() async {
        await page.deed { try $0.undo() }
    }

    /// The states, in the order in which a screen offers them.
    public nonisolated static let states: [Standing] = [.going, .reached, .changed, .setAside]

    /// Who sees it, in a sentence.
    public func seenBy(_ shares: [ShareRow]) -> String {
        let names = shares.filter(\.open).map(\.name)
        return names.isEmpty ? words("routine.only-me") : words("goals.seen-by", ["names": words.list(names)])
    }

    /// What a screen reader says of a goal or a step.
    public func spoken(_ name: String, _ state: Standing) -> String {
        words("goals.row-spoken", ["name": name, "state": words.standing(state)])
    }
}
