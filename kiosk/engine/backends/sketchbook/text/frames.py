"""Scenes: the child's things and words set into a frame of our own, drawn part by part (`scenes_{language}.toml`)."""

import random

from kiosk.engine.backends.sketchbook.text.lexicon import Lexicon
from kiosk.engine.backends.sketchbook.text.phrasing import Phrasing
from kiosk.engine.backends.sketchbook.text.reading import Reading, Thing, distinct

MAX_IDEA_CHARS = 160
LONGEST_WORD = 24


def compose(name: str, reading: Reading, lexicon: Lexicon, rng: random.Random) -> str:
    """One way of the scene `name` (or of one of its variants `name_...`) around what was read."""
    variants = [scene for key, scene in lexicon.scenes.items() if key == name or key.startswith(f"{name}_")]
    scene = rng.choice(variants)
    phrasing = phrasing_for(reading, lexicon, rng)
    lines: list[str] = []
    for part in scene.parts:
        if part.each:
            template = rng.choice(part.each)
            count = min(part.most, max(2, len(phrasing.things)))
            lines += [phrasing.fill(template, phrasing.noun(str(turn)), turn) for turn in range(1, count + 1)]
        else:
            lines.append(phrasing.fill(rng.choice(part.say)))
    return scene.join.join(lines)


def phrasing_for(reading: Reading, lexicon: Lexicon, rng: random.Random) -> Phrasing:
    """Templates for what was read; the most important things first."""
    return Phrasing(lexicon, subjects(reading, lexicon), shortened(reading), rng)


def subjects(reading: Reading, lexicon: Lexicon) -> list[Thing]:
    """The things a scene may speak of; where none was understood, the words themselves, in quotation marks."""
    found = distinct(reading.things)
    if found:
        return found
    words = [token.text[:LONGEST_WORD] for token in reading.tokens[:3]]
    said = " ".join(words) or reading.text.strip()[:12]
    if not said:
        return [Thing("Nichts" if lexicon.language == "de" else "nothing", is_name=True)]
    return [Thing(f"„{said}“" if lexicon.language == "de" else f'"{said}"', is_name=True)]


def shortened(reading: Reading) -> str:
    """The idea as one short sentence: the whole, else its first sentence, else its first phrases."""
    whole = " ".join(reading.text.split())
    if len(whole) <= MAX_IDEA_CHARS:
        return whole
    first = " ".join(reading.sentences[0].split()) if reading.sentences else whole
    if len(first) <= MAX_IDEA_CHARS:
        return first
    cut = first[:MAX_IDEA_CHARS]
    return cut[: cut.rfind(" ")] + " …" if " " in cut else cut + "…"
