// Copies that lie outside the home until they are handed on: where, and that none stays. It knows no page. Invariant: each
// lies in one folder of the app's own, which is emptied on leaving the page and again before a home is opened.
import Foundation

/// The folder of copies that were made and not taken yet.
enum Exports {
    private static var folder: URL { FileManager.default.temporaryDirectory.appendingPathComponent("copies") }

    /// Lays a copy where the share sheet can take it; none where there is no room.
    static func lay(_ bytes: Data, as name: String) -> URL? {
        let file = folder.appendingPathComponent(name)
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            #if canImport(Darwin)
                try bytes.write(to: file, options: [.atomic, .completeFileProtection])
            #else
                try bytes.write(to: file, options: .atomic)
            #endif
            return file
        } catch {
            return nil
        }
    }

    /// Takes all of them away.
    static func clear() {
        try? FileManager.default.removeItem(at: folder)
    }
}
