//! What a test program's output means. A test that isn't there, one that passes and one that falls by another
//! assertion than the one named have all not noticed that a defence is gone.

/// A test that fell, and what it said.
#[derive(Debug, PartialEq, Eq)]
pub struct Fallen {
    /// Place and words of the panic.
    pub said: String,
}

/// How many passed and failed, added over every program that ran.
fn counts(said: &str) -> (usize, usize) {
    let mut sum = (0, 0);
    for line in said
        .lines()
        .filter_map(|line| line.strip_prefix("test result: "))
    {
        let number = |what: &str| -> usize {
            let before = line.split(what).next().unwrap_or_default();
            let digits = before.rsplit(' ').next().unwrap_or_default();
            digits.parse().unwrap_or(0)
        };
        sum.0 += number(" passed");
        sum.1 += number(" failed");
    }
    sum
}

/// All so many tests ran and passed.
pub fn passed(said: &str, tests: usize) -> Result<(), String> {
    match counts(said) {
        (passed, 0) if passed == tests => Ok(()),
        (passed, failed) => Err(format!(
            "{tests} tests are named, {passed} passed and {failed} failed with every defence in place:\n{said}"
        )),
    }
}

/// The one test ran and fell by an assertion that holds these words.
pub fn fallen(said: &str, test: &str, falls: &str) -> Result<Fallen, String> {
    match counts(said) {
        (0, 1) => {}
        (0, 0) => return Err(format!("no test ran: {test}\n{said}")),
        (1, 0) => return Err(format!("{test} still passes")),
        (passed, failed) => {
            return Err(format!(
                "{test} is not one test: {passed} passed, {failed} failed"
            ));
        }
    }
    let panic = panic_of(said, test).ok_or_else(|| format!("no panic was shown:\n{said}"))?;
    if panic.contains(falls) {
        Ok(Fallen { said: panic })
    } else {
        Err(format!("{test} falls, but not by \"{falls}\":\n{panic}"))
    }
}

/// The first panic of a test: where, and its words.
fn panic_of(said: &str, test: &str) -> Option<String> {
    let own = said
        .split_once(&format!("---- {test} stdout ----"))
        .map(|(_, rest)| rest)?;
    let from = own.find(" panicked at ")?;
    let words = own.get(from..)?.strip_prefix(" panicked at ")?;
    let end = [
        "\nnote: ",
        "\nstack backtrace",
        "\n\n\nfailures:",
        "\n\n---- ",
    ]
    .iter()
    .filter_map(|mark| words.find(mark))
    .min()
    .unwrap_or(words.len());
    Some(words.get(..end)?.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const FELL: &str = "
running 1 test
a::b --- FAILED

failures:

---- a::b stdout ----

thread 'a::b' (77) panicked at tests/stories/attacks/a.rs:33:9:
assertion failed: a key was used twice: 0707
note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace


failures:
    a::b

test result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured; 37 filtered out; finished in 1.29s
";

    #[test]
    fn a_test_that_falls_by_its_own_assertion_has_noticed() {
        let fallen = fallen(FELL, "a::b", "a key was used twice").map(|fallen| fallen.said);
        let said = "tests/stories/attacks/a.rs:33:9:\nassertion failed: a key was used twice: 0707";
        assert_eq!(fallen.as_deref(), Ok(said));
    }

    #[test]
    fn another_assertion_or_a_set_up_that_broke_has_not() {
        let why = fallen(FELL, "a::b", "a day opens").map_err(|why| why.contains("not by"));
        assert_eq!(why, Err(true));
        let broke = FELL.replace(
            "a key was used twice",
            "called `Option::unwrap()` on a `None` value",
        );
        assert!(fallen(&broke, "a::b", "a key was used twice").is_err());
    }

    #[test]
    fn no_test_a_pass_and_several_tests_have_not() {
        let result = |counts: &str| format!("running\n\ntest result: ok. {counts}; 0 ignored\n");
        for counts in [
            "0 passed; 0 failed",
            "1 passed; 0 failed",
            "1 passed; 1 failed",
            "0 passed; 2 failed",
        ] {
            assert!(
                fallen(&result(counts), "a::b", "a key").is_err(),
                "{counts}"
            );
        }
        assert!(fallen("", "a::b", "a key").is_err());
        assert!(fallen("error: no test target", "a::b", "a key").is_err());
    }

    #[test]
    fn with_every_defence_all_named_tests_must_be_there() {
        let result = |counts: &str| format!("test result: ok. {counts}; 0 ignored\n");
        assert_eq!(passed(&result("3 passed; 0 failed"), 3), Ok(()));
        for counts in [
            "2 passed; 0 failed",
            "0 passed; 0 failed",
            "3 passed; 1 failed",
        ] {
            assert!(passed(&result(counts), 3).is_err(), "{counts}");
        }
        assert!(passed("", 3).is_err());
    }
}
