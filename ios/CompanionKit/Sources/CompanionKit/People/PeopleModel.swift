// My people. It knows no view. Invariant: a row says nothing about what a person did, only who they are to me.
import AlongsideCore
import Observation

/// My people and invites under way.
@MainActor @Observable public final class PeopleModel {
    public let page: Page<PeopleScreen>
    public let words: Words

    public init(_ home: Home) {
        page = Page(home) { try $0.people() }
        words = home.words
    }

    /// Somebody asked for post.
    public func meet() async {
        await page.meet()
    }

    /// An invite on the way, in a line.
    public func line(_ invite: InviteRow) -> String {
        let name = invite.ownPhone ? words("own-phone.title") : invite.theirs ?? invite.name
        return [name, words.stage(invite.stage)].filter { !$0.isEmpty }.joined(separator: ": ")
    }

    /// What stands under a name: who they are to me, and whether I blocked them.
    public func under(_ person: PersonRow) -> String {
        person.blocked ? words("person.blocked") : words.role(person.role)
    }
}
