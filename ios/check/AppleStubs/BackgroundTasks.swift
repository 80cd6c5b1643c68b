// A small stand-in for Apple's BackgroundTasks, for checking types where it is not: only what the adapters use. Invariant:
// nothing here that BackgroundTasks has not, and nothing that may cross threads there more than here.
import Dispatch
import Foundation

open class BGTask: NSObject {
    open var expirationHandler: (() -> Void)?
    open func setTaskCompleted(success: Bool) { fatalError() }
}
open class BGTaskRequest: NSObject {
    open var earliestBeginDate: Date?
}
open class BGAppRefreshTaskRequest: BGTaskRequest {
    public init(identifier: String) { fatalError() }
}
open class BGTaskScheduler: NSObject {
    open class var shared: BGTaskScheduler { fatalError() }
    @discardableResult
    open func register(forTaskWithIdentifier identifier: String, using queue: DispatchQueue?, launchHandler: @escaping (BGTask) -> Void) -> Bool {
        fatalError()
    }
    open func submit(_ request: BGTaskRequest) throws { fatalError() }
    open func cancel(taskRequestWithIdentifier identifier: String) { fatalError() }
}
