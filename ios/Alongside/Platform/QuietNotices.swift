// Notices behind the kit's protocol. It was never run; on Linux its types are checked against a stand-in. Invariant: a notice
// carries no name and no content; what the system keeps is what the core said last, each once; the person is asked only when
// they want the first one.
import CompanionKit
import Foundation
import UserNotifications

@MainActor final class QuietNotices: Notices {
    func mayShow() async -> Bool {
        (try? await UNUserNotificationCenter.current().requestAuthorization(options: [.alert])) ?? false
    }

    func replaceAll(_ moments: [Moment], text: String) async {
        let center = UNUserNotificationCenter.current()
        center.removeAllPendingNotificationRequests()
        for moment in moments {
            let at = DateComponents(year: moment.year, month: moment.month, day: moment.day, hour: moment.hour, minute: moment.minute)
            try? await center.add(Self.request(moment.text, text, at: at))
        }
    }

    func show(_ text: String) async {
        // One identifier: several of them are one line on the screen.
        try? await UNUserNotificationCenter.current().add(Self.request("post", text, at: nil))
    }

    /// Made apart from the main actor, so that it may be handed to the system.
    private nonisolated static func request(_ identifier: String, _ text: String, at: DateComponents?) -> sending UNNotificationRequest {
        let content = UNMutableNotificationContent()
        content.title = text
        let trigger = at.map { UNCalendarNotificationTrigger(dateMatching: $0, repeats: false) }
        return UNNotificationRequest(identifier: identifier, content: content, trigger: trigger)
    }
}
