// A phone on this machine, for stories: a folder, a key in a file beside it, a clock. It knows no screen. Invariant: the
// same folder is the same phone again after the process that held it was ended in the middle of a deed.
import AlongsideCore
import Foundation

/// The key of a home, in a file beside it: on a real phone the keystore keeps it.
public final class KeyFile: PhoneKeys {
    private let file: URL

    public init(beside folder: URL) {
        file = folder.appendingPathExtension("key")
    }

    public func key() throws -> Data {
        if let bytes = try? Data(contentsOf: file) { return bytes }
        var chance = SystemRandomNumberGenerator()
        let bytes = Data((0 ..< 32).map { _ in UInt8.random(in: 0 ... 255, using: &chance) })
        do {
            try bytes.write(to: file, options: .atomic)
        } catch {
            throw Trouble.CannotOpen
        }
        return bytes
    }
}

/// This machine's time, which a story can put forward.
public final class StoryClock: PhoneClock, @unchecked Sendable {
    private let lock = NSLock()
    private var ahead: UInt64 = 0

    public init() {}

    public func seconds() -> UInt64 {
        lock.withLock { UInt64(Foundation.Date().timeIntervalSince1970) + ahead }
    }

    public func zone() -> String { "UTC" }

    public func pass(days: UInt64) {
        lock.withLock { ahead += days * 86400 }
    }
}

/// Opens the phone in this folder, or begins it under this name with this post box.
public func openOrBegin(_ folder: URL, name: String, postBox: String, clock: any PhoneClock = StoryClock()) throws -> Phone {
    let keys = KeyFile(beside: folder)
    do {
        return try Phone.open(folder: folder.path, keys: keys, clock: clock)
    } catch Trouble.NotFound {
        let phone = try Phone.begin(folder: folder.path, keys: keys, clock: clock, name: name)
        try phone.setPostBox(url: postBox, proxy: nil)
        return phone
    }
}
