//! What Robin and the others write: short plain sentences, put together from parts by a drawn number.
//! Knows no day and no person. Invariant: nothing here names an offence, a sentence or a drug.

use alongside_core::life::Offer;

type Below<'a> = &'a mut dyn FnMut(usize) -> usize;

const OPENINGS: [&str; 8] = [
    "Slower than yesterday",
    "Better than I thought",
    "Took the longer way",
    "Nearly stayed indoors",
    "Rain on the windows",
    "Quiet morning",
    "Neighbours were kind",
    "Legs were heavy",
];
const CLOSINGS: [&str; 8] = [
    "and it was worth getting up for",
    "but I got there in the end",
    "so I sat by the river afterwards",
    "and the kettle was on when I came back",
    "with the radio for company",
    "and slept properly after",
    "and said good morning to three people",
    "then bread from the corner bakery",
];
const WORDS: [&str; 8] = [
    "Thinking of you this morning. The daffodils are nearly out.",
    "You sounded brighter on the telephone.",
    "Proud of how you kept going through February.",
    "There is soup in the freezer whenever you want some.",
    "Your grandfather would have laughed at that story.",
    "Small steps count twice when the weather is like this.",
    "The kettle is always on here.",
    "I noticed how patient you were on Tuesday.",
];
const THANKS: [&str; 6] = [
    "Thank you for waiting with me at the housing office.",
    "Your message arrived exactly when I needed it.",
    "Thanks for the soup and for listening.",
    "I walked further because you asked how it went.",
    "Thank you for treating me as ordinary.",
    "That phone call changed my whole afternoon.",
];
const ROUTINES: [(&str, &str); 6] = [
    ("Stretch after breakfast", "daily"),
    ("Ring somebody on Thursdays", "thu"),
    ("Library afternoon", "1 a week"),
    ("Water the balcony herbs", "3 a week"),
    ("Sketch for ten minutes", "2 a week"),
    ("Cook a pan of soup", "sun"),
];
const STEPS: [&str; 6] = [
    "Borrow the joinery book",
    "Ask about evening classes",
    "Photograph the certificate",
    "Write down three questions for the landlord",
    "Look up the swimming pool hours",
    "Send a postcard to Kit",
];

/// A note about a day.
pub(super) fn note(below: Below<'_>) -> String {
    let (opening, closing) = (OPENINGS[below(8)], CLOSINGS[below(8)]);
    format!("{opening}, {closing}.")
}

/// A kind word in own words.
pub(super) fn word(below: Below<'_>) -> String {
    WORDS[below(WORDS.len())].to_owned()
}

/// Thanks in own words.
pub(super) fn thanks(below: Below<'_>) -> String {
    THANKS[below(THANKS.len())].to_owned()
}

/// The idea of this number: a routine, a step, or just words, in turn.
pub(super) fn idea(number: usize) -> Offer {
    let at = number / 3 % 6;
    match number % 3 {
        0 => Offer::NewRoutine {
            name: ROUTINES[at].0.to_owned(),
            rhythm: ROUTINES[at].1.parse().unwrap(),
        },
        1 => Offer::NewStep {
            goal: None,
            name: STEPS[at].to_owned(),
        },
        _ => Offer::Words(WORDS[at].to_owned()),
    }
}
