// Face ID and Touch ID behind the kit's protocol. It was never run; on Linux it is parsed only. Invariant: it opens the
// app's own lock and nothing else; the home's key does not hang on it.
import CompanionKit
import Foundation
import LocalAuthentication

@MainActor final class Face: FaceCheck {
    private static let name = "face"

    var there: Bool {
        LAContext().canEvaluatePolicy(.deviceOwnerAuthenticationWithBiometrics, error: nil)
    }

    var chosen: Bool {
        get { UserDefaults.standard.bool(forKey: Self.name) }
        set { UserDefaults.standard.set(newValue, forKey: Self.name) }
    }

    func isRight(reason: String) async -> Bool {
        (try? await LAContext().evaluatePolicy(.deviceOwnerAuthenticationWithBiometrics, localizedReason: reason)) ?? false
    }
}
