// Settings: the lock, the post box, data used, the get-back sheet, copies, limits. Invariant: what a setting does and can't
// do is said beside it.
import CompanionKit
import SwiftUI

struct SettingsView: View {
    let home: Home
    let platform: Platform
    @Environment(LockModel.self) private var lock
    @State private var model: SettingsModel

    init(home: Home, platform: Platform) {
        self.home = home
        self.platform = platform
        _model = State(initialValue: SettingsModel(home))
    }

    private var words: Words { model.words }

    var body: some View {
        PageView(words, words("settings.title"), under: model.page.screen?.name, said: model.page.said, trouble: model.page.trouble) {
            if let screen = model.page.screen {
                row(words("settings.lock"), words(lock.hasPin ? "settings.lock-set" : "settings.lock-none")) {
                    SetLockView(words: words, face: platform.face)
                }
                row(words("post-box.title"), screen.postBox ?? words("settings.post-box-none")) { PostBoxView(home: home) }
                Text(verbatim: model.data)
                if let met = model.met { Small(met) }
                row(words("sheet.title"), words(screen.sheetToWrite ? "settings.sheet-to-write" : "settings.sheet-written")) {
                    SheetOfWordsView(model: model)
                }
                row(words("export.title"), words("settings.export-under")) { ExportView(model: model) }
                row(words("limits.title"), words("settings.limits-under")) { LimitsView(words: words) }
                Part(words("settings.hide-title")) { Small(words("settings.hide-how")) }
                Part(words("settings.phones")) {
                    ForEach(screen.phones) { phone in
                        Text(verbatim: words("settings.phone", ["number": phone.number]))
                        if phone.thisOne {
                            Small(words("settings.this-phone"))
                        } else {
                            PlainButton(words("settings.remove-phone"), spoken: words("settings.remove-phone-of", ["number": phone.number])) {
                                Task { await model.removePhone(phone) }
                            }
                        }
                    }
                }
            } else {
                ProgressView()
            }
        }
        .task(id: home.changes) { await model.page.read() }
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

/// Where the post box is.
struct PostBoxView: View {
    @Environment(\.dismiss) private var dismiss
    @State private var model: SettingsModel
    @State private var url = ""

    init(home: Home) {
        _model = State(initialValue: SettingsModel(home))
    }

    private var words: Words { model.words }

    var body: some View {
        PageView(words, words("post-box.title"), under: words("post-box.under"), trouble: model.page.trouble) {
            Text(verbatim: words("post-box.blind"))
            Field(question: words("post-box.address"), text: $url)
                .keyboardType(.URL)
                .textInputAutocapitalization(.never)
                .autocorrectionDisabled()
            MainButton(words("post-box.set")) {
                Task {
                    if await model.setPostBox(url) {
                        dismiss()
                        await model.meet()
                    }
                }
            }
        }
        .task {
            await model.page.read()
            url = model.page.screen?.postBox ?? ""
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
                Field(question: words("sheet.type"), text: $typed, lines: true)
                    .textInputAutocapitalization(.never)
                    .autocorrectionDisabled()
                MainButton(words("sheet.check")) { Task { await model.checkSheet(typed) } }
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
    @State private var file: URL?

    var body: some View {
        let words = model.words
        PageView(words, words("export.title"), under: words("export.under"), trouble: model.page.trouble) {
            Field(question: words("export.passphrase"), text: $passWords)
                .autocorrectionDisabled()
            Small(words("export.passphrase-under"))
            MainButton(words("export.locked")) {
                Task { file = await model.lockedCopy(passWords).flatMap { model.keep($0, as: "alongside.backup") } }
            }
            Part(words("export.readable-title")) {
                Small(words("export.readable-under"))
                PlainButton(words("export.readable")) {
                    Task { file = await model.openCopy().flatMap { model.keep(Data($0.utf8), as: "alongside.json") } }
                }
            }
            if let file { ShareLink(file.lastPathComponent, item: file).frame(minHeight: 48) }
        }
        .onDisappear { if let file { model.letGo(file) } }
    }
}

/// What the app can and can't protect.
struct LimitsView: View {
    let words: Words

    var body: some View {
        PageView(words, words("limits.title")) {
            Part(words("limits.can")) { ForEach(words.all("limits.can-"), id: \.self) { Text(verbatim: $0) } }
            Part(words("limits.cannot")) { ForEach(words.all("limits.cannot-"), id: \.self) { Text(verbatim: $0) } }
            Part(words("limits.not-built")) { ForEach(words.all("limits.not-built-"), id: \.self) { Text(verbatim: $0) } }
        }
    }
}
