// The lock: setting it, opening it, and the blank page in front of everything. Invariant: the blank page names nobody and
// nothing, and no wrong try wipes anything.
import CompanionKit
import SwiftUI

struct SetLockView: View {
    @Environment(\.dismiss) private var dismiss
    @Environment(LockModel.self) private var lock
    let home: Home
    let face: any FaceCheck
    @State private var digits = ""
    @State private var again = ""
    @State private var trouble: Trouble?

    var body: some View {
        let words = home.words
        PageView(words, words("lock.title"), under: words("lock.under"), trouble: trouble) {
            Digits(question: words("lock.digits"), text: $digits)
            Digits(question: words("lock.again"), text: $again)
            if !again.isEmpty && again != digits { Small(words("lock.not-same")) }
            MainButton(words("lock.set")) {
                Task {
                    if await lock.set(digits, again: again) {
                        home.say(words("said.lock-set"))
                        dismiss()
                    } else {
                        trouble = .DoesNotFit(why: "")
                    }
                }
            }
            Part(words("lock.delay")) {
                ForEach(LockModel.delays(words), id: \.self) { minutes in
                    Choice(words("lock.delay-" + String(minutes)), lock.delay == minutes) { lock.delay = minutes }
                }
            }
            if face.there && lock.hasPin {
                Toggle(words("face.use"), isOn: useFace).frame(minHeight: 48)
                Small(words("face.under"))
            }
            if lock.hasPin {
                PlainButton(words("lock.take-away")) {
                    lock.takeAway()
                    home.say(words("said.lock-gone"))
                    dismiss()
                }
            }
            Small(words("lock.limits"))
        }
    }

    private var useFace: Binding<Bool> {
        Binding(get: { @MainActor in lock.face }, set: { @MainActor on in lock.face = on })
    }
}

/// In front of everything while the app is hidden or locked.
struct CurtainView: View {
    @Environment(\.colorScheme) private var scheme
    let root: RootModel
    @State private var digits = ""
    @State private var forgot = false
    @State private var typed = ""
    @State private var notSheet = false

    var body: some View {
        let words = root.words
        let lock = root.lock
        ScrollView {
            VStack(alignment: .leading, spacing: 16) {
                Text(verbatim: words("curtain.title"))
                    .font(.title)
                    .accessibilityAddTraits(.isHeader)
                if lock.hidden {
                    PlainButton(words("curtain.open")) { lock.comeBack() }
                } else if forgot {
                    sheet
                } else {
                    pad
                }
            }
            .padding(20)
            .frame(maxWidth: .infinity, alignment: .leading)
        }
        .foregroundStyle(Color(scheme.palette.page.text))
        .background(Color(scheme.palette.page.ground))
        .task {
            while !Task.isCancelled {
                lock.tick()
                try? await Task.sleep(for: .seconds(1))
            }
        }
    }

    @ViewBuilder private var pad: some View {
        let words = root.words
        if let refusal = root.refusal {
            Text(verbatim: refusal).accessibilityAddTraits(.updatesFrequently)
        }
        Digits(question: words("curtain.digits"), text: $digits)
        MainButton(words("curtain.open")) {
            let tried = digits
            digits = ""
            Task { await root.open(withDigits: tried) }
        }
        if root.lock.face { PlainButton(words("face.use")) { Task { await root.openWithFace() } } }
        PlainButton(words("curtain.forgot")) { forgot = true }
    }

    @ViewBuilder private var sheet: some View {
        let words = root.words
        if notSheet { Text(verbatim: words("curtain.not-sheet")) }
        Field(question: words("curtain.sheet"), text: $typed, lines: true, exact: true)
        MainButton(words("curtain.sheet-open")) {
            Task { notSheet = await !root.open(withSheet: typed) }
        }
        PlainButton(words("page.back")) { forgot = false }
    }
}
