// A small stand-in for Apple's SwiftUI: the views that the app uses. It is only names and types, and only what Apple
// declares; nothing of it is in the app. Invariant: no initialiser here that SwiftUI has not.

public struct Text: View {
    public init(verbatim content: String) { fatalError() }
    public init(_ key: LocalizedStringKey, tableName: String? = nil, bundle: Bundle? = nil, comment: StaticString? = nil) { fatalError() }
    @_disfavoredOverload public init<S: StringProtocol>(_ content: S) { fatalError() }
    public func font(_ font: Font?) -> Text { fatalError() }
    public func bold() -> Text { fatalError() }
    public func italic() -> Text { fatalError() }
    public func fontWeight(_ weight: Font.Weight?) -> Text { fatalError() }
    public var body: Never { fatalError() }
}
public struct Image: View {
    public init(systemName: String) { fatalError() }
    public init(_ name: String, bundle: Bundle? = nil) { fatalError() }
    public init(decorative name: String, bundle: Bundle? = nil) { fatalError() }
    public func resizable() -> Image { fatalError() }
    public var body: Never { fatalError() }
}
public struct Label<Title: View, Icon: View>: View {
    public init(@ViewBuilder title: () -> Title, @ViewBuilder icon: () -> Icon) { fatalError() }
    public var body: Never { fatalError() }
}
extension Label where Title == Text, Icon == Image {
    public init(_ key: LocalizedStringKey, systemImage name: String) { fatalError() }
    @_disfavoredOverload public init<S: StringProtocol>(_ title: S, systemImage name: String) { fatalError() }
}
public struct Button<Content: View>: View {
    @preconcurrency public init(action: @escaping @MainActor () -> Void, @ViewBuilder label: () -> Content) { fatalError() }
    @preconcurrency public init(role: ButtonRole?, action: @escaping @MainActor () -> Void, @ViewBuilder label: () -> Content) { fatalError() }
    public var body: Never { fatalError() }
}
extension Button where Content == Text {
    @preconcurrency public init(_ key: LocalizedStringKey, action: @escaping @MainActor () -> Void) { fatalError() }
    @_disfavoredOverload @preconcurrency public init<S: StringProtocol>(_ title: S, action: @escaping @MainActor () -> Void) { fatalError() }
    @_disfavoredOverload @preconcurrency public init<S: StringProtocol>(_ title: S, role: ButtonRole?, action: @escaping @MainActor () -> Void) {
        fatalError()
    }
}
extension Button where Content == Label<Text, Image> {
    @_disfavoredOverload @preconcurrency public init<S: StringProtocol>(
        _ title: S, systemImage: String, action: @escaping @MainActor () -> Void
    ) { fatalError() }
}
public struct TextField<Title: View>: View { public var body: Never { fatalError() } }
extension TextField where Title == Text {
    @_disfavoredOverload public init<S: StringProtocol>(_ title: S, text: Binding<String>) { fatalError() }
    @_disfavoredOverload public init<S: StringProtocol>(_ title: S, text: Binding<String>, axis: Axis) { fatalError() }
}
public struct SecureField<Title: View>: View { public var body: Never { fatalError() } }
extension SecureField where Title == Text {
    @_disfavoredOverload public init<S: StringProtocol>(_ title: S, text: Binding<String>) { fatalError() }
}
public struct Toggle<Content: View>: View { public var body: Never { fatalError() } }
extension Toggle where Content == Text {
    @_disfavoredOverload public init<S: StringProtocol>(_ title: S, isOn: Binding<Bool>) { fatalError() }
}
public struct Stepper<Content: View>: View { public var body: Never { fatalError() } }
extension Stepper where Content == Text {
    @_disfavoredOverload public init<S: StringProtocol, V: Strideable>(_ title: S, value: Binding<V>, in bounds: ClosedRange<V>, step: V.Stride = 1) {
        fatalError()
    }
}
public struct Picker<Title: View, Value: Hashable, Content: View>: View { public var body: Never { fatalError() } }
extension Picker where Title == Text {
    @_disfavoredOverload public init<S: StringProtocol>(_ title: S, selection: Binding<Value>, @ViewBuilder content: () -> Content) { fatalError() }
}
public struct DatePicker<Title: View>: View { public var body: Never { fatalError() } }
extension DatePicker where Title == Text {
    @_disfavoredOverload public init<S: StringProtocol>(
        _ title: S, selection: Binding<Date>, displayedComponents: DatePickerComponents = [.hourAndMinute, .date]
    ) { fatalError() }
}
public struct ProgressView<Title: View, Now: View>: View { public var body: Never { fatalError() } }
extension ProgressView where Title == EmptyView, Now == EmptyView {
    public init() { fatalError() }
}
extension ProgressView where Title == Text, Now == EmptyView {
    @_disfavoredOverload public init<S: StringProtocol>(_ title: S) { fatalError() }
}
public struct ShareLink<Title: View>: View { public var body: Never { fatalError() } }
extension ShareLink where Title == Label<Text, Image> {
    @_disfavoredOverload public init<S: StringProtocol>(_ title: S, item: String) { fatalError() }
    @_disfavoredOverload public init<S: StringProtocol>(_ title: S, item: URL) { fatalError() }
}
public struct Spacer: View {
    public init(minLength: CGFloat? = nil) {}
    public var body: Never { fatalError() }
}
public struct Divider: View {
    public init() {}
    public var body: Never { fatalError() }
}

// MARK: rows and columns

public struct VStack<Content: View>: View {
    public init(alignment: HorizontalAlignment = .center, spacing: CGFloat? = nil, @ViewBuilder content: () -> Content) { fatalError() }
    public var body: Never { fatalError() }
}
public struct HStack<Content: View>: View {
    public init(alignment: VerticalAlignment = .center, spacing: CGFloat? = nil, @ViewBuilder content: () -> Content) { fatalError() }
    public var body: Never { fatalError() }
}
public struct ZStack<Content: View>: View {
    public init(alignment: Alignment = .center, @ViewBuilder content: () -> Content) { fatalError() }
    public var body: Never { fatalError() }
}
public struct LazyVStack<Content: View>: View {
    public init(alignment: HorizontalAlignment = .center, spacing: CGFloat? = nil, @ViewBuilder content: () -> Content) { fatalError() }
    public var body: Never { fatalError() }
}
public struct ScrollView<Content: View>: View {
    public init(_ axes: Axis.Set = .vertical, showsIndicators: Bool = true, @ViewBuilder content: () -> Content) { fatalError() }
    public var body: Never { fatalError() }
}
/// Tries its children in order and takes the first that fits.
public struct ViewThatFits<Content: View>: View {
    public init(in axes: Axis.Set = [.horizontal, .vertical], @ViewBuilder content: () -> Content) { fatalError() }
    public var body: Never { fatalError() }
}
public struct ForEach<Rows: RandomAccessCollection, ID: Hashable, Content> {}
extension ForEach: View where Content: View {
    public var body: Never { fatalError() }
    public init(_ rows: Rows, id: KeyPath<Rows.Element, ID>, @ViewBuilder content: @escaping (Rows.Element) -> Content) { fatalError() }
    public init(_ rows: Rows, @ViewBuilder content: @escaping (Rows.Element) -> Content) where Rows.Element: Identifiable, ID == Rows.Element.ID {
        fatalError()
    }
    public init(_ rows: Range<Int>, @ViewBuilder content: @escaping (Int) -> Content) where Rows == Range<Int>, ID == Int { fatalError() }
}
public struct List<Selection, Content: View>: View { public var body: Never { fatalError() } }
extension List where Selection == Never {
    public init(@ViewBuilder content: () -> Content) { fatalError() }
}
public struct Form<Content: View>: View {
    public init(@ViewBuilder content: () -> Content) { fatalError() }
    public var body: Never { fatalError() }
}
public struct Section<Parent, Content, Footer> {}
extension Section: View where Parent: View, Content: View, Footer: View {
    public var body: Never { fatalError() }
    public init(@ViewBuilder content: () -> Content, @ViewBuilder header: () -> Parent, @ViewBuilder footer: () -> Footer) { fatalError() }
}
extension Section where Parent: View, Content: View, Footer == EmptyView {
    public init(@ViewBuilder content: () -> Content, @ViewBuilder header: () -> Parent) { fatalError() }
}
extension Section where Parent == EmptyView, Content: View, Footer: View {
    public init(@ViewBuilder content: () -> Content, @ViewBuilder footer: () -> Footer) { fatalError() }
}
extension Section where Parent == EmptyView, Content: View, Footer == EmptyView {
    public init(@ViewBuilder content: () -> Content) { fatalError() }
}
extension Section where Parent == Text, Content: View, Footer == EmptyView {
    @_disfavoredOverload public init<S: StringProtocol>(_ title: S, @ViewBuilder content: () -> Content) { fatalError() }
}
public struct DisclosureGroup<Title: View, Content: View>: View { public var body: Never { fatalError() } }
extension DisclosureGroup where Title == Text {
    @_disfavoredOverload public init<S: StringProtocol>(_ title: S, @ViewBuilder content: @escaping () -> Content) { fatalError() }
}

// MARK: ways between screens

public struct NavigationPath: Equatable {
    public init() {}
}
public struct NavigationStack<Data, Root: View>: View { public var body: Never { fatalError() } }
extension NavigationStack where Data == NavigationPath {
    public init(@ViewBuilder root: () -> Root) { fatalError() }
    public init(path: Binding<NavigationPath>, @ViewBuilder root: () -> Root) { fatalError() }
}
public struct NavigationLink<Title: View, Destination: View>: View { public var body: Never { fatalError() } }
extension NavigationLink {
    public init(@ViewBuilder destination: () -> Destination, @ViewBuilder label: () -> Title) { fatalError() }
}
extension NavigationLink where Destination == Never {
    public init<P: Hashable>(value: P?, @ViewBuilder label: () -> Title) { fatalError() }
}
extension NavigationLink where Title == Text {
    @_disfavoredOverload public init<S: StringProtocol>(_ title: S, @ViewBuilder destination: () -> Destination) { fatalError() }
}
extension NavigationLink where Title == Text, Destination == Never {
    @_disfavoredOverload public init<S: StringProtocol, P: Hashable>(_ title: S, value: P?) { fatalError() }
}
public struct TabView<Selection: Hashable, Content: View>: View {
    public init(selection: Binding<Selection>?, @ViewBuilder content: () -> Content) { fatalError() }
    public var body: Never { fatalError() }
}
public protocol ToolbarContent {}
public struct ToolbarItemPlacement {
    public static var automatic: ToolbarItemPlacement { fatalError() }
    public static var principal: ToolbarItemPlacement { fatalError() }
    public static var cancellationAction: ToolbarItemPlacement { fatalError() }
    public static var confirmationAction: ToolbarItemPlacement { fatalError() }
    public static var primaryAction: ToolbarItemPlacement { fatalError() }
    public static var topBarLeading: ToolbarItemPlacement { fatalError() }
    public static var topBarTrailing: ToolbarItemPlacement { fatalError() }
    public static var bottomBar: ToolbarItemPlacement { fatalError() }
}
public struct ToolbarItem<ID, Content: View>: ToolbarContent {}
extension ToolbarItem where ID == () {
    public init(placement: ToolbarItemPlacement = .automatic, @ViewBuilder content: () -> Content) { fatalError() }
}
public struct TupleToolbarContent<T>: ToolbarContent {}
extension Optional: ToolbarContent where Wrapped: ToolbarContent {}
@resultBuilder public struct ToolbarContentBuilder {
    public static func buildBlock<C: ToolbarContent>(_ content: C) -> some ToolbarContent { content }
    public static func buildBlock<A: ToolbarContent, B: ToolbarContent>(_ first: A, _ second: B) -> some ToolbarContent { TupleToolbarContent<(A, B)>() }
    public static func buildIf<C: ToolbarContent>(_ content: C?) -> C? { content }
}
