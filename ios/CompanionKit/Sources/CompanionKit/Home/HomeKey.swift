// The key of the home's file: when one is read, and when one is made. It knows no keychain. Invariant: a key is made only
// where the keystore says that there is none and where no home was made yet; nothing that is there is ever replaced, or all
// that it opens would be lost.
import AlongsideCore
import Foundation

/// The home's key, kept by the phone.
public final class HomeKey: PhoneKeys {
    static let name = "home key"
    static let length = 32
    /// What the core calls the home's file.
    static let file = "alongside.db"
    private let secrets: any Secrets
    private let folder: String

    public init(_ secrets: any Secrets, folder: String) {
        self.secrets = secrets
        self.folder = folder
    }

    public func key() throws -> Data {
        switch secrets.read(Self.name) {
        case let .bytes(bytes) where bytes.count == Self.length: return bytes
        case .bytes, .unknown: throw Trouble.CannotOpen
        case .nothing: return try first()
        }
    }

    private func first() throws -> Data {
        let home = URL(fileURLWithPath: folder).appendingPathComponent(Self.file)
        guard !FileManager.default.fileExists(atPath: home.path) else { throw Trouble.CannotOpen }
        let bytes = Data.chance(Self.length)
        guard secrets.add(Self.name, bytes) else { throw Trouble.CannotOpen }
        return bytes
    }
}

extension Data {
    /// So many bytes that nobody can guess.
    static func chance(_ count: Int) -> Data {
        var system = SystemRandomNumberGenerator()
        return Data((0 ..< count).map { _ in UInt8.random(in: 0 ... 255, using: &system) })
    }
}
