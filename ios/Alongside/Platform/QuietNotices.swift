// Notices at times of the day. It was never run; on Linux it is parsed only. Invariant: a notice carries no name and no
// content, and the phone asks the person only when they make the first one.
import CompanionKit
import Foundation
import UserNotifications

@MainActor final class QuietNotices: Notices {
    private static let name = "notices"

    private var routines: [String] { UserDefaults.standard.stringArray(forKey: Self.name) ?? [] }

    func has(routine: String) -> Bool {
        routines.contains(routine)
    }

    func set(routine: String, time: String?, text: String) async -> Bool {
        let center = UNUserNotificationCenter.current()
        center.removePendingNotificationRequests(withIdentifiers: [routine])
        let others = routines.filter { $0 != routine }
        UserDefaults.standard.set(others, forKey: Self.name)
        guard let time else { return true }
        let parts = time.split(separator: ":").compactMap { Int($0) }
        guard parts.count == 2, (try? await center.requestAuthorization(options: [.alert])) == true else { return false }
        let content = UNMutableNotificationContent()
        content.title = text
        let at = DateComponents(hour: parts[0], minute: parts[1])
        let request = UNNotificationRequest(
            identifier: routine, content: content, trigger: UNCalendarNotificationTrigger(dateMatching: at, repeats: true)
        )
        guard (try? await center.add(request)) != nil else { return false }
        UserDefaults.standard.set(others + [routine], forKey: Self.name)
        return true
    }
}
