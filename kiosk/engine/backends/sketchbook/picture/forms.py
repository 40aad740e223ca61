"""Shapes as Skia paths, from few points: smooth outlines, tapering limbs, blobs, stars. No colour, no canvas.

Units are the caller's; figures are drawn with y pointing up.
"""

import math
from collections.abc import Sequence
from random import Random
from typing import Any

import skia

Point = tuple[float, float]
Path = Any  # skia.Path: the library has no types


def smooth(points: Sequence[Point], *, closed: bool = True, tension: float = 1.0) -> Path:
    """A curve through all points (Catmull-Rom); `tension` 0 gives straight lines."""
    path = skia.Path()
    n = len(points)
    path.moveTo(*points[0])
    k = tension / 6
    for i in range(n if closed else n - 1):
        p1, p2 = points[i], points[(i + 1) % n]
        p0 = points[i - 1] if closed or i > 0 else p1
        p3 = points[(i + 2) % n] if closed or i + 2 < n else p2
        path.cubicTo(
            p1[0] + (p2[0] - p0[0]) * k, p1[1] + (p2[1] - p0[1]) * k,
            p2[0] - (p3[0] - p1[0]) * k, p2[1] - (p3[1] - p1[1]) * k,
            p2[0], p2[1],
        )  # fmt: skip
    if closed:
        path.close()
    return path


def curve(*points: Point) -> Path:
    """An open smooth line."""
    return smooth(points, closed=False)


def poly(*points: Point) -> Path:
    """Straight edges, closed."""
    path = skia.Path()
    path.addPoly([skia.Point(*p) for p in points], True)
    return path


def line(*points: Point) -> Path:
    """Straight strokes, open."""
    path = skia.Path()
    path.addPoly([skia.Point(*p) for p in points], False)
    return path


def ellipse(cx: float, cy: float, rx: float, ry: float | None = None, turn: float = 0.0) -> Path:
    """An ellipse, turned by `turn` degrees."""
    path = skia.Path()
    ry = rx if ry is None else ry
    path.addOval(skia.Rect.MakeLTRB(cx - rx, cy - ry, cx + rx, cy + ry))
    if turn:
        path.transform(skia.Matrix().setRotate(turn, cx, cy))
    return path


def box(x0: float, y0: float, x1: float, y1: float, r: float = 0.0) -> Path:
    """A rectangle with round corners of radius `r`."""
    path = skia.Path()
    path.addRoundRect(skia.Rect.MakeLTRB(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)), r, r)
    return path


def arch(x0: float, x1: float, base: float, top: float) -> Path:
    """A doorway: straight sides and a half round above, `top` above `base`."""
    r = (x1 - x0) / 2
    path = skia.Path()
    path.moveTo(x0, base)
    path.lineTo(x0, top - r)
    path.arcTo(skia.Rect.MakeLTRB(x0, top - 2 * r, x1, top), 180, -180, False)
    path.lineTo(x1, base)
    path.close()
    return path


def half(cx: float, cy: float, rx: float, ry: float) -> Path:
    """The upper half of an ellipse, flat below."""
    path = skia.Path()
    path.moveTo(cx - rx, cy)
    path.arcTo(skia.Rect.MakeLTRB(cx - rx, cy - ry, cx + rx, cy + ry), 180, -180, False)
    path.close()
    return path


def _normals(points: Sequence[Point]) -> list[Point]:
    found = []
    for i in range(len(points)):
        a, b = points[max(0, i - 1)], points[min(len(points) - 1, i + 1)]
        dx, dy = b[0] - a[0], b[1] - a[1]
        size = math.hypot(dx, dy) or 1.0
        found.append((-dy / size, dx / size))
    return found


def limb(points: Sequence[Point], widths: Sequence[float]) -> Path:
    """A smooth strip along `points`, as wide as `widths` say at each: legs, tails, branches, necks. Round ends."""
    normals = _normals(points)
    left = [(p[0] + n[0] * w / 2, p[1] + n[1] * w / 2) for p, n, w in zip(points, normals, widths, strict=True)]
    right = [(p[0] - n[0] * w / 2, p[1] - n[1] * w / 2) for p, n, w in zip(points, normals, widths, strict=True)]
    path = smooth(left + right[::-1], tension=0.9)
    for p, w in ((points[0], widths[0]), (points[-1], widths[-1])):
        if w > 1.0:
            path = union(path, ellipse(p[0], p[1], w / 2))
    return path


def union(path: Path, *others: Path) -> Path:
    """One outline around overlapping shapes."""
    for other in others:
        path = skia.Op(path, other, skia.PathOp.kUnion_PathOp)
    return skia.Simplify(path) if not others else path


def cut(path: Path, hole: Path) -> Path:
    """`path` without `hole`."""
    return skia.Op(path, hole, skia.PathOp.kDifference_PathOp)


def both(path: Path, other: Path) -> Path:
    """Where both shapes are."""
    return skia.Op(path, other, skia.PathOp.kIntersect_PathOp)


def blob(rng: Random, cx: float, cy: float, rx: float, ry: float, rough: float = 0.12, n: int = 9) -> Path:
    """A round, uneven shape: a stone, a bush, a spot."""
    start = rng.random() * math.tau
    points = []
    for i in range(n):
        angle = start + math.tau * i / n
        k = 1 + rng.uniform(-rough, rough)
        points.append((cx + rx * k * math.cos(angle), cy + ry * k * math.sin(angle)))
    return smooth(points)


def cloud(rng: Random, cx: float, cy: float, rx: float, ry: float) -> Path:
    """Round heads on a flat base."""
    path = box(cx - rx, cy - ry * 0.45, cx + rx, cy + ry * 0.2, ry * 0.32)
    n = rng.randint(3, 5)
    for i in range(n):
        t = (i + 0.5) / n
        r = ry * (0.45 + 0.5 * math.sin(math.pi * t)) * rng.uniform(0.8, 1.1)
        path = union(path, ellipse(cx - rx * 0.75 + 1.5 * rx * t, cy + r * 0.25, r * 1.15, r))
    return path


def star(cx: float, cy: float, r: float, inner: float = 0.45, n: int = 5, turn: float = 90.0) -> Path:
    """A star with `n` points, one of them toward `turn` degrees."""
    points = []
    for i in range(2 * n):
        angle = math.radians(turn) + math.pi * i / n
        k = r if i % 2 == 0 else r * inner
        points.append((cx + k * math.cos(angle), cy + k * math.sin(angle)))
    return poly(*points)


def petal(cx: float, cy: float, length: float, width: float, turn: float) -> Path:
    """A leaf or petal from (cx, cy) toward `turn` degrees."""
    points = [(0.0, 0.0), (length * 0.45, width / 2), (length, 0.0), (length * 0.45, -width / 2)]
    path = skia.Path()
    path.moveTo(*points[0])
    path.cubicTo(length * 0.2, width * 0.55, length * 0.75, width * 0.6, length, 0)
    path.cubicTo(length * 0.75, -width * 0.6, length * 0.2, -width * 0.55, 0, 0)
    path.close()
    return moved(path, cx, cy, turn)


def moved(path: Path, x: float, y: float, turn: float = 0.0, scale: float = 1.0) -> Path:
    """A copy, scaled, turned by degrees, then moved."""
    matrix = skia.Matrix()
    matrix.setTranslate(x, y)
    matrix.preRotate(turn)
    matrix.preScale(scale, scale)
    copy = skia.Path(path)
    copy.transform(matrix)
    return copy


def heart(cx: float, cy: float, r: float) -> Path:
    """A heart about `r` to each side, its tip below."""
    path = skia.Path()
    path.moveTo(cx, cy - r)
    path.cubicTo(cx - r * 1.1, cy - r * 0.15, cx - r * 1.15, cy + r * 0.85, cx - r * 0.5, cy + r * 0.85)
    path.cubicTo(cx - r * 0.2, cy + r * 0.85, cx, cy + r * 0.6, cx, cy + r * 0.4)
    path.cubicTo(cx, cy + r * 0.6, cx + r * 0.2, cy + r * 0.85, cx + r * 0.5, cy + r * 0.85)
    path.cubicTo(cx + r * 1.15, cy + r * 0.85, cx + r * 1.1, cy - r * 0.15, cx, cy - r)
    path.close()
    return path


def spiral(cx: float, cy: float, r: float, turns: float = 2.5) -> Path:
    """A line that winds outward."""
    n = int(turns * 10)
    return smooth(
        [
            (
                cx + r * (i / n) * math.cos(math.tau * turns * i / n),
                cy + r * (i / n) * math.sin(math.tau * turns * i / n),
            )
            for i in range(1, n + 1)
        ],
        closed=False,
    )
