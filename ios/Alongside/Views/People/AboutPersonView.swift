// What may come from a person, what I call them, who they are to me, and the ways out. Invariant: none of it is told to
// them, and the page says so; a way out is taken only after what it means was on screen.
import CompanionKit
import SwiftUI

struct AboutPersonView: View {
    @Environment(\.dismiss) private var dismiss
    let model: PersonModel
    @State private var called = ""
    @State private var role = Role.friend
    @State private var official = false

    var body: some View {
        let words = model.words
        let name: KeyValuePairs<String, String> = ["name": model.name]
        PageView(words, words("about-person.title", name), trouble: model.page.trouble) {
            if let screen = model.page.screen {
                Part(words("about-person.may-come", name)) {
                    ForEach(PersonModel.allowances, id: \.self) { allow in
                        Choice(words.allow(allow), screen.person.allows == allow) { Task { await model.allow(allow) } }
                    }
                    Small(words("about-person.not-told", name))
                }
                Field(question: words("about-person.name"), text: $called, room: .person)
                RolePicker(words: words, roles: screen.roles, role: $role, official: $official)
                MainButton(words("about-person.keep")) { Task { _ = await model.change(called, role, official: official) } }
                Part(words("about-person.ways-out")) {
                    if !screen.person.blocked {
                        Small(words("about-person.block-under"))
                        NavigationLink(words("about-person.block", name)) { EndingView(model: model, ending: .block) }.frame(minHeight: 48)
                    }
                    NavigationLink(words("about-person.remove", name)) { EndingView(model: model, ending: .remove) }.frame(minHeight: 48)
                }
            }
        }
        .onAppear {
            if model.gone { dismiss() }
            guard let screen = model.page.screen else { return }
            called = screen.called
            role = screen.person.role
            official = screen.person.official
        }
    }
}

/// What a way out means, and taking it.
struct EndingView: View {
    @Environment(\.dismiss) private var dismiss
    let model: PersonModel
    let ending: Ending

    var body: some View {
        let words = model.words
        let name: KeyValuePairs<String, String> = ["name": model.name]
        PageView(words, words(ending == .block ? "ending.block-title" : "ending.remove-title", name), trouble: model.page.trouble) {
            Lines(model.sentences(ending))
            MainButton(words(ending == .block ? "ending.block" : "ending.remove", name)) {
                Task { if await model.end(ending) { dismiss() } }
            }
            PlainButton(words("page.back")) { dismiss() }
        }
    }
}
