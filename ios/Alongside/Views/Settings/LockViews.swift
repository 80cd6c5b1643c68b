// The lock: setting it, opening it, and the blank page in front of everything. Invariant: the blank page names nobody and
// nothing, and no wrong try wipes anything.
import CompanionKit
import SwiftUI

struct SetLockView: View {
    @Environment(\.dismiss) private var dismiss
    @Environment(LockModel.self) private var lock
    let words: Words
    let face: any FaceCheck
    @State private var digits = ""
    @State private var again = ""
    @State private var useFace = false

    var body: some View {
        PageView(words, words("lock.title"), under: words("lock.under")) {
            Digits(question: words("lock.digits"), text: $digits)
            Digits(question: words("lock.again"), text: $again)
            if !again.isEmpty && again != digits { Small(words("lock.not-same")) }
            MainButton(words("lock.set")) { if lock.set(digits, again: again) { dismiss() } }
            Part(words("lock.delay")) {
                ForEach(LockModel.delays, id: \.self) { minutes in
                    Choice(words("lock.delay-" + String(minutes)), lock.delay == minutes) { lock.delay = minutes }
                }
            }
            if face.there && lock.hasPin {
                Toggle(words("face.use"), isOn: $useFace).frame(minHeight: 48)
                Small(words("face.under"))
            }
            if lock.hasPin {
                PlainButton(words("lock.take-away")) {
                    lock.takeAway()
                    dismiss()
                }
            }
            Small(words("lock.limits"))
        }
        .onAppear { useFace = face.chosen }
        .onChange(of: useFace) { _, chosen in face.chosen = chosen }
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
                .padding(12)
                .frame(minHeight: 48)
                .overlay { RoundedRectangle(cornerRadius: 10).stroke(Color.secondary) }
                .accessibilityLabel(question)
        }
    }
}

/// In front of everything while the app is hidden or locked.
struct CurtainView: View {
    @Environment(\.colorScheme) private var scheme
    let root: RootModel
    @State private var digits = ""

    var body: some View {
        let words = root.words
        let lock = root.lock
        VStack(alignment: .leading, spacing: 16) {
            Text(verbatim: words("curtain.title"))
                .font(.title)
                .accessibilityAddTraits(.isHeader)
            if lock.hidden {
                PlainButton(words("curtain.open")) { lock.comeBack() }
            } else if lock.locked {
                if lock.wait > 0 {
                    Text(verbatim: words("curtain.wait", ["seconds": String(lock.wait)]))
                } else if lock.wrong {
                    Text(verbatim: words("curtain.wrong"))
                }
                Digits(question: words("curtain.digits"), text: $digits)
                MainButton(words("curtain.open")) {
                    lock.open(digits)
                    digits = ""
                }
                if root.platform.face.chosen { PlainButton(words("face.use")) { Task { await root.openWithFace() } } }
            }
            Spacer()
        }
        .padding(20)
        .frame(maxWidth: .infinity, maxHeight: .infinity, alignment: .topLeading)
        .foregroundStyle(Color(scheme.palette.page.text))
        .background(Color(scheme.palette.page.ground))
        .task {
            while !Task.isCancelled {
                lock.tick()
                try? await Task.sleep(for: .seconds(1))
            }
        }
    }
}
