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
        await delete("goal:" + goal.id)
    }

    public func delete(_ step: StepRow) async {
        await delete("step:" + step.id)
    }

    private func delete(_ item: String) async {
        guard let seen = await page.deed({ try $0.delete(item: item) }) else { return }
        page.say(seen.isEmpty ? words("said.deleted") : words("said.deleted-seen", ["names": seen.joined(separator: ", ")]))
    }

    public func undo() async {
        if let back = await page.deed({ try $0.undo() }) { page.say(words(back ? "said.undone" : "said.nothing-to-undo")) }
    }

    /// The states, in the order in which a screen offers them.
    public nonisolated static let states: [Standing] = [.going, .reached, .changed, .setAside]

    /// Who sees it. None: only I do.
    public func seenBy(_ shares: [ShareRow]) -> String {
        let names = shares.shown.map(\.name)
        return names.isEmpty ? words("share.only-you") : names.joined(separator: ", ")
    }

    /// What a screen reader says of a goal or a step.
    public func spoken(_ name: String, _ state: Standing) -> String {
        name + ", " + words.standing(state)
    }
}
