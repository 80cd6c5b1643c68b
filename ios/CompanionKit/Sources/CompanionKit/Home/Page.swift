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
    /// What the last deed came to, to be said once.
    public private(set) var said: String?

    @ObservationIgnored private let home: Home
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
            trouble = Trouble.of(error)
        }
    }

    /// Does one deed, reads the screen again, and lets the courier know. Nothing comes back where it did not go.
    @discardableResult
    func deed<Answer: Sendable>(said: String? = nil, _ deed: @escaping @Sendable (Phone) throws -> Answer) async -> Answer? {
        self.said = nil
        do {
            let answer = try await home.door.ask(deed)
            trouble = nil
            self.said = said
            await read()
            home.courier.deedDone()
            return answer
        } catch {
            trouble = Trouble.of(error)
            return nil
        }
    }

    /// Asks something that changes nothing and is not the whole screen.
    func look<Answer: Sendable>(_ question: @escaping @Sendable (Phone) throws -> Answer) async -> Answer? {
        do {
            trouble = nil
            return try await home.door.ask(question)
        } catch {
            trouble = Trouble.of(error)
            return nil
        }
    }

    /// Does the deed after which there is no such screen any more.
    func last<Answer: Sendable>(_ deed: @escaping @Sendable (Phone) throws -> Answer) async -> Answer? {
        let answer = await look(deed)
        if answer != nil { home.courier.deedDone() }
        return answer
    }

    /// To be said once, where what happened is known only afterwards.
    func say(_ text: String) {
        said = text
    }
}

extension Trouble {
    static func of(_ error: any Error) -> Trouble {
        error as? Trouble ?? .Damaged
    }
}
