"""Recognise what gives a real person away: full names, addresses, telephone numbers, e-mail, accounts.

By patterns and by the name lists of `privacy.toml`; every pattern has a bounded reach, so that the search is
linear. A first name or a surname alone, and famous or invented people, pass.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

from msgspec import Struct

from kiosk import tomlfile
from kiosk.engine.stages.folding import Word, fold, unveiled
from kiosk.records import SafetyLevel

Kind = Literal["name", "address", "phone", "email", "account"]

_NEAR = 40
"""Characters before (and after) a number in which the words that explain it are sought."""
_FEWEST_DIGITS, _MOST_DIGITS = 7, 15

_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}+@[\w-]{1,63}+\.[\w.-]{0,60}[a-z]", re.IGNORECASE)
_SPELT_EMAIL = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}\s{0,2}(?:\(at\)|\[at\]|\sat\s|\sät\s)\s{0,2}[\w-]{1,63}\s{0,2}"
    r"(?:\.|\(dot\)|\(punkt\)|\spunkt\s|\sdot\s)\s{0,2}(?:de|com|net|org|at|ch|eu|info)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?<![\w.,/+-])(?:\+|00)?\(?\d[\d \-/()]{3,20}\d(?![\w])")
_DATE = re.compile(r"\d{1,2}[/-]\d{1,2}[/-]\d{2,4}|\d{4}-\d{2}-\d{2}")
_NORTH_AMERICAN = re.compile(r"\(?\d{3}\)?[ -]\d{3}[ -]\d{4}")
_BANK = re.compile(r"\b[A-Z]{2}\d{2}(?:\s?\d{4}){4}(?:\s?\d{1,2})?\b")
_HANDLE = re.compile(r"(?<![\w@.])@(?P<name>[A-Za-z0-9_.]{3,30})")
_DIGIT = re.compile(r"\d")
_AT = re.compile(r"\b(?:at|ät)\b", re.IGNORECASE)
_SIGN_OF_ACCOUNT = re.compile(r"(?<![\d_#@])[\d_#@]")
_NAME = r"[\w.#@-]{2,30}"
_HOUSE_NUMBER = re.compile(r"(?<![\d.,])\d{1,5}(?![\d])")
_WINDOW = 48
_POST_CODE = re.compile(r"\b\d{5}\s+[A-ZÄÖÜ][a-zäöüß]{2,30}")
_SHORT_NAME = 6
_NOT_A_NAME = frozenset(
    {"ist", "is", "war", "was", "lautet", "not", "nicht", "also", "auch", "der", "die", "das", "ein", "eine"}
    | {"mein", "meine", "unser", "unsere", "the", "a", "an", "my", "our"}
)
_WEAK = frozenset({"bin", "am", "im", "der", "die", "ist", "is"})
_NOT_A_STREET = frozenset(
    {"der", "die", "das", "eine", "einer", "dieser", "diese", "auf", "in", "unsere", "unserer", "meine", "meiner"}
    | {"jede", "keine", "the", "a", "this", "our", "my"}
)


class Found(Struct, frozen=True, gc=False):
    """Something private in a text; `start` and `end` in characters."""

    kind: Kind
    start: int
    end: int


class _Names(Struct, frozen=True, forbid_unknown_fields=True):
    introductions: list[str]
    titles: list[str]
    given: list[str]
    surnames: list[str]
    surname_endings: list[str]
    known: list[str]


class _Address(Struct, frozen=True, forbid_unknown_fields=True):
    street_ends: list[str]
    place_ends: list[str]
    english_ends: list[str]
    home_words: list[str]
    known: list[str]


class _Phone(Struct, frozen=True, forbid_unknown_fields=True):
    words: list[str]
    known: list[str]


class _Account(Struct, frozen=True, forbid_unknown_fields=True):
    services: list[str]
    secrets: list[str]


class PrivacyFile(Struct, frozen=True, forbid_unknown_fields=True):
    """`privacy.toml`: the loosest level at which each kind is blocked, and the words that the patterns use."""

    levels: dict[Kind, SafetyLevel]
    names: _Names
    address: _Address
    phone: _Phone
    account: _Account


class Privacy:
    """The recognisers, ready to search."""

    def __init__(self, file: PrivacyFile) -> None:
        self.levels = file.levels
        self._names = _NameFinder(file.names)
        self._address = _AddressFinder(file.address)
        self._phone_words = _any_of(file.phone.words)
        self._known_numbers = tuple(file.phone.known)
        services, secrets = _alternatives(file.account.services), _alternatives(file.account.secrets)
        says = r"\s{0,2}(?:ist|heißt|heisst|lautet|is|called|:|=)\s{0,2}"
        self._account = re.compile(
            rf"\b(?:(?:{services})(?:-?(?:name|account|profil|id))?|{secrets})\b{says}(?P<name>{_NAME})",
            re.IGNORECASE,
        )
        self._services = _any_of(file.account.services)

    @classmethod
    def load(cls, path: Path) -> "Privacy":
        """Raises `tomlfile.ConfigError`."""
        return cls(tomlfile.load(path, PrivacyFile))

    def find(self, text: str, words: Sequence[Word]) -> Iterator[Found]:
        """Everything private in a text; `words` are the words of it."""
        yield from self._names.find(text, words)
        plain, places = unveiled(text)
        for found in self._by_pattern(plain):
            yield Found(found.kind, places[found.start], places[found.end - 1] + 1)

    def _by_pattern(self, text: str) -> Iterator[Found]:
        if _DIGIT.search(text):
            yield from self._address.find(text)
            yield from self._numbers(text)
            yield from (Found("account", *found.span()) for found in _BANK.finditer(text))
        if "@" in text:
            yield from (Found("email", *found.span()) for found in _EMAIL.finditer(text))
            yield from self._handles(text)
        if _AT.search(text):
            yield from (Found("email", *found.span()) for found in _SPELT_EMAIL.finditer(text))
        for sign in _SIGN_OF_ACCOUNT.finditer(text):
            yield from self._accounts(text, sign.start())

    def _accounts(self, text: str, sign: int) -> Iterator[Found]:
        """An account or a password said around a sign that names rarely have."""
        begin = max(sign - _NEAR, 0)
        found = self._account.search(text, begin, sign + _NEAR)
        if found and found.start("name") <= sign < found.end("name"):
            yield Found("account", *found.span())

    def _handles(self, text: str) -> Iterator[Found]:
        for found in _HANDLE.finditer(text):
            unusual = any(c.isdigit() or c in "_." for c in found["name"].rstrip("."))
            if unusual or self._services.search(text, max(found.start() - _NEAR, 0), found.end() + _NEAR):
                yield Found("account", *found.span())

    def _numbers(self, text: str) -> Iterator[Found]:
        for found in _NUMBER.finditer(text):
            number = found[0]
            digits = re.sub(r"\D", "", number)
            if _DATE.fullmatch(number.strip()) or digits.startswith(self._known_numbers):
                continue
            if self._is_phone(number, digits) or self._is_called_phone(text, found.start(), digits):
                yield Found("phone", *found.span())

    def _is_phone(self, number: str, digits: str) -> bool:
        if not _FEWEST_DIGITS <= len(digits) <= _MOST_DIGITS or set(digits) <= {"0", "1"}:
            return False
        groups = re.split(r"[ \-/()]+", number.strip("()"))
        if len(groups) > 3 and max(len(group) for group in groups) == 1:
            return False
        foreign = number.startswith("+") or (digits.startswith("00") and not digits.startswith("000"))
        home = digits[0] == "0" and digits[1] != "0" and len(digits) >= 9
        return (foreign and len(digits) >= 9) or home or _NORTH_AMERICAN.fullmatch(number.strip()) is not None

    def _is_called_phone(self, text: str, start: int, digits: str) -> bool:
        return len(digits) >= 6 and self._phone_words.search(text, max(start - _NEAR, 0), start) is not None


class _NameFinder:
    def __init__(self, names: _Names) -> None:
        self._given = {fold(name) for name in names.given}
        self._surnames = {fold(name) for name in names.surnames}
        self._endings = tuple(fold(ending) for ending in names.surname_endings)
        self._titles = {fold(title) for title in names.titles}
        self._known = {(parts[0], parts[-1]) for parts in (fold(name).split() for name in names.known)}
        self._introductions = {tuple(fold(phrase).split()) for phrase in names.introductions}
        self._last_of_introductions = {phrase[-1] for phrase in self._introductions}
        self._longest = max((len(phrase) for phrase in self._introductions), default=0)

    def find(self, text: str, words: Sequence[Word]) -> Iterator[Found]:
        """Full names: first names of the list and a surname, or any name after an introduction."""
        at = 0
        while at < len(words) - 1:
            if words[at].plain not in self._given and not self._presented(words, at):
                at += 1
                continue
            last = at
            while last + 1 < len(words) and _adjacent(text, words[last], words[last + 1]):
                last += 1
                if words[last].plain not in self._given or self._is_surname(text, words, at, last):
                    break
            if last > at and self._is_full_name(text, words, at, last):
                yield Found("name", words[at].start, words[last].end)
            at = max(last, at + 1)

    def _presented(self, words: Sequence[Word], at: int) -> bool:
        """Whether a word is said to be a name, of whatever kind: `my name is ...`, but not `I am ...`."""
        if not self._introduced(words, at) or words[at].plain in self._titles | _NOT_A_NAME:
            return False
        return words[at - 1].plain not in _WEAK or words[at - 2].plain == "name"

    def _is_full_name(self, text: str, words: Sequence[Word], first: int, last: int) -> bool:
        surname = words[last].plain
        if any((words[n].plain, surname) in self._known for n in range(first, last)):
            return False
        return self._is_surname(text, words, first, last)

    def _is_surname(self, text: str, words: Sequence[Word], first: int, last: int) -> bool:
        word = words[last].plain
        capital = text[words[last].start].isupper()
        introduced = self._introduced(words, first)
        if word in self._surnames or (len(word) > _SHORT_NAME and word.endswith(self._endings)):
            return introduced or capital
        is_name = words[first].plain in self._given and word not in self._given and word.isalpha() and len(word) > 2
        return is_name and introduced and capital

    def _introduced(self, words: Sequence[Word], first: int) -> bool:
        if not first or words[first - 1].plain not in self._last_of_introductions:
            return False
        before = tuple([word.plain for word in words[max(first - self._longest, 0) : first]])
        return any(before[start:] in self._introductions for start in range(len(before)))


class _AddressFinder:
    def __init__(self, file: _Address) -> None:
        number = r"\s{0,2}(?:nr\.?\s{0,2})?\d{1,4}(?:\s?[a-h])?(?![\w.,]\d|\w)"
        streets, places, english = (
            _alternatives(ends) for ends in (file.street_ends, file.place_ends, file.english_ends)
        )
        self._street = re.compile(
            rf"(?<![\w-])(?:(?P<whole>[\w-]{{2,40}}?(?:{streets}))|(?P<before>\w{{2,30}})[ -](?:{streets})){number}",
            re.IGNORECASE,
        )
        self._place = re.compile(rf"(?<![\w-])(?:[\w-]{{2,40}}?|\w{{2,30}}[ -])(?:{places}){number}", re.IGNORECASE)
        self._english = re.compile(
            rf"\b\d{{1,4}}[a-h]?\s{{1,2}}(?:(?P<name>\w{{2,30}}\s){{1,2}})(?:{english})\b", re.IGNORECASE
        )
        self._home = _any_of(file.home_words)
        self._known = tuple(file.known)

    def find(self, text: str) -> Iterator[Found]:
        """Streets with a house number; squares, ways and post codes where somebody says that they live there."""
        for number in _HOUSE_NUMBER.finditer(text):
            begin = max(number.start() - _WINDOW, 0)
            found = self._street.search(text, begin, number.end() + 3) or self._english.search(
                text, number.start(), number.end() + _WINDOW
            )
            if found is None:
                found = self._place.search(text, begin, number.end() + 3) or _POST_CODE.match(text, number.start())
                if found is None or not self._lives_there(text, found):
                    continue
            if self._is_address(text, found):
                yield Found("address", *found.span())

    def _is_address(self, text: str, found: re.Match[str]) -> bool:
        facts = found.groupdict()
        if any(known in found[0].lower() for known in self._known):
            return False
        if facts.get("name"):
            return facts["name"][:1].isupper() or self._lives_there(text, found)
        return (facts.get("before") or "").lower() not in _NOT_A_STREET

    def _lives_there(self, text: str, found: re.Match[str]) -> bool:
        return self._home.search(text, max(found.start() - _NEAR, 0), found.end() + _NEAR) is not None


def _adjacent(text: str, left: Word, right: Word) -> bool:
    between = text[left.end : right.start]
    return between in (" ", "-", "  ", "\u00a0")


def _alternatives(words: Sequence[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def _any_of(words: Sequence[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{_alternatives(words)})(?!\w)", re.IGNORECASE)
