"""Sentences for people, one JSON file a language in assets/i18n: flat keys, `{name}` for values.

The same files serve the screen. A language is added by adding its file.
"""

import functools
import json
from pathlib import Path

FALLBACK = "en"


class Sentences:
    """The sentences of every language found in a folder."""

    def __init__(self, folder: Path) -> None:
        self._by_language: dict[str, dict[str, str]] = {
            path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))
        }

    @property
    def languages(self) -> list[str]:
        """The languages there are, sorted."""
        return list(self._by_language)

    def all(self, language: str) -> dict[str, str]:
        """Every sentence of a language; what it lacks comes from the fallback."""
        return self._by_language.get(FALLBACK, {}) | self._by_language.get(self.closest(language), {})

    def closest(self, language: str) -> str:
        """The language that we have for a BCP 47 tag: `de-AT` is answered in `de`, an unknown one in English."""
        base = language.lower().split("-")[0]
        return base if base in self._by_language else FALLBACK

    def say(self, language: str, key: str, **values: object) -> str:
        """One sentence with its values filled in; a key that no language knows is returned as it is."""
        sentence = self.all(language).get(key, key)
        for name, value in values.items():
            sentence = sentence.replace("{" + name + "}", str(value))
        return sentence


@functools.cache
def load(folder: Path) -> Sentences:
    """The sentences of a folder, read once."""
    return Sentences(folder)
