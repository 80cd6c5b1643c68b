// Where the app begins on a phone: the parts of the phone are put behind the kit's protocols, and nothing else is done.
// It was never run; on Linux it is parsed only. Invariant: no permission is asked for here.
import CompanionKit
import SwiftUI

@main
struct AlongsideApp: App {
    @State private var root: RootModel

    init() {
        let (background, keychain, folder) = (PostInBackground(), Keychain(), HomeFolder.place())
        let platform = Platform(
            folder: folder, keys: HomeKey(keychain, folder: folder), secrets: keychain, stretch: Pbkdf2(), face: Face(), background: background,
            notices: QuietNotices(), voice: SpokenAloud()
        )
        // A waking may come before any view is drawn: the model is there first, and knows what is done then.
        _root = State(initialValue: RootModel(platform: platform, words: Words()))
        background.register()
    }

    var body: some Scene {
        WindowGroup {
            RootView(root: root, scanner: CodeCamera.scanner(words: root.words))
        }
    }
}

/// The folder of the home's one file.
enum HomeFolder {
    /// Out of every backup, and closed until the phone was unlocked once.
    static func place() -> String {
        let files = FileManager.default
        let parent = files.urls(for: .applicationSupportDirectory, in: .userDomainMask)[0]
        let protection: [FileAttributeKey: Any] = [.protectionKey: FileProtectionType.completeUntilFirstUserAuthentication]
        try? files.createDirectory(at: parent, withIntermediateDirectories: true, attributes: protection)
        // The home itself is made by the core; the folder around it carries what the system is told.
        var values = URLResourceValues()
        values.isExcludedFromBackup = true
        var around = parent
        try? around.setResourceValues(values)
        return parent.appendingPathComponent("home").standardizedFileURL.path
    }
}
