// A note for one day of a routine. It knows no view. Invariant: what is there is what is changed: notes that two phones wrote
// for one day stand joined, so that keeping one loses none.
import AlongsideCore
import Observation

/// A note that is being written.
@MainActor @Observable public final class NoteModel {
    public let page: Page<RoutineScreen>
    public let words: Words
    public var text = ""
    @ObservationIgnored private let routine: String
    @ObservationIgnored private let day: String

    public init(_ home: Home, routine: String, day: String) {
        self.routine = routine
        self.day = day
        page = Page(home) { try $0.routine(id: routine) }
        words = home.words
    }

    public var name: String { page.screen?.name ?? "" }

    /// Reads what was written for the day.
    public func read() async {
        await page.read()
        guard let screen = page.screen else { return }
        let row = screen.today.day == day ? screen.today : screen.days.first { $0.day == day }
        text = Self.joined(row?.notes ?? [])
    }

    /// Several notes as one text.
    nonisolated static func joined(_ notes: [String]) -> String {
        notes.joined(separator: "\n")
    }

    /// Who can see it.
    public var under: String? {
        page.screen.map { words($0.notesSeen ? "note.shown" : "note.only-you") }
    }

    /// Keeps it; an empty one takes it away. Whether it went.
    public func keep() async -> Bool {
        let (routine, day, text) = (routine, day, text)
        return await page.deed { try $0.setNote(routine: routine, day: day, note: text.isEmpty ? nil : text) } != nil
    }
}
