// Where the app begins on a phone: the parts of the phone are put behind the kit's protocols, and nothing else is done.
// It was never run; on Linux it is parsed only. Invariant: no permission is asked for here.
import CompanionKit
import SwiftUI
import UIKit

@main
struct AlongsideApp: App {
    @UIApplicationDelegateAdaptor(Delegate.self) private var delegate
    @State private var root: RootModel

    init() {
        let background = PostInBackground()
        let platform = Platform(
            folder: HomeFolder.place(), keys: KeychainKeys(), pin: KeychainPin(), face: Face(), background: background, notices: QuietNotices()
        )
        _root = State(initialValue: RootModel(platform: platform, words: Words()))
        // Must be said before the app has begun; what it does is known only once a home is open.
        background.register()
    }

    var body: some Scene {
        WindowGroup {
            RootView(root: root, scanner: CodeCamera.scanner(words: root.words))
        }
    }
}

/// The app switcher keeps a picture of the last screen: the curtain is drawn over it in time.
final class Delegate: NSObject, UIApplicationDelegate {
    private let cover = UIView()

    func applicationWillResignActive(_ application: UIApplication) {
        guard let window = application.connectedScenes.compactMap({ ($0 as? UIWindowScene)?.keyWindow }).first else { return }
        cover.frame = window.bounds
        cover.backgroundColor = .systemBackground
        window.addSubview(cover)
    }

    func applicationDidBecomeActive(_ application: UIApplication) {
        cover.removeFromSuperview()
    }
}

/// The folder of the home's one file.
enum HomeFolder {
    /// Out of every backup, and closed until the phone was unlocked once.
    static func place() -> String {
        let files = FileManager.default
        var folder = files.urls(for: .applicationSupportDirectory, in: .userDomainMask)[0].appendingPathComponent("home")
        let protection: [FileAttributeKey: Any] = [.protectionKey: FileProtectionType.completeUntilFirstUserAuthentication]
        let parent = folder.deletingLastPathComponent()
        try? files.createDirectory(at: parent, withIntermediateDirectories: true, attributes: protection)
        // The home itself is made by the core; the folder around it carries what the system is told.
        var values = URLResourceValues()
        values.isExcludedFromBackup = true
        var around = parent
        try? around.setResourceValues(values)
        folder.standardize()
        return folder.path
    }
}
