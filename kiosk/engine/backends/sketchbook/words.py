"""What a text is about: the things, colours, places, weather and moods that its words name, in German and English.

Finds inflected words (Häuser, flying), compounds (Blumenwiese, Regenbogenfisch) and, in German, common
misspellings by their sound. No grammar beyond neighbours: a colour or a size belongs to the thing that follows it
in the same clause, or to the one before it after "ist" / "is". Knows nothing of pictures or music.
"""

import hashlib
import random
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from . import vocabulary as v

TABLES = ("motif", "place", "weather", "time", "mood", "colour", "action", "size", "number")

_WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*|\d+")
_CLAUSE = re.compile(r"[.,;:!?\n]+")
_COPULA = frozenset(["ist", "sind", "war", "waren", "wird", "is", "are", "was", "were"])
_NEGATION = frozenset(
    ["kein", "keine", "keinen", "keiner", "keinem", "ohne", "nicht", "no", "without", "never", "nie", "niemals"]
)
_ABOVE = frozenset(["ueber", "oberhalb", "over", "above"])
_LINKS = ("", "n", "en", "s", "es", "e", "er", "ens")
_DE_ENDINGS = (
    "", "e", "n", "s", "en", "er", "es", "em", "ern", "el", "chen", "lein", "te", "t", "st", "ten", "tes", "ter",
    "in",
    "innen", "nen", "ende", "enden", "ender", "endes", "end", "se", "ses", "sen",
)  # fmt: skip
_EN_ENDINGS = ("", "s", "es", "'s", "’s", "ies", "ing", "ed", "d", "er", "ers", "y", "ly", "en", "ish", "like")
_TRANSCRIBED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_SOUNDS = (
    ("sch", "5"), ("ph", "f"), ("ck", "k"), ("tz", "z"), ("ts", "z"), ("ds", "z"), ("dt", "t"), ("v", "f"),
    ("w", "f"),
    ("aeu", "eu"), ("ie", "i"), ("ae", "e"), ("y", "i"), ("chs", "x"), ("ks", "x"), ("qu", "kf"), ("c", "k"),
    ("th", "t"),
)  # fmt: skip


class Sense(NamedTuple):
    """One meaning of a word: the table it stands in and its concept."""

    table: str
    name: str


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


def fold(word: str) -> str:
    """A word in lower case, umlauts transcribed (ä → ae), other accents dropped."""
    lowered = unicodedata.normalize("NFC", word).casefold().translate(_TRANSCRIBED)
    plain = unicodedata.normalize("NFKD", lowered)
    return "".join(c for c in plain if not unicodedata.combining(c))


def tokens(text: str) -> list[str]:
    """The words of a text as they were written, without punctuation."""
    return _WORD.findall(unicodedata.normalize("NFC", text))


def syllables(word: str) -> int:
    """About how many syllables a word has, at least 1; a script without vowels counts by signs."""
    groups = re.findall(r"[aeiouyäöüáéíóúàèìòùâêîôû]+", word.casefold())
    count = sum(1 + (len(g) > 2) for g in groups)
    if not groups:
        return max(1, len(word) // 2)
    return max(1, count)


def sound(folded: str) -> str:
    """How a German word sounds, roughly: what children mix up (Katse, Blumme, Hunt, Fogel) becomes the same."""
    for written, heard in _SOUNDS:
        folded = folded.replace(written, heard)
    folded = re.sub(r"(.)\1+", r"\1", folded)
    folded = re.sub(r"(?<=[aeiou])h", "", folded)
    return folded.translate(str.maketrans("bdg", "ptk"))


@lru_cache(maxsize=1)
def lexicon() -> dict[str, dict[str, tuple[Sense, ...]]]:
    """Language → folded word → its senses."""
    books: dict[str, dict[str, tuple[Sense, ...]]] = {"de": {}, "en": {}}
    tables = (v.MOTIFS, v.PLACES, v.WEATHER, v.TIMES, v.MOODS, v.COLOURS, v.ACTIONS, v.SIZES, v.NUMBERS)
    for table, lines in zip(TABLES, tables, strict=True):
        for line in lines.strip().splitlines():
            name, _, words = line.partition(": ")
            for language, listed in zip(("de", "en"), words.split(" / "), strict=True):
                for word in listed.split(","):
                    book, key = books[language], fold(word.strip())
                    book[key] = (*book.get(key, ()), Sense(table, name))
    return books


@lru_cache(maxsize=1)
def _by_sound() -> dict[str, str]:
    return {sound(word): word for word in lexicon()["de"] if len(word) >= 4}


def _stems(folded: str, language: str) -> Iterator[str]:
    """Basic forms that an inflected word may have, the likeliest first."""
    endings = _DE_ENDINGS if language == "de" else _EN_ENDINGS
    for ending in endings:
        if not folded.endswith(ending) or len(folded) - len(ending) < 2:
            continue
        stem = folded[: len(folded) - len(ending)] if ending else folded
        yield stem
        if not ending:
            continue
        if language == "de":
            yield stem + "e"
            yield stem + "en"
            yield stem + "n"
            flat = stem.replace("aeu", "au").replace("ae", "a").replace("oe", "o").replace("ue", "u")
            yield from (flat, flat + "e")
        else:
            yield stem + "e"
            yield stem + "y"
            if len(stem) > 3 and stem[-1] == stem[-2]:
                yield stem[:-1]
    if language == "de":
        yield folded + "en"
        yield folded.replace("aeu", "au").replace("ae", "a").replace("oe", "o").replace("ue", "u")
    if language == "en" and folded.endswith("ves"):
        yield folded[:-3] + "f"


_IRREGULAR = {
    "mice": "mouse", "geese": "goose", "children": "child", "people": "person", "women": "woman", "men": "man",
    "feet": "shoe", "flew": "fly", "flies": "fly", "slept": "sleep", "swam": "swim", "ran": "run", "sang": "sing",
    "flog": "fliegen", "fliegt": "fliegen", "schlaeft": "schlafen", "schlief": "schlafen", "schwamm": "schwimmen",
    "laeuft": "laufen", "lief": "laufen", "baeckt": "backen", "backt": "backen", "isst": "essen", "liest": "lesen",
    "rannte": "rennen", "sprang": "springen", "faehrt": "fahren", "waechst": "wachsen", "brennt": "brennen",
    "sieht": "sehen", "sitzt": "sitzen", "singt": "singen", "sang_": "singen", "traeumt": "träumen", "wolves": "wolf",
    "leaves": "leaf",
}  # fmt: skip


@lru_cache(maxsize=4096)
def senses(word: str, language: str) -> tuple[Sense, ...]:
    """What a single word means in a language; empty if nothing is known. Compounds give their head last."""
    folded = fold(word)
    book = lexicon()[language]
    irregular = _IRREGULAR.get(folded)
    if irregular and fold(irregular) in book:
        return book[fold(irregular)]
    for stem in _stems(folded, language):
        if stem in book and (len(stem) > 2 or stem == folded):
            return book[stem]
    if len(folded) < 6 or len(folded) > 40:
        return ()
    return _compound(folded, language)


@lru_cache(maxsize=8192)
def _compound(folded: str, language: str) -> tuple[Sense, ...]:
    """The senses of the parts of a compound: head last. An unknown part of three letters or more may lead."""
    book = lexicon()[language]
    for cut in range(3, len(folded) - 2):
        head = _part(folded[cut:], language)
        if not head:
            continue
        lead = folded[:cut]
        for link in _LINKS:
            stem = lead[: len(lead) - len(link)] if link and lead.endswith(link) else lead if not link else ""
            for form in (stem, stem + "e"):
                if len(stem) >= 3 and form in book:
                    return book[form] + head
        deeper = _compound(lead, language) if len(lead) >= 6 else ()
        if deeper or len(folded) - cut >= 4:
            return deeper + head
    for cut in range(len(folded) - 2, 4, -1):
        if folded[:cut] in book:
            return tuple(s for s in book[folded[:cut]] if s.table in ("motif", "weather", "colour", "place"))
    return ()


@lru_cache(maxsize=8192)
def _part(folded: str, language: str) -> tuple[Sense, ...]:
    book = lexicon()[language]
    if len(folded) < 3:
        return ()
    for stem in _stems(folded, language):
        if len(stem) >= 3 and stem in book:
            return book[stem]
    return ()


def language_of(words: list[str], default: str) -> str:
    """`de` or `en`: which of the two a text is in, by its little words and then by its things."""
    german = english = 0
    for word in map(fold, words):
        de = 2 * (word in v.STOP_DE) or int(word in lexicon()["de"])
        en = 2 * (word in v.STOP_EN) or int(word in lexicon()["en"])
        if not (de and en):
            german, english = german + de, english + en
    if german == english:
        return "en" if default.startswith("en") else "de"
    return "de" if german > english else "en"


def _meaning(word: str, language: str) -> tuple[Sense, ...]:
    """The senses of a word in the text's language, then in the other, then by its sound."""
    folded = fold(word)
    if folded in (v.STOP_DE if language == "de" else v.STOP_EN):
        return ()
    found = senses(folded, language)
    if found:
        return found
    other, barred = ("en", v.FALSE_IN_GERMAN) if language == "de" else ("de", v.FALSE_IN_ENGLISH)
    if folded not in barred and folded not in v.STOP_DE and folded not in v.STOP_EN:
        found = senses(folded, other)
        if found:
            return found
    if language == "de" and len(folded) >= 4 and not (word.islower() and folded.endswith("t")):
        for stem in _stems(folded, "de"):
            near = _by_sound().get(sound(stem))
            if near and len(stem) >= 4:
                return lexicon()["de"][near]
    return ()


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
        meaning = _meaning(word, self.language)
        if not meaning:
            if folded not in v.STOP_DE and folded not in v.STOP_EN:
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
        plural = 4 if _plural(word, motif, self.language) else 1
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


@lru_cache(maxsize=512)
def _basic_forms(motif: str) -> tuple[str, ...]:
    """All words that name a motif, as they stand in the vocabulary."""
    sense = Sense("motif", motif)
    return tuple(word for book in lexicon().values() for word, found in book.items() if sense in found)


def _plural(word: str, motif: str, language: str) -> bool:
    """Whether a word is most likely in the plural: it is not a basic form and ends like a plural."""
    folded = fold(word)
    basics = _basic_forms(motif)
    if any(folded.endswith(basic) or sound(folded) == sound(basic) for basic in basics):
        return False
    flat = folded.replace("ae", "a").replace("oe", "o").replace("ue", "u")
    if flat != folded and flat.endswith(basics):
        return True
    if language == "en":
        return folded.endswith("s") or folded in ("mice", "geese", "children", "people")
    return folded.endswith(("n", "er", "s", "e")) and not folded.endswith(("chen", "lein", "es")) and motif != "fire"


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
        rhythm=tuple(syllables(word) for word in words[:40]),
    )
