#!/usr/bin/env bash
# Builds the core for a phone and for the simulator and lays it where CompanionKit looks for it on a Mac. It needs a Mac
# with Xcode 16 or later and Rust with the three targets below. It was never run: docs/platforms.md says what that means.
# Invariant: what it makes is in ios/CompanionKit/Generated and nowhere else, and is never committed.
set -euo pipefail
cd "$(dirname "$0")/.."

[ "$(uname)" = Darwin ] || { echo "this needs a Mac with Xcode" >&2; exit 1; }

profile=phone
target="${CARGO_TARGET_DIR:-$PWD/target}"
out=ios/CompanionKit/Generated
export IPHONEOS_DEPLOYMENT_TARGET=17.0

for triple in aarch64-apple-ios aarch64-apple-ios-sim x86_64-apple-ios; do
    # One kind of library alone: only then is all of it optimised as one.
    cargo rustc --profile "$profile" -p alongside-phones --lib --crate-type staticlib --target "$triple"
done

# The Swift and the header are read out of the library itself, so they fit it.
cargo run -p alongside-bindgen -- generate --language swift --no-format --config bindings/phones/uniffi.toml \
    --out-dir "$target/phones/swift" "$target/aarch64-apple-ios/$profile/libalongside_phones.a"

rm -rf "$out" && mkdir -p "$out/Swift" "$out/headers/AlongsideFFI" "$out/simulator"
cp "$target"/phones/swift/*.swift "$out/Swift/"
cp "$target"/phones/swift/*FFI.h "$out/headers/AlongsideFFI/"
# In an XCFramework a module map must have this one name; the folder of its own keeps it apart from other frameworks'.
cp "$target"/phones/swift/*FFI.modulemap "$out/headers/AlongsideFFI/module.modulemap"

lipo -create "$target/aarch64-apple-ios-sim/$profile/libalongside_phones.a" \
    "$target/x86_64-apple-ios/$profile/libalongside_phones.a" -output "$out/simulator/libalongside_phones.a"
xcodebuild -create-xcframework \
    -library "$target/aarch64-apple-ios/$profile/libalongside_phones.a" -headers "$out/headers" \
    -library "$out/simulator/libalongside_phones.a" -headers "$out/headers" \
    -output "$out/AlongsideFFI.xcframework"
rm -rf "$out/headers" "$out/simulator"
