//! The words that never appear on a person's screen, whoever they are to whom.
//!
//! What a person types is not held against it: this is for our own strings, and tests of every room use it.
//! Its one invariant: a word is found whole, in any case, never inside another word.

/// Whole words and pairs of words, in lower case.
const FORBIDDEN: &[&str] = &[
    "addict",
    "addicts",
    "at-risk",
    "breach",
    "breached",
    "breaches",
    "case",
    "caseload",
    "case manager",
    "client",
    "clients",
    "compliance",
    "compliant",
    "convict",
    "convicted",
    "criminal",
    "criminals",
    "deniable",
    "enforcement",
    "ex-offender",
    "fail",
    "failed",
    "fails",
    "failure",
    "handler",
    "hard to reach",
    "inmate",
    "inmates",
    "junkie",
    "level",
    "levels",
    "manage people",
    "missed",
    "monitor",
    "monitored",
    "monitoring",
    "non-compliant",
    "offence",
    "offences",
    "offender",
    "offenders",
    "overdue",
    "penalties",
    "penalty",
    "perpetrator",
    "rank",
    "ranked",
    "ranking",
    "ranks",
    "recidivism",
    "relapse",
    "relapsed",
    "reoffend",
    "reoffending",
    "responsibilise",
    "risk",
    "risks",
    "sanction",
    "sanctions",
    "score",
    "scored",
    "scores",
    "secret",
    "secrets",
    "service user",
    "service users",
    "spy",
    "streak",
    "streaks",
    "supervise",
    "supervision",
    "supervisor",
    "track",
    "tracked",
    "tracking",
    "tracks",
    "triggers",
    "violate",
    "violation",
    "violations",
];

/// The first word of the list that stands in a text as a whole word, in any case.
#[must_use]
pub fn forbidden(text: &str) -> Option<&'static str> {
    let text = text.to_lowercase();
    FORBIDDEN.iter().copied().find(|word| {
        text.match_indices(word)
            .any(|(at, _)| stands_alone(&text, at, word))
    })
}

fn stands_alone(text: &str, at: usize, word: &str) -> bool {
    let before = text.get(..at).and_then(|part| part.chars().next_back());
    let after = text
        .get(at + word.len()..)
        .and_then(|part| part.chars().next());
    let joins = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    !joins(before) && !joins(after)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_whole_and_in_any_case() {
        assert_eq!(forbidden("Your STREAK is gone"), Some("streak"));
        assert_eq!(forbidden("the `create_secret` setting"), Some("secret"));
        assert_eq!(forbidden("a service user's page"), Some("service user"));
        assert_eq!(forbidden("It failed."), Some("failed"));
        for fine in [
            "You backtracked to the levelled brisket.",
            "Tell the secretary about the showcase and the suitcases.",
            "Rest days count as looking after yourself.",
            "",
        ] {
            assert_eq!(forbidden(fine), None, "{fine}");
        }
    }
}
