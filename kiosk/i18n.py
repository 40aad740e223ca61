"""Sentences for people, one JSON file a language in assets/i18n: flat keys, `{name}` for values.

The same files serve the screen. A language is added by adding its file, to the shipped ones or to a folder of the
teacher's own, which may also say single sentences otherwise.
"""

import functools
import json
import logging
import re
from pathlib import Path

FALLBACK = "en"
LANGUAGE_PATTERN = r"\A[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,3}\Z"
"""The form of a language's tag (BCP 47), as `de` or `de-AT`, wherever somebody names a language."""

log = logging.getLogger(__name__)

_TAG = re.compile(r"[a-z]{2,8}")


class Sentences:
    """The sentences of every language found in `shipped` and, over it, in the teacher's `own` folder, if it is there.

    A file of the teacher's that cannot be used is told in the log and left out.
    """

    def __init__(self, shipped: Path, own: Path | None = None) -> None:
        self._by_language = {path.stem: _read(path) for path in sorted(shipped.glob("*.json"))}
        for path in sorted(own.glob("*.json")) if own is not None else ():
            try:
                self._by_language[path.stem] = self._by_language.get(path.stem, {}) | _read(path)
            except (OSError, ValueError) as error:
                log.warning("sentences of %s cannot be used: %s", path, error)
        self._by_language = dict(sorted(self._by_language.items()))

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
def load(shipped: Path) -> Sentences:
    """The shipped sentences, read once."""
    return Sentences(shipped)


def _read(path: Path) -> dict[str, str]:
    """The sentences of one file. Raises `ValueError` for anything but texts by key under a language's tag."""
    if not _TAG.fullmatch(path.stem):
        raise ValueError(f"{path.stem} is not the tag of a language, such as `fr`")
    known = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(known, dict) or not all(isinstance(text, str) for text in known.values()):
        raise ValueError("not one object of texts by key")
    return known
