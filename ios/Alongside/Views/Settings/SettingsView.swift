// Settings: my name, the lock, notices, the post box, data used, the get-back sheet, copies, my phones, limits. Invariant:
// what a setting does and can't do is said beside it.
import CompanionKit
import SwiftUI

struct SettingsView: View {
    let home: Home
    let platform: Platform
    let scanner: Scanner
    @Environment(LockModel.self) private var lock
    @State private var model: SettingsModel

    init(home: Home, platform: Platform, scanner: Scanner) {
        self.home = home
        self.platform = platform
        self.scanner = scanner
        _model = State(initialValue: SettingsModel(home))
    }

    private var words: Words { model.words }

    var body: some View {
        PageView(words, words("settings.title"), trouble: model.page.trouble) {
            if let screen = model.page.screen {
                row(words("settings.name"), screen.name) { MyNameView(model: model) }
                row(words("settings.lock"), words(lock.hasPin ? "settings.lock-set" : "settings.lock-none")) {
                    SetLockView(home: home, face: platform.face)
                }
                row(words("notices.title"), words("settings.notices-under")) { NoticesView(home: home) }
                row(words("post-box.title"), screen.postBox ?? words("settings.post-box-none")) { PostBoxView(home: home) }
                Text(verbatim: model.data)
                if let met = model.met { Small(met) }
                PlainButton(words("people.meet")) { Task { await model.meet() } }
                    .disabled(home.courier.underWay)
                row(words("sheet.title"), words(screen.sheetToWrite ? "settings.sheet-to-write" : "settings.sheet-written")) {
                    SheetOfWordsView(model: model)
                }
                row(words("export.title"), words("settings.export-under")) { ExportView(model: model) }
                row(words("limits.title"), words("settings.limits-under")) { LimitsView(words: words) }
                Part(words("settings.hide-title")) { Small(words("settings.hide-how")) }
                phones(screen)
            } else {
                Waiting(trouble: model.page.trouble)
            }
        }
        .task(id: home.changes) { await model.page.read() }
    }

    private func phones(_ screen: SettingsScreen) -> some View {
        Part(words("settings.phones")) {
            ForEach(screen.phones) { phone in
                Text(verbatim: words("settings.phone", ["number": phone.number]))
                if phone.thisOne {
                    Small(words("settings.this-phone"))
                } else {
                    // Asked again below itself: it can't be taken back.
                    DisclosureGroup(words("settings.remove-phone")) {
                        Text(verbatim: words("settings.remove-phone-sure"))
                        PlainButton(words("settings.remove-phone-yes"), spoken: words("settings.remove-phone-of", ["number": phone.number])) {
                            Task { await model.removePhone(phone) }
                        }
                    }
                }
            }
            row(words("own-phone.title"), words("own-phone.under")) { OwnPhoneView(home: home) }
            row(words("own-phone.join"), words("own-phone.must-be-new")) { JoinView(home: home, scanner: scanner, ownPhone: true) }
        }
    }

    private func row<V: View>(_ title: String, _ under: String, @ViewBuilder to: @escaping () -> V) -> some View {
        NavigationLink {
            to()
        } label: {
            VStack(alignment: .leading) {
                Text(verbatim: title).font(.headline)
                Small(under)
            }
            .frame(maxWidth: .infinity, minHeight: 48, alignment: .leading)
        }
        .accessibilityLabel(title + ", " + under)
    }
}

/// What I am called in invites.
struct MyNameView: View {
    @Environment(\.dismiss) private var dismiss
    let model: SettingsModel
    @State private var name = ""

    var body: some View {
        let words = model.words
        PageView(words, words("my-name.title"), under: words("my-name.under"), trouble: model.page.trouble) {
            Field(question: words("my-name.name"), text: $name, room: .person)
            MainButton(words("my-name.keep")) {
                Task { if await model.renameMe(name) { dismiss() } }
            }
        }
        .onAppear { name = model.page.screen?.name ?? "" }
    }
}

/// When this phone may speak up.
struct NoticesView: View {
    @Environment(\.colorScheme) private var scheme
    let home: Home
    @State private var model: NoticesModel

    init(home: Home) {
        self.home = home
        _model = State(initialValue: NoticesModel(home))
    }

    private var words: Words { model.words }

    var body: some View {
        PageView(words, words("notices.title"), under: words("notices.under"), trouble: model.page.trouble) {
            if let screen = model.page.screen {
                Toggle(words("notices.words"), isOn: wordsNotice).frame(minHeight: 48)
                Small(words("notices.words-under"))
                Small(words("routine.notice-locked"))
                if model.refused { Band(scheme.palette.note) { Text(verbatim: words("routine.notice-refused")) } }
                Toggle(words("notices.quiet"), isOn: quiet).frame(minHeight: 48)
                Small(words("notices.quiet-under"))
                if screen.quietHours != nil {
                    DatePicker(words("notices.quiet-from"), selection: $model.from, displayedComponents: .hourAndMinute).frame(minHeight: 48)
                    DatePicker(words("notices.quiet-until"), selection: $model.until, displayedComponents: .hourAndMinute).frame(minHeight: 48)
                    MainButton(words("notices.keep")) { Task { await model.setQuiet(true) } }
                }
            } else {
                Waiting(trouble: model.page.trouble)
            }
        }
        .task { await model.read() }
    }

    private var wordsNotice: Binding<Bool> {
        Binding(
            get: { @MainActor in model.page.screen?.wordsNotice ?? false },
            set: { @MainActor on in Task { await model.setWordsNotice(on) } }
        )
    }

    private var quiet: Binding<Bool> {
        Binding(
            get: { @MainActor in model.page.screen?.quietHours != nil },
            set: { @MainActor on in Task { await model.setQuiet(on) } }
        )
    }
}

/// Another phone of mine: a code for it.
struct OwnPhoneView: View {
    let home: Home
    @State private var model: InviteModel
    @State private var made: UInt64?

    init(home: Home) {
        self.home = home
        _model = State(initialValue: InviteModel(home))
    }

    private var words: Words { model.words }

    var body: some View {
        if let made {
            MeetingView(home: home, invite: made)
        } else {
            PageView(words, words("own-phone.title"), under: words("own-phone.under"), trouble: model.page.trouble) {
                if model.page.screen?.canInvite == false {
                    NoPostBox(home: home)
                } else {
                    MainButton(words("own-phone.make")) { Task { made = await model.make(ownPhone: true) } }
                }
            }
            .task(id: home.changes) { await model.page.read() }
        }
    }
}

/// Where the post box is.
struct PostBoxView: View {
    @Environment(\.dismiss) private var dismiss
    @State private var model: SettingsModel
    @State private var url = ""
    @State private var code = ""
    @State private var stop = ""

    init(home: Home) {
        _model = State(initialValue: SettingsModel(home))
    }

    private var words: Words { model.words }

    var body: some View {
        PageView(words, words("post-box.title"), under: words("post-box.under"), trouble: model.page.trouble) {
            Text(verbatim: words("post-box.blind"))
            if let ready = model.ready {
                Text(verbatim: ready)
            }
            Field(question: words("post-box.address"), text: $url, exact: true)
                .keyboardType(.URL)
            Field(question: words("post-box.code"), text: $code, exact: true)
            Field(question: words("post-box.stop"), text: $stop, exact: true)
                .keyboardType(.URL)
            Text(verbatim: words("post-box.stop-under"))
            MainButton(words("post-box.set")) {
                Task { if await model.setPostBox(url, code: code, stop: stop) { dismiss() } }
            }
        }
        .task {
            await model.page.read()
            url = model.page.screen?.postBox ?? ""
            code = model.page.screen?.code ?? ""
            stop = model.page.screen?.oblivious ?? ""
        }
    }
}

/// The get-back sheet, until it was written down.
struct SheetOfWordsView: View {
    let model: SettingsModel
    @State private var typed = ""

    var body: some View {
        let words = model.words
        PageView(words, words("sheet.title"), under: words("sheet.under"), trouble: model.page.trouble) {
            if model.page.screen?.sheetToWrite == true {
                Text(verbatim: words("sheet.write-down"))
                ForEach(0 ..< model.sheet.count, id: \.self) { at in
                    Text(verbatim: words("sheet.word", ["number": String(at + 1), "word": model.sheet[at]]))
                }
                Small(words("sheet.strong"))
                Field(question: words("sheet.type"), text: $typed, lines: true, exact: true)
                MainButton(words("sheet.check")) { Task { _ = await model.checkSheet(typed) } }
            } else {
                Text(verbatim: words("sheet.written"))
            }
        }
        .task { if model.page.screen?.sheetToWrite == true { await model.showSheet() } }
        .onDisappear { model.hideSheet() }
    }
}

/// A copy of my things: locked, unless I ask for a readable one.
struct ExportView: View {
    let model: SettingsModel
    @State private var passWords = ""

    var body: some View {
        let words = model.words
        PageView(words, words("export.title"), under: words("export.under"), trouble: model.page.trouble) {
            Part(words("export.for-sheet-title")) {
                Small(words("export.for-sheet-under"))
                MainButton(words("export.for-sheet")) { Task { await model.makeCopyForSheet() } }
            }
            Part(words("export.passphrase")) {
                Field(question: words("export.passphrase"), text: $passWords, exact: true)
                Small(words("export.passphrase-under"))
                MainButton(words("export.locked")) { Task { await model.makeLockedCopy(passWords) } }
            }
            Part(words("export.readable-title")) {
                Small(words("export.readable-under"))
                PlainButton(words("export.readable")) { Task { await model.makeOpenCopy() } }
            }
            ForEach(model.copies, id: \.self) { copy in ShareLink(copy.lastPathComponent, item: copy).frame(minHeight: 48) }
        }
        .onDisappear { model.letCopiesGo() }
    }
}

/// What the app can and can't protect.
struct LimitsView: View {
    let words: Words

    var body: some View {
        PageView(words, words("limits.title")) {
            Part(words("limits.can")) { Lines(words.all("limits.can-")) }
            Part(words("limits.cannot")) { Lines(words.all("limits.cannot-")) }
            Part(words("limits.not-built")) { Lines(words.all("limits.not-built-")) }
        }
    }
}
