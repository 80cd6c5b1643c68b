// The whole of the app: the first run, the tabs, or why it did not open; the curtain in place of all of them. Invariant:
// while the app is hidden or locked, no view of the home is there, not even below another.
import CompanionKit
import SwiftUI

struct RootView: View {
    @Environment(\.scenePhase) private var phase
    let root: RootModel
    let scanner: Scanner

    var body: some View {
        Group {
            if root.lock.hidden || root.lock.locked {
                CurtainView(root: root)
            } else {
                switch root.now {
                case .opening: ProgressView()
                case let .firstRun(model): FirstRunView(model: model) { home in await root.begun(home) }
                case let .home(home): TabsView(home: home, platform: root.platform, scanner: scanner)
                case let .stuck(trouble): StuckView(root: root, trouble: trouble)
                }
            }
        }
        .environment(root.lock)
        .task { await root.open() }
        .onChange(of: phase) { _, now in
            switch now {
            case .active: Task { await root.returned() }
            case .background: root.left()
            case .inactive: break
            @unknown default: break
            }
        }
    }
}

/// The tabs: the same nouns as everywhere.
struct TabsView: View {
    enum Tab: Hashable { case today, goals, people, ideas, settings }

    let home: Home
    let platform: Platform
    let scanner: Scanner
    @State private var tab = Tab.today

    var body: some View {
        let words = home.words
        TabView(selection: $tab) {
            NavigationStack { TodayView(home: home) }
                .tabItem { Label(words("home.today"), systemImage: "sun.max") }
                .tag(Tab.today)
            NavigationStack { GoalsView(home: home) }
                .tabItem { Label(words("home.goals"), systemImage: "flag") }
                .tag(Tab.goals)
            NavigationStack { PeopleView(home: home, scanner: scanner) }
                .tabItem { Label(words("home.people"), systemImage: "person.2") }
                .tag(Tab.people)
            NavigationStack { IdeasView(home: home) }
                .tabItem { Label(words("home.ideas"), systemImage: "lightbulb") }
                .tag(Tab.ideas)
            NavigationStack { SettingsView(home: home, platform: platform) }
                .tabItem { Label(words("settings.title"), systemImage: "gearshape") }
                .tag(Tab.settings)
        }
    }
}

/// It did not open. Nothing was changed.
struct StuckView: View {
    let root: RootModel
    let trouble: Trouble

    var body: some View {
        NavigationStack {
            PageView(root.words, root.words("stuck.title"), trouble: trouble) {
                Text(verbatim: root.words("stuck.safe"))
                MainButton(root.words("stuck.again")) { Task { await root.open() } }
            }
        }
    }
}

#if canImport(UIKit)
#Preview {
    Text(verbatim: Words(language: "en")("today.blank"))
}
#endif
