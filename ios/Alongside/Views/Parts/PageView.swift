// The page that every screen is drawn on: a heading, what was just said with its undo, the content, and "Hide" on top. It
// knows no noun. Invariant: everything on it can be scrolled to at any size of text, "Hide" is always there, and while the app
// is not in use the page is covered.
import CompanionKit
import SwiftUI

/// One screen.
struct PageView<Content: View>: View {
    @Environment(\.colorScheme) private var scheme
    @Environment(LockModel.self) private var lock
    @Environment(Home.self) private var home: Home?
    let words: Words
    let title: String
    var under: String?
    var trouble: Trouble?
    let content: Content

    init(_ words: Words, _ title: String, under: String? = nil, trouble: Trouble? = nil, @ViewBuilder content: () -> Content) {
        self.words = words
        self.title = title
        self.under = under
        self.trouble = trouble
        self.content = content()
    }

    var body: some View {
        ScrollView {
            VStack(alignment: .leading, spacing: 12) {
                if let under { Small(under) }
                if let trouble { Band(scheme.palette.note) { Text(verbatim: words.trouble(trouble)) } }
                if let home, let said = home.said {
                    Band(scheme.palette.note) {
                        Text(verbatim: said.text)
                        if said.undo != nil { PlainButton(words("said.undo")) { Task { await home.undo() } } }
                    }
                }
                content
            }
            .padding(20)
            .frame(maxWidth: 560, alignment: .leading)
            .frame(maxWidth: .infinity)
        }
        .foregroundStyle(Color(scheme.palette.page.text))
        .background(Color(scheme.palette.page.ground))
        .navigationTitle(title)
        .toolbar {
            ToolbarItem(placement: .topBarTrailing) {
                Button(words("page.hide")) { lock.hide() }
                    .accessibilityLabel(words("page.hide-spoken"))
            }
        }
        .privacySensitive()
    }
}

/// A page above the others, with pages of its own. It is covered by itself: what lies above the root is not covered with it.
struct SheetPage<Content: View>: View {
    @Environment(LockModel.self) private var lock
    let words: Words
    let content: Content

    init(_ words: Words, @ViewBuilder content: () -> Content) {
        self.words = words
        self.content = content()
    }

    var body: some View {
        NavigationStack { content }
            .covered(words, always: lock.hidden || lock.locked)
    }
}

/// A blank page of a planner: it names nobody and nothing.
struct CoverView: View {
    @Environment(\.colorScheme) private var scheme
    let words: Words

    var body: some View {
        Text(verbatim: words("curtain.title"))
            .font(.title)
            .padding(20)
            .frame(maxWidth: .infinity, maxHeight: .infinity, alignment: .topLeading)
            .foregroundStyle(Color(scheme.palette.page.text))
            .background(Color(scheme.palette.page.ground))
            .ignoresSafeArea()
            .accessibilityHidden(true)
    }
}

private struct Covered<Content: View>: View {
    @Environment(\.scenePhase) private var phase
    let words: Words
    let always: Bool
    let content: Content

    var body: some View {
        content.overlay { if always || phase != .active { CoverView(words: words) } }
    }
}

extension View {
    /// Covered while the app is not in use: the app switcher keeps a picture of what is on screen then.
    func covered(_ words: Words, always: Bool = false) -> some View {
        Covered(words: words, always: always, content: self)
    }
}

/// A part of a page with a heading of its own.
struct Part<Content: View>: View {
    let title: String
    let content: Content

    init(_ title: String, @ViewBuilder content: () -> Content) {
        self.title = title
        self.content = content()
    }

    var body: some View {
        VStack(alignment: .leading, spacing: 6) {
            Text(verbatim: title)
                .font(.headline)
                .accessibilityAddTraits(.isHeader)
            content
        }
        .padding(.top, 10)
    }
}

/// A quiet line.
struct Small: View {
    @Environment(\.colorScheme) private var scheme
    let text: String

    init(_ text: String) {
        self.text = text
    }

    var body: some View {
        Text(verbatim: text)
            .font(.subheadline)
            .foregroundStyle(Color(scheme.palette.quiet.text))
    }
}

/// Several lines, told apart by where they stand: two of them may say the same.
struct Lines: View {
    let texts: [String]
    var font: Font?

    init(_ texts: [String], font: Font? = nil) {
        self.texts = texts
        self.font = font
    }

    var body: some View {
        ForEach(0 ..< texts.count, id: \.self) { at in Text(verbatim: texts[at]).font(font) }
    }
}

/// The newest few; the rest comes when it is asked for, so that years do not bury what can be done.
struct Latest<Row: Identifiable, Content: View>: View {
    let rows: [Row]
    let more: String
    var spoken: String?
    let content: @MainActor (Row) -> Content
    @State private var all = false

    private static var few: Int { 3 }

    init(_ rows: [Row], more: String, spoken: String? = nil, @ViewBuilder content: @escaping @MainActor (Row) -> Content) {
        self.rows = rows
        self.more = more
        self.spoken = spoken
        self.content = content
    }

    var body: some View {
        ForEach(all ? rows : Array(rows.prefix(Self.few))) { row in content(row) }
        if !all && rows.count > Self.few { PlainButton(more, spoken: spoken) { all = true } }
    }
}

/// What is drawn until a screen was read, and nothing where it could not be read: the trouble stands above.
struct Waiting: View {
    let trouble: Trouble?

    var body: some View {
        if trouble == nil { ProgressView() }
    }
}
