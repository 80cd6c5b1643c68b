// A small stand-in for Apple's Accessibility, for checking types where it is not: only what the adapters use. Invariant:
// nothing here that Accessibility has not.
public enum AccessibilityNotification {
    public struct Announcement {
        public init(_ announcement: String) { fatalError() }
        public func post() { fatalError() }
    }
}
