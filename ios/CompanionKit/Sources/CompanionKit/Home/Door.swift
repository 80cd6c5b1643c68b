// The one way to the core. It knows no screen. Invariant: no call to the core is made on the thread that draws, and a
// meeting with the post box holds up no screen and no deed.
import AlongsideCore
import Dispatch

/// A phone's core, asked off the main actor: questions one after another, and the post box on a thread of its own.
public final class Door: Sendable {
    private let phone: Phone
    private let questions = DispatchQueue(label: "questions", qos: .userInitiated)
    private let post = DispatchQueue(label: "post box", qos: .utility)

    public init(_ phone: Phone) {
        self.phone = phone
    }

    /// Asks the core something, or has it do one deed.
    public func ask<Answer: Sendable>(_ question: @escaping @Sendable (Phone) throws -> Answer) async throws -> Answer {
        try await on(questions, question)
    }

    /// The ways to the post box, one after another. They can take as long as the network takes.
    var postBox: PostBox {
        PostBox(
            sync: { try await self.on(self.post) { try $0.sync() } },
            send: { try await self.on(self.post) { try $0.send() } },
            nextContact: { try await self.ask { try $0.nextContact(inHand: true) } },
            keepRhythm: { try await self.on(self.post) { try $0.keepRhythm() } },
            inBackground: { try await self.on(self.post) { try $0.inBackground() } }
        )
    }

    /// Says when something changed, while what comes back is held.
    public func listen(_ changed: @escaping @Sendable () -> Void) -> Listening {
        phone.listen(listener: Ear(changed))
    }

    private func on<Answer: Sendable>(_ queue: DispatchQueue, _ question: @escaping @Sendable (Phone) throws -> Answer) async throws -> Answer {
        try await withCheckedThrowingContinuation { answer in
            queue.async { [phone] in answer.resume(with: Result { try question(phone) }) }
        }
    }
}

private final class Ear: ChangeListener {
    private let changed: @Sendable () -> Void

    init(_ changed: @escaping @Sendable () -> Void) {
        self.changed = changed
    }

    func onChange() {
        changed()
    }
}
