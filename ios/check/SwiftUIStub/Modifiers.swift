// A small stand-in for Apple's SwiftUI: the modifiers that the app uses. It is only names and types, and only what Apple
// declares; nothing of it is in the app. Invariant: no modifier here that SwiftUI has not.

// MARK: looks and places
extension View {
    public func font(_ font: Font?) -> some View { Drawn() }
    public func fontWeight(_ weight: Font.Weight?) -> some View { Drawn() }
    public func foregroundStyle<S: ShapeStyle>(_ style: S) -> some View { Drawn() }
    public func tint(_ tint: Color?) -> some View { Drawn() }
    public func background<S: ShapeStyle>(_ style: S) -> some View { Drawn() }
    public func background<S: ShapeStyle, T: Shape>(_ style: S, in shape: T) -> some View { Drawn() }
    public func overlay<V: View>(alignment: Alignment = .center, @ViewBuilder content: () -> V) -> some View { Drawn() }
    public func clipShape<S: Shape>(_ shape: S) -> some View { Drawn() }
    public func contentShape<S: Shape>(_ shape: S) -> some View { Drawn() }
    public func opacity(_ opacity: Double) -> some View { Drawn() }
    public func padding(_ edges: Edge.Set = .all, _ length: CGFloat? = nil) -> some View { Drawn() }
    public func padding(_ length: CGFloat) -> some View { Drawn() }
    public func frame(width: CGFloat? = nil, height: CGFloat? = nil, alignment: Alignment = .center) -> some View { Drawn() }
    public func frame(
        minWidth: CGFloat? = nil, idealWidth: CGFloat? = nil, maxWidth: CGFloat? = nil, minHeight: CGFloat? = nil,
        idealHeight: CGFloat? = nil, maxHeight: CGFloat? = nil, alignment: Alignment = .center
    ) -> some View { Drawn() }
    public func fixedSize(horizontal: Bool, vertical: Bool) -> some View { Drawn() }
    public func multilineTextAlignment(_ alignment: TextAlignment) -> some View { Drawn() }
    public func lineLimit(_ number: Int?) -> some View { Drawn() }
    public func layoutPriority(_ value: Double) -> some View { Drawn() }
    public func ignoresSafeArea() -> some View { Drawn() }
    public func environment<V>(_ path: WritableKeyPath<EnvironmentValues, V>, _ value: V) -> some View { Drawn() }
    public func environment<T: AnyObject & Observable>(_ object: T?) -> some View { Drawn() }
    public func id<ID: Hashable>(_ id: ID) -> some View { Drawn() }
    public func tag<V: Hashable>(_ tag: V) -> some View { Drawn() }
    public func privacySensitive(_ sensitive: Bool = true) -> some View { Drawn() }
    public func redacted(reason: RedactionReasons) -> some View { Drawn() }
    public func labelsHidden() -> some View { Drawn() }
    public func textSelection<S: TextSelectability>(_ selectability: S) -> some View { Drawn() }
}
public struct RedactionReasons: OptionSet, Sendable {
    public let rawValue: Int
    public init(rawValue: Int) { self.rawValue = rawValue }
    public static var placeholder: RedactionReasons { fatalError() }
    public static var privacy: RedactionReasons { fatalError() }
}
public protocol TextSelectability {}
public struct EnabledTextSelectability: TextSelectability {}
extension TextSelectability where Self == EnabledTextSelectability {
    public static var enabled: EnabledTextSelectability { fatalError() }
}

// MARK: styles
@MainActor public protocol PrimitiveButtonStyle {}
public struct BorderedButtonStyle: PrimitiveButtonStyle {}
public struct BorderedProminentButtonStyle: PrimitiveButtonStyle {}
public struct BorderlessButtonStyle: PrimitiveButtonStyle {}
public struct PlainButtonStyle: PrimitiveButtonStyle {}
extension PrimitiveButtonStyle where Self == BorderedButtonStyle { public static var bordered: BorderedButtonStyle { fatalError() } }
extension PrimitiveButtonStyle where Self == BorderedProminentButtonStyle {
    public static var borderedProminent: BorderedProminentButtonStyle { fatalError() }
}
extension PrimitiveButtonStyle where Self == BorderlessButtonStyle { public static var borderless: BorderlessButtonStyle { fatalError() } }
extension PrimitiveButtonStyle where Self == PlainButtonStyle { public static var plain: PlainButtonStyle { fatalError() } }
@MainActor public protocol ButtonStyle {
    associatedtype Body: View
    @ViewBuilder func makeBody(configuration: Configuration) -> Body
    typealias Configuration = ButtonStyleConfiguration
}
public struct ButtonStyleConfiguration {
    public struct Label: View { public var body: Never { fatalError() } }
    public let label: ButtonStyleConfiguration.Label
    public let isPressed: Bool
}
@MainActor public protocol ListStyle {}
public struct InsetGroupedListStyle: ListStyle {}
public struct PlainListStyle: ListStyle {}
extension ListStyle where Self == InsetGroupedListStyle { public static var insetGrouped: InsetGroupedListStyle { fatalError() } }
extension ListStyle where Self == PlainListStyle { public static var plain: PlainListStyle { fatalError() } }
@MainActor public protocol PickerStyle {}
public struct InlinePickerStyle: PickerStyle {}
public struct MenuPickerStyle: PickerStyle {}
extension PickerStyle where Self == InlinePickerStyle { public static var inline: InlinePickerStyle { fatalError() } }
extension PickerStyle where Self == MenuPickerStyle { public static var menu: MenuPickerStyle { fatalError() } }
public struct ControlSize: Hashable, Sendable {
    public static var small: ControlSize { fatalError() }
    public static var regular: ControlSize { fatalError() }
    public static var large: ControlSize { fatalError() }
}
public struct TextInputAutocapitalization: Sendable {
    public static var never: TextInputAutocapitalization { fatalError() }
    public static var words: TextInputAutocapitalization { fatalError() }
    public static var sentences: TextInputAutocapitalization { fatalError() }
}
public struct UIKeyboardType: Sendable {
    public static var `default`: UIKeyboardType { fatalError() }
    public static var URL: UIKeyboardType { fatalError() }
    public static var numberPad: UIKeyboardType { fatalError() }
    public static var asciiCapable: UIKeyboardType { fatalError() }
}
extension View {
    public func buttonStyle<S: PrimitiveButtonStyle>(_ style: S) -> some View { Drawn() }
    public func buttonStyle<S: ButtonStyle>(_ style: S) -> some View { Drawn() }
    public func listStyle<S: ListStyle>(_ style: S) -> some View { Drawn() }
    public func pickerStyle<S: PickerStyle>(_ style: S) -> some View { Drawn() }
    public func controlSize(_ size: ControlSize) -> some View { Drawn() }
    public func scrollContentBackground(_ visibility: Visibility) -> some View { Drawn() }
    public func listRowBackground<V: View>(_ view: V?) -> some View { Drawn() }
    public func textInputAutocapitalization(_ kind: TextInputAutocapitalization?) -> some View { Drawn() }
    public func autocorrectionDisabled(_ disable: Bool = true) -> some View { Drawn() }
    public func keyboardType(_ type: UIKeyboardType) -> some View { Drawn() }
    public func disabled(_ disabled: Bool) -> some View { Drawn() }
}

// MARK: ways and questions
public enum TitleDisplayMode: Sendable { case automatic, inline, large }
public struct NavigationBarItem { public typealias TitleDisplayMode = SwiftUI.TitleDisplayMode }
extension View {
    @_disfavoredOverload public func navigationTitle<S: StringProtocol>(_ title: S) -> some View { Drawn() }
    public func navigationBarTitleDisplayMode(_ mode: NavigationBarItem.TitleDisplayMode) -> some View { Drawn() }
    public func navigationDestination<D: Hashable, C: View>(for data: D.Type, @ViewBuilder destination: @escaping (D) -> C) -> some View { Drawn() }
    public func tabItem<V: View>(@ViewBuilder _ label: () -> V) -> some View { Drawn() }
    public func toolbar<C: ToolbarContent>(@ToolbarContentBuilder content: () -> C) -> some View { Drawn() }
    public func sheet<C: View>(isPresented: Binding<Bool>, onDismiss: (() -> Void)? = nil, @ViewBuilder content: @escaping () -> C) -> some View {
        Drawn()
    }
    public func sheet<I: Identifiable, C: View>(
        item: Binding<I?>, onDismiss: (() -> Void)? = nil, @ViewBuilder content: @escaping (I) -> C
    ) -> some View { Drawn() }
    @_disfavoredOverload public func alert<S: StringProtocol, A: View, M: View>(
        _ title: S, isPresented: Binding<Bool>, @ViewBuilder actions: () -> A, @ViewBuilder message: () -> M
    ) -> some View { Drawn() }
    @_disfavoredOverload public func confirmationDialog<S: StringProtocol, A: View, M: View>(
        _ title: S, isPresented: Binding<Bool>, titleVisibility: Visibility = .automatic, @ViewBuilder actions: () -> A, @ViewBuilder message: () -> M
    ) -> some View { Drawn() }
    public func fileImporter(
        isPresented: Binding<Bool>, allowedContentTypes: [UTType], onCompletion: @escaping (Result<URL, any Error>) -> Void
    ) -> some View { Drawn() }
    public func presentationDetents(_ detents: Set<PresentationDetent>) -> some View { Drawn() }
    public func interactiveDismissDisabled(_ disabled: Bool = true) -> some View { Drawn() }
}
public struct PresentationDetent: Hashable, Sendable {
    public static var medium: PresentationDetent { fatalError() }
    public static var large: PresentationDetent { fatalError() }
}

// MARK: when something happens
public struct SubmitTriggers: OptionSet, Sendable {
    public let rawValue: Int
    public init(rawValue: Int) { self.rawValue = rawValue }
    public static var text: SubmitTriggers { fatalError() }
}
extension View {
    public func onAppear(perform action: (() -> Void)? = nil) -> some View { Drawn() }
    public func onDisappear(perform action: (() -> Void)? = nil) -> some View { Drawn() }
    public func task(priority: TaskPriority = .userInitiated, @_inheritActorContext _ action: @escaping @Sendable () async -> Void) -> some View { Drawn() }
    public func task<T: Equatable>(
        id value: T, priority: TaskPriority = .userInitiated, @_inheritActorContext _ action: @escaping @Sendable () async -> Void
    ) -> some View { Drawn() }
    public func refreshable(action: @escaping @Sendable () async -> Void) -> some View { Drawn() }
    public func onChange<V: Equatable>(of value: V, initial: Bool = false, _ action: @escaping (V, V) -> Void) -> some View { Drawn() }
    public func onSubmit(of triggers: SubmitTriggers = .text, _ action: @escaping () -> Void) -> some View { Drawn() }
    public func onOpenURL(perform action: @escaping (URL) -> Void) -> some View { Drawn() }
}

// MARK: for everyone
public struct AccessibilityTraits: SetAlgebra, Sendable {
    public static var isButton: AccessibilityTraits { fatalError() }
    public static var isHeader: AccessibilityTraits { fatalError() }
    public static var isSelected: AccessibilityTraits { fatalError() }
    public static var isImage: AccessibilityTraits { fatalError() }
    public static var isStaticText: AccessibilityTraits { fatalError() }
    public static var isModal: AccessibilityTraits { fatalError() }
    public static var updatesFrequently: AccessibilityTraits { fatalError() }
    public init() {}
    public typealias Element = AccessibilityTraits
    public typealias ArrayLiteralElement = AccessibilityTraits
    public func contains(_ member: AccessibilityTraits) -> Bool { fatalError() }
    public func union(_ other: AccessibilityTraits) -> AccessibilityTraits { fatalError() }
    public func intersection(_ other: AccessibilityTraits) -> AccessibilityTraits { fatalError() }
    public func symmetricDifference(_ other: AccessibilityTraits) -> AccessibilityTraits { fatalError() }
    public mutating func insert(_ member: AccessibilityTraits) -> (inserted: Bool, memberAfterInsert: AccessibilityTraits) { fatalError() }
    public mutating func remove(_ member: AccessibilityTraits) -> AccessibilityTraits? { fatalError() }
    public mutating func update(with member: AccessibilityTraits) -> AccessibilityTraits? { fatalError() }
    public mutating func formUnion(_ other: AccessibilityTraits) {}
    public mutating func formIntersection(_ other: AccessibilityTraits) {}
    public mutating func formSymmetricDifference(_ other: AccessibilityTraits) {}
}
public struct AccessibilityChildBehavior: Hashable, Sendable {
    public static var ignore: AccessibilityChildBehavior { fatalError() }
    public static var contain: AccessibilityChildBehavior { fatalError() }
    public static var combine: AccessibilityChildBehavior { fatalError() }
}
extension View {
    @_disfavoredOverload public func accessibilityLabel<S: StringProtocol>(_ label: S) -> some View { Drawn() }
    public func accessibilityLabel(_ label: Text) -> some View { Drawn() }
    @_disfavoredOverload public func accessibilityValue<S: StringProtocol>(_ value: S) -> some View { Drawn() }
    @_disfavoredOverload public func accessibilityHint<S: StringProtocol>(_ hint: S) -> some View { Drawn() }
    public func accessibilityHidden(_ hidden: Bool) -> some View { Drawn() }
    public func accessibilityAddTraits(_ traits: AccessibilityTraits) -> some View { Drawn() }
    public func accessibilityElement(children: AccessibilityChildBehavior = .ignore) -> some View { Drawn() }
    public func accessibilitySortPriority(_ priority: Double) -> some View { Drawn() }
    @_disfavoredOverload public func accessibilityAction<S: StringProtocol>(named name: S, _ handler: @escaping () -> Void) -> some View { Drawn() }
}
