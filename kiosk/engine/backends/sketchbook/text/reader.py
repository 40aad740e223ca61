"""Finding the things in a text: what the readers of German and English have in common."""

from abc import ABC, abstractmethod
from collections.abc import Sequence

from kiosk.engine.backends.sketchbook.text.lexicon import Lexicon
from kiosk.engine.backends.sketchbook.text.things import Thing, Token

LONGEST_WORD = 40


class Reader(ABC):
    """What reading German and English has in common."""

    def __init__(self, tokens: Sequence[Token], lexicon: Lexicon) -> None:
        self.tokens = tokens
        self.lexicon = lexicon
        self.function_words = lexicon.words("function_words")
        self.adjectives = lexicon.words("adjectives")
        self.numbers = lexicon.words("numbers")

    def things(self) -> list[Thing]:
        """All things in the order of the text; words too long to be words are passed over."""
        found: list[Thing] = []
        for at in range(len(self.tokens)):
            thing = self.thing_at(at) if len(self.tokens[at].text) <= LONGEST_WORD else None
            if thing is not None and not (found and self._is_apposition(found[-1], thing)):
                found.append(thing)
        return found

    @abstractmethod
    def thing_at(self, at: int) -> Thing | None:
        """The thing whose noun is the word at this place, if one is."""

    def _is_apposition(self, before: Thing, name: Thing) -> bool:
        """`meine Katze Mimi`: the name belongs to the thing before it and is none of its own."""
        adjacent = before.last == name.first - 1 and not self.tokens[name.first].opens_clause
        return name.is_name and not before.is_name and adjacent

    def is_number(self, word: str) -> bool:
        """Whether a word in small letters says how many."""
        return word in self.numbers or word.isdigit()

    def before(self, at: int) -> Token | None:
        """The word before, if no comma or full stop lies between."""
        return self.tokens[at - 1] if at and not self.tokens[at].opens_clause else None
