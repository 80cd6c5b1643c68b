// A phone that does what lines of plain text say, so that it can meet a phone written in another language: the lines and
// their answers are in tests/README-mixed.md. It knows no screen. Invariant: one line in, one line of JSON out, and only
// after what was asked is done and kept.
import AlongsideCore
import Foundation
import PhoneKit

struct NotUnderstood: Error {}

let words = CommandLine.arguments
guard words.count == 4 else {
    FileHandle.standardError.write(Data("phone-by-hand FOLDER NAME POST-BOX\n".utf8))
    exit(2)
}
let phone = try openOrBegin(URL(fileURLWithPath: words[1]), name: words[2], postBox: words[3])

/// The one whom this phone met.
func other() throws -> PersonRow {
    guard let person = try phone.people().people.first else { throw Trouble.NotFound }
    return person
}

func invite() throws -> InviteRow {
    guard let invite = try phone.invites().invites.first else { throw Trouble.NotFound }
    return invite
}

func routine(_ name: String) throws -> String {
    guard let row = try phone.today().routines.first(where: { $0.name == name }) else { throw Trouble.NotFound }
    return row.id
}

func card(_ word: String) throws -> CardKind {
    let cards: [String: CardKind] = [
        "hello": .hello, "well-done": .wellDone, "thinking-of-you": .thinkingOfYou, "here": .here,
        "no-hurry": .noHurry, "rest-well": .restWell, "good-luck": .goodLuck, "glad": .glad,
    ]
    guard let card = cards[word] else { throw NotUnderstood() }
    return card
}

func shown(_ things: ShownThings) -> [[String: Any]] {
    things.routines.map { one in
        ["name": one.name, "done": one.days.filter { $0.mark == .done }.map(\.day), "rest": one.days.filter { $0.mark == .rest }.map(\.day)]
    }
}

func said(_ kind: WordKind, _ text: String) -> String {
    switch kind {
    case .card(.hello): "hello"
    case .card(.wellDone): "well-done"
    case .card(.thinkingOfYou): "thinking-of-you"
    case .card(.here): "here"
    case .card(.noHurry): "no-hurry"
    case .card(.restWell): "rest-well"
    case .card(.goodLuck): "good-luck"
    case .card(.glad): "glad"
    case .ownWords, .thanks, .seen: text
    }
}

func answer(_ deed: String, _ rest: String) throws -> [String: Any] {
    switch deed {
    case "sync":
        let report = try phone.sync()
        return ["came": report.came, "went": report.went, "waits": report.waits, "offline": report.offline]
    case "invite":
        let id = try phone.invite(ownPhone: false, name: rest, role: .friend, official: false)
        let row = try phone.invites().invites.first { $0.id == id }
        return ["code": row?.link ?? ""]
    case "join":
        let parts = rest.split(separator: " ", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { throw NotUnderstood() }
        let id = try phone.join(ownPhone: false, code: parts[0])
        try phone.knowThemAs(invite: id, name: parts[1], role: .friend, official: false)
        return [:]
    case "stage":
        return ["stage": String(describing: try invite().stage)]
    case "yes":
        try phone.answerInvite(invite: invite().id)
        return [:]
    case "words":
        return ["words": try invite().words]
    case "same":
        return ["who": try phone.wordsAreTheSame(invite: invite().id)]
    case "routine":
        return ["id": try phone.addRoutine(name: rest, often: .daily, time: nil)]
    case "done":
        try phone.mark(routine: routine(rest), day: phone.today().day, mark: .done)
        return [:]
    case "show":
        try phone.show(item: "routine:" + routine(rest), to: other().who, until: .untilIStop, notes: false)
        return [:]
    case "stop":
        try phone.stopShowing(item: "routine:" + routine(rest), to: other().who)
        return [:]
    case "see":
        return ["routines": shown(try phone.person(who: other().who).theyShow)]
    case "see-as":
        return ["routines": shown(try phone.seeAs(who: other().who).shown)]
    case "encourage":
        _ = try phone.encourage(to: other().who, word: .card(card(rest)), text: "", about: nil)
        return [:]
    case "heard":
        return ["words": try phone.person(who: other().who).fromThem.map { said($0.kind, $0.text) }]
    default:
        throw NotUnderstood()
    }
}

while let line = readLine() {
    let parts = line.split(separator: " ", maxSplits: 1).map(String.init)
    var told: [String: Any]
    do {
        told = try answer(parts.first ?? "", parts.count > 1 ? parts[1] : "")
        told["ok"] = true
    } catch {
        told = ["ok": false, "trouble": "\(error)"]
    }
    let json = try JSONSerialization.data(withJSONObject: told, options: [.sortedKeys, .withoutEscapingSlashes])
    FileHandle.standardOutput.write(json + Data("\n".utf8))
}
