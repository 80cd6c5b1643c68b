// Two people coming together: an invite made or taken in, a yes, four words said aloud. It knows no view and no camera.
// Invariant: what can be done next is the stage that the core answered; which invite is meant is the number that making it or
// taking it in gave back.
import AlongsideCore
import Foundation
import Observation

/// Making an invite, and taking one in.
@MainActor @Observable public final class InviteModel {
    public let page: Page<InviteScreen>
    public let words: Words

    // What is being filled in.
    public var name = ""
    public var role = Role.friend
    public var official = false
    public var code = ""

    @ObservationIgnored private var asked: UInt64?

    public init(_ home: Home, code: String = "") {
        page = Page(home) { try $0.invites() }
        words = home.words
        self.code = code
    }

    /// The ready roles.
    public var roles: [Role] { page.screen?.roles ?? [] }

    /// The number of the invite that was made.
    public func make(ownPhone: Bool = false) async -> UInt64? {
        let name = ownPhone ? words("own-phone.title") : name.trimmingCharacters(in: .whitespacesAndNewlines)
        let (role, official) = (role, official)
        return await page.deed { try $0.invite(ownPhone: ownPhone, name: name, role: role, official: official) }
    }

    /// The number of the invite that was taken in.
    public func join(ownPhone: Bool = false) async -> UInt64? {
        let code = code
        return await page.deed { try $0.join(ownPhone: ownPhone, code: code) }
    }

    public func row(_ invite: UInt64) -> InviteRow? {
        page.screen?.invites.first { $0.id == invite }
    }

    /// Reads how far it is. The field for what I call them begins with what they call themselves.
    public func read(_ invite: UInt64) async {
        await page.read()
        guard let row = row(invite), row.stage == .theyAsk, asked != invite else { return }
        asked = invite
        name = row.theirs ?? ""
    }

    public func yes(_ invite: InviteRow) async {
        let (name, role, official) = (name.trimmingCharacters(in: .whitespacesAndNewlines), role, official)
        await page.deed { phone in
            if !invite.ownPhone { try phone.knowThemAs(invite: invite.id, name: name, role: role, official: official) }
            try phone.answerInvite(invite: invite.id)
        }
    }

    /// Not now, or: it is put away. Whether it went.
    public func leave(_ invite: InviteRow) async -> Bool {
        await page.deed(said: words("said.nobody-was-told")) { try $0.leaveInvite(invite: invite.id) } != nil
    }

    /// Never, and do not tell. Whether it went.
    public func never(_ invite: InviteRow) async -> Bool {
        await page.deed(said: words("said.never")) { try $0.refuseInvite(invite: invite.id) } != nil
    }

    /// The four words were the same. Whether the two are in touch now.
    public func same(_ invite: InviteRow) async -> Bool {
        let said = invite.ownPhone ? words("own-phone.joined") : nil
        return await page.deed(said: said) { try $0.wordsAreTheSame(invite: invite.id) } != nil
    }

    /// The four words were not the same.
    public func differ(_ invite: InviteRow) async {
        await page.deed(said: words("said.words-differ")) { try $0.wordsDiffer(invite: invite.id) }
    }

    /// Whether something can still come of it.
    public func underWay(_ invite: InviteRow?) -> Bool {
        switch invite?.stage {
        case .noAnswerYet, .looking, .theyAsk, .wordsComing, .compare: true
        case .doesNotFit, .over, nil: false
        }
    }

    /// Meets the post box again and again, while somebody waits on this screen.
    public func wait() async {
        await page.home.courier.keepMeeting()
    }

    public func title(_ invite: InviteRow?) -> String {
        guard let invite else { return words("join.title") }
        if invite.ownPhone { return words("own-phone.title") }
        let name = invite.theirs ?? invite.name
        return name.isEmpty ? words("join.title") : words("meeting.title", ["name": name])
    }

    /// What is said below the stage: what happened, and what can be done next.
    public func sentences(_ invite: InviteRow) -> [String] {
        let me: KeyValuePairs<String, String> = ["name": invite.theirs ?? invite.name]
        return switch (invite.stage, invite.ownPhone) {
        case (.noAnswerYet, true): [words("own-phone.show-code"), words("meeting.hours")]
        case (.noAnswerYet, false): [words("meeting.show-code", me), words("meeting.hours")]
        case (.looking, _): [words("meeting.looking")]
        case (.theyAsk, true): [words("own-phone.under")]
        case (.theyAsk, false): [words("meeting.they-ask", me), words("meeting.what-then", me), words("meeting.not-told")]
        case (.wordsComing, _): [words("meeting.words-coming")]
        case (.compare, true): [words("own-phone.say-words"), words("meeting.why-words")]
        case (.compare, false): [words("meeting.say-words", me), words("meeting.why-words")]
        case (.doesNotFit, _): [words("meeting.does-not-fit")]
        case (.over, _): [words("meeting.over")]
        }
    }

    /// The picture of an invite's code.
    public func picture(_ invite: InviteRow) -> CodePicture? {
        invite.link.flatMap { try? drawCode(link: $0) }
    }
}
