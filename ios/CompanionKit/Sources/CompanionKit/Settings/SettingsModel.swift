// Settings that live in the home: post box, phones, my name, the get-back sheet, copies. It knows no view; the lock is in
// LockModel, notices in NoticesModel. Invariant: the words of the sheet are on screen only while somebody asked for them, and
// no copy stays once its page was left.
import AlongsideCore
import Foundation
import Observation

/// Settings.
@MainActor @Observable public final class SettingsModel {
    public let page: Page<SettingsScreen>
    public let words: Words
    /// The twelve words, while they are shown.
    public private(set) var sheet: [String] = []
    /// The copies that were made on this page.
    public private(set) var copies: [URL] = []

    public init(_ home: Home) {
        page = Page(home) { try $0.settings() }
        words = home.words
    }

    /// Sets the address, the code and the stop on the way. The proxy that is set stays.
    public func setPostBox(_ url: String, code: String = "", stop: String = "") async -> Bool {
        let typed = [url, code, stop].map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }
        let (url, code, stop) = (typed[0], typed[1].isEmpty ? nil : typed[1], typed[2].isEmpty ? nil : typed[2])
        return await page.deed(said: words("said.kept")) { phone in
            try phone.setPostBox(url: url, proxy: phone.settings().proxy, code: code, oblivious: stop)
        } != nil
    }

    /// How long the place at the post box still takes, while it does.
    public var ready: String? {
        guard let minutes = page.screen?.readyInMinutes, minutes > 0 else { return nil }
        return words("post-box.ready-in", ["minutes": String(minutes)])
    }

    public func renameMe(_ name: String) async -> Bool {
        let name = name.trimmingCharacters(in: .whitespacesAndNewlines)
        return await page.deed(said: words("said.kept")) { try $0.renameMe(name: name) } != nil
    }

    /// Meets the post box because somebody asked for it.
    public func meet() async {
        await page.meet()
    }

    public func removePhone(_ phone: PhoneRow) async {
        await page.deed(said: words("said.phone-removed")) { try $0.removePhone(number: phone.number) }
    }

    public func showSheet() async {
        let text = await page.look { try $0.sheet() }
        sheet = text?.split(separator: " ").map(String.init) ?? []
    }

    public func hideSheet() {
        sheet = []
    }

    public func checkSheet(_ typed: String) async -> Bool {
        let right = await page.deed(said: words("said.sheet-checked")) { try $0.checkSheet(typed: typed) } != nil
        if right { sheet = [] }
        return right
    }

    /// A copy that these words lock.
    public func makeLockedCopy(_ passWords: String) async {
        let bytes = await page.look { try $0.backupWithPassphrase(passphrase: passWords) }
        lay(bytes, as: "planner-locked")
    }

    /// A copy that the get-back sheet opens; people come back too.
    public func makeCopyForSheet() async {
        let bytes = await page.look { try $0.backupForSheet() }
        lay(bytes, as: "planner-sheet")
    }

    /// A copy that anyone can read.
    public func makeOpenCopy() async {
        let text = await page.look { try $0.export() }
        lay(text.map { Data($0.utf8) }, as: "planner.json")
    }

    private func lay(_ bytes: Data?, as name: String) {
        guard let file = bytes.flatMap({ Exports.lay($0, as: name) }), !copies.contains(file) else { return }
        copies.append(file)
    }

    /// The page was left: no copy stays.
    public func letCopiesGo() {
        copies = []
        Exports.clear()
    }

    /// When the post box was met, in a sentence; none before the first time.
    public var met: String? {
        switch page.screen?.daysSinceMet {
        case nil: nil
        case 0: words("settings.met-today")
        case 1: words("settings.not-met-1")
        case let days?: words("settings.not-met", ["days": String(days)])
        }
    }

    public var data: String {
        words.dataUsed(bytes: page.screen?.bytesThisMonth ?? 0)
    }
}
