// The whole of the app: the first run, the tabs, or why it did not open; the curtain in place of all of them. Invariant:
// while the app is hidden or locked, no view of the home is there, not even below another; while it is not in use, all of it
// is covered.
import CompanionKit
import SwiftUI

struct RootView: View {
    @Environment(\.scenePhase) private var phase
    let root: RootModel
    let scanner: Scanner

    var body: some View {
        let inSight = phase == .active && root.home != nil
        Group {
            if root.lock.hidden || root.lock.locked {
                CurtainView(root: root)
            } else {
                switch root.now {
                case .opening: ProgressView()
                case let .firstRun(model): FirstRunView(model: model) { home in await root.begun(home) }
                case let .home(home): TabsView(root: root, home: home, scanner: scanner).environment(home)
                case let .stuck(trouble): StuckView(root: root, trouble: trouble)
                }
            }
        }
        .covered(root.words)
        .environment(root.lock)
        .task { await root.open() }
        .task(id: inSight) { if inSight { await root.inSight() } }
        .onOpenURL { link in root.take(link) }
        .onChange(of: phase) { _, now in
            switch now {
            case .active: root.returned()
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

    let root: RootModel
    let home: Home
    let scanner: Scanner
    @State private var tab = Tab.today

    var body: some View {
        let words = home.words
        TabView(selection: $tab) {
            NavigationStack { TodayView(home: home, scanner: scanner) }
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
            NavigationStack { SettingsView(home: home, platform: root.platform, scanner: scanner) }
                .tabItem { Label(words("settings.title"), systemImage: "gearshape") }
                .tag(Tab.settings)
        }
        .sheet(isPresented: coming) {
            SheetPage(words) { JoinView(home: home, scanner: scanner, code: root.code ?? "").id(root.code) }
        }
    }

    /// A code came with a link.
    private var coming: Binding<Bool> {
        Binding(get: { @MainActor in root.code != nil }, set: { @MainActor on in if !on { root.code = nil } })
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
