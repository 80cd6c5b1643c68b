//! What a run of XCTest says: how many tests of each kind passed. It knows XCTest's lines only. Invariant: a test that was
//! skipped, fell, or was never begun is no pass, and none of a kind at all is a failure.

/// Tests that passed.
#[derive(Debug, PartialEq, Eq)]
pub struct Outcome {
    /// In classes whose names end in `Story`.
    pub stories: usize,
    /// In all others.
    pub others: usize,
}

impl Outcome {
    /// Reads what `swift test` said.
    pub fn read(said: &str) -> Result<Self, String> {
        let (mut stories, mut others) = (0, 0);
        for line in said.lines() {
            // Test Case 'WordsTests.testDays' passed (0.001 seconds)
            let Some((name, rest)) = line
                .trim()
                .strip_prefix("Test Case '")
                .and_then(|line| line.split_once('\''))
            else {
                continue;
            };
            let class = name.split('.').next().unwrap_or_default();
            match rest.split_whitespace().next() {
                Some("started") => {}
                Some("passed") if class.ends_with("Story") => stories += 1,
                Some("passed") => others += 1,
                _ => return Err(format!("{name}:{rest}")),
            }
        }
        if stories == 0 || others == 0 {
            return Err(format!(
                "a kind of test did not run: {stories} stories, {others} others"
            ));
        }
        Ok(Self { stories, others })
    }
}

#[cfg(test)]
mod tests {
    use super::Outcome;

    const PASSED: &str = "Test Case 'AStory.testA' started at 2026-01-01\n\
        Test Case 'AStory.testA' passed (0.1 seconds)\nTest Case 'ATests.testB' passed (0.1 seconds)\n\
        Test Case 'ATests.testC' passed (0.1 seconds)\n";

    #[test]
    fn passes_are_counted_by_kind() {
        assert_eq!(
            Outcome::read(PASSED),
            Ok(Outcome {
                stories: 1,
                others: 2
            })
        );
    }

    #[test]
    fn none_a_skip_and_a_fall_are_no_pass() {
        assert!(Outcome::read("").is_err());
        assert!(Outcome::read("Test Case 'ATests.testB' passed (0.1 seconds)").is_err());
        for how in ["skipped", "failed"] {
            let line = format!("{PASSED}Test Case 'ATests.testD' {how} (0.1 seconds)\n");
            assert!(Outcome::read(&line).is_err(), "{how}");
        }
    }
}
