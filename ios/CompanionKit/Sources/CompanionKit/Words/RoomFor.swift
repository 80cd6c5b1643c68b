// How much room there is for what is typed: the core's own figures, so that a field stops where the core would refuse. It
// knows no field. Invariant: what is cut is cut between characters as people count them.
import AlongsideCore

/// What a field is for.
public enum RoomFor: CaseIterable, Sendable {
    case name, person, ownRole, note, words

    private static let room = AlongsideCore.room()

    /// So many characters at most.
    public var most: Int {
        switch self {
        case .name: Int(Self.room.name)
        case .person: Int(Self.room.person)
        case .ownRole: Int(Self.room.ownRole)
        case .note: Int(Self.room.note)
        case .words: Int(Self.room.words)
        }
    }

    /// As much of it as there is room for.
    public func cut(_ text: String) -> String {
        String(text.prefix(most))
    }
}
