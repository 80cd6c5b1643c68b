// The words on screen in one language, read from the same source as the other phones' words. It knows no screen.
// Invariant: a key without words is a mistake of ours and stops a test; nothing is put together in code that a language
// could want in another order.
import Foundation

/// The texts of one language.
public struct Words: Sendable {
    /// `en`, `de`: what the texts are written in; days and numbers follow it.
    public let language: String
    private let texts: [String: String]
    private let rightToLeft: Bool

    /// The languages that there are words for.
    public static let languages = ["en", "de"]

    /// The words in the first of these languages that there are words for; English where there is none.
    public init(preferred: [String] = Locale.preferredLanguages) {
        let short = preferred.map { String($0.prefix { $0 != "-" && $0 != "_" }) }
        self.init(language: short.first { Self.languages.contains($0) } ?? "en")
    }

    /// The words in this language.
    public init(language: String) {
        let file = Bundle.module.url(forResource: "Words", withExtension: "strings", subdirectory: nil, localization: language)
        let bytes = file.flatMap { try? Data(contentsOf: $0) } ?? Data()
        let plain = try? PropertyListSerialization.propertyList(from: bytes, options: [], format: nil)
        self.init(language: language, texts: plain as? [String: String] ?? [:])
        precondition(!texts.isEmpty, "there are no words in \(language)")
    }

    init(language: String, texts: [String: String]) {
        self.language = language
        self.texts = texts
        rightToLeft = Locale.Language(identifier: language).characterDirection == .rightToLeft
    }

    /// What these words are written in.
    public var locale: Locale { Locale(identifier: language) }

    /// Every key there are words for.
    public var keys: Set<String> { Set(texts.keys) }

    /// The words for a key, with what is put in for each `{name}`. What is put in stands as it is: a name that looks like a
    /// place of its own is not filled again. In a language that is written from right to left it is set apart, so that a name
    /// in other letters keeps its own direction.
    public func callAsFunction(_ key: String, _ places: KeyValuePairs<String, String> = [:]) -> String {
        guard let text = texts[key] else { preconditionFailure("no words for \(key)") }
        var (said, rest) = ("", text[...])
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            said += rest[..<open]
            let name = rest[rest.index(after: open) ..< close]
            let value = places.first { $0.key == name }?.value
            said += value.map { rightToLeft ? "\u{2068}" + $0 + "\u{2069}" : $0 } ?? String(rest[open ... close])
            rest = rest[rest.index(after: close)...]
        }
        return said + rest
    }

    /// The numbered texts that begin so, in their order: "limits.can-1", "limits.can-2" and on.
    public func all(_ beginning: String) -> [String] {
        (1 ... 99).lazy.map { beginning + String($0) }.prefix { texts[$0] != nil }.map { texts[$0] ?? "" }
    }
}
