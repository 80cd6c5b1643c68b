// Two people coming together: an invite made or taken in, a yes, four words said aloud. It knows no view and no camera.
// Invariant: what can be done next is the stage that the core answered; nothing is remembered here.
import AlongsideCore
import Observation

/// Making an invite, and taking one in.
@MainActor @Observable public final class InviteModel {
    public let page: Page<InviteScreen>
    public let words: Words
    /// Who came in last, to be said once.
    public private(set) var joined: String?

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

    public func words(_ invite: InviteRow, same: Bool) async {
        let who = await page.deed { try $0.wordsAreTheSame(invite: invite.id, same: same) }
        joined = who == nil ? nil : invite.name
        if !same { await page.read() }
    }

    /// Meets the post box again and again, while somebody waits on this screen.
    public func wait() async {
        await home.courier.keepMeeting()
    }

    /// What is said of an invite: what happened, and what can be done next.
    public func said(_ invite: InviteRow) -> String {
        switch invite.stage {
        case .noAnswerYet: words("invite.no-answer")
        case .looking: words("invite.looking")
        case .theyAsk: words("invite.they-ask", ["name": invite.theirs ?? invite.name])
        case .wordsComing: words("invite.words-coming")
        case .compare: words("invite.compare")
        case .doesNotFit: words("invite.does-not-fit")
        case .over: words("invite.over")
        }
    }

    /// The picture of an invite's code.
    public func picture(_ invite: InviteRow) -> CodePicture? {
        invite.link.flatMap { try? drawCode(link: $0) }
    }
}
