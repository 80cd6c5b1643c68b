// The first run: a name, if one likes, then a blank page that goes on with one routine; or what one had before. It knows no
// view. Invariant: nothing else is asked for, no permission and no network, and what it makes is blank.
import AlongsideCore
import Foundation
import Observation

/// The first screen of all.
@MainActor @Observable public final class FirstRunModel {
    public var name = ""
    public private(set) var trouble: Trouble?
    public let words: Words

    /// What is being filled in of a copy from before.
    public var typed = ""
    public var bySheet = true
    public private(set) var copy: Data?

    @ObservationIgnored private let folder: String
    @ObservationIgnored private let keys: any PhoneKeys

    public init(folder: String, keys: any PhoneKeys, words: Words) {
        self.folder = folder
        self.keys = keys
        self.words = words
    }

    /// Begins. What is there from now on; none where it did not go, and `trouble` says why.
    public func start(then beginning: Beginning = .routine) async -> Home? {
        let name = name.trimmingCharacters(in: .whitespacesAndNewlines)
        let (folder, keys, words) = (folder, keys, words)
        return await made {
            try await Home.begin(folder: folder, keys: keys, name: name.isEmpty ? words("first.unnamed") : name, words: words, then: beginning)
        }
    }

    /// A copy was picked, or not.
    public func pick(_ picked: Result<URL, any Error>) {
        guard case let .success(file) = picked else { return }
        #if canImport(Darwin)
            let lent = file.startAccessingSecurityScopedResource()
            defer { if lent { file.stopAccessingSecurityScopedResource() } }
        #endif
        copy = try? Data(contentsOf: file)
        trouble = copy == nil ? .CannotOpen : nil
    }

    /// Brings back what the copy holds.
    public func restore() async -> Home? {
        guard let copy else { return nil }
        let (folder, keys, words, typed, bySheet) = (folder, keys, words, typed, bySheet)
        return await made {
            try await Home.restore(folder: folder, keys: keys, copy: copy, typed: typed, bySheet: bySheet, words: words)
        }
    }

    private func made(_ make: () async throws -> Home) async -> Home? {
        do {
            trouble = nil
            return try await make()
        } catch {
            trouble = Trouble.of(error)
            return nil
        }
    }
}
