// How the core's plain values are said: rhythms, marks, cards, roles, what went wrong. It knows no screen and no rule.
// Invariant: every value the core can answer has words; the compiler sees to it.
import AlongsideCore

extension Words {
    /// How often a routine comes round.
    public func often(_ often: HowOften) -> String {
        switch often {
        case .daily: self("often.daily")
        case let .weekdays(days): self("often.weekdays", ["days": weekdays(days)])
        case let .timesAWeek(times):
            times == 1 ? self("often.once-a-week") : self("often.times-a-week", ["times": String(times)])
        case let .everyOtherWeek(days, _): self("often.every-other-week", ["days": weekdays(days)])
        case let .timesInDays(times, days):
            times == 1
                ? self("often.once-in-days", ["days": String(days)])
                : self("often.times-in-days", ["times": String(times), "days": String(days)])
        case .free: self("often.free")
        }
    }

    private func weekdays(_ days: some Sequence<UInt8>) -> String {
        days.map { weekday(Int($0)) }.joined(separator: ", ")
    }

    /// A mark on a day. A day without one has no words.
    public func mark(_ mark: Mark) -> String {
        switch mark {
        case .done: self("mark.done")
        case .rest: self("mark.rest")
        }
    }

    /// Where a goal or a step stands.
    public func standing(_ state: Standing) -> String {
        switch state {
        case .going: self("goal.going")
        case .reached: self("goal.reached")
        case .changed: self("goal.changed")
        case .setAside: self("goal.set-aside")
        }
    }

    /// A kind word: what its card says, or the writer's own words.
    public func word(_ kind: WordKind, _ text: String) -> String {
        switch kind {
        case let .card(card): self.card(card)
        case .ownWords: text
        case .thanks: text.isEmpty ? self("word.thanks") : self("word.thanks-for", ["text": text])
        case .seen: text.isEmpty ? self("word.seen") : self("word.seen-that", ["text": text])
        }
    }

    private func card(_ card: CardKind) -> String {
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
    }

    /// Who someone is to me: a ready role in this language, or the person's own word as it stands.
    public func role(_ role: Role) -> String {
        switch role {
        case .partner: self("role.partner")
        case .family: self("role.family")
        case .friend: self("role.friend")
        case .faith: self("role.faith")
        case .work: self("role.work")
        case .mentor: self("role.mentor")
        case .officer: self("role.officer")
        case .neighbour: self("role.neighbour")
        case let .own(word): word
        }
    }

    /// A part of life: a ready one in this language, or the person's own word as it stands.
    public func area(_ area: String) -> String {
        keys.contains("area." + area) ? self("area." + area) : area
    }

    /// For how long a thing is shown.
    public func until(_ until: Until) -> String {
        switch until {
        case .once: self("until.once")
        case let .through(last): self("until.through", ["day": shortDay(last)])
        case .untilIStop: self("until.stop")
        }
    }

    /// What may come from somebody.
    public func allow(_ allow: Allow) -> String {
        switch allow {
        case .cardsOnly: self("allow.cards")
        case .ownWords: self("allow.own-words")
        case .quiet: self("allow.quiet")
        }
    }

    /// What a person lets in now; none where words can go.
    public func takes(_ takes: Takes, name: String) -> String? {
        switch takes {
        case .ownWords: nil
        case .cards: self("encourage.cards-only", ["name": name])
        case .theirTurn: self("encourage.their-turn", ["name": name])
        case .tomorrow: self("encourage.tomorrow")
        case .nothing: self("encourage.nothing", ["name": name])
        }
    }

    /// How far an invite is.
    public func stage(_ stage: Stage) -> String {
        switch stage {
        case .noAnswerYet: self("stage.no-answer-yet")
        case .looking: self("stage.looking")
        case .theyAsk: self("stage.they-ask")
        case .wordsComing: self("stage.words-coming")
        case .compare: self("stage.compare")
        case .doesNotFit: self("stage.does-not-fit")
        case .over: self("stage.over")
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

    /// A day of a routine: the mark and how much. Empty where only a note was written.
    public func line(_ row: DayRow, unit: String?) -> String {
        [row.mark.map(mark), row.amount.map { amount(thousandths: $0, unit: unit) }].compactMap { $0 }.joined(separator: ", ")
    }

    /// What an idea offers.
    public func offered(_ offered: Offered) -> String {
        switch offered {
        case let .routine(name, often): self("idea.routine", ["name": name, "often": self.often(often)])
        case let .step(name, goal?): self("idea.step-for", ["name": name, "goal": goal])
        case let .step(name, nil): self("idea.step", ["name": name])
        case let .words(text): text
        }
    }
}
