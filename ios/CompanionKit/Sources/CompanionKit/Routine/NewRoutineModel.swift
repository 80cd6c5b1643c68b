// Making a routine: a name, how often, perhaps a time. It knows no view. Invariant: every choice offered is one the core
// takes; whether a name will do is the core's to say.
import AlongsideCore
import Foundation
import Observation

/// A routine that is being made.
@MainActor @Observable public final class NewRoutineModel {
    /// How it comes round, as the screen offers it.
    public enum Choice: String, CaseIterable, Identifiable, Sendable {
        case daily, weekdays, times, free
        public var id: String { rawValue }
    }

    public var name = ""
    public var choice = Choice.daily
    /// 1 is Monday.
    public var weekdays: Set<Int> = []
    public var times = 3
    /// `08:30`, or nothing.
    public var time = ""
    public private(set) var trouble: Trouble?
    public let words: Words
    @ObservationIgnored private let home: Home

    public init(_ home: Home) {
        self.home = home
        words = home.words
    }

    public var howOften: HowOften {
        switch choice {
        case .daily: .daily
        case .weekdays: .weekdays(days: Data(weekdays.sorted().map(UInt8.init)))
        case .times: .timesAWeek(times: UInt8(times))
        case .free: .free
        }
    }

    public func said(_ choice: Choice) -> String {
        switch choice {
        case .daily: words("often.daily")
        case .weekdays: words("often.some-days")
        case .times: words("often.some-times")
        case .free: words("often.free")
        }
    }

    /// Adds it. Whether it went; else `trouble` says why.
    public func add() async -> Bool {
        let (name, often, time) = (name, howOften, time.isEmpty ? nil : time)
        do {
            _ = try await home.door.ask { try $0.addRoutine(name: name, often: often, time: time) }
            home.courier.deedDone()
            return true
        } catch {
            trouble = Trouble.of(error)
            return false
        }
    }
}
