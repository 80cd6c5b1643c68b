// Meeting someone: the soft check, my code shown, theirs taken in, the four words said aloud. Invariant: nothing of theirs
// is shown before both said yes and the words were the same.
import CompanionKit
import SwiftUI

/// Reads a square picture with the camera; what it read, once.
struct Scanner {
    let there: Bool
    let view: @MainActor (@escaping @MainActor (String) -> Void) -> AnyView
}

/// A new invite of mine.
struct InviteView: View {
    @Environment(\.colorScheme) private var scheme
    let home: Home
    @State private var model: InviteModel
    @State private var made = false

    init(home: Home) {
        self.home = home
        _model = State(initialValue: InviteModel(home))
    }

    private var words: Words { model.words }

    var body: some View {
        PageView(words, words("invite.title"), trouble: model.page.trouble) {
            if model.page.screen?.postBox == false {
                Text(verbatim: words("invite.no-post-box"))
                NavigationLink(words("post-box.title")) { PostBoxView(home: home) }.frame(minHeight: 48)
            } else if made, let invite = model.page.screen?.invites.last {
                NavigationLink(words("meeting.title", ["name": invite.name])) { MeetingView(home: home, invite: invite.id) }.frame(minHeight: 48)
            } else {
                Band(scheme.palette.usSoft) { Text(verbatim: words("invite.soft-check")) }
                Field(question: words("invite.name"), text: $model.name)
                RolePicker(words: words, role: model.role, official: model.official) { role, official in
                    model.role = role
                    model.official = official
                }
                MainButton(words("invite.make")) { Task { made = await model.make() } }
            }
        }
        .task { await model.page.read() }
    }
}

/// A code that I was given.
struct JoinView: View {
    let home: Home
    let scanner: Scanner
    @State private var model: InviteModel
    @State private var scanning = false
    @State private var joined = false

    init(home: Home, scanner: Scanner) {
        self.home = home
        self.scanner = scanner
        _model = State(initialValue: InviteModel(home))
    }

    private var words: Words { model.words }

    var body: some View {
        PageView(words, words("join.title"), under: words("join.under"), trouble: model.page.trouble) {
            if model.page.screen?.postBox == false {
                Text(verbatim: words("invite.no-post-box"))
                NavigationLink(words("post-box.title")) { PostBoxView(home: home) }.frame(minHeight: 48)
            } else if joined, let invite = model.page.screen?.invites.last {
                NavigationLink(words("meeting.title", ["name": invite.name])) { MeetingView(home: home, invite: invite.id) }.frame(minHeight: 48)
            } else {
                if scanner.there { PlainButton(words("join.scan")) { scanning = true } }
                Field(question: words("join.code"), text: $model.code, lines: true)
                Field(question: words("invite.name"), text: $model.name)
                RolePicker(words: words, role: model.role, official: model.official) { role, official in
                    model.role = role
                    model.official = official
                }
                MainButton(words("join.look")) { Task { joined = await model.join() } }
            }
        }
        .task { await model.page.read() }
        .sheet(isPresented: $scanning) {
            scanner.view { code in
                model.code = code
                scanning = false
            }
        }
    }
}

/// One invite, with the one thing that can be done next.
struct MeetingView: View {
    @Environment(\.dismiss) private var dismiss
    @Environment(\.colorScheme) private var scheme
    let home: Home
    let invite: UInt64
    @State private var model: InviteModel

    init(home: Home, invite: UInt64) {
        self.home = home
        self.invite = invite
        _model = State(initialValue: InviteModel(home))
    }

    private var words: Words { model.words }
    private var row: InviteRow? { model.page.screen?.invites.first { $0.id == invite } }

    var body: some View {
        PageView(
            words, words("meeting.title", ["name": row?.name ?? ""]), under: row.map { words.stage($0.stage) }, said: model.page.said,
            trouble: model.page.trouble
        ) {
            if let row {
                ForEach(model.sentences(row), id: \.self) { Text(verbatim: $0) }
                code(row)
                if row.stage == .compare { fourWords(row) }
                next(row)
            } else if model.page.screen != nil {
                Text(verbatim: words("trouble.not-found"))
            } else {
                ProgressView()
            }
        }
        .task(id: home.changes) { await model.page.read() }
        .task { await model.wait() }
    }

    @ViewBuilder private func code(_ row: InviteRow) -> some View {
        if let link = row.link {
            if let picture = model.picture(row) {
                CodeView(picture: picture).accessibilityLabel(words("meeting.code-picture"))
            }
            ShareLink(words("meeting.share"), item: link).frame(minHeight: 48)
            Part(words("meeting.by-hand")) {
                Text(verbatim: words("meeting.by-hand-how", ["name": row.name]))
                Text(verbatim: row.codeWords.joined(separator: " "))
            }
        }
    }

    private func fourWords(_ row: InviteRow) -> some View {
        Band(scheme.palette.note) {
            ForEach(row.words, id: \.self) { Text(verbatim: $0).font(.title) }
        }
    }

    @ViewBuilder private func next(_ row: InviteRow) -> some View {
        switch row.stage {
        case .noAnswerYet, .looking, .wordsComing:
            PlainButton(words("meeting.not-now")) { leave(row) }
        case .theyAsk:
            MainButton(words("meeting.yes")) { Task { await model.yes(row) } }
            PlainButton(words("meeting.not-now")) { leave(row) }
        case .compare:
            MainButton(words("meeting.same")) { Task { if await model.theWords(row, areTheSame: true) { dismiss() } } }
            PlainButton(words("meeting.different")) { Task { _ = await model.theWords(row, areTheSame: false) } }
        case .doesNotFit, .over:
            MainButton(words("meeting.put-away")) { leave(row) }
        }
    }

    private func leave(_ row: InviteRow) {
        Task {
            await model.notNow(row)
            dismiss()
        }
    }
}

/// The squares of a code, dark on light in both modes, or no camera reads it.
struct CodeView: View {
    let picture: CodePicture

    var body: some View {
        let width = Int(picture.width)
        VStack(spacing: 0) {
            ForEach(0 ..< width, id: \.self) { row in
                HStack(spacing: 0) {
                    ForEach(0 ..< width, id: \.self) { column in
                        Rectangle().fill(picture.dark[row * width + column] ? Color.black : Color.white).frame(width: 4, height: 4)
                    }
                }
            }
        }
        .padding(16)
        .background(Color.white)
        .accessibilityElement()
        .accessibilityAddTraits(.isImage)
    }
}
