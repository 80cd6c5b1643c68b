// The colours of the app, light and dark, as pairs of what is written on what: the same as on the other phones. It knows no
// view. Invariant: every pair stands at 4.5:1 or more, and no colour is red.

/// A colour, as 0xRRGGBB.
public struct Ink: Sendable, Equatable {
    public let red, green, blue: Double

    public init(_ hex: UInt32) {
        red = Double(hex >> 16 & 0xFF) / 255
        green = Double(hex >> 8 & 0xFF) / 255
        blue = Double(hex & 0xFF) / 255
    }
}

/// Text on its ground.
public struct TextOn: Sendable, Equatable {
    public let ground: Ink
    public let text: Ink

    init(_ ground: UInt32, _ text: UInt32) {
        self.ground = Ink(ground)
        self.text = Ink(text)
    }
}

/// A planner's page: paper and ink, and three inks for marking. `me` marks my own things, `us` what is about people, with
/// the same weight; `note` marks a word to read.
public struct Palette: Sendable, Equatable {
    public let page, quiet, me, meSoft, us, usSoft, note, raised: TextOn

    public static let daylight = Palette(
        page: TextOn(0xFBF6EC, 0x2E2A25), quiet: TextOn(0xFBF6EC, 0x625A50), me: TextOn(0x2F6153, 0xFFFFFF),
        meSoft: TextOn(0xDCE8DF, 0x24483E), us: TextOn(0x36527A, 0xFFFFFF), usSoft: TextOn(0xDDE5F0, 0x2A4061),
        note: TextOn(0xF4E3BF, 0x5A3D00), raised: TextOn(0xF3EBDC, 0x2E2A25)
    )
    public static let lamplight = Palette(
        page: TextOn(0x1F1D1A, 0xEDE6DA), quiet: TextOn(0x1F1D1A, 0xB8AFA2), me: TextOn(0x9CCFBC, 0x123329),
        meSoft: TextOn(0x26392F, 0xC9E6D8), us: TextOn(0xA9C3E8, 0x142A47), usSoft: TextOn(0x26334A, 0xD3E1F5),
        note: TextOn(0x40351F, 0xF0D59B), raised: TextOn(0x2B2824, 0xEDE6DA)
    )

    /// Every text on every ground where a view puts it.
    public var pairs: [TextOn] { [page, quiet, me, meSoft, us, usSoft, note, raised] }
}
