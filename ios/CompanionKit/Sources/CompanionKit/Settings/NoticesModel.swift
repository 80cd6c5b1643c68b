// When this phone may speak up: a notice that post came, and quiet hours. It knows no view. Invariant: the phone is asked to
// let notices through only when the person wants one; no hour begins or ends here but as the person set it.
import AlongsideCore
import Foundation
import Observation

/// Notices and quiet hours.
@MainActor @Observable public final class NoticesModel {
    public let page: Page<SettingsScreen>
    public let words: Words
    /// The phone does not let this app show notices.
    public private(set) var refused = false
    /// What is being filled in.
    public var from = NoticesModel.at(22)
    public var until = NoticesModel.at(7)

    public init(_ home: Home) {
        page = Page(home) { try $0.settings() }
        words = home.words
    }

    /// Reads what is set.
    public func read() async {
        await page.read()
        guard let quiet = page.screen?.quietHours else { return }
        from = Words.moment(quiet.from) ?? from
        until = Words.moment(quiet.until) ?? until
    }

    public func setWordsNotice(_ on: Bool) async {
        if on, await page.home.notices?.mayShow() != true {
            refused = true
            return
        }
        refused = false
        await page.deed(said: words("said.kept")) { try $0.setWordsNotice(on: on) }
    }

    /// Keeps quiet from one time to the other, or in no hours.
    public func setQuiet(_ on: Bool) async {
        let hours = on ? QuietHours(from: Words.plain(from), until: Words.plain(until)) : nil
        await page.deed(said: words("said.kept")) { try $0.setQuietHours(quiet: hours) }
    }

    private static func at(_ hour: Int) -> Foundation.Date {
        Words.moment("\(hour < 10 ? "0" : "")\(hour):00") ?? Foundation.Date()
    }
}
