// How days, times and amounts are said. It counts nothing and decides nothing: a day comes from the core as `2026-02-04`.
// Invariant: what is no day is said as it came, never as another day.
import Foundation

extension Words {
    /// A day as a heading.
    public func day(_ day: String) -> String {
        Self.date(day).map { said($0, self("date.day")) } ?? day
    }

    /// A day in a list.
    public func shortDay(_ day: String) -> String {
        Self.date(day).map { said($0, self("date.short")) } ?? day
    }

    /// `08:30` as people here write it.
    public func time(_ time: String) -> String {
        let parts = time.split(separator: ":").compactMap { Int($0) }
        guard parts.count == 2 else { return time }
        let at = DateComponents(calendar: Self.calendar, timeZone: Self.utc, year: 2000, month: 1, day: 1, hour: parts[0], minute: parts[1])
        return at.date.map { said($0, self("time.of-day")) } ?? time
    }

    /// A core's `08:30` as a moment of today's, for a clock to be turned.
    static func moment(_ time: String) -> Foundation.Date? {
        let parts = time.split(separator: ":").compactMap { Int($0) }
        guard parts.count == 2 else { return nil }
        return Calendar.current.date(bySettingHour: parts[0], minute: parts[1], second: 0, of: Foundation.Date())
    }

    /// The core's `08:30` of such a moment.
    static func plain(_ moment: Foundation.Date) -> String {
        let parts = Calendar.current.dateComponents([.hour, .minute], from: moment)
        return [parts.hour ?? 0, parts.minute ?? 0].map { ($0 < 10 ? "0" : "") + String($0) }.joined(separator: ":")
    }

    /// A day of the week: 1 is Monday, 7 is Sunday.
    public func weekday(_ number: Int) -> String {
        var calendar = Self.calendar
        calendar.locale = locale
        // Foundation's first is Sunday.
        let names = calendar.weekdaySymbols
        return (1 ... 7).contains(number) ? names[number % 7] : String(number)
    }

    /// Data used, in the way a person's phone plan counts it.
    public func dataUsed(bytes: UInt64) -> String {
        if bytes < 50_000 { return self("settings.data-little") }
        let megabytes = Double(bytes) / 1_000_000
        let number = megabytes.formatted(.number.precision(.fractionLength(1)).locale(locale))
        return self("settings.data-used", ["megabytes": number])
    }

    /// An amount of a routine, from the core's thousandths.
    public func amount(thousandths: Int64, unit: String?) -> String {
        let number = (Double(thousandths) / 1000).formatted(.number.precision(.fractionLength(0 ... 3)).locale(locale))
        return [number, unit ?? ""].filter { !$0.isEmpty }.joined(separator: " ")
    }

    private static let utc = TimeZone(identifier: "UTC")
    private static var calendar: Calendar {
        var calendar = Calendar(identifier: .gregorian)
        if let utc { calendar.timeZone = utc }
        return calendar
    }

    private static func date(_ day: String) -> Foundation.Date? {
        let parts = day.split(separator: "-").compactMap { Int($0) }
        guard parts.count == 3 else { return nil }
        let wanted = DateComponents(calendar: calendar, timeZone: utc, year: parts[0], month: parts[1], day: parts[2])
        return wanted.isValidDate ? wanted.date : nil
    }

    private func said(_ date: Foundation.Date, _ pattern: String) -> String {
        let format = DateFormatter()
        format.locale = locale
        format.timeZone = Self.utc
        format.dateFormat = pattern
        return format.string(from: date)
    }
}
