// My people and invites on the way. Invariant: a row says who they are to me and nothing of what they did.
import CompanionKit
import SwiftUI

struct PeopleView: View {
    @Environment(\.colorScheme) private var scheme
    let home: Home
    let scanner: Scanner
    @State private var model: PeopleModel

    init(home: Home, scanner: Scanner) {
        self.home = home
        self.scanner = scanner
        _model = State(initialValue: PeopleModel(home))
    }

    private var words: Words { model.words }

    var body: some View {
        PageView(words, words("people.title"), under: words("people.under"), trouble: model.page.trouble) {
            if let screen = model.page.screen {
                if screen.people.isEmpty { Text(verbatim: words("people.blank")) }
                ForEach(screen.people) { person in
                    Band(scheme.palette.usSoft) {
                        NavigationLink {
                            PersonView(home: home, who: person.who)
                        } label: {
                            VStack(alignment: .leading) {
                                Text(verbatim: person.name).font(.headline)
                                Text(verbatim: model.under(person))
                            }
                            .frame(maxWidth: .infinity, minHeight: 48, alignment: .leading)
                        }
                        .accessibilityLabel(person.name + ", " + model.under(person))
                        .accessibilityHint(words("person.open", ["name": person.name]))
                    }
                }
                if !screen.invites.isEmpty {
                    Part(words("people.invites")) {
                        ForEach(screen.invites) { invite in
                            NavigationLink(model.line(invite)) { MeetingView(home: home, invite: invite.id) }
                                .frame(minHeight: 48)
                        }
                    }
                }
                NavigationLink(words("people.invite")) { InviteView(home: home) }.frame(minHeight: 48)
                NavigationLink(words("people.join")) { JoinView(home: home, scanner: scanner) }.frame(minHeight: 48)
                PlainButton(words("people.meet")) { Task { await model.meet() } }
                    .disabled(home.courier.underWay)
            } else {
                Waiting(trouble: model.page.trouble)
            }
        }
        .task(id: home.changes) { await model.page.read() }
        .refreshable { await model.meet() }
    }
}
