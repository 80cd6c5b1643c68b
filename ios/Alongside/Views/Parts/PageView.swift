// The page that every screen is drawn on: a heading, what was just said, the content, and "Hide" on top. It knows no noun.
// Invariant: everything on it can be scrolled to at any size of text, and "Hide" is always there.
import CompanionKit
import SwiftUI

/// One screen.
struct PageView<Content: View>: View {
    @Environment(\.colorScheme) private var scheme
    @Environment(LockModel.self) private var lock
    let words: Words
    let title: String
    var under: String?
    var said: String?
    var trouble: Trouble?
    let content: Content

    init(
        _ words: Words, _ title: String, under: String? = nil, said: String? = nil, trouble: Trouble? = nil, @ViewBuilder content: () -> Content
    ) {
        self.words = words
        self.title = title
        self.under = under
        self.said = said
        self.trouble = trouble
        self.content = content()
    }

    var body: some View {
        ScrollView {
            VStack(alignment: .leading, spacing: 12) {
                if let under { Small(under) }
                if let trouble { Band(scheme.palette.note) { Text(verbatim: words.trouble(trouble)) } }
                if let said { Band(scheme.palette.note) { Text(verbatim: said) } }
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

/// A text to type, with its question above it.
struct Field: View {
    let question: String
    @Binding var text: String
    var lines = false

    var body: some View {
        VStack(alignment: .leading, spacing: 4) {
            Text(verbatim: question)
                .accessibilityHidden(true)
            TextField("", text: $text, axis: lines ? .vertical : .horizontal)
                .padding(12)
                .frame(minHeight: 48)
                .overlay { RoundedRectangle(cornerRadius: 10).stroke(Color.secondary) }
                .accessibilityLabel(question)
        }
    }
}

/// One of several, as a row to touch; which one is chosen is said, not only drawn.
struct Choice: View {
    let title: String
    let chosen: Bool
    let action: @MainActor () -> Void

    init(_ title: String, _ chosen: Bool, action: @escaping @MainActor () -> Void) {
        self.title = title
        self.chosen = chosen
        self.action = action
    }

    var body: some View {
        Button(action: action) {
            Label(title, systemImage: chosen ? "largecircle.fill.circle" : "circle")
                .frame(maxWidth: .infinity, minHeight: 48, alignment: .leading)
        }
        .buttonStyle(.plain)
        .accessibilityLabel(title)
        .accessibilityAddTraits(chosen ? [.isButton, .isSelected] : .isButton)
    }
}
