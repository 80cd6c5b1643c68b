// One routine: its rhythm, its days, who sees it. It knows no view. Invariant: days without a mark are not here; nothing
// is counted.
import AlongsideCore
import Observation

/// One routine's screen.
@MainActor @Observable public final class RoutineModel {
    public let page: Page<RoutineScreen>
    public let words: Words
    /// Whether a notice comes at the routine's time.
    public private(set) var hasNotice: Bool
    @ObservationIgnored private let id: String
    @ObservationIgnored private let notices: (any Notices)?

    public init(_ home: Home, id: String) {
        self.id = id
        notices = home.notices
        hasNotice = home.notices?.has(routine: id) ?? false
        page = Page(home) { try $0.routine(id: id) }
        words = home.words
    }

    /// How the core names it among all things that can be shown.
    public var item: String { "routine:" + id }

    public func mark(day: String, _ mark: Mark?) async {
        let id = id
        await page.deed { try $0.mark(routine: id, day: day, mark: mark) }
    }

    public func note(day: String, _ text: String) async {
        let id = id
        await page.deed { try $0.setNote(routine: id, day: day, note: text.isEmpty ? nil : text) }
    }

    public func rename(_ name: String) async {
        let item = item
        await page.deed { try $0.rename(item: item, name: name) }
    }

    public func setHowOften(_ often: HowOften) async {
        let id = id
        await page.deed { try $0.setHowOften(routine: id, often: often) }
    }

    public func setTime(_ time: String?) async {
        let id = id
        await page.deed { try $0.setTime(routine: id, time: time) }
        if hasNotice { await setNotice(true) }
    }

    /// Whether there can be a notice: the phone offers it, and the routine has a time.
    public var canHaveNotice: Bool { notices != nil && page.screen?.time != nil }

    /// A notice at the routine's time, or none. It says no name and no words of the person's.
    public func setNotice(_ on: Bool) async {
        guard let notices else { return }
        let time = on ? page.screen?.time : nil
        hasNotice = await notices.set(routine: id, time: time, text: words("notice.text")) && time != nil
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

    /// Deletes it; undo on Today brings it back. Whether it went.
    public func delete() async -> Bool {
        let item = item
        // The screen cannot be read any more, so this is not the page's deed.
        return await page.last { try $0.delete(item: item) } != nil
    }

    public func stopShowing(_ share: ShareRow) async {
        let said = words("said.stopped-showing", ["name": share.name])
        await page.deed(said: said) { try $0.stopShowing(item: share.item, to: share.who) }
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
