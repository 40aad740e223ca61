"""Text as the word lists see it: words in plain Latin letters, with their places in the original.

Folding takes away what is only there to hide a word from a reader of letters: case, accents, look-alike
letters of other alphabets, invisible characters, letters drawn as symbols. It knows no words. Umlauts become
ae, oe, ue, sharp s becomes ss, because `töten` and `Toten` are two words.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import eq

from msgspec import Struct

# A letter of another alphabet, and the Latin one it is taken for: Cyrillic, Greek and Armenian, small capitals.
_LOOK_ALIKES = """
аa вb еe ёe зz кk мm нh оo рp сc тt уy хx іi їi јj ѕs һh ԁd ԛq ԝw ӏl єe αa βb γy εe ζz ηn ιi κk μm νv οo ρp
τt υu χx ωw ϲc ϳj օo սu ոn հh ɡg ɑa ᴀa ʙb ᴄc ᴅd ᴇe ꜰf ɢg ʜh ɪi ᴊj ᴋk ʟl ᴍm ɴn ᴏo ᴘp ʀr ꜱs ᴛt ᴜu ᴠv ᴡw ʏy ᴢz
ıi łl øo đd ħh ƒf ŋn
"""
# Capitals that look like other letters than their small forms.
_CAPITALS = str.maketrans("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧВНРСУХ", "ABEZHIKMNOPTYXBHPCYX")
_TABLE = str.maketrans(
    {pair[0]: pair[1] for pair in _LOOK_ALIKES.split()}
    | {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "’": "'", "‘": "'", "`": "'"}
    | {chr(first + n): chr(ord("a") + n) for first in (0x1F150, 0x1F170, 0x1F1E6) for n in range(26)}
)
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ufe00-\ufe0f\ufeff\U000e0000-\U000e01ef]"
)
_CHUNK = re.compile(r"\S+")
_WORD = re.compile(r"[^\W_]+")
_EDGES = "\"'.,:;?!()[]{}<>«»„“”‚‘’…–—-_*/\\=~#%&|+"
_LEET_DIGITS = str.maketrans("034578926", "oeastbgzg")
_LEET_SYMBOLS = str.maketrans("@$€!|+§£¥", "aseiitsly")
_TALL_I = re.compile(r"(?<=[a-zäöüß])I(?=[a-zäöüß])")
_RUN = re.compile(r"([aou]e|.)\1{2,}")


class Word(Struct, frozen=True, gc=False):
    """A word of a text: folded, and where it stands in the original (`start`, `end` in characters).

    `chunk` counts the pieces between white space, so that words of one chunk are known to touch.
    """

    plain: str
    start: int
    end: int
    chunk: int


class Chunk(Struct, frozen=True, gc=False):
    """A piece of the text between white space: folded as a whole, and the words in it (`first` up to `last`).

    Of a plain word with signs around it, `folded` is the word.
    """

    folded: str
    start: int
    end: int
    first: int
    last: int


def fold(text: str) -> str:
    """The text in plain lower-case letters."""
    if text.isascii():
        return text.lower()
    text = _INVISIBLE.sub("", text)
    text = unicodedata.normalize("NFKC", text).translate(_CAPITALS).casefold()
    text = text.translate(_TABLE)
    if text.isascii():
        return text
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return bare.translate(_TABLE)


def unveiled(text: str) -> tuple[str, Sequence[int]]:
    """The text as it is read, and where each character of it stands in the original.

    Without invisible characters, wide and circled letters as plain ones; case, accents and other alphabets stay.
    """
    if text.isascii() or (unicodedata.is_normalized("NFKC", text) and not _INVISIBLE.search(text)):
        return text, range(len(text))
    pieces = [(place, unicodedata.normalize("NFKC", character)) for place, character in enumerate(text)]
    read = [(place, piece) for place, piece in pieces if not _INVISIBLE.match(piece)]
    return "".join(piece for _, piece in read), [place for place, piece in read for _ in piece]


def words_of(text: str) -> tuple[list[Word], list[Chunk]]:
    """The words of a text, and the chunks they stand in; linear in the length of the text."""
    words: list[Word] = []
    chunks: list[Chunk] = []
    for found in _CHUNK.finditer(text):
        raw = found[0]
        start, end = found.span()
        first = len(words)
        if "I" in raw:
            raw = _TALL_I.sub("l", raw)
        core = raw if raw.isalpha() else raw.strip(_EDGES)
        if core.isascii() and core.isalpha():
            folded = core.lower()
            left = start if core is raw else start + raw.find(core)
            words.append(Word(folded, left, left + len(core), len(chunks)))
        else:
            folded = fold(raw)
            words.extend(_pieces(raw, folded, start, len(chunks)))
        chunks.append(Chunk(folded, start, end, first, len(words)))
    return words, chunks


def _pieces(raw: str, folded: str, start: int, chunk: int) -> Iterator[Word]:
    """The words of one chunk; where folding changes their number, each stands for the whole chunk."""
    pieces = _WORD.findall(folded)
    places = [found.span() for found in _WORD.finditer(raw)]
    if len(places) != len(pieces):
        places = [(0, len(raw))] * len(pieces)
    for piece, (left, right) in zip(pieces, places, strict=True):
        yield Word(piece, start + left, start + right, chunk)


def without_leet(word: str) -> Iterator[str]:
    """The readings of a word in which digits stand for letters; none for a plain word or a number."""
    if word.isalpha() or word.isdigit():
        return
    letters = word.translate(_LEET_DIGITS)
    yield letters.replace("1", "i")
    if "1" in letters:
        yield letters.replace("1", "l")


def without_symbols(chunk: str) -> str | None:
    """A chunk in which symbols stand for letters, read as letters; None where there is none inside."""
    core = chunk.strip(_EDGES)
    letters = core.translate(_LEET_SYMBOLS)
    return letters if letters != core else None


def without_repeats(word: str) -> tuple[str, ...]:
    """The readings of a word with letters drawn out (`waaaffe`): every long run as two letters, and as one."""
    may_have_run = has_double(word) or word.count("e") > 2
    if not may_have_run or not _RUN.search(word):
        return ()
    return _RUN.sub(r"\1", word), _RUN.sub(r"\1\1", word)


def has_double(word: str) -> bool:
    """Whether a letter stands twice in a row."""
    return any(map(eq, word, word[1:]))


def single(word: str) -> str:
    """A word with every doubled letter written once: `hittler` as `hitler`."""
    return "".join(letter for letter, _ in groupby(word)) if has_double(word) else word


def sound_of(word: str) -> str:
    """A rough key of how a German ear writes a word: `maschienengewähr` and `Maschinengewehr` share it."""
    heard = _WRITTEN.sub(_hear, word).translate(_LIKE)
    return single(heard)


def _hear(found: re.Match[str]) -> str:
    return _SOUNDS[found[0]]


_SOUNDS = {
    "ck": "k", "tz": "z", "dt": "t", "th": "t", "ph": "f", "ieh": "i", "ie": "i", "ai": "ei", "aeu": "eu",
    "aeh": "e", "ae": "e", "ah": "a", "eh": "e", "ih": "i", "oh": "o", "uh": "u", "qu": "kw", "x": "ks",
}  # fmt: skip
_WRITTEN = re.compile("|".join(sorted(_SOUNDS, key=len, reverse=True)))
_LIKE = str.maketrans("vy", "fi")
