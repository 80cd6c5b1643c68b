// One screen's state: asked for whole, shown as it came. It knows no noun. Invariant: what is shown is what the core
// answered last; a deed changes nothing here, the screen is read again.
import AlongsideCore
import Observation

/// What a screen shows, and what went wrong last.
@MainActor @Observable public final class Page<Screen: Sendable> {
    /// The state, once it was read.
    public private(set) var screen: Screen?
    /// What went wrong with the last deed, until another is done.
    public private(set) var trouble: Trouble?

    @ObservationIgnored let home: Home
    @ObservationIgnored private let question: @Sendable (Phone) throws -> Screen

    init(_ home: Home, _ question: @escaping @Sendable (Phone) throws -> Screen) {
        self.home = home
        self.question = question
    }

    /// Reads the screen again.
    public func read() async {
        do {
            screen = try await home.door.ask(question)
        } catch {
            wrong(error)
        }
    }

    /// Does one deed and reads the screen again. What it came to is said, with undo where the core can take it back. `sends`:
    /// it is for others, and goes out soon. Nothing comes back where it did not go.
    @discardableResult
    func deed<Answer: Sendable>(
        said: String? = nil, sends: Bool = false, _ deed: @escaping @Sendable (Phone) throws -> Answer
    ) async -> Answer? {
        guard let answer = await last(said: said, sends: sends, deed) else { return nil }
        await read()
        return answer
    }

    /// Asks something that changes nothing and is not the whole screen.
    func look<Answer: Sendable>(_ question: @escaping @Sendable (Phone) throws -> Answer) async -> Answer? {
        do {
            trouble = nil
            return try await home.door.ask(question)
        } catch {
            wrong(error)
            return nil
        }
    }

    /// Does a deed after which this screen is left or not there any more.
    func last<Answer: Sendable>(
        said: String? = nil, sends: Bool = false, _ deed: @escaping @Sendable (Phone) throws -> Answer
    ) async -> Answer? {
        await last(saying: { _ in said }, sends: sends, deed)
    }

    /// The same, where what is said hangs on what came back.
    func last<Answer: Sendable>(
        saying: (Answer) -> String?, sends: Bool = false, _ deed: @escaping @Sendable (Phone) throws -> Answer
    ) async -> Answer? {
        home.unsay()
        do {
            let (answer, undo) = try await home.door.ask { phone in
                let before = try phone.lastDeed()
                let answer = try deed(phone)
                let after = try phone.lastDeed()
                return (answer, after == before ? nil : after)
            }
            trouble = nil
            // What can be undone is always said, or nobody would know that it can.
            if let text = saying(answer) ?? (undo == nil ? nil : home.words("said.kept")) { home.say(text, undo: undo) }
            if sends { home.courier.sendSoon() }
            return answer
        } catch {
            wrong(error)
            return nil
        }
    }

    /// Meets the post box because somebody asked for it, and says how it ended.
    func meet() async {
        home.unsay()
        trouble = nil
        switch await home.courier.now() {
        case .met: home.say(home.words("said.met"))
        case .noPostBox: home.say(home.words("settings.post-box-none"))
        case let .notReady(minutes): home.say(home.words("post-box.ready-in", ["minutes": String(minutes)]))
        case .codeRefused: home.say(home.words("post-box.code-refused"))
        case let .failed(trouble): wrong(trouble)
        }
        await read()
    }

    private func wrong(_ error: any Error) {
        let trouble = Trouble.of(error)
        self.trouble = trouble
        home.voice?.say(home.words.trouble(trouble))
    }
}

extension Trouble {
    static func of(_ error: any Error) -> Trouble {
        error as? Trouble ?? .Damaged
    }
}
