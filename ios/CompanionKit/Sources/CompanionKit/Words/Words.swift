// The words on screen in one language, read from the same source as the other phones' words. It knows no screen.
// Invariant: a key without words is a mistake of ours and stops a test; nothing is put together in code that a language
// could want in another order.
import Foundation

/// The texts of one language.
public struct Words: Sendable {
    /// `en`, `de`: what the texts are written in; days and numbers follow it.
    public let language: String
    private let texts: [String: String]

    /// The languages that there are words for.
    public static let languages = ["en", "de"]

    /// The words in the first of these languages that there are words for; English where there is none.
    public init(preferred: [String] = Locale.preferredLanguages) {
        let short = preferred.map { String($0.prefix { $0 != "-" && $0 != "_" }) }
        self.init(language: short.first { Self.languages.contains($0) } ?? "en")
    }

    /// The words in this language.
    public init(language: String) {
        self.language = language
        let file = Bundle.module.url(forResource: "Words", withExtension: "strings", subdirectory: nil, localization: language)
        let bytes = file.flatMap { try? Data(contentsOf: $0) } ?? Data()
        let plain = try? PropertyListSerialization.propertyList(from: bytes, options: [], format: nil)
        texts = plain as? [String: String] ?? [:]
        precondition(!texts.isEmpty, "there are no words in \(language)")
    }

    /// What these words are written in.
    public var locale: Locale { Locale(identifier: language) }

    /// Every key there are words for.
    public var keys: Set<String> { Set(texts.keys) }

    /// The words for a key, with what is put in for each `{name}`.
    public func callAsFunction(_ key: String, _ places: KeyValuePairs<String, String> = [:]) -> String {
        guard var text = texts[key] else { preconditionFailure("no words for \(key)") }
        for (name, value) in places {
            text = text.replacingOccurrences(of: "{\(name)}", with: value)
        }
        return text
    }

    /// The numbered texts that begin so, in their order: "limits.can-1", "limits.can-2" and on.
    public func all(_ beginning: String) -> [String] {
        (1 ... 99).lazy.map { beginning + String($0) }.prefix { texts[$0] != nil }.map { texts[$0] ?? "" }
    }
}
