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
            PageView(words, words("invite.title"), trouble: model.page.trouble) {
                if model.page.screen?.canInvite == false {
                    NoPostBox(home: home)
                } else {
                    Band(scheme.palette.usSoft) { Text(verbatim: words("invite.soft-check")) }
                    Field(question: words("invite.name"), text: $model.name, room: .person)
                    RolePicker(words: words, roles: model.roles, role: $model.role, official: $model.official)
                    MainButton(words("invite.make")) { Task { made = await model.make() } }
                }
            }
            .task(id: home.changes) { await model.page.read() }
        }
    }
}

/// Inviting needs an address first.
struct NoPostBox: View {
    let home: Home

    var body: some View {
        Text(verbatim: home.words("invite.no-post-box"))
        NavigationLink(home.words("post-box.title")) { PostBoxView(home: home) }.frame(minHeight: 48)
    }
}

/// A code that I was given, or that my other phone shows.
struct JoinView: View {
    @Environment(\.dismiss) private var dismiss
    let home: Home
    let scanner: Scanner
    let ownPhone: Bool
    @State private var model: InviteModel
    @State private var scanning = false
    @State private var joined: UInt64?

    init(home: Home, scanner: Scanner, ownPhone: Bool = false, code: String = "") {
        self.home = home
        self.scanner = scanner
        self.ownPhone = ownPhone
        _model = State(initialValue: InviteModel(home, code: code))
    }

    private var words: Words { model.words }

    var body: some View {
        if let joined {
            MeetingView(home: home, invite: joined)
        } else {
            PageView(
                words, words(ownPhone ? "own-phone.join" : "join.title"), under: words(ownPhone ? "own-phone.join-under" : "join.under"),
                trouble: model.page.trouble
            ) {
                if ownPhone { Small(words("own-phone.must-be-new")) }
                if scanner.there { PlainButton(words("join.scan")) { scanning = true } }
                Field(question: words("join.code"), text: $model.code, lines: true, exact: true)
                MainButton(words(ownPhone ? "own-phone.look" : "join.look")) { Task { joined = await model.join(ownPhone: ownPhone) } }
                PlainButton(words("page.back")) { dismiss() }
            }
            .sheet(isPresented: $scanning) {
                SheetPage(words) {
                    VStack {
                        scanner.view { code in
                            model.code = code
                            scanning = false
                        }
                        PlainButton(words("page.back")) { scanning = false }
                    }
                }
            }
        }
    }
}

/// One invite, with the one thing that can be done next.
struct MeetingView: View {
    @Environment(\.dismiss) private var dismiss
    @Environment(\.colorScheme) private var scheme
    @Environment(\.scenePhase) private var phase
    let home: Home
    let invite: UInt64
    @State private var model: InviteModel

    init(home: Home, invite: UInt64) {
        self.home = home
        self.invite = invite
        _model = State(initialValue: InviteModel(home))
    }

    private var words: Words { model.words }
    private var row: InviteRow? { model.row(invite) }
    private var waiting: Bool { phase == .active && model.underWay(row) }

    var body: some View {
        PageView(words, model.title(row), under: row.map { words.stage($0.stage) }, trouble: model.page.trouble) {
            if let row {
                Lines(model.sentences(row))
                code(row)
                if row.stage == .compare { Band(scheme.palette.note) { Lines(row.words, font: .title) } }
                next(row)
            } else if model.page.screen != nil {
                Text(verbatim: words("trouble.not-found"))
            } else {
                Waiting(trouble: model.page.trouble)
            }
            PlainButton(words("page.back")) { dismiss() }
        }
        .task(id: home.changes) { await model.read(invite) }
        .task(id: waiting) { if waiting { await model.wait() } }
    }

    @ViewBuilder private func code(_ row: InviteRow) -> some View {
        if let link = row.link {
            if let picture = model.picture(row) {
                CodeView(picture: picture).accessibilityLabel(words("meeting.code-picture"))
            }
            ShareLink(words("meeting.share"), item: link).frame(minHeight: 48)
            Part(words("meeting.by-hand")) {
                if !row.ownPhone { Text(verbatim: words("meeting.by-hand-how", ["name": row.name])) }
                Text(verbatim: row.codeWords.joined(separator: " "))
            }
        }
    }

    @ViewBuilder private func next(_ row: InviteRow) -> some View {
        switch row.stage {
        case .noAnswerYet, .looking, .wordsComing:
            PlainButton(words("meeting.not-now")) { end { await model.leave(row) } }
        case .theyAsk:
            if !row.ownPhone {
                Field(question: words("meeting.call-them"), text: $model.name, room: .person)
                RolePicker(words: words, roles: model.roles, role: $model.role, official: $model.official)
            }
            MainButton(words("meeting.yes")) { Task { await model.yes(row) } }
            PlainButton(words("meeting.not-now")) { end { await model.leave(row) } }
            PlainButton(words("meeting.never")) { end { await model.never(row) } }
            Small(words("meeting.never-under"))
        case .compare:
            MainButton(words("meeting.same")) { end { await model.same(row) } }
            PlainButton(words("meeting.different")) { Task { await model.differ(row) } }
        case .doesNotFit, .over:
            MainButton(words("meeting.put-away")) { end { await model.leave(row) } }
        }
    }

    private func end(_ deed: @escaping @MainActor () async -> Bool) {
        Task { if await deed() { dismiss() } }
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
        .environment(\.layoutDirection, .leftToRight)
        .accessibilityElement()
        .accessibilityAddTraits(.isImage)
    }
}
