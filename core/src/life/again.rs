//! Words that may read as a threat: before such a text goes, its writer is asked to read it again. On this phone alone:
//! nothing is kept of it, nobody is told, and it goes as it is where its writer says so (HR-48).
//! This file knows no sender. Its one invariant: a word is found whole, never inside another word.

/// Whole words and runs of words that may read as a threat, in lower case and without apostrophes, in English and German.
const MAY_THREATEN: &[&str] = &[
    "beat you",
    "break your",
    "burn your",
    "come after you",
    "coming for you",
    "get you for",
    "hate you",
    "hurt you",
    "ill find you",
    "i will find you",
    "kick your",
    "kill",
    "know where you live",
    "make you pay",
    "or else",
    "pay for this",
    "punch",
    "regret this",
    "regret it",
    "shoot",
    "shut your mouth",
    "smash",
    "snitch",
    "stab",
    "watch your back",
    "you will be sorry",
    "youll be sorry",
    "youre dead",
    "you are dead",
    "bereuen",
    "bring dich um",
    "bringe dich um",
    "bist tot",
    "erschiessen",
    "erschießen",
    "erstechen",
    "finde dich",
    "halt die fresse",
    "halt den mund",
    "hasse dich",
    "mach dich fertig",
    "mache dich fertig",
    "schlag dich",
    "schlage dich",
    "sonst passiert",
    "tu dir weh",
    "umbringen",
    "verprügeln",
    "weiß wo du wohnst",
    "weiss wo du wohnst",
    "wirst dafür zahlen",
];

/// Whether this text is worth another look before it goes to somebody.
#[must_use]
pub fn is_worth_another_look(text: &str) -> bool {
    let mut words = String::from(" ");
    for letter in text.chars().flat_map(char::to_lowercase) {
        match letter {
            '\'' | '’' => {}
            letter if letter.is_alphanumeric() => words.push(letter),
            _ if words.ends_with(' ') => {}
            _ => words.push(' '),
        }
    }
    words.push(' ');
    let mut found = MAY_THREATEN.iter();
    found.any(|threat| words.contains(&format!(" {threat} ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_threat_is_worth_another_look_however_it_is_written() {
        for text in [
            "I'll find you.",
            "you will REGRET   this",
            "I’ll kill... you",
            "Watch your back!",
            "Das wirst du bereuen",
            "Ich weiß, wo du wohnst.",
        ] {
            assert!(is_worth_another_look(text), "{text}");
        }
    }

    #[test]
    fn kind_words_go_as_they_are() {
        for text in [
            "",
            "You have real skill.",
            "No regrets, it was a lovely day.",
            "I am here if you want to talk.",
            "Come and find me at the shed.",
            "Rest well. Tomorrow is another day, or the day after.",
            "Pass auf dich auf.",
            "Ich denke an dich.",
        ] {
            assert!(!is_worth_another_look(text), "{text}");
        }
    }

    #[test]
    fn each_entry_is_as_a_text_is_read() {
        for entry in MAY_THREATEN {
            assert_eq!(*entry, entry.to_lowercase());
            assert!(is_worth_another_look(&format!("x {entry}, y")), "{entry}");
            assert!(!is_worth_another_look(&format!("{entry}x")), "{entry}");
        }
    }
}
