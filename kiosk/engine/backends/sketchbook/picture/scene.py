"""A scene with figures: layers of land and figures in order of nearness, shadows, and what actions add."""

from collections.abc import Callable

from kiosk.engine.backends.sketchbook.picture.coat import coat_for
from kiosk.engine.backends.sketchbook.picture.extras import action_marks
from kiosk.engine.backends.sketchbook.picture.forms import ellipse
from kiosk.engine.backends.sketchbook.picture.ink import Ink
from kiosk.engine.backends.sketchbook.picture.landscape import layers, meadow_marks, sky
from kiosk.engine.backends.sketchbook.picture.motifs.table_things import table_top
from kiosk.engine.backends.sketchbook.picture.palette import Palette
from kiosk.engine.backends.sketchbook.picture.pen import Pen, Tone
from kiosk.engine.backends.sketchbook.picture.source import lay
from kiosk.engine.backends.sketchbook.picture.stage import Placed
from kiosk.engine.backends.sketchbook.picture.view import View
from kiosk.engine.backends.sketchbook.picture.weather import leaves_falling, weather
from kiosk.engine.backends.sketchbook.picture.work import Work
from kiosk.engine.backends.sketchbook.words import seeded

Step = Callable[[], None]
MARKED = (0.33,)
_SMALL = frozenset(
    ("cake", "cup", "candle", "book", "apple", "bread", "egg", "bell", "gift", "clock", "strawberry", "hat")
)


def figure(pen: Pen, palette: Palette, placed: Placed, seed: int, *, shadow: bool = True) -> None:
    """One figure at its place, with its shadow on the ground."""
    thing = placed.thing
    rng = seeded(seed, thing.motif, round(placed.x), round(placed.y))
    coat = coat_for(rng, thing.colour, palette.pops, palette.dark, palette.light, asleep=thing.action == "sleep")
    if placed.hero and shadow:
        pen.glow(
            placed.x,
            placed.y - placed.size * 0.5,
            placed.size * max(0.62, 0.55 * placed.motif.wide),
            palette.sky[2],
            0.42,
        )
    if shadow and placed.motif.zone in ("ground", "room") and placed.turn == 0:
        half = placed.size * placed.motif.wide * 0.42
        pen.wash(
            ellipse(placed.x + half * 0.12, placed.y, half, max(2.0, half * 0.13)), palette.dark, 0.26, half * 0.05
        )
    with pen.at(placed.x, placed.y, placed.size, placed.turn, placed.flip):
        placed.motif.draw(pen, coat, rng)
        action_marks(pen, palette, placed, rng)


def paint(view: View, placed: list[Placed], seed: int, step: Step, figure_tone: Tone | None = None) -> None:
    """The whole scene; calls `step` after the sky, each layer of land, and the last figures.

    `figure_tone`: what the figures' colours become, where that is not what the land's colours become.
    """
    pen, palette = view.pen, view.palette
    plain = pen.tone

    def lit(ink: Ink) -> Ink:
        return (figure_tone or plain)(palette.lit(ink))

    def show(group: list[Placed]) -> None:
        pen.tone = lit
        for one in sorted(group, key=lambda q: q.y):
            figure(pen, palette, _on_table(view, one), seed)
        pen.tone = plain

    sky(view)
    step()
    show([q for q in placed if q.depth < 0])
    waiting = [q for q in placed if q.motif.zone != "back" and q.depth >= 0]
    for i, (near, draw) in enumerate(layers(view)):
        if i == 1:
            show([q for q in placed if q.motif.zone == "back"])
        if near > 0.02:
            show([q for q in waiting if q.depth < near])
            waiting = [q for q in waiting if q.depth >= near]
        draw()
        if near in MARKED:
            meadow_marks(view)
        step()
    show(waiting)
    weather(view)
    leaves_falling(view)
    step()


def _on_table(view: View, placed: Placed) -> Placed:
    """In a room, small things stand on a table, which is drawn here."""
    if view.stage.scene != "room" or placed.motif.name not in _SMALL or placed.hero:
        return placed
    size = view.stage.height * 0.2
    y = max(placed.y, view.stage.ground(0.42))
    bare = coat_for(seeded("table"), None, view.palette.pops, view.palette.dark, view.palette.light)
    view.pen.wash(ellipse(placed.x, y, size * 0.85, size * 0.09), view.palette.dark, 0.26, 4)
    with view.pen.at(placed.x, y, size):
        table_top(view.pen, bare)
    return placed._replace(y=y - size * 0.71, size=min(placed.size, view.stage.height * 0.22))


def step_count(view: View) -> int:
    """How often `paint` will call its step."""
    return len(layers(view)) + 2


def view_of(work: Work, pen: Pen) -> View:
    """The place of a work, seen through a pen."""
    if work.order.source is None:
        return View(pen, work.stage, work.palette, work.reading, work.rng("view"))

    def ground(with_pen: Pen) -> bool:
        return lay(work, with_pen, contour=work.palette.dark.lighter(0.1), width=2.4)

    return View(pen, work.stage, work.palette, work.reading, work.rng("view"), ground)
