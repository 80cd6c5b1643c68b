// swift-tools-version: 6.0
// What the iOS app decides about showing: view models, words, when to sync. It knows the core only through its generated
// Swift, which is laid into Generated/ at build time and never committed. Invariant: no view is in here, and no rule of
// life; both the app and the tests on Linux build this same package.
import PackageDescription

#if os(Linux)
    let library: Target = .systemLibrary(name: "AlongsideFFI", path: "Generated/FFI")
    let byHand: [Target] = [
        .executableTarget(name: "phone-by-hand", dependencies: ["AlongsideCore", "PhoneKit"], path: "Sources/PhoneByHand"),
        .target(name: "PhoneKit", dependencies: ["AlongsideCore"]),
        .testTarget(name: "CompanionKitTests", dependencies: ["CompanionKit", "AlongsideCore", "PhoneKit"]),
        .testTarget(name: "StoryTests", dependencies: ["AlongsideCore", "PhoneKit"]),
    ]
#else
    let library: Target = .binaryTarget(name: "AlongsideFFI", path: "Generated/AlongsideFFI.xcframework")
    let byHand: [Target] = []
#endif

let package = Package(
    name: "CompanionKit",
    defaultLocalization: "en",
    platforms: [.iOS(.v17), .macOS(.v14)],
    products: [.library(name: "CompanionKit", targets: ["CompanionKit"])],
    targets: [
        library,
        .target(
            name: "AlongsideCore",
            dependencies: ["AlongsideFFI"],
            path: "Generated/Swift",
            // Generated code is not ours to make strict.
            swiftSettings: [.swiftLanguageMode(.v5)],
            linkerSettings: [
                .linkedLibrary("alongside_phones", .when(platforms: [.linux])),
                // What the Rust libraries for a phone call of its system.
                .linkedFramework("Security", .when(platforms: [.iOS])),
                .linkedFramework("SystemConfiguration", .when(platforms: [.iOS])),
            ]
        ),
        .target(name: "CompanionKit", dependencies: ["AlongsideCore"], resources: [.process("Resources")]),
    ] + byHand,
    swiftLanguageModes: [.v6]
)
