// Who sees a thing of mine, and showing it to one more. It knows no noun but the thing's name. Invariant: whoever sees it is
// named, with until when, and stopping is beside each.
import CompanionKit
import SwiftUI

struct SeenByView: View {
    let home: Home
    let words: Words
    let thing: ThingRow
    let seenBy: [ShareRow]
    let couldSee: [PersonRow]
    let stop: @MainActor (ShareRow) async -> Void

    var body: some View {
        Part(words("routine.who-sees")) {
            if seenBy.isEmpty { Text(verbatim: words("share.only-you")) }
            ForEach(seenBy) { share in
                ShareView(words: words, title: share.name, share: share) { Task { await stop(share) } }
            }
            ForEach(couldSee) { person in
                NavigationLink(words("show.yes", ["name": person.name])) { ShowView(home: home, who: person.who, thing: thing) }
                    .frame(minHeight: 48)
            }
        }
    }
}

/// One thing that is shown to one person.
struct ShareView: View {
    let words: Words
    let title: String
    let share: ShareRow
    let stop: @MainActor () -> Void

    var body: some View {
        VStack(alignment: .leading) {
            Text(verbatim: title)
            Small(words.until(share.until))
            if share.notes { Small(words("share.with-notes")) }
            PlainButton(words("share.stop"), spoken: words("share.stop-of", ["thing": share.label, "name": share.name]), action: stop)
        }
    }
}
