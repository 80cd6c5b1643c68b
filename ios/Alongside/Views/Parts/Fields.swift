// What is typed and chosen: a text with its question, digits, one of several. They know no noun. Invariant: each says its
// question to who can't see it, and which one is chosen is said, not only drawn.
import CompanionKit
import SwiftUI

/// A text to type, with its question above it.
struct Field: View {
    let question: String
    @Binding var text: String
    var lines = false
    /// A code or an address: the keyboard changes nothing in it.
    var exact = false
    var room: RoomFor?

    var body: some View {
        VStack(alignment: .leading, spacing: 4) {
            Text(verbatim: question)
                .accessibilityHidden(true)
            TextField("", text: $text, axis: lines ? .vertical : .horizontal)
                .autocorrectionDisabled(exact)
                .textInputAutocapitalization(exact ? .never : .sentences)
                .padding(12)
                .frame(minHeight: 48)
                .overlay { RoundedRectangle(cornerRadius: 10).stroke(Color.secondary) }
                .accessibilityLabel(question)
                .onChange(of: text) { _, typed in
                    if let cut = room?.cut(typed), cut != typed { text = cut }
                }
        }
    }
}

/// Digits that nobody reads over a shoulder.
struct Digits: View {
    let question: String
    @Binding var text: String

    var body: some View {
        VStack(alignment: .leading, spacing: 4) {
            Text(verbatim: question).accessibilityHidden(true)
            SecureField("", text: $text)
                .keyboardType(.numberPad)
                .autocorrectionDisabled()
                .textInputAutocapitalization(.never)
                .padding(12)
                .frame(minHeight: 48)
                .overlay { RoundedRectangle(cornerRadius: 10).stroke(Color.secondary) }
                .accessibilityLabel(question)
        }
    }
}

/// One of several, as a row to touch.
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

/// How often something comes round.
struct OftenChoice: View {
    let words: Words
    let model: OftenModel

    var body: some View {
        Part(words("often.title")) {
            ForEach(0 ..< model.offered.count, id: \.self) { at in
                Choice(model.said(at, words), model.at == at) { model.at = at }
            }
            if model.days != nil {
                ForEach(1 ..< 8) { day in
                    Toggle(words.weekday(day), isOn: has(day)).frame(minHeight: 48)
                }
            }
            if let times = model.times {
                Text(verbatim: words.often(model.chosen))
                PlainButton(words("often.less")) { model.set(times: times - 1) }
                PlainButton(words("often.more")) { model.set(times: times + 1) }
            }
        }
    }

    private func has(_ day: Int) -> Binding<Bool> {
        Binding(
            get: { @MainActor in model.days?.contains(day) ?? false },
            set: { @MainActor on in model.set(day: day, on) }
        )
    }
}

/// Who they are to me, and whether they come as part of their job.
struct RolePicker: View {
    @Environment(\.colorScheme) private var scheme
    let words: Words
    let roles: [Role]
    @Binding var role: Role
    @Binding var official: Bool

    var body: some View {
        Part(words("role.title")) {
            ForEach(roles, id: \.self) { one in
                Choice(words.role(one), role == one) { role = one }
            }
            Choice(words("role.own"), own != nil) { if own == nil { role = .own("") } }
            if own != nil { Field(question: words("role.own-word"), text: typed, room: .ownRole) }
            Toggle(words("role.official"), isOn: $official).frame(minHeight: 48)
            Small(words("role.official-under"))
            if official { Band(scheme.palette.note) { Text(verbatim: words("role.official-then")) } }
        }
    }

    private var own: String? {
        if case let .own(word) = role { word } else { nil }
    }

    private var typed: Binding<String> {
        Binding(get: { @MainActor in own ?? "" }, set: { @MainActor word in role = .own(word) })
    }
}

/// Own words that could hurt are read once more before they go; they can go as they are.
struct AgainView: View {
    @Environment(\.colorScheme) private var scheme
    let words: Words
    let name: String
    let text: String
    let send: @MainActor () -> Void
    let change: @MainActor () -> Void

    var body: some View {
        Part(words("again.title")) {
            Small(words("again.under"))
            Band(scheme.palette.raised) { Text(verbatim: text) }
            MainButton(words("again.change"), action: change)
            PlainButton(words("again.send", ["name": name]), action: send)
        }
    }
}
