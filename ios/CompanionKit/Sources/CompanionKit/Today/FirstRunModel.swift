// The first run: a name, if one likes, then a blank page. It knows no view. Invariant: nothing else is asked for, no
// permission and no network, and what it makes is blank.
import AlongsideCore
import Observation

/// The first screen of all.
@MainActor @Observable public final class FirstRunModel {
    public var name = ""
    public private(set) var trouble: Trouble?
    public let words: Words

    @ObservationIgnored private let folder: String
    @ObservationIgnored private let keys: any PhoneKeys

    public init(folder: String, keys: any PhoneKeys, words: Words) {
        self.folder = folder
        self.keys = keys
        self.words = words
    }

    /// Begins. What is there from now on; none where it did not go, and `trouble` says why.
    public func start() async -> Home? {
        do {
            let name = name.isEmpty ? words("first.unnamed") : name
            return try await Home.begin(folder: folder, keys: keys, name: name, words: words)
        } catch {
            trouble = Trouble.of(error)
            return nil
        }
    }
}
