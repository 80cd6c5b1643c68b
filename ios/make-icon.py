#!/usr/bin/env python3
"""Draws the app's icon from a few strokes: a calendar's page with a tick, paper on ink, the same as on the other phones. It
needs nothing but Python. Invariant: the same strokes give the same bytes, and the picture has no transparency (the store
refuses one that has)."""

import struct
import sys
import zlib
from pathlib import Path

SIZE = 1024
INK, PAPER = (0x2F, 0x61, 0x53), (0xFB, 0xF6, 0xEC)
# Of a drawing 108 wide the phone shows the middle 72.
LEFT, WIDTH = 18, 72
HALF = 3.5 / 2
STROKES = [
    (38, 40, 70, 40), (70, 40, 70, 72), (70, 72, 38, 72), (38, 72, 38, 40),
    (38, 50, 70, 50), (46, 36, 46, 44), (62, 36, 62, 44), (46, 61, 51, 66), (51, 66, 61, 56),
]


def away(x, y, stroke):
    """How far a point is from a stroke's middle."""
    ax, ay, bx, by = stroke
    dx, dy = bx - ax, by - ay
    along = min(1, max(0, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy)))
    return ((x - ax - along * dx) ** 2 + (y - ay - along * dy) ** 2) ** 0.5


def covered(column, row):
    """How much of a square is under a stroke: none to all, its edge a square wide."""
    unit = WIDTH / SIZE
    x, y = LEFT + (column + 0.5) * unit, LEFT + (row + 0.5) * unit
    if not (34 < x < 74 and 32 < y < 76):
        return 0
    edge = (HALF - min(away(x, y, stroke) for stroke in STROKES)) / unit + 0.5
    return min(1, max(0, edge))


def picture():
    rows = bytearray()
    for row in range(SIZE):
        rows.append(0)
        for column in range(SIZE):
            part = covered(column, row)
            rows += bytes(round(ink + (paper - ink) * part) for ink, paper in zip(INK, PAPER))
    return bytes(rows)


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def main():
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "Alongside/Assets.xcassets/AppIcon.appiconset"
    header = struct.pack(">IIBBBBB", SIZE, SIZE, 8, 2, 0, 0, 0)
    png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(picture(), 9)) + chunk(b"IEND", b"")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "icon.png").write_bytes(png)


if __name__ == "__main__":
    main()
