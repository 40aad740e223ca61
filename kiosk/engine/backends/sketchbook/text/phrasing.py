"""Saying a thing in a sentence: noun phrases in German and English, and the templates they are put into.

A template is a sentence with slots in braces. `{1 der}`, `{2 einem}`, `{an 1 dem}` are the child's things in a case;
`{1 the}`, `{2 a}`, `{1 its}` the English ones; `{1 lacht/lachen}` a verb that agrees; `{animals ein}` a noun of ours;
`{@farbe}` a word of a list; `{#3-40}` a number; `{idee}` the child's own words. The same slot gets the same noun.
"""

import random
import re
from collections.abc import Sequence

from msgspec.structs import replace

from kiosk.engine.backends.sketchbook.text import german
from kiosk.engine.backends.sketchbook.text.german import Case, Gender
from kiosk.engine.backends.sketchbook.text.lexicon import Lexicon
from kiosk.engine.backends.sketchbook.text.reading import Thing

_SLOT = re.compile(r"\{([^{}]+)\}")
_SENTENCE_START = re.compile(r"(\A\W*|[.!?…]\s+[\"„“»]?|\n\W*|: „|: \")(\w)")

_GERMAN_FORMS: dict[str, tuple[str, Case]] = {
    "der": ("def", "nom"), "den": ("def", "acc"), "dem": ("def", "dat"),
    "ein": ("ein", "nom"), "einen": ("ein", "acc"), "einem": ("ein", "dat"),
    "kein": ("kein", "nom"), "keinen": ("kein", "acc"),
}  # fmt: skip
_GERMAN_PRONOUNS: dict[str, Case] = {"er": "nom", "ihn": "acc", "ihm": "dat"}
_AN = re.compile(r"\A(?:[aeio]|u(?!ni|se|ku|to)|hour|honest)", re.IGNORECASE)


def german_phrase(thing: Thing, kind: str, case: Case, extra: str | None = None) -> str:
    """A thing with article (`def`, `ein`, `kein`, `none`) and adjectives in a case; an owner replaces the article."""
    if thing.is_name or thing.gender is None:
        return thing.word
    gender: Gender = "p" if thing.is_plural else thing.gender
    if thing.owner and kind in ("def", "ein"):
        kind = thing.owner
    article = "" if kind == "none" else german.determiner(kind, case, gender)
    shown = None if not article else kind
    stems = [*thing.adjectives, *([extra] if extra else [])]
    adjectives = [german.adjective(stem, shown, case, gender) for stem in stems]
    word = german.noun(thing.word, thing.plural or thing.word, thing.weak, case, gender)
    return " ".join(part for part in (article, *adjectives, word) if part)


def english_phrase(thing: Thing, article: str, extra: str | None = None) -> str:
    """A thing with `the`, `a`, `no` or nothing before it; its owner takes the article's place."""
    if thing.is_name:
        return thing.word
    word = (thing.plural or thing.word) if thing.is_plural else thing.word
    body = " ".join([*thing.adjectives, *([extra] if extra else []), word])
    if thing.owner and article in ("the", "a"):
        return f"{thing.owner} {body}"
    if article == "a":
        uncounted = thing.is_plural or (thing.plural is None and thing.theme != "")
        return f"some {body}" if uncounted else f"{'an' if _AN.match(body) else 'a'} {body}"
    return f"{article} {body}".strip()


class Phrasing:
    """Fills templates for one text: knows its things, and draws the rest with one random generator."""

    def __init__(self, lexicon: Lexicon, things: Sequence[Thing], idea: str, rng: random.Random) -> None:
        self.lexicon = lexicon
        self.things = list(things)
        self.idea = idea.strip()[:1].upper() + idea.strip()[1:]
        self.rng = rng
        self._turn = 0
        self._drawn: dict[str, Thing] = {}
        self._picked: dict[str, str] = {}

    def fill(self, template: str, current: Thing | None = None, turn: int = 0) -> str:
        """The template with its slots filled; sentences begin with a capital.

        `{0 ...}` is the current thing and `{nr}` the turn; words are drawn anew in each turn.
        """
        self._turn = turn
        text = _SLOT.sub(lambda slot: self._slot(slot[1], current), template)
        text = re.sub(r" +([,.;:!?])", r"\1", re.sub(r" {2,}", " ", text)).strip()
        return _SENTENCE_START.sub(lambda start: start[1] + start[2].upper(), text)

    def noun(self, key: str) -> Thing:
        """The thing of a slot: a number for the child's, else one of ours from a theme; same key, same noun."""
        if key.isdigit() and 0 < int(key) <= len(self.things):
            return self.things[int(key) - 1]
        if key not in self._drawn:
            self._drawn[key] = self._draw("home" if key.isdigit() else key.rstrip("0123456789"))
        return self._drawn[key]

    def _draw(self, theme: str) -> Thing:
        taken = {thing.word for thing in (*self.things, *self._drawn.values())}
        entry = self.rng.choice(
            [entry for entry in self.lexicon.nouns[theme] if entry.word not in taken and entry.plural]
        )
        return Thing(entry.word, entry.plural, entry.gender, entry.weak, theme=theme)

    def _slot(self, slot: str, current: Thing | None) -> str:
        if slot in ("idee", "idea"):
            return self.idea.rstrip(" .!?…")
        if slot in ("idee.", "idea."):
            return self.idea if self.idea.endswith((".", "!", "?", "…")) else self.idea + "."
        if slot == "nr":
            return str(self._turn)
        if slot.startswith("@"):
            return self._word(slot[1:])
        if slot.startswith("#"):
            low, high = slot[1:].split("-")
            return str(self.rng.randint(int(low), int(high)))
        return self._phrase(slot.split(), current)

    def _word(self, name: str) -> str:
        key = f"{name} {self._turn}"
        if key not in self._picked:
            taken = set(self._picked.values())
            options = self.lexicon.lists[name.rstrip("0123456789")]
            self._picked[key] = self.rng.choice([option for option in options if option not in taken] or options)
        return self._picked[key]

    def _phrase(self, parts: list[str], current: Thing | None) -> str:
        preposition = parts.pop(0) if len(parts) > 2 and not parts[2].startswith("@") else ""
        key, form = parts[0], parts[1] if len(parts) > 1 else ""
        extra = self._slot(parts[2], current) if len(parts) > 2 else None
        thing = current if key == "0" and current is not None else self.noun(key)
        if "/" in form:
            return form.split("/")[thing.is_plural].replace("_", " ")
        said = (
            self._german(thing, form, extra) if self.lexicon.language == "de" else self._english(thing, form, extra)
        )
        if not preposition:
            return said
        article, _, rest = said.partition(" ")
        return f"{german.preposition(preposition, article)} {rest}".strip()

    def _german(self, thing: Thing, form: str, extra: str | None) -> str:
        if form in _GERMAN_FORMS:
            kind, case = _GERMAN_FORMS[form]
            return german_phrase(thing, kind, case, extra)
        gender: Gender = "p" if thing.is_plural else thing.gender or "n"
        if form in _GERMAN_PRONOUNS:
            return thing.word if thing.is_name else german.PRONOUNS[_GERMAN_PRONOUNS[form]][gender]
        if form.startswith(("sein", "Sein")):
            return ("ihr" if gender in "fp" and not thing.is_name else "sein") + form[4:]
        if form in ("viele", "vielen"):
            many = replace(thing, is_plural=thing.plural is not None, owner=None)
            if many.is_plural:
                return german_phrase(many, "none", "dat" if form == "vielen" else "nom")
            heaps = "Kopie" if thing.is_name else "Berge"
            return f"{heaps}{'n' if thing.is_name or form == 'vielen' else ''} von {thing.word}"
        if form == "laut":
            return thing.word.upper()
        return german_phrase(replace(thing, adjectives=(), owner=None), "none", "nom")

    def _english(self, thing: Thing, form: str, extra: str | None) -> str:
        if form in ("the", "a", "no"):
            return english_phrase(thing, form, extra)
        if form == "it":
            return "they" if thing.is_plural else "it"
        if form == "its":
            return "their" if thing.is_plural else "its"
        if form == "them":
            return "them" if thing.is_plural else "it"
        if form == "many":
            if thing.plural is None:
                return f"{'copies' if thing.is_name else 'heaps'} of {thing.word}"
            return english_phrase(replace(thing, is_plural=True, owner=None), "")
        if form == "loud":
            return thing.word.upper()
        return english_phrase(replace(thing, adjectives=(), owner=None), "")


def capitalised(text: str) -> str:
    """With a capital at the beginning of each sentence and line."""
    return _SENTENCE_START.sub(lambda start: start[1] + start[2].upper(), text)
