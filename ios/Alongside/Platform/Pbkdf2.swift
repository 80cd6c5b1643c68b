// Apple's key derivation behind the kit's protocol. It was never run; on Linux its types are checked against a stand-in.
// Invariant: it keeps nothing; salt and rounds are the kit's.
import CommonCrypto
import CompanionKit
import Foundation

/// PBKDF2 with HMAC-SHA-256.
struct Pbkdf2: Stretch {
    func stretched(_ digits: String, salt: Data, rounds: UInt32) -> Data? {
        let (password, salt) = (digits.utf8.map { CChar(bitPattern: $0) }, [UInt8](salt))
        var made = [UInt8](repeating: 0, count: Int(CC_SHA256_DIGEST_LENGTH))
        let status = CCKeyDerivationPBKDF(
            CCPBKDFAlgorithm(kCCPBKDF2), password, password.count, salt, salt.count, CCPseudoRandomAlgorithm(kCCPRFHmacAlgSHA256), rounds, &made,
            made.count
        )
        return status == Int32(kCCSuccess) ? Data(made) : nil
    }
}
