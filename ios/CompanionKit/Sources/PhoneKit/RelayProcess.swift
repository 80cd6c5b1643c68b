// The real post box as a process of its own, for stories. It knows the relay's command line only. Invariant: a story that
// can't start it falls; it never goes on without.
import Foundation

/// A running relay. It ends when this is let go.
public final class RelayProcess {
    public let url: String
    private let process = Process()

    /// Starts `ALONGSIDE_RELAY` with its data in `folder`.
    public init(in folder: URL) throws {
        guard let program = ProcessInfo.processInfo.environment["ALONGSIDE_RELAY"] else {
            throw NoRelay(why: "ALONGSIDE_RELAY does not say where the relay's program is")
        }
        let said = Pipe()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = ["--listen", "127.0.0.1:0", "--database", folder.appendingPathComponent("relay.db").path]
        process.standardOutput = said
        try process.run()
        var line = Data()
        while let byte = try said.fileHandleForReading.read(upToCount: 1), !byte.isEmpty, byte[byte.startIndex] != 10 { line.append(byte) }
        let first = String(decoding: line, as: UTF8.self)
        guard let address = first.split(separator: " ").last, first.hasPrefix("listening on ") else {
            throw NoRelay(why: "the relay did not start: \(first)")
        }
        url = "http://\(address)"
    }

    deinit {
        process.terminate()
        process.waitUntilExit()
    }
}

/// Why there is no relay.
public struct NoRelay: Error, CustomStringConvertible {
    let why: String
    public var description: String { why }
}
