"""Where a scene takes place and who stands where: place, horizon, and positions by depth, size and balance.

Decides only; draws nothing.
"""

from random import Random
from typing import NamedTuple

from kiosk.engine.backends.sketchbook.picture.motifs import Motif
from kiosk.engine.backends.sketchbook.picture.motifs.all import MOTIFS
from kiosk.engine.backends.sketchbook.words import Reading, Thing, seeded

# Figures that the sketchbook draws as a relative.
KIN = {
    "goblin": "monster",
    "skull": "mask",
}

_HOME = {
    "water": "underwater",
    "surface": "sea",
    "room": "room",
    "sky": "sky",
    "back": "meadow",
}

_SCENES = {
    "meadow": "meadow",
    "garden": "garden",
    "forest": "forest",
    "mountains": "mountains",
    "sea": "sea",
    "river": "river",
    "underwater": "underwater",
    "beach": "beach",
    "desert": "desert",
    "city": "city",
    "village": "village",
    "space": "space",
    "sky": "sky",
    "arctic": "arctic",
    "room": "room",
    "cave": "cave",
}

GROUND = {
    "desert": "desert",
    "beach": "beach",
    "city": "city",
    "underwater": "under",
    "space": "space",
    "room": "room",
    "cave": "cave",
    "arctic": "winter",
    "mountains": "",
    "forest": "",
    "sea": "",
}

_IN_SPACE = {"rocket", "astronaut", "alien", "planet", "ufo", "comet"}
_ON_STREET = {"car", "bus", "skyscraper", "bicycle"}
_LOW = {"butterfly", "bee", "fairy", "ghost", "spider", "heart", "eye", "note", "mask"}
_INDOORS = {"bed", "table", "chair", "cake", "lamp"}


class Placed(NamedTuple):
    """One figure in the picture: where it stands (pixels), how tall, and how near (0 far, 1 near)."""

    thing: Thing
    motif: Motif
    x: float
    y: float
    size: float
    depth: float
    flip: bool
    turn: float
    hero: bool


class Stage(NamedTuple):
    """The frame of a picture."""

    scene: str
    width: int
    height: int
    horizon: float
    hero_side: int
    shot: float = 1.0
    """How close the viewer stands: the hero's size times this."""

    def ground(self, depth: float) -> float:
        """The y of the ground at a depth."""
        return self.horizon + (self.height - self.horizon) * (0.06 + 0.80 * depth)


def motif_of(thing: Thing) -> Motif | None:
    """The figure for a thing, or its relative."""
    return MOTIFS.get(thing.motif) or MOTIFS.get(KIN.get(thing.motif, ""))


def scene_of(reading: Reading) -> str:
    """The kind of place a picture shows; `abstract` when nothing known was named."""
    motifs = [m for m in (motif_of(t) for t in reading.things) if m]
    names = {m.name for m in motifs}
    places = [p for p in reading.places if p in _SCENES]
    if "underwater" in places:
        return "underwater"
    if len(places) > 1 and places[0] in ("sea", "sky"):
        places = places[1:] if places[1] not in ("sea", "sky") else places
    if places:
        if places[0] == "sky" and any(m.zone == "ground" for m in motifs):
            return "meadow"
        return _SCENES[places[0]]
    if names & _IN_SPACE:
        return "space"
    if not motifs:
        return "abstract" if not (reading.weather or reading.times) else "meadow"
    if names & _INDOORS or "bake" in reading.actions or all(m.zone == "room" for m in motifs):
        return "room"
    if names & _ON_STREET:
        return "city"
    if motifs[0].zone == "sky" and (any(m.zone == "ground" for m in motifs) or motifs[0].name in _LOW):
        return "meadow"
    return _HOME.get(motifs[0].zone, "meadow")


def stage_for(reading: Reading, rng: Random, width: int, height: int) -> Stage:
    """The frame: scene, horizon and the side of the hero."""
    scene = scene_of(reading)
    low, high = {
        "sea": (0.44, 0.56),
        "sky": (0.86, 0.94),
        "room": (0.62, 0.68),
        "underwater": (0.80, 0.86),
        "space": (0.80, 0.88),
        "city": (0.66, 0.72),
        "beach": (0.46, 0.54),
        "forest": (0.56, 0.64),
    }.get(scene, (0.52, 0.62))
    shot = rng.choice((0.76, 1.0, 1.0, 1.22))
    lift = {0.76: 0.06, 1.22: -0.07}.get(shot, 0.0) if scene not in ("sky", "underwater", "space", "room") else 0.0
    return Stage(scene, width, height, height * (rng.uniform(low, high) + lift), rng.choice((-1, 1)), shot)


_SIZES = {"huge": 1.55, "big": 1.25, "small": 0.72, "tiny": 0.5, None: 1.0}


def _copies(thing: Thing, rng: Random) -> int:
    return thing.number if thing.number < 5 else rng.randint(5, thing.number)


_HEAVENLY = {"sun", "moon", "star", "cloud", "planet", "comet", "lightning"}


def _zone(thing: Thing, motif: Motif, scene: str) -> str:
    if motif.name in _HEAVENLY and scene not in ("room", "underwater", "cave", "space"):
        return "heaven"
    if scene == "space":
        return (
            "sky"
            if motif.zone in ("sky", "water", "surface") or thing.action == "fly" or motif.name == "astronaut"
            else "ground"
        )
    if scene == "underwater":
        return "ground" if motif.zone in ("ground", "room") and motif.name not in ("mermaid",) else "water"
    if thing.action == "fly" and motif.zone in ("ground", "room", "surface"):
        return "sky"
    if thing.action == "swim" and scene == "sea":
        return "swim"
    if motif.zone == "water":
        return "swim" if scene in ("sea", "river", "beach") else "sky"
    if scene == "sea" and motif.zone in ("ground", "room"):
        return "shore"
    if motif.zone == "surface" and scene not in ("sea", "river", "beach"):
        return "ground"
    return "ground" if motif.zone == "room" else motif.zone


_BELONGS = {
    "meadow": ("flower", "butterfly"),
    "garden": ("flower", "tree"),
    "forest": ("fir", "tree"),
    "mountains": ("mountain", "fir"),
    "sea": ("boat", "wave"),
    "river": ("duck", "tree"),
    "underwater": ("fish", "jellyfish"),
    "beach": ("palm", "crab"),
    "desert": ("cactus", "sun"),
    "city": ("skyscraper", "house", "car"),
    "village": ("house", "tower"),
    "space": ("rocket", "planet"),
    "sky": ("bird", "cloud"),
    "arctic": ("penguin", "snowflake"),
    "room": ("lamp", "chair"),
    "cave": ("lamp", "mushroom"),
    "rain": ("umbrella", "drop"),
    "storm": ("lightning", "cloud"),
    "snow": ("snowflake", "fir"),
    "wind": ("kite", "tree"),
    "fog": ("tree", "lamp"),
    "night": ("moon", "star"),
    "evening": ("sun", "house"),
    "morning": ("sun", "chicken"),
    "autumn": ("leaf", "tree"),
    "spring": ("tulip", "bird"),
    "summer": ("sun", "icecream"),
    "winter": ("snowman", "fir"),
}


def implied(reading: Reading) -> tuple[Thing, ...]:
    """What stands for a place, a weather or an hour where no thing was named."""
    names = [n for word in (*reading.places, *reading.weather, *reading.times) for n in _BELONGS.get(word, ())]
    return tuple(Thing(name) for name in dict.fromkeys(names))[:3]


class _Room:
    """Keeps the boxes that are taken, and finds the best free one."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.taken: list[tuple[float, float, float, float]] = []

    def cost(self, x: float, y: float, w: float, h: float) -> float:
        left, top, right, bottom = x - w / 2, y - h, x + w / 2, y
        area = max(1.0, w * h)
        cost = 0.0
        for a, b, c, d in self.taken:
            over = max(0.0, min(right, c) - max(left, a)) * max(0.0, min(bottom, d) - max(top, b))
            cost += over / min(area, max(1.0, (c - a) * (d - b)))
        wide, high = self.stage.width, self.stage.height
        out = max(0.0, -left) + max(0.0, right - wide)
        cost += 2.2 * out / w + 1.6 * max(0.0, -top) / h + 1.6 * max(0.0, bottom - high * 0.985) / h
        return cost

    def take(self, x: float, y: float, w: float, h: float) -> None:
        self.taken.append((x - w / 2, y - h, x + w / 2, y))


def _span(zone: str, stage: Stage, hero: bool) -> tuple[float, float]:
    """The range of y of the feet, as pixels."""
    high = stage.height
    if zone == "sky":
        low_end = min(stage.horizon * 0.92, high * 0.7)
        return (low_end * 0.42, low_end) if not hero else (low_end * 0.62, low_end * 0.98)
    if zone == "heaven":
        return stage.horizon * 0.3, stage.horizon * (0.62 if not hero else 0.8)
    if zone == "water":
        return high * 0.3, high * 0.88
    if zone == "swim":
        return stage.horizon + high * 0.17, high * 0.95
    if zone == "surface":
        return stage.horizon + high * 0.06, stage.horizon + (high - stage.horizon) * 0.42
    if zone == "shore":
        return high * 0.93, high * 0.965
    if zone == "back":
        return stage.horizon + high * 0.01, stage.horizon + high * 0.05
    return stage.ground(0.62 if hero else 0.08), stage.ground(0.92 if hero else 0.8)


def _depth(zone: str, y: float, stage: Stage, hero: bool) -> float:
    if zone == "back":
        return 0.02
    if zone == "heaven":
        return -1.0
    if zone in ("sky", "water"):
        return 0.55 if hero else 0.3
    if zone == "shore":
        return 0.97
    return min(1.0, max(0.0, (y - stage.ground(0)) / max(1.0, stage.ground(1) - stage.ground(0))))


def arrange(reading: Reading, stage: Stage, seed: int) -> list[Placed]:
    """Every named figure with its place; the first one named is the hero."""
    room, found = _Room(stage), []
    actors: list[tuple[Thing, Motif, int]] = []
    for thing in reading.things[:8]:
        motif = motif_of(thing)
        if motif is not None:
            actors += [(thing, motif, i) for i in range(_copies(thing, seeded(seed, thing.motif)))]
    lead = next(
        (i for i, a in enumerate(actors) if a[1].zone not in ("back",) and a[1].name not in ("sun", "moon", "cloud")),
        0,
    )
    if actors:
        actors.insert(0, actors.pop(lead))
    crowd = 1.2 if len(actors) == 1 else 1.06 if len(actors) < 4 else max(0.55, 1.0 - 0.045 * len(actors))
    for i, (thing, motif, copy) in enumerate(actors[:18]):
        rng = seeded(seed, "place", i, copy)
        found.append(
            _place(thing, motif, stage, rng, room, hero=i == 0, copy=copy, crowd=crowd, alone=len(actors) == 1)
        )
    return found


def _place(
    thing: Thing,
    motif: Motif,
    stage: Stage,
    rng: Random,
    room: _Room,
    *,
    hero: bool,
    copy: int,
    crowd: float,
    alone: bool,
) -> Placed:
    zone = _zone(thing, motif, stage.scene)
    base = motif.size * _SIZES[thing.size] * crowd * min(stage.height, stage.width * 1.25)
    if alone:
        base = (
            max(base, 0.42 * _SIZES[thing.size] * stage.height)
            if motif.zone != "sky" or motif.name in ("rocket", "kite")
            else base * 1.25
        )
    if stage.scene in ("underwater", "sky") and motif.wide > 1.2:
        base *= 0.9
    base *= stage.shot if hero else 0.5 + 0.5 * stage.shot
    if zone == "sky" and motif.zone != "sky":
        base = min(base, 0.46 * stage.height)
    low, high = _span(zone, stage, hero)
    best: tuple[float, float, float, float, float] | None = None
    for _ in range(26):
        y = rng.uniform(low, high)
        depth = _depth(zone, y, stage, hero)
        scale = (
            1.0
            if hero or zone in ("back", "shore")
            else 0.52 + 0.5 * depth
            if zone in ("ground", "surface", "swim")
            else rng.uniform(0.55, 0.85)
        )
        size = base * scale * (1.0 if copy == 0 else rng.uniform(0.6, 0.92))
        size = min(size, stage.height * 0.86, stage.width * 0.92 / motif.wide)
        if zone in ("sky", "water", "heaven"):
            y = max(y, size * 1.04 + stage.height * 0.06)
        side = stage.hero_side if hero else -stage.hero_side if rng.random() < 0.62 else stage.hero_side
        x = (
            stage.width * (0.5 + side * rng.uniform(0.02, 0.17))
            if hero
            else stage.width * (0.5 + side * rng.uniform(0.05, 0.44))
        )
        if motif.name in ("sun", "moon"):
            x = stage.width * (0.5 - stage.hero_side * rng.uniform(0.22, 0.34))
        if motif.name == "rainbow":
            x = stage.width * rng.uniform(0.4, 0.6)
        cost = room.cost(x, y, size * motif.wide, size) + (0.0 if not hero else 0.4 * abs(x / stage.width - 0.5))
        if best is None or cost < best[0]:
            best = (cost, x, y, size, depth)
    assert best is not None  # noqa: S101  (the loop ran)
    _, x, y, size, depth = best
    if zone != "back":
        room.take(x, y, size * motif.wide, size)
    flip = x > stage.width / 2 if rng.random() < 0.8 else rng.random() < 0.5
    turn = rng.uniform(-12, 12) if zone == "sky" and motif.zone == "ground" else 0.0
    if thing.action == "dance":
        turn = rng.uniform(-13, 13)
    return Placed(thing, motif, x, y, size, depth, flip, turn, hero)
