// How the app looks: a planner's page, paper and ink. It knows no screen. Invariant: a view takes its colours from here as
// pairs, so that a text never stands on a ground it was not measured on.
import CompanionKit
import SwiftUI

extension Color {
    init(_ ink: Ink) {
        self.init(red: ink.red, green: ink.green, blue: ink.blue)
    }
}

extension ColorScheme {
    var palette: Palette { self == .dark ? .lamplight : .daylight }
}

/// A full-width button for the one main thing on a page.
struct MainButton: View {
    @Environment(\.colorScheme) private var scheme
    let title: String
    var spoken: String?
    let action: @MainActor () -> Void

    init(_ title: String, spoken: String? = nil, action: @escaping @MainActor () -> Void) {
        self.title = title
        self.spoken = spoken
        self.action = action
    }

    var body: some View {
        let pair = scheme.palette.me
        Button(action: action) {
            Text(verbatim: title)
                .font(.headline)
                .multilineTextAlignment(.center)
                .padding(12)
                .frame(maxWidth: .infinity, minHeight: 48)
                .foregroundStyle(Color(pair.text))
                .background(Color(pair.ground), in: RoundedRectangle(cornerRadius: 12))
        }
        .buttonStyle(.plain)
        .accessibilityLabel(spoken ?? title)
    }
}

/// Any other button: as tall to the finger as the main one.
struct PlainButton: View {
    @Environment(\.colorScheme) private var scheme
    let title: String
    var spoken: String?
    let action: @MainActor () -> Void

    init(_ title: String, spoken: String? = nil, action: @escaping @MainActor () -> Void) {
        self.title = title
        self.spoken = spoken
        self.action = action
    }

    var body: some View {
        Button(action: action) {
            Text(verbatim: title)
                .multilineTextAlignment(.leading)
                .frame(minHeight: 48)
                .foregroundStyle(Color(scheme.palette.page.text))
        }
        .buttonStyle(.borderless)
        .accessibilityLabel(spoken ?? title)
    }
}

/// A paragraph on ground of its own.
struct Band<Content: View>: View {
    let pair: TextOn
    let content: Content

    init(_ pair: TextOn, @ViewBuilder content: () -> Content) {
        self.pair = pair
        self.content = content()
    }

    var body: some View {
        VStack(alignment: .leading, spacing: 6) { content }
            .padding(14)
            .frame(maxWidth: .infinity, alignment: .leading)
            .foregroundStyle(Color(pair.text))
            .background(Color(pair.ground), in: RoundedRectangle(cornerRadius: 12))
            .accessibilityElement(children: .contain)
    }
}
