"""Finding the things in English: by articles, word order and the lexicon; rules of thumb, no parser."""

from kiosk.engine.backends.sketchbook.text.lexicon import english_plural
from kiosk.engine.backends.sketchbook.text.reader import Reader
from kiosk.engine.backends.sketchbook.text.things import Thing, Token


class EnglishReader(Reader):
    """Knows articles and owners, pairs such as vacuum cleaner, and words that may also be verbs."""

    _ARTICLES = frozenset(
        [
            "a",
            "an",
            "the",
            "my",
            "your",
            "his",
            "her",
            "its",
            "our",
            "their",
            "this",
            "that",
            "these",
            "those",
            "some",
            "every",
            "each",
            "no",
        ]
    )
    _OWNERS = frozenset(["my", "your", "his", "her", "its", "our", "their"])

    def thing_at(self, at: int) -> Thing | None:
        """A noun with what stands before it, if it is a noun here and not a verb."""
        token = self.tokens[at]
        lower = token.lower
        if lower in self.function_words or lower in self._ARTICLES or not lower[0].isalpha():
            return None
        first, article, modifiers = self._frame(at)
        form = self.lexicon.forms.get(lower)
        pair = self.lexicon.forms.get(f"{modifiers[-1]} {token.text}".lower()) if modifiers else None
        if pair is not None:
            form, lower, modifiers = pair, pair.noun.word, modifiers[:-1]
        framed = len(self.tokens) == 1 or article is not None or bool(modifiers) or self._after_preposition(at)
        if form is not None and (
            framed or (lower not in self.lexicon.ambiguous and not self._ambiguous_plural(lower))
        ):
            if self._next_is_noun(at):
                return None
            entry = form.noun
            return self._thing(entry.word, entry.plural, form.is_plural, modifiers, article, first, at, entry.theme)
        if lower in self.adjectives:
            return None
        if article is not None and self._ends_phrase(at) and not self._follows_noun(lower, modifiers):
            return self._thing(lower, english_plural(lower), False, modifiers, article, first, at, "")
        if token.text[0].isupper() and len(lower) > 1 and (not token.opens_sentence or self._opens_with_name(at)):
            return Thing(token.text, is_name=True, first=at, last=at)
        return None

    def _thing(
        self,
        word: str,
        plural: str | None,
        is_plural: bool,
        modifiers: tuple[str, ...],
        article: str | None,
        first: int,
        at: int,
        theme: str,
    ) -> Thing:
        owner = article if article in self._OWNERS else None
        return Thing(
            word,
            plural,
            is_plural=is_plural,
            adjectives=modifiers,
            owner=owner,
            first=first,
            last=at,
            theme=theme,
        )

    def _follows_noun(self, lower: str, modifiers: tuple[str, ...]) -> bool:
        """`a dog flies`: after a known noun an unknown word is a verb; after anything else, if it ends like one."""
        known = any(word.lower() in self.lexicon.forms for word in modifiers)
        return known or (bool(modifiers) and lower.endswith(("s", "ed")))

    def _ambiguous_plural(self, lower: str) -> bool:
        form = self.lexicon.forms[lower]
        return form.is_plural and form.noun.word in self.lexicon.ambiguous

    def _next_is_noun(self, at: int) -> bool:
        """`vacuum cleaner`, `space ship`: the last of the nouns in a row is the thing."""
        if at + 1 >= len(self.tokens) or self.tokens[at + 1].opens_clause:
            return False
        lower = self.tokens[at + 1].lower
        return (
            lower in self.lexicon.forms and lower not in self.lexicon.ambiguous and not self._ambiguous_plural(lower)
        )

    def _frame(self, at: int) -> tuple[int, str | None, tuple[str, ...]]:
        modifiers: list[str] = []
        place = at
        while (word := self.before(place)) is not None and len(modifiers) < 4:
            lower = word.lower
            if lower in self._ARTICLES:
                return place - 1, lower, tuple(reversed(modifiers))
            if self.is_number(lower):
                return place - 1, None, tuple(reversed(modifiers))
            if lower in self.function_words or self._ends_a_phrase_before(word, at - place):
                break
            modifiers.append(word.text)
            place -= 1
        kept: list[str] = []
        for modifier in modifiers:
            if modifier.lower() not in self.adjectives and modifier.lower() not in self.lexicon.forms:
                break
            kept.append(modifier)
        return at - len(kept), None, tuple(reversed(kept))

    def _ends_a_phrase_before(self, word: Token, distance: int) -> bool:
        """`my grandma cooks soup`, `a zorg eats soup`: a noun further back, or a verb, begins another phrase."""
        lower = word.lower
        if lower in self.adjectives:
            return False
        if lower in self.lexicon.forms:
            return distance > 0
        return lower.endswith("s") and not lower.endswith(("ss", "'s", "’s", "ous"))

    def _after_preposition(self, at: int) -> bool:
        word = self.before(at)
        return word is not None and (word.lower in self.lexicon.words("prepositions") or self.is_number(word.lower))

    def _ends_phrase(self, at: int) -> bool:
        """Whether an unknown word after an article is the noun: nothing that could be one follows."""
        following = self.tokens[at + 1] if at + 1 < len(self.tokens) else None
        if following is None or following.opens_clause or following.lower in self.function_words:
            return True
        return following.lower in self._ARTICLES or following.lower.endswith(("s", "ed", "ing"))

    def _opens_with_name(self, at: int) -> bool:
        following = self.tokens[at + 1] if at + 1 < len(self.tokens) else None
        return following is None or following.opens_clause or following.lower.endswith(("s", "ed"))
