"""What a text is about: the things, colours, places, weather and moods that its words name, in German and English.

What a single word means, `senses` knows. No grammar beyond neighbours: a colour or a size belongs to the thing that
follows it in the same clause, or to the one before it after "ist" / "is". Knows nothing of pictures or music.
"""

import hashlib
import random
import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from kiosk.engine.backends.sketchbook import vocabulary as v
from kiosk.engine.backends.sketchbook.senses import TABLES, Sense, fold, is_idle, is_plural, language_of, meaning_of

_WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*|\d+")
_CLAUSE = re.compile(r"[.,;:!?\n]+")
_COPULA = frozenset(["ist", "sind", "war", "waren", "wird", "is", "are", "was", "were"])
_NEGATION = frozenset(
    ["kein", "keine", "keinen", "keiner", "keinem", "ohne", "nicht", "no", "without", "never", "nie", "niemals"]
)
_ABOVE = frozenset(["ueber", "oberhalb", "over", "above"])


class Thing(NamedTuple):
    """A thing that was named: its motif, and what the words beside it say of it. `number`: how many, 9 for many."""

    motif: str
    colour: str | None = None
    size: str | None = None
    number: int = 1
    action: str | None = None
    word: str = ""


class Reading(NamedTuple):
    """All that was found in a text. `rest` are the words that name nothing known; `words` are all of them."""

    text: str
    language: str
    words: tuple[str, ...]
    things: tuple[Thing, ...]
    places: tuple[str, ...]
    weather: tuple[str, ...]
    times: tuple[str, ...]
    moods: tuple[str, ...]
    colours: tuple[str, ...]
    actions: tuple[str, ...]
    rest: tuple[str, ...]
    rhythm: tuple[int, ...]

    @property
    def motifs(self) -> list[str]:
        """The things named, in order, each once."""
        return list(dict.fromkeys(thing.motif for thing in self.things))


def seeded(*parts: object) -> random.Random:
    """A random source that depends on nothing but `parts`."""
    return random.Random(number(*parts))


def number(*parts: object) -> int:
    """A number of 64 bits that depends on nothing but `parts`, the same on every machine."""
    joined = "\x1f".join(str(part) for part in parts)
    return int.from_bytes(hashlib.sha256(joined.encode("utf-8", "surrogatepass")).digest()[:8], "big")


def tokens(text: str) -> list[str]:
    """The words of a text as they were written, without punctuation."""
    return _WORD.findall(unicodedata.normalize("NFC", text))


def beats_of(word: str) -> int:
    """About how many beats a word has when it is said, in any language, at least 1; without vowels, by signs."""
    groups = re.findall(r"[aeiouyäöüáéíóúàèìòùâêîôû]+", word.casefold())
    count = sum(1 + (len(g) > 2) for g in groups)
    if not groups:
        return max(1, len(word) // 2)
    return max(1, count)


class _Reader:
    """Goes through the words once and binds colours, sizes, numbers and actions to their things."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.things: list[Thing] = []
        self.found: dict[str, list[str]] = {table: [] for table in TABLES}
        self.rest: list[str] = []
        self._waiting: dict[str, str] = {}
        self._after_copula = False
        self._negated = False
        self._above = False
        self._loose_colours: list[str] = []
        self.implied: list[tuple[str, str]] = []

    def clause(self, words: list[str]) -> None:
        self._after_copula = self._negated = self._above = False
        self._let_go()
        start = len(self.things)
        for word in words:
            self._word(word, start)
        self._let_go()

    def _let_go(self) -> None:
        if "colour" in self._waiting:
            self._loose_colours.append(self._waiting["colour"])
        self._waiting = {}

    def _word(self, word: str, start: int) -> None:
        folded = fold(word)
        if folded in _COPULA:
            self._after_copula = True
        if folded in _NEGATION:
            self._negated = True
        if folded in _ABOVE:
            self._above = True
        if folded.isascii() and folded.isdecimal():
            self._waiting["number"] = str(min(9, max(1, int(folded[:3]))))
            return
        meaning = meaning_of(word, self.language)
        if not meaning:
            if not is_idle(folded):
                self.rest.append(word)
            return
        self._take(word, meaning, start)

    def _take(self, word: str, meaning: tuple[Sense, ...], start: int) -> None:
        motifs = [s.name for s in meaning if s.table == "motif"]
        for sense in meaning:
            if sense.table not in ("motif", "size", "number", "colour"):
                self._note(sense.table, sense.name)
        for sense in meaning:
            if sense.table in ("colour", "size", "number") and not (sense.table == "colour" and sense.name in motifs):
                self._adjective(sense, start)
            elif sense.table == "action":
                self._action(sense.name, start)
        for motif in motifs[:-1]:
            if motif == "rainbow":
                self._waiting["colour"] = "rainbow"
            else:
                self._add(Thing(motif, word=word))
        if motifs:
            self._named(motifs[-1], word)

    def _note(self, table: str, name: str) -> None:
        if table == "place" and self._above and self.things:
            self.things[-1] = self.things[-1]._replace(action=self.things[-1].action or "fly")
        if name not in self.found[table]:
            self.found[table].append(name)
        self.implied += v.IMPLIES.get(name, ())

    def _adjective(self, sense: Sense, start: int) -> None:
        if sense.table == "colour":
            self.found["colour"].append(sense.name)
        if self._after_copula and len(self.things) > start and sense.table != "number":
            last = self.things[-1]
            self.things[-1] = (
                last._replace(colour=sense.name) if sense.table == "colour" else last._replace(size=sense.name)
            )
            return
        if sense.table == "colour" and "colour" in self._waiting:
            self._loose_colours.append(self._waiting["colour"])
        self._waiting[sense.table] = sense.name

    def _action(self, name: str, start: int) -> None:
        if len(self.things) > start:
            last = self.things[-1]
            self.things[-1] = last._replace(action=last.action or name)
        else:
            self._waiting["action"] = name

    def _named(self, motif: str, word: str) -> None:
        if self._negated:
            self._negated = False
            self._waiting = {}
            return
        plural = 4 if is_plural(word, motif, self.language) else 1
        count = int(self._waiting.get("number", plural))
        self._add(
            Thing(
                motif,
                self._waiting.get("colour"),
                self._waiting.get("size"),
                count,
                self._waiting.get("action"),
                word,
            )
        )
        self._waiting = {}
        self._after_copula = False
        self.implied += v.IMPLIES.get(motif, ())

    def _add(self, thing: Thing) -> None:
        for i, known in enumerate(self.things):
            if known.motif == thing.motif and (thing.colour is None or thing.colour == known.colour):
                self.things[i] = known._replace(
                    number=max(known.number, thing.number),
                    action=known.action or thing.action,
                    size=known.size or thing.size,
                )
                return
        self.things.append(thing)


@lru_cache(maxsize=64)
def read(text: str, language: str = "de") -> Reading:
    """What a text names. `language` (BCP 47) decides only where the text itself does not tell. Linear in the text."""
    text = text[:20_000]
    words = tokens(text)[:600]
    guessed = language_of(words, language)
    reader = _Reader(guessed)
    for part in _CLAUSE.split(text)[:400]:
        reader.clause(tokens(part)[:200])
    for table, name in reader.implied:
        if table not in ("place", "time") or not reader.found[table]:
            reader.found[table].append(name)
    found = {table: tuple(dict.fromkeys(names)) for table, names in reader.found.items()}
    return Reading(
        text=text,
        language=guessed,
        words=tuple(words),
        things=tuple(reader.things[:12]),
        places=found["place"],
        weather=found["weather"],
        times=found["time"],
        moods=found["mood"],
        colours=found["colour"],
        actions=found["action"],
        rest=tuple(reader.rest[:40]),
        rhythm=tuple(beats_of(word) for word in words[:40]),
    )
