// A routine that is being made or changed: a name, how often, perhaps a time. It knows no view. Invariant: what is offered,
// where the choice begins and what a typed time means are the core's; whether a name will do is the core's to say.
import AlongsideCore
import Foundation
import Observation

/// How often something comes round, while it is chosen.
@MainActor @Observable public final class OftenModel {
    /// The ways that are offered.
    public private(set) var offered: [HowOften]
    /// Which of them is chosen.
    public var at = 0

    /// With the routine's own way first in hand, where there is one.
    public init(now: HowOften? = nil) {
        offered = howOftenOffered()
        guard let now else { return }
        if let same = offered.firstIndex(where: { $0.kind == now.kind }) {
            offered[same] = now
            at = same
        } else {
            offered.append(now)
            at = offered.count - 1
        }
    }

    public var chosen: HowOften { offered[at] }

    /// What stands beside a choice: the way itself is said once it is chosen.
    public func said(_ at: Int, _ words: Words) -> String {
        switch offered[at] {
        case .weekdays: words("often.some-days")
        case .timesAWeek: words("often.some-times")
        case let other: words.often(other)
        }
    }

    /// The days of the week, where the choice is of them.
    public var days: Set<Int>? {
        switch chosen {
        case let .weekdays(days), let .everyOtherWeek(days, _): Set(days.map(Int.init))
        default: nil
        }
    }

    public func set(day: Int, _ on: Bool) {
        guard var days else { return }
        if on { days.insert(day) } else { days.remove(day) }
        let bytes = Data(days.sorted().compactMap { UInt8(exactly: $0) })
        switch chosen {
        case .weekdays: offered[at] = .weekdays(days: bytes)
        case let .everyOtherWeek(_, anchor): offered[at] = .everyOtherWeek(days: bytes, anchor: anchor)
        default: break
        }
    }

    /// So many times a week, where the choice is of that.
    public var times: Int? {
        if case let .timesAWeek(times) = chosen { Int(times) } else { nil }
    }

    /// One time more or less; what no week holds is not taken.
    public func set(times: Int) {
        guard self.times != nil, (1 ... 7).contains(times), let times = UInt8(exactly: times) else { return }
        offered[at] = .timesAWeek(times: times)
    }
}

extension HowOften {
    /// Which of the ways it is, without its numbers.
    fileprivate var kind: Int {
        switch self {
        case .daily: 0
        case .weekdays: 1
        case .timesAWeek: 2
        case .everyOtherWeek: 3
        case .timesInDays: 4
        case .free: 5
        }
    }
}

/// A routine that is being made, or changed where there is one.
@MainActor @Observable public final class NewRoutineModel {
    public var name = ""
    /// As a person types it, or nothing.
    public var time = ""
    public let often: OftenModel
    public let words: Words
    /// What there was before; none where it is made.
    public let page: Page<RoutineScreen?>
    @ObservationIgnored private let changing: String?

    public init(_ home: Home, changing screen: RoutineScreen? = nil) {
        words = home.words
        changing = screen?.id
        name = screen?.name ?? ""
        time = screen?.time ?? ""
        often = OftenModel(now: screen?.howOften)
        page = Page(home) { _ in nil }
    }

    /// Adds or changes it. Whether it went; else the page's trouble says why.
    public func keep() async -> Bool {
        let typed = time.trimmingCharacters(in: .whitespacesAndNewlines)
        let (name, often, time) = (name, often.chosen, typed.isEmpty ? nil : typed)
        guard let changing else {
            return await page.last { try $0.addRoutine(name: name, often: often, time: time) } != nil
        }
        return await page.last { try $0.changeRoutine(routine: changing, name: name, often: often, time: time) } != nil
    }
}
