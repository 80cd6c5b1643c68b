// A small stand-in for Apple's UserNotifications, for checking types where it is not: only what the adapters use. Invariant:
// nothing here that UserNotifications has not.
import Foundation

public struct UNAuthorizationOptions: OptionSet, Sendable {
    public let rawValue: UInt
    public init(rawValue: UInt) { self.rawValue = rawValue }
    public static var alert: UNAuthorizationOptions { fatalError() }
}
open class UNNotificationContent: NSObject {}
open class UNMutableNotificationContent: UNNotificationContent {
    open var title: String { get { fatalError() } set { _ = newValue } }
    public override init() { fatalError() }
}
open class UNNotificationTrigger: NSObject {}
open class UNCalendarNotificationTrigger: UNNotificationTrigger {
    public init(dateMatching: DateComponents, repeats: Bool) { fatalError() }
}
open class UNNotificationRequest: NSObject {
    public init(identifier: String, content: UNNotificationContent, trigger: UNNotificationTrigger?) { fatalError() }
}
open class UNUserNotificationCenter: NSObject {
    open class func current() -> UNUserNotificationCenter { fatalError() }
    open func requestAuthorization(options: UNAuthorizationOptions = []) async throws -> Bool { fatalError() }
    open func add(_ request: UNNotificationRequest) async throws { fatalError() }
    open func removeAllPendingNotificationRequests() { fatalError() }
}
