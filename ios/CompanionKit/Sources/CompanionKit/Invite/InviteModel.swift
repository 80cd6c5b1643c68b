// Two people coming together: an invite made or taken in, a yes, four words said aloud. It knows no view and no camera.
// Invariant: what can be done next is the stage that the core answered; nothing is remembered here.
import AlongsideCore
import Observation

/// Making an invite, and taking one in.
@MainActor @Observable public final class InviteModel {
    public let page: Page<InviteScreen>
    public let words: Words

    // What is being filled in.
    public var name = ""
    public var role = "friend"
    public var official = false
    public var code = ""

    @ObservationIgnored private let home: Home

    public init(_ home: Home) {
        self.home = home
        page = Page(home) { try $0.invites() }
        words = home.words
    }

    /// The ready roles, in the order in which a screen offers them.
    public nonisolated static let roles = ["partner", "family", "friend", "faith", "work", "mentor", "officer", "neighbour"]

    public func make(ownPhone: Bool = false) async -> Bool {
        let (name, role, official) = (name, role, official)
        return await page.deed { try $0.invite(ownPhone: ownPhone, name: name, role: role, official: official) } != nil
    }

    public func join(ownPhone: Bool = false) async -> Bool {
        let (name, role, official, code) = (name, role, official, code)
        return await page.deed { try $0.join(ownPhone: ownPhone, code: code, name: name, role: role, official: official) } != nil
    }

    public func yes(_ invite: InviteRow) async {
        await page.deed { try $0.answerInvite(invite: invite.id) }
    }

    public func notNow(_ invite: InviteRow) async {
        await page.deed { try $0.leaveInvite(invite: invite.id) }
    }

    /// The four words were said aloud. Whether the two are in touch now.
    public func theWords(_ invite: InviteRow, areTheSame same: Bool) async -> Bool {
        let who = await page.deed { try $0.wordsAreTheSame(invite: invite.id, same: same) }
        await page.read()
        if !same { page.say(words("said.words-differ")) }
        return who != nil
    }

    /// Meets the post box again and again, while somebody waits on this screen.
    public func wait() async {
        await home.courier.keepMeeting()
    }

    /// What is said below the stage: what happened, and what can be done next.
    public func sentences(_ invite: InviteRow) -> [String] {
        let me: KeyValuePairs<String, String> = ["name": invite.name]
        let them: KeyValuePairs<String, String> = ["name": invite.theirs ?? invite.name]
        return switch invite.stage {
        case .noAnswerYet: [words("meeting.show-code", me), words("meeting.hours")]
        case .looking: [words("meeting.looking")]
        case .theyAsk: [words("meeting.they-ask", them), words("meeting.what-then", them), words("meeting.not-told")]
        case .wordsComing: [words("meeting.words-coming")]
        case .compare: [words("meeting.say-words", me), words("meeting.why-words")]
        case .doesNotFit: [words("meeting.does-not-fit")]
        case .over: [words("meeting.over")]
        }
    }

    /// The picture of an invite's code.
    public func picture(_ invite: InviteRow) -> CodePicture? {
        invite.link.flatMap { try? drawCode(link: $0) }
    }
}
