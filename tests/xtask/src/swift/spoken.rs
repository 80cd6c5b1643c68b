//! What no type can see in a view: a text that stands in the code and so in one language only, a picture that stands alone,
//! a field without a name for who can't see it. It reads lines and knows no Swift. Invariant: what it looks for is written
//! in the views in these few forms; a new form needs a line here.

use crate::run::Held;
use std::path::PathBuf;

/// What draws a text that it is given first.
const DRAWS: [&str; 11] = [
    "Text(",
    "Text(verbatim: ",
    "Button(",
    "MainButton(",
    "PlainButton(",
    "Label(",
    "Toggle(",
    "Picker(",
    "NavigationLink(",
    "ShareLink(",
    "Small(",
];
/// A field whose name is drawn elsewhere.
const NAMELESS: [&str; 2] = ["TextField(\"\"", "SecureField(\"\""];

/// Holds every view against it.
pub fn check(views: &[PathBuf]) -> Held {
    let mut wrong = Vec::new();
    for view in views {
        let text = std::fs::read_to_string(view)
            .map_err(|error| format!("{}: {error}", view.display()))?;
        let found = complaints(&text).into_iter();
        wrong.extend(found.map(|why| format!("{}: {why}", view.display())));
    }
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(wrong.join("\n"))
    }
}

fn complaints(view: &str) -> Vec<String> {
    let shipped = view.split("#if canImport(UIKit)").next().unwrap_or(view);
    let mut found = Vec::new();
    for line in shipped
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
    {
        if DRAWS
            .iter()
            .any(|draws| line.contains(&format!("{draws}\"")))
        {
            found.push(format!("a text in the code: {}", line.trim()));
        }
        if line.contains("Image(") {
            found.push(format!("a picture without words: {}", line.trim()));
        }
    }
    let nameless: usize = NAMELESS
        .iter()
        .map(|field| shipped.matches(field).count())
        .sum();
    if shipped.matches(".accessibilityLabel(question)").count() < nameless {
        found.push("a field without a name".to_owned());
    }
    found
}

#[cfg(test)]
mod tests {
    use super::complaints;

    #[test]
    fn what_is_planted_is_found() {
        let whole = "Text(verbatim: words(\"page.back\"))\nTextField(\"\", text: $text)\n.accessibilityLabel(question)\n";
        assert!(complaints(whole).is_empty());
        for wrong in [
            "Text(\"Hello\")",
            "Text(verbatim: \"Hello\")",
            "PlainButton(\"Back\") { dismiss() }",
            "Image(systemName: \"flag\")",
            "SecureField(\"\", text: $digits)",
        ] {
            assert_eq!(complaints(&format!("{whole}{wrong}\n")).len(), 1, "{wrong}");
        }
    }
}
