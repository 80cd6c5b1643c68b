//! Mistakes of the kinds that people make in views. Each is planted in a copy, and the type-check has to fall over it: so it
//! is known what that check is worth. The last one it can't see; the check of words does. Invariant: each is one change to
//! one place.

/// One mistake.
pub struct Mistake {
    /// What it is.
    pub what: &'static str,
    /// The view, from the folder of views.
    pub file: &'static str,
    /// What stands there, once.
    pub from: &'static str,
    /// What is put in its place.
    pub to: &'static str,
}

/// All of them.
pub const MISTAKES: &[Mistake] = &[
    Mistake {
        what: "a field that the screen has not",
        file: "Today/TodayView.swift",
        from: "if screen.welcomeBack {",
        to: "if screen.welcomeBak {",
    },
    Mistake {
        what: "a mark where a text belongs",
        file: "Today/TodayView.swift",
        from: "Text(verbatim: words.mark(mark))",
        to: "Text(verbatim: mark)",
    },
    Mistake {
        what: "an argument without its name",
        file: "People/PeopleView.swift",
        from: "PersonView(home: home, who: person.who)",
        to: "PersonView(home, who: person.who)",
    },
    Mistake {
        what: "a deed that the model has not",
        file: "Routine/RoutineView.swift",
        from: "await model.takeUp()",
        to: "await model.takeItUp()",
    },
    Mistake {
        what: "a deed that is not waited for",
        file: "Routine/RoutineView.swift",
        from: "{ await model.pause() }",
        to: "{ model.pause() }",
    },
    Mistake {
        what: "a stage without a way on",
        file: "Invite/InviteView.swift",
        from: "case .doesNotFit, .over:",
        to: "case .doesNotFit:",
    },
    Mistake {
        what: "a text where a binding belongs",
        file: "Routine/NewRoutineView.swift",
        from: r#"words("add-routine.name"), text: $model.name, room: .name)"#,
        to: r#"words("add-routine.name"), text: model.name, room: .name)"#,
    },
    Mistake {
        what: "a style that SwiftUI has not",
        file: "Goals/GoalsView.swift",
        from: ".pickerStyle(.menu)",
        to: ".pickerStyle(.dropDown)",
    },
    Mistake {
        what: "a modifier that SwiftUI has not",
        file: "Parts/PageView.swift",
        from: ".accessibilityAddTraits(.isHeader)",
        to: ".accessibilityTraits(.isHeader)",
    },
    Mistake {
        what: "a value that may not be there",
        file: "Routine/RoutineView.swift",
        from: r#"if let time = screen.time { Text(verbatim: words("routine.at", ["time": words.time(time)])) }"#,
        to: r#"Text(verbatim: words("routine.at", ["time": words.time(screen.time)]))"#,
    },
    Mistake {
        what: "a state that is no @State",
        file: "Today/TodayView.swift",
        from: "@State private var adding = false",
        to: "private var adding = false",
    },
    Mistake {
        what: "a place in the environment that SwiftUI has not",
        file: "People/ShowView.swift",
        from: r#"@Environment(\.dismiss)"#,
        to: r#"@Environment(\.close)"#,
    },
    Mistake {
        what: "waiting inside a touch",
        file: "Invite/InviteView.swift",
        from: "{ Task { made = await model.make() } }",
        to: "{ made = await model.make() }",
    },
    Mistake {
        what: "rows that can't be told apart",
        file: "Parts/PageView.swift",
        from: r"ForEach(0 ..< texts.count, id: \.self) { at in Text(verbatim: texts[at])",
        to: "ForEach(texts) { at in Text(verbatim: at)",
    },
    Mistake {
        what: "a fixed width and a least height at once",
        file: "Today/TodayView.swift",
        from: ".frame(maxWidth: .infinity, minHeight: 48, alignment: .leading)",
        to: ".frame(width: 320, minHeight: 48, alignment: .leading)",
    },
    Mistake {
        what: "a key without words",
        file: "Ideas/IdeasView.swift",
        from: r#"words("ideas.blank")"#,
        to: r#"words("ideas.blnk")"#,
    },
];
