"""Simple charts as SVG: bars of counts, and ranges of times. Text stays text.

Each chart has a title and a description that says all its values. Knows numbers and labels, not what they mean.
"""

import math
from collections.abc import Iterator, Sequence

from msgspec import Struct

from kiosk.storage.export.markup import Markup, element

MOST_ROWS = 40
"""More rows than this are not drawn: a chart is to be read at a glance, tables hold the rest."""

_WIDTH = 760
_LABELS = 220
_VALUES = 90
_ROW = 34
_TOP = 76
_LONGEST_LABEL = 27

_SHEET, _INK, _INK_2, _MARK = "#fbfbf5", "#17233f", "#47516b", "#ffb90a"
_FACE = "Atkinson Hyperlegible Next, Atkinson Hyperlegible, DejaVu Sans, sans-serif"


class Bar(Struct, frozen=True):
    """A count."""

    label: str
    count: int


class Range(Struct, frozen=True):
    """A median with its quartiles, all above 0, in one unit; `said` is how a person reads it."""

    label: str
    lower: float
    median: float
    upper: float
    said: str


def bars(title: str, rows: Sequence[Bar], nothing: str) -> str:
    """Horizontal bars on a common scale from 0; `nothing` is said where there are no rows."""
    largest = max((row.count for row in rows), default=0) or 1
    width = _WIDTH - _LABELS - _VALUES

    def draw() -> Iterator[Markup]:
        for place, row in enumerate(rows[:MOST_ROWS]):
            top = _TOP + place * _ROW
            length = max(2.0, width * row.count / largest)
            yield _label(row.label, top)
            yield _box(_LABELS, top + 5, length, _ROW - 12, _MARK)
            yield _words(str(row.count), _LABELS + length + 8, top + 21, _INK)

    said = ", ".join(f"{row.label}: {row.count}" for row in rows[:MOST_ROWS])
    return _chart(title, said or nothing, len(rows), list(draw()))


def ranges(title: str, rows: Sequence[Range], nothing: str) -> str:
    """From quartile to quartile with a mark at the median, on a common logarithmic scale."""
    lowest = math.log(min((row.lower for row in rows), default=1.0))
    highest = math.log(max((row.upper for row in rows), default=1.0))
    width = _WIDTH - _LABELS - _VALUES - 40
    scale = width / (highest - lowest) if highest > lowest else 0.0

    def at(value: float) -> float:
        return _LABELS + 6 + (math.log(value) - lowest) * scale

    def draw() -> Iterator[Markup]:
        for place, row in enumerate(rows[:MOST_ROWS]):
            top = _TOP + place * _ROW
            yield _label(row.label, top)
            yield _box(at(row.lower), top + 9, max(4.0, at(row.upper) - at(row.lower)), _ROW - 20, _MARK)
            yield _box(at(row.median) - 2, top + 4, 4, _ROW - 10, _INK)
            yield _words(row.said, at(row.upper) + 12, top + 21, _INK)

    said = ", ".join(f"{row.label}: {row.said}" for row in rows[:MOST_ROWS])
    return _chart(title, said or nothing, len(rows), list(draw()))


def _chart(title: str, said: str, count: int, drawn: list[Markup]) -> str:
    height = _TOP + min(max(count, 1), MOST_ROWS) * _ROW + 18
    content = drawn or [_words(said, 28, _TOP + 21, _INK_2)]
    return element(
        "svg",
        element("title", title, id="title"),
        element("desc", said, id="said"),
        _box(0, 0, _WIDTH, height, _SHEET),
        element("text", title, x=28, y=42, fill=_INK, font_size=21, font_weight=700),
        *content,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {_WIDTH} {height}",
        width=_WIDTH,
        height=height,
        role="img",
        aria_labelledby="title said",
        font_family=_FACE,
        font_size=15,
    )


def _label(text: str, top: int) -> Markup:
    short = text if len(text) <= _LONGEST_LABEL else f"{text[: _LONGEST_LABEL - 1]}…"
    whole = element("title", text) if short != text else None
    return element("text", whole, short, x=28, y=top + 21, fill=_INK_2)


def _words(text: str, x: float, y: float, colour: str) -> Markup:
    return element("text", text, x=f"{x:.1f}", y=f"{y:.1f}", fill=colour)


def _box(x: float, y: float, width: float, height: float, colour: str) -> Markup:
    return element("rect", x=f"{x:.1f}", y=f"{y:.1f}", width=f"{width:.1f}", height=f"{height:.1f}", fill=colour)
