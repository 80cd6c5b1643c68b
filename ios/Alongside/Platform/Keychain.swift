// The keychain behind the kit's protocols: the key of the home's file, and the lock's digits. It was never run; on Linux it
// is parsed only. Invariant: nothing kept here leaves the phone: no backup, no other phone.
import CompanionKit
import Foundation
import Security

/// One small thing in the keychain.
struct KeychainItem {
    let name: String

    private var query: [CFString: Any] {
        [
            kSecClass: kSecClassGenericPassword, kSecAttrService: "org.alongside.app", kSecAttrAccount: name,
            kSecUseDataProtectionKeychain: true,
        ]
    }

    func read() -> Data? {
        var found: CFTypeRef?
        let wanted = query.merging([kSecReturnData: true, kSecMatchLimit: kSecMatchLimitOne]) { _, new in new }
        guard SecItemCopyMatching(wanted as CFDictionary, &found) == errSecSuccess else { return nil }
        return found as? Data
    }

    /// Whether it is kept.
    @discardableResult
    func write(_ bytes: Data) -> Bool {
        SecItemDelete(query as CFDictionary)
        // A sync in the background has to open the home while the phone lies locked.
        let kept: [CFString: Any] = [kSecValueData: bytes, kSecAttrAccessible: kSecAttrAccessibleAfterFirstUnlockThisDeviceOnly]
        return SecItemAdd(query.merging(kept) { _, new in new } as CFDictionary, nil) == errSecSuccess
    }

    func remove() {
        SecItemDelete(query as CFDictionary)
    }
}

/// The key of the home's file.
final class KeychainKeys: PhoneKeys {
    func key() throws -> Data {
        let item = KeychainItem(name: "home key")
        if let bytes = item.read() { return bytes }
        var bytes = Data(count: 32)
        let made = bytes.withUnsafeMutableBytes { SecRandomCopyBytes(kSecRandomDefault, 32, $0.baseAddress!) }
        guard made == errSecSuccess, item.write(bytes) else { throw Trouble.CannotOpen }
        return bytes
    }
}

/// The lock's digits and wrong tries.
final class KeychainPin: PinKeeper {
    var pin: String? {
        get { KeychainItem(name: "pin").read().map { String(decoding: $0, as: UTF8.self) } }
        set {
            let item = KeychainItem(name: "pin")
            if let newValue { item.write(Data(newValue.utf8)) } else { item.remove() }
        }
    }

    var wrongTries: Int {
        get { Int(number("wrong tries")) }
        set { set("wrong tries", UInt64(newValue)) }
    }

    var lastWrong: UInt64 {
        get { number("last wrong") }
        set { set("last wrong", newValue) }
    }

    var delay: Int {
        get { Int(number("delay")) }
        set { set("delay", UInt64(newValue)) }
    }

    private func number(_ name: String) -> UInt64 {
        KeychainItem(name: name).read().flatMap { UInt64(String(decoding: $0, as: UTF8.self)) } ?? 0
    }

    private func set(_ name: String, _ number: UInt64) {
        KeychainItem(name: name).write(Data(String(number).utf8))
    }
}
