// Notices behind the kit's protocol. It was never run; on Linux it is parsed only. Invariant: a notice carries no name and no
// content; what the system keeps is what the core said last, each once; the person is asked only when they want the first one.
import CompanionKit
import Foundation
import UserNotifications

@MainActor final class QuietNotices: Notices {
    private let center = UNUserNotificationCenter.current()

    func mayShow() async -> Bool {
        (try? await center.requestAuthorization(options: [.alert])) ?? false
    }

    func replaceAll(_ moments: [Moment], text: String) async {
        center.removeAllPendingNotificationRequests()
        for moment in moments {
            let at = DateComponents(year: moment.year, month: moment.month, day: moment.day, hour: moment.hour, minute: moment.minute)
            let trigger = UNCalendarNotificationTrigger(dateMatching: at, repeats: false)
            try? await center.add(UNNotificationRequest(identifier: moment.text, content: content(text), trigger: trigger))
        }
    }

    func show(_ text: String) async {
        // One identifier: several of them are one line on the screen.
        try? await center.add(UNNotificationRequest(identifier: "post", content: content(text), trigger: nil))
    }

    private func content(_ text: String) -> UNNotificationContent {
        let content = UNMutableNotificationContent()
        content.title = text
        return content
    }
}
