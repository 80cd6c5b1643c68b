// The marks of a day: done, a rest day, a note. It knows no page. Invariant: a mark that is there is taken away by the same
// touch, and none is asked for.
import CompanionKit
import SwiftUI

/// What can be said of a routine on one day.
struct MarksView: View {
    let words: Words
    let name: String
    let mark: Mark?
    let set: @MainActor (Mark?) async -> Void
    let note: @MainActor () -> Void

    var body: some View {
        ViewThatFits {
            HStack { deeds }
            VStack(alignment: .leading) { deeds }
        }
    }

    @ViewBuilder private var deeds: some View {
        MarkButton(title: words("mark.done"), spoken: words("mark.done-of", ["name": name]), on: mark == .done) {
            await set(mark == .done ? nil : .done)
        }
        MarkButton(title: words("mark.rest"), spoken: words("mark.rest-of", ["name": name]), on: mark == .rest) {
            await set(mark == .rest ? nil : .rest)
        }
        PlainButton(words("note.title"), spoken: words("note.of", ["name": name]), action: note)
    }
}

/// A mark that is there or not.
struct MarkButton: View {
    @Environment(\.colorScheme) private var scheme
    let title: String
    let spoken: String
    let on: Bool
    let action: @MainActor () async -> Void

    var body: some View {
        let pair = on ? scheme.palette.me : scheme.palette.raised
        Button {
            Task { await action() }
        } label: {
            Label(title, systemImage: on ? "checkmark.square" : "square")
                .padding(10)
                .frame(minHeight: 48)
                .foregroundStyle(Color(pair.text))
                .background(Color(pair.ground), in: RoundedRectangle(cornerRadius: 10))
        }
        .buttonStyle(.plain)
        .accessibilityLabel(spoken)
        .accessibilityAddTraits(on ? .isSelected : [])
    }
}

/// A note for a day.
struct NoteView: View {
    @Environment(\.dismiss) private var dismiss
    @State private var model: NoteModel

    init(home: Home, routine: String, day: String) {
        _model = State(initialValue: NoteModel(home, routine: routine, day: day))
    }

    private var words: Words { model.words }

    var body: some View {
        SheetPage(words) {
            PageView(words, words("note.of", ["name": model.name]), under: model.under, trouble: model.page.trouble) {
                Field(question: words("note.how"), text: $model.text, lines: true, room: .note)
                MainButton(words("note.keep")) {
                    Task { if await model.keep() { dismiss() } }
                }
                PlainButton(words("page.back")) { dismiss() }
            }
        }
        .task { await model.read() }
    }
}

/// A day of a routine whose note is being written.
struct NotedDay: Identifiable {
    let routine: String
    let day: String
    var id: String { routine + " " + day }
}
