// A small stand-in for Apple's LocalAuthentication, for checking types where it is not: only what the adapters use.
// Invariant: nothing here that LocalAuthentication has not.
import Foundation

public enum LAPolicy: Int, Sendable {
    case deviceOwnerAuthenticationWithBiometrics = 1
    case deviceOwnerAuthentication = 2
}
open class LAContext: NSObject {
    public override init() { fatalError() }
    open func canEvaluatePolicy(_ policy: LAPolicy, error: UnsafeMutablePointer<NSError?>?) -> Bool { fatalError() }
    open func evaluatePolicy(_ policy: LAPolicy, localizedReason: String) async throws -> Bool { fatalError() }
}
