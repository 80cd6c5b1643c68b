// Settings that live in the home: post box, phones, the get-back sheet, copies. It knows no view; the lock is in
// LockModel. Invariant: the words of the sheet are on screen only while somebody asked for them.
import AlongsideCore
import Foundation
import Observation

/// Settings.
@MainActor @Observable public final class SettingsModel {
    public let page: Page<SettingsScreen>
    public let words: Words
    /// The twelve words, while they are shown.
    public private(set) var sheet: [String] = []
    public private(set) var sheetDone = false
    @ObservationIgnored private let home: Home

    public init(_ home: Home) {
        self.home = home
        page = Page(home) { try $0.settings() }
        words = home.words
    }

    public func setPostBox(_ url: String) async -> Bool {
        await page.deed { try $0.setPostBox(url: url, proxy: nil) } != nil
    }

    public func meet() async {
        await home.courier.now()
        await page.read()
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

    public func checkSheet(_ typed: String) async {
        sheetDone = await page.deed(said: words("said.sheet-checked")) { try $0.checkSheet(typed: typed) } != nil
        if sheetDone { sheet = [] }
    }

    /// A locked copy, as a file's bytes.
    public func lockedCopy(_ passWords: String) async -> Data? {
        await page.look { try $0.backupWithPassphrase(passphrase: passWords) }
    }

    /// Lays a copy where the share sheet can take it; none where there is no room.
    public func keep(_ bytes: Data, as name: String) -> URL? {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent(name)
        return (try? bytes.write(to: file, options: .atomic)) == nil ? nil : file
    }

    /// The copy was handed on or not: it does not stay.
    public func letGo(_ file: URL) {
        try? FileManager.default.removeItem(at: file)
    }

    /// A copy that anyone can read.
    public func openCopy() async -> String? {
        await page.look { try $0.export() }
    }

    /// When the post box was met, in a sentence; none before the first time.
    public var met: String? {
        guard let days = page.screen?.daysSinceMet else { return nil }
        return days == 0 ? words("settings.met-today") : words("settings.not-met", ["days": String(days)])
    }

    public var data: String {
        words.dataUsed(bytes: page.screen?.bytesThisMonth ?? 0)
    }
}
