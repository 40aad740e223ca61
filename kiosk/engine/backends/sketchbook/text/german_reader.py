"""Finding the things in German: by capitals, articles, endings and the lexicon; rules of thumb, no parser."""

from collections.abc import Sequence

from kiosk.engine.backends.sketchbook.text import german
from kiosk.engine.backends.sketchbook.text.german import Case, Gender
from kiosk.engine.backends.sketchbook.text.lexicon import Lexicon, Noun
from kiosk.engine.backends.sketchbook.text.reader import Reader
from kiosk.engine.backends.sketchbook.text.things import Thing, Token

GENDERS: tuple[Gender, ...] = ("m", "f", "n")
MOST_WORDS_BACK = 8

_FEMININE_ENDINGS = ("ung", "heit", "keit", "schaft", "ion", "tät", "in", "ie", "e", "ei")
_NEUTER_ENDINGS = ("chen", "lein", "um", "ment")
_MASCULINE_ENDINGS = ("er", "ling", "ig", "ismus", "or", "ich", "eur")


class GermanReader(Reader):
    """Knows four cases, compounds (Fischbrötchen from Brötchen) and nouns without capitals after an article."""

    def __init__(self, tokens: Sequence[Token], lexicon: Lexicon) -> None:
        super().__init__(tokens, lexicon)
        self.pronouns = lexicon.words("pronouns")
        self.writes_capitals = any(
            token.text[0].isupper() and not token.opens_sentence and not token.text.isupper() for token in tokens
        )

    def thing_at(self, at: int) -> Thing | None:
        """A noun with its article and adjectives, its gender, number and case."""
        token = self.tokens[at]
        if token.lower in self.function_words or not token.text[0].isalpha():
            return None
        first, kind, adjectives = self._frame(at)
        entry, is_plural = self._entry(token, framed=kind is not None or first < at)
        if entry is None:
            return self._unknown(at, first, kind, adjectives)
        looks_plural = is_plural and not (entry.weak and self._shows_singular(first))
        is_plural = looks_plural or self._counted(first, entry)
        gender: Gender = "p" if is_plural else entry.gender or "n"
        if kind is not None and not self._is_article_of(first, gender):
            first, kind, adjectives = at, None, ()
        return Thing(
            entry.word,
            entry.plural,
            entry.gender,
            entry.weak,
            is_plural,
            False,
            adjectives,
            kind if kind in german.EIN_WORDS[2:] else None,
            first,
            at,
            "dat" if is_plural and self._shows_dative(token, entry) else self._case(first, gender),
            entry.theme,
        )

    def _shows_dative(self, token: Token, entry: Noun) -> bool:
        """`Hunden`: a plural whose ending leaves no doubt."""
        plural = entry.plural or ""
        dative = german.noun(entry.word, plural, entry.weak, "dat", "p")
        return dative != plural and token.lower == dative.lower()

    def _is_article_of(self, first: int, gender: Gender) -> bool:
        """Whether the word before can be this noun's article: in `der Zahnweh hat` it is a pronoun."""
        lower = self.tokens[first].lower
        return german.determiner_kind(lower) is None or bool(german.cases_shown(lower, gender))

    def _shows_singular(self, first: int) -> bool:
        """`einen Drachen`, `zum Drachen`: the article of a weak noun that looks like its plural."""
        lower = self.tokens[first].lower
        before = self.before(first)
        if before is not None and before.lower in german.CONTRACTIONS:
            return True
        if lower == "den":
            return before is None or before.lower not in german.DATIVE_PREPOSITIONS
        return german.determiner_kind(lower) is not None and lower.endswith(("en", "em", "es", "dem"))

    def _counted(self, first: int, entry: Noun) -> bool:
        """`drei Roller`, `die Roller`: forms that are the same in singular and plural, told by what stands before."""
        if entry.plural != entry.word:
            return False
        word = self.tokens[first].lower
        return (self.is_number(word) and word not in ("ein", "eins")) or (
            word == "die" and entry.gender in ("m", "n")
        )

    def _frame(self, at: int) -> tuple[int, str | None, tuple[str, ...]]:
        """Where the noun phrase begins, the kind of its article, its adjectives."""
        adjectives: list[str] = []
        place = at
        while (word := self.before(place)) is not None and len(adjectives) < 3:
            lower = word.lower
            kind = german.determiner_kind(lower)
            if kind is not None:
                return place - 1, kind, tuple(reversed(adjectives))
            if lower in german.CONTRACTIONS:
                return place, "def", tuple(reversed(adjectives))
            if self.is_number(lower):
                return place - 1, None, tuple(reversed(adjectives))
            if lower in german.PREPOSITIONS:
                return place, None, tuple(reversed(adjectives))
            if not self._adjective(word):
                break
            adjectives.append(german.adjective_stem(lower))
            place -= 1
        known = [stem for stem in adjectives if stem in self.adjectives]
        if len(known) == len(adjectives) and adjectives:
            return at - len(adjectives), None, tuple(reversed(adjectives))
        return at, None, ()

    def _adjective(self, word: Token) -> bool:
        if word.lower in self.function_words or (word.text[0].isupper() and not word.opens_sentence):
            return False
        stem = german.adjective_stem(word.lower)
        if stem not in self.adjectives and word.lower in self.lexicon.forms:
            return False
        return stem in self.adjectives or (stem != word.lower and len(stem) > 3)

    def _entry(self, token: Token, *, framed: bool) -> tuple[Noun | None, bool]:
        form = self.lexicon.forms.get(token.lower)
        is_capital = token.text[0].isupper()
        if not is_capital and self.writes_capitals:
            return None, False
        if form is not None:
            unsure = token.lower in self.lexicon.ambiguous and (not is_capital or token.opens_sentence)
            unsure = unsure and len(self.tokens) > 1
            return (None, False) if unsure and not framed else (form.noun, form.is_plural)
        if not is_capital and not framed:
            return None, False
        return self._compound(token.text)

    def _compound(self, word: str) -> tuple[Noun | None, bool]:
        """A compound takes gender and plural from its last part: Fischbrötchen from Brötchen."""
        for cut in range(3, len(word) - 2):
            form = self.lexicon.forms.get(word[cut:].lower())
            if form is None:
                continue
            head = form.noun
            start = word[:cut][:1].upper() + word[1:cut]
            plural = start + head.plural.lower() if head.plural else None
            return Noun(start + head.word.lower(), plural, head.gender, head.weak, head.theme), form.is_plural
        return None, False

    def _unknown(self, at: int, first: int, kind: str | None, adjectives: tuple[str, ...]) -> Thing | None:
        token = self.tokens[at]
        if not self._may_be_unknown_noun(at, kind):
            return None
        word = token.text[0].upper() + token.text[1:]
        gender, plural = _guess(word) if kind is not None or len(word) > 7 else (None, None)
        lower = self.tokens[first].lower
        if kind is not None:
            shown = [option for option in GENDERS if german.cases_shown(lower, option)]
            if shown and gender not in shown:
                gender = shown[0]
        is_plural = first < at and (
            self.is_number(lower)
            or (lower.endswith("e") and at - first > 1 and self.tokens[at - 1].lower.endswith("en"))
        )
        return Thing(
            word,
            word if is_plural else plural,
            gender,
            is_plural=is_plural,
            is_name=gender is None,
            adjectives=adjectives,
            owner=kind if kind in german.EIN_WORDS[2:] else None,
            first=first,
            last=at,
            case=self._case(first, "p" if is_plural else gender) if gender else "nom",
        )

    def _may_be_unknown_noun(self, at: int, kind: str | None) -> bool:
        token = self.tokens[at]
        if not token.text[0].isupper():
            return kind is not None and not self.writes_capitals and self._ends_phrase(at)
        before = self.before(at)
        after_contraction = before is not None and before.lower in german.CONTRACTIONS
        if after_contraction and {token.lower[:-1], german.adjective_stem(token.lower)} & self.adjectives:
            return False
        return kind is not None or not token.opens_sentence or self._opens_with_name(at)

    def _opens_with_name(self, at: int) -> bool:
        following = self.tokens[at + 1] if at + 1 < len(self.tokens) else None
        if following is None or following.opens_clause:
            return True
        return following.lower[-1] == "t" and following.lower not in self.function_words

    def _ends_phrase(self, at: int) -> bool:
        following = self.tokens[at + 1] if at + 1 < len(self.tokens) else None
        return following is None or following.opens_clause or following.lower not in self.lexicon.forms

    def _case(self, first: int, gender: Gender) -> Case:
        """The case of the phrase that begins at `first`, from its article and what stands before."""
        before = self.before(first)
        lower = before.lower if before else ""
        if lower in german.CONTRACTIONS:
            return german.CONTRACTIONS[lower][1]
        shown = german.cases_shown(self.tokens[first].lower, gender)
        if lower in german.DATIVE_PREPOSITIONS:
            return "dat"
        if lower in german.ACCUSATIVE_PREPOSITIONS:
            return "acc"
        if lower in german.TWO_WAY_PREPOSITIONS:
            return next((case for case in ("dat", "acc") if case in shown), "dat")
        if not shown:
            return "nom" if self._is_first_phrase(first) else "acc"
        if "nom" in shown and ("acc" not in shown or self._is_first_phrase(first)):
            return "nom"
        if "acc" in shown:
            return "acc"
        after_noun = before is not None and before.text[0].isupper() and not before.opens_sentence
        return "gen" if "gen" in shown and ("dat" not in shown or after_noun) else "dat"

    def _is_first_phrase(self, first: int) -> bool:
        """Whether no subject stands before in the clause: no pronoun, and no noun phrase without preposition."""
        place = first
        while (word := self.before(place)) is not None and first - place < MOST_WORDS_BACK:
            place -= 1
            if word.lower in self.pronouns:
                return False
            leads = german.determiner_kind(word.lower) is not None or self.is_number(word.lower)
            leads = leads or (place == 0 and word.lower in self.lexicon.forms)
            before = self.before(place)
            if leads and (before is None or before.lower not in german.ALL_PREPOSITIONS):
                return False
        return True


def _guess(word: str) -> tuple[Gender | None, str | None]:
    """Gender and plural by the ending of an unknown German noun."""
    if word.endswith(_NEUTER_ENDINGS):
        return "n", word if word.endswith(("chen", "lein")) else None
    if word.endswith(("ung", "heit", "keit", "schaft", "ion", "tät")):
        return "f", word + "en"
    if word.endswith("in"):
        return "f", word + "nen"
    if word.endswith(_FEMININE_ENDINGS):
        return "f", word + ("n" if word.endswith("e") else "en")
    if word.endswith(_MASCULINE_ENDINGS):
        return "m", word if word.endswith("er") else word + "e"
    return None, None
