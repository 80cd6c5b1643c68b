// What may come from a person, what I call them, who they are to me, and the ways out. Invariant: none of it is told to
// them, and the page says so.
import CompanionKit
import SwiftUI

struct AboutPersonView: View {
    @Environment(\.dismiss) private var dismiss
    let model: PersonModel
    @State private var called = ""

    var body: some View {
        let words = model.words
        let name: KeyValuePairs<String, String> = ["name": model.name]
        PageView(words, words("about-person.title", name), said: model.page.said, trouble: model.page.trouble) {
            if let person = model.page.screen?.person {
                Part(words("about-person.may-come", name)) {
                    ForEach(PersonModel.allowances, id: \.self) { allow in
                        Choice(words.allow(allow), person.allows == allow) { Task { await model.allow(allow) } }
                    }
                    Small(words("about-person.not-told", name))
                }
                Field(question: words("about-person.name"), text: $called)
                PlainButton(words("about-person.keep")) { Task { await model.rename(called) } }
                    .disabled(called.isEmpty)
                RolePicker(words: words, role: person.role, official: person.official) { role, official in
                    Task { await model.setRole(role, official: official) }
                }
                Part(words("about-person.ways-out")) {
                    Small(words("about-person.block-under"))
                    PlainButton(words("about-person.block", name)) { Task { await model.block() } }
                    PlainButton(words("about-person.remove", name)) { Task { await model.remove() } }
                }
            }
        }
        .onAppear { called = model.name }
        .onChange(of: model.gone) { _, gone in if gone { dismiss() } }
    }
}

/// Who they are to me, and whether they come as part of their job.
struct RolePicker: View {
    let words: Words
    let role: String
    let official: Bool
    let set: @MainActor (String, Bool) -> Void
    @State private var own = ""

    var body: some View {
        Part(words("role.title")) {
            ForEach(InviteModel.roles, id: \.self) { one in
                Choice(words.role(one), role == one) { set(one, official) }
            }
            Field(question: words("role.own-word"), text: $own)
            if !own.isEmpty { Choice(own, role == own) { set(own, official) } }
            Toggle(words("role.official"), isOn: asOfficial).frame(minHeight: 48)
            Small(words("role.official-under"))
        }
    }

    private var asOfficial: Binding<Bool> {
        Binding(get: { official }, set: { @MainActor on in set(role, on) })
    }
}
