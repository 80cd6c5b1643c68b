// The keychain behind the kit's protocol, and nothing more: what is kept, and when, the kit decides. It was never run; on
// Linux it is parsed only. Invariant: nothing kept here leaves the phone: no backup, no other phone; and only the keychain's
// own "there is none" is told as none.
import CompanionKit
import Foundation
import Security

final class Keychain: Secrets {
    private func query(_ name: String) -> [CFString: Any] {
        [
            kSecClass: kSecClassGenericPassword, kSecAttrService: "org.alongside.app", kSecAttrAccount: name,
            kSecUseDataProtectionKeychain: true,
        ]
    }

    func read(_ name: String) -> Kept {
        var found: CFTypeRef?
        let wanted = query(name).merging([kSecReturnData: true, kSecMatchLimit: kSecMatchLimitOne]) { _, new in new }
        switch SecItemCopyMatching(wanted as CFDictionary, &found) {
        case errSecSuccess: return (found as? Data).map { .bytes($0) } ?? .unknown
        case errSecItemNotFound: return .nothing
        default: return .unknown
        }
    }

    func add(_ name: String, _ bytes: Data) -> Bool {
        // A waking in the background has to open the home while the phone lies locked.
        let kept: [CFString: Any] = [kSecValueData: bytes, kSecAttrAccessible: kSecAttrAccessibleAfterFirstUnlockThisDeviceOnly]
        return SecItemAdd(query(name).merging(kept) { _, new in new } as CFDictionary, nil) == errSecSuccess
    }

    func replace(_ name: String, _ bytes: Data) -> Bool {
        switch SecItemUpdate(query(name) as CFDictionary, [kSecValueData: bytes] as CFDictionary) {
        case errSecSuccess: return true
        case errSecItemNotFound: return add(name, bytes)
        default: return false
        }
    }

    func remove(_ name: String) {
        SecItemDelete(query(name) as CFDictionary)
    }
}
