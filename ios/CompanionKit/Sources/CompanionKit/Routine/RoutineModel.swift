// One routine: its rhythm, its days, who sees it, its notice. It knows no view. Invariant: days without a mark are not here;
// nothing is counted.
import AlongsideCore
import Observation

/// One routine's screen.
@MainActor @Observable public final class RoutineModel {
    public let page: Page<RoutineScreen>
    public let words: Words
    /// The phone does not let this app show notices.
    public private(set) var noticeRefused = false
    @ObservationIgnored private let id: String

    public init(_ home: Home, id: String) {
        self.id = id
        page = Page(home) { try $0.routine(id: id) }
        words = home.words
    }

    /// How the core names it among all things that can be shown.
    public var item: String { "routine:" + id }

    /// Marks today; none takes the mark away.
    public func mark(_ mark: Mark?) async {
        guard let day = page.screen?.today.day else { return }
        let id = id
        await page.deed { try $0.mark(routine: id, day: day, mark: mark) }
    }

    /// A notice at the routine's time, or none. It says no name and no words of the person's; the phone is asked first.
    public func setNotice(_ on: Bool) async {
        let id = id
        if on, await page.home.notices?.mayShow() != true {
            noticeRefused = true
            return
        }
        noticeRefused = false
        await page.deed(said: words("said.kept")) { try $0.setRoutineNotice(routine: id, on: on) }
    }

    public func pause() async {
        let id = id
        await page.deed { try $0.pause(routine: id, until: nil) }
    }

    public func resume() async {
        let id = id
        await page.deed { try $0.resume(routine: id) }
    }

    public func end() async {
        let id = id
        await page.deed { try $0.end(routine: id) }
    }

    public func takeUp() async {
        let id = id
        await page.deed { try $0.takeUp(routine: id) }
    }

    /// Deletes it; undo brings it back. Whether it went.
    public func delete() async -> Bool {
        await page.delete(item)
    }

    public func stopShowing(_ share: ShareRow) async {
        await page.stopShowing(share)
    }

    /// What stands under the name: paused or ended, and that the history stays. None where it is going.
    public var standing: String? {
        guard let screen = page.screen else { return nil }
        if screen.ended { return words("routine.ended") }
        guard screen.paused else { return nil }
        guard let until = screen.pausedUntil else { return words("routine.paused") }
        return words("routine.paused-until", ["day": words.shortDay(until)])
    }
}
