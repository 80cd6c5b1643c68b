// How the core's plain values are said: rhythms, marks, cards, roles, what went wrong. It knows no screen and no rule.
// Invariant: every value the core can answer has words; the compiler sees to it.
import AlongsideCore

extension Words {
    /// How often a routine comes round.
    public func rhythm(_ often: HowOften) -> String {
        switch often {
        case .daily: self("rhythm.daily")
        case let .weekdays(days): self("rhythm.weekdays", ["days": weekdays(days)])
        case let .timesAWeek(times):
            times == 1 ? self("rhythm.once-a-week") : self("rhythm.times-a-week", ["times": String(times)])
        case let .everyOtherWeek(days, _): self("rhythm.other-week", ["days": weekdays(days)])
        case let .timesInDays(times, days):
            times == 1
                ? self("rhythm.once-in-days", ["days": String(days)])
                : self("rhythm.times-in-days", ["times": String(times), "days": String(days)])
        case .free: self("rhythm.free")
        }
    }

    private func weekdays(_ days: some Sequence<UInt8>) -> String {
        list(days.map { weekday(Int($0)) })
    }

    /// A mark on a day. A day without one has no words.
    public func mark(_ mark: Mark?) -> String {
        switch mark {
        case .done: self("today.is-done")
        case .rest: self("today.is-rest")
        case nil: ""
        }
    }

    /// Where a goal or a step stands.
    public func standing(_ state: Standing) -> String {
        switch state {
        case .going: self("goals.going")
        case .reached: self("goals.reached")
        case .changed: self("goals.changed")
        case .setAside: self("goals.set-aside")
        }
    }

    /// A card, or what kind of word it is.
    public func word(_ kind: WordKind) -> String {
        switch kind {
        case let .card(card):
            switch card {
            case .hello: self("card.hello")
            case .wellDone: self("card.well-done")
            case .thinkingOfYou: self("card.thinking-of-you")
            case .here: self("card.here")
            case .noHurry: self("card.no-hurry")
            case .restWell: self("card.rest-well")
            case .goodLuck: self("card.good-luck")
            case .glad: self("card.glad")
            }
        case .ownWords: self("encourage.own-words")
        case .thanks: self("encourage.thanks")
        case .seen: self("encourage.seen")
        }
    }

    /// Who someone is to me: a ready role in this language, or the person's own word as it stands.
    public func role(_ role: String) -> String {
        keys.contains("role." + role) ? self("role." + role) : role
    }

    /// A part of life: a ready one in this language, or the person's own word as it stands.
    public func area(_ area: String) -> String {
        keys.contains("area." + area) ? self("area." + area) : area
    }

    /// For how long a thing is shown. Until it is stopped has no words.
    public func until(_ until: Until) -> String {
        switch until {
        case .once: self("person.once")
        case let .through(last): self("person.until", ["day": day(last)])
        case .untilIStop: ""
        }
    }

    /// What went wrong.
    public func trouble(_ trouble: Trouble) -> String {
        switch trouble {
        case .Offline: self("trouble.offline")
        case .NotFound: self("trouble.not-found")
        case .NotYours: self("trouble.not-yours")
        case .CannotOpen: self("trouble.cannot-open")
        case .InviteEnded: self("trouble.invite-ended")
        case .Damaged: self("trouble.damaged")
        case .NewerVersion: self("trouble.newer-version")
        case .InUse: self("trouble.in-use")
        case .DoesNotFit: self("trouble.does-not-fit")
        case .NoRoom: self("trouble.no-room")
        }
    }

    /// A day of a routine in one line: the day, the mark, how much.
    public func line(_ row: DayRow, today: String, unit: String?) -> String {
        let said = [mark(row.mark), row.amount.map { amount(thousandths: $0, unit: unit) } ?? ""].filter { !$0.isEmpty }
        let name = day(row.day, today: today)
        return said.isEmpty ? name : self("day.mark", ["day": name, "mark": said.joined(separator: ", ")])
    }

    /// What an idea offers, in one line.
    public func offered(_ offered: Offered) -> String {
        switch offered {
        case let .routine(name, often): beside(name, rhythm(often))
        case let .step(name, goal?): beside(name, self("ideas.step-for", ["goal": goal]))
        case let .step(name, nil): beside(name, self("ideas.step"))
        case let .words(text): text
        }
    }

    private func beside(_ first: String, _ second: String) -> String {
        first + " · " + second
    }
}
