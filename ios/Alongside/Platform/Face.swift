// Face ID, Touch ID and VoiceOver behind the kit's protocols. It was never run; on Linux its types are checked against a
// stand-in. Invariant: a face opens the app's own lock and nothing else; the home's key does not hang on it.
import Accessibility
import CompanionKit
import Foundation
import LocalAuthentication

@MainActor final class Face: FaceCheck {
    var there: Bool {
        LAContext().canEvaluatePolicy(.deviceOwnerAuthenticationWithBiometrics, error: nil)
    }

    func isRight(reason: String) async -> Bool {
        (try? await LAContext().evaluatePolicy(.deviceOwnerAuthenticationWithBiometrics, localizedReason: reason)) ?? false
    }
}

@MainActor final class SpokenAloud: Voice {
    func say(_ text: String) {
        AccessibilityNotification.Announcement(text).post()
    }
}
