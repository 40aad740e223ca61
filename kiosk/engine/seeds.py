"""Which seed a run uses when the person names none.

The same wording again gives a new random seed; a changed wording keeps the seed, so that a child compares
words, not dice. Remembered per person and use, never shared between persons, in memory only.
"""

import secrets
from collections import OrderedDict

from kiosk.records import Person

MAX_SEED = 2**32 - 1
_REMEMBERED = 4_096


def random_seed() -> int:
    """A new seed from 0 to 2^32 - 1."""
    return secrets.randbelow(MAX_SEED + 1)


class Seeds:
    """The last wording and seed of every person for every use (an output config, or the rewriting)."""

    def __init__(self) -> None:
        self._last: OrderedDict[tuple[str, str, str, str], tuple[str, int]] = OrderedDict()

    def choose(self, person: Person, use: str, wording: str) -> int:
        """The seed for this person, use and wording by the rule above."""
        key = (person.device_id, person.user_id, person.session_id, use)
        last = self._last.get(key)
        seed = random_seed() if last is None or last[0] == wording else last[1]
        self._note(key, wording, seed)
        return seed

    def remember(self, person: Person, use: str, wording: str, seed: int) -> None:
        """Note a seed that the person chose."""
        self._note((person.device_id, person.user_id, person.session_id, use), wording, seed)

    def _note(self, key: tuple[str, str, str, str], wording: str, seed: int) -> None:
        self._last.pop(key, None)
        self._last[key] = (wording, seed)
        if len(self._last) > _REMEMBERED:
            self._last.popitem(last=False)
