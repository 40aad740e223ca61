"""The sketchbook's text half: procedures of art and literature on the child's own words, with no model at all.

Deterministic in text, lens, seed and the word lists. German and English in full; for other languages the procedures
of chance, which need no knowledge of words. It cannot translate and says so by returning the text unchanged.
"""

import asyncio
import random
import re
from collections.abc import AsyncIterator, Callable, Mapping
from functools import partial
from typing import Any

from kiosk.engine.backends import BackendError, TextChunk, TextRequest
from kiosk.engine.backends.sketchbook.text import chance, drift, frames, haiku, oulipo, turning
from kiosk.engine.backends.sketchbook.text.lexicon import LANGUAGES, Lexicon, load
from kiosk.engine.backends.sketchbook.text.reading import Reading, read

__all__ = ["PROCEDURES", "SketchbookText", "stage_name"]

Procedure = Callable[[Reading, Lexicon, random.Random], str]

_SCENES = (
    "blueprint", "dream", "exaggerate", "film", "gesture", "grid", "inventory", "other_eyes", "perspective", "plate",
    "slang", "story", "weave",
)  # fmt: skip
PROCEDURES: Mapping[str, Procedure] = {
    "cut_up": chance.cut_up,
    "erasure": chance.erasure,
    "fold_in": chance.fold_in,
    "gentle": chance.gentle,
    "permutation": chance.permutation,
    "n_plus_7": oulipo.n_plus_7,
    "word_game": oulipo.word_game,
    "telephone": drift.whole_game,
    "haiku": haiku.haiku,
    "opposite": turning.opposite,
    "out_of_joint": turning.out_of_joint,
    "plain": turning.plain,
    "sweeten": turning.sweeten,
    **{name: partial(frames.compose, name) for name in _SCENES},
}
_WITHOUT_WORDS = {
    "cut_up": "cut_up",
    "fold_in": "cut_up",
    "erasure": "erasure",
    "haiku": "erasure",
    "plain": "erasure",
}
UNCHANGED = "unchanged"
DRAWS = 4
"""So often a text is drawn at most, until it passes."""
SPARE_CHARS = 1_500

# What a child's own rules may ask for, by the words in them; the first that is found decides.
_ASKED_FOR: tuple[tuple[str, str], ...] = (
    (r"haiku|silben|syllable", "haiku"),
    (r"gegenteil|umgekehrt|verkehrt|andersherum|opposite|reverse|contrary", "opposite"),
    (r"geschichte|märchen|erzähl|story|tale\b|tell\b", "story"),
    (r"übertreib|riesig|größer|mehr und mehr|exaggerat|bigger|overdo", "exaggerate"),
    (r"traum|träum|dream|surreal", "dream"),
    (r"kurz|kürze|wenig|weglassen|streich|short|fewer|leave out|cut down", "erasure"),
    (r"süß|niedlich|flauschig|kuschel|sweet|cute|fluffy|cuddly", "sweeten"),
    (r"pirat|slang|jugendsprache|dialekt|pirate|talk like", "slang"),
    (r"zerschneid|schnipsel|durcheinander|mische|cut up|scissors|shuffle|mix", "cut_up"),
    (r"reim|buchstab|vokal|anfangslaut|rhyme|letter|vowel|alliterat", "word_game"),
    (r"bauplan|technisch|maße|teile|blueprint|plan\b|parts|measure", "blueprint"),
    (r"foto|kamera|photo|camera", "film"),
    (r"\btier|sicht|augen|perspektive|animal|eyes|point of view", "other_eyes"),
    (r"form|kreis|quadrat|dreieck|shape|circle|square|triangle", "grid"),
    (r"wiederhol|repeat|again and again", "permutation"),
    (r"gefühl|laut|schrei|feeling|loud|shout", "gesture"),
)
_UMLAUTS = re.compile(r"[äöüß]", re.IGNORECASE)


def _anything(_: str) -> bool:
    return True


class SketchbookText:
    """The text backend that is always there. Holds nothing but the words it read from the disk.

    `passes` says whether a text will pass the safety check: a child whose idea passes shall not be stopped by what
    the dice made of it. The check itself comes afterwards, as for every box, and decides.
    """

    name = "sketchbook"
    multilingual = False

    def __init__(self, passes: Callable[[str], bool] = _anything) -> None:
        self._passes = passes

    def model_for(self, request: TextRequest) -> str:
        """`sketchbook:` and the name of the procedure: no model takes part."""
        return f"sketchbook:{_procedure(request)}"

    async def stream(self, request: TextRequest) -> AsyncIterator[TextChunk]:
        """The text, word by word. Raises `BackendError` for a judgement: word games cannot judge."""
        if request.purpose in ("judge", "guard"):
            raise BackendError("the sketchbook cannot judge a text")
        text = await asyncio.to_thread(self._write, request)
        for word in re.findall(r"\S+\s*|\s+", text):
            yield TextChunk(word)
            await asyncio.sleep(0)

    def _write(self, request: TextRequest) -> str:
        """The first draw that passes; the first of all where none does, or where the idea does not pass itself."""
        first = write(request)
        if self._passes(first) or not self._passes(request.text):
            return first
        others = (write(request, draw) for draw in range(1, DRAWS))
        return next((text for text in others if self._passes(text)), first)


def write(request: TextRequest, draw: int = 0) -> str:
    """The whole text that a request gets in a draw, from 0; never empty where its text is not."""
    name = _procedure(request)
    if name == UNCHANGED or not request.text.strip():
        return request.text
    lexicon = load(_language(request))
    rng = random.Random(f"{request.lens}\0{name}\0{request.seed}\0{request.text}" + draw * "\0")
    reading = read(request.text.replace("\0", " ").replace("\r\n", "\n"), lexicon)
    if name == "telephone" and "iteration" in request.parameters:
        written = drift.whisper(reading, lexicon, rng)
    else:
        written = PROCEDURES[name](reading, lexicon, rng)
    return _bounded(written.strip(), 2 * len(request.text) + SPARE_CHARS) or request.text


def _bounded(text: str, most: int) -> str:
    """A text of at most `most` characters, cut between words; only endless words make one so long."""
    if len(text) <= most:
        return text
    return text[:most].rsplit(maxsplit=1)[0] + " …"


def stage_name(iteration: int, language: str) -> str:
    """The name of a step of the telephone game, from 1, in German or English."""
    base = language.split("-")[0].lower()
    return drift.stage_name(iteration, load(base if base in LANGUAGES else "en"))


def _procedure(request: TextRequest) -> str:
    """The procedure for a lens; for the child's own rules, the one that their words ask for."""
    if request.purpose != "interception":
        return UNCHANGED
    table: Mapping[str, Any] = request.parameters.get("sketchbook") or {}
    name = str(table.get("text", "gentle"))
    if name not in PROCEDURES:
        name = "gentle"
    if name == "gentle":
        rules = request.rules.lower()
        name = next((procedure for pattern, procedure in _ASKED_FOR if re.search(pattern, rules)), "gentle")
    if _base(request) not in LANGUAGES and _language_seen(request.text) is None:
        return _WITHOUT_WORDS.get(name, "permutation")
    return name


def _base(request: TextRequest) -> str:
    """The language asked for; within a chain the one it began in, for the sketchbook does not translate."""
    return str(request.parameters.get("start_language", request.language)).split("-")[0].lower()


def _language(request: TextRequest) -> str:
    """The language the text is really in, where that is plain to see; else the one asked for."""
    base = _base(request)
    return _language_seen(request.text) or (base if base in LANGUAGES else "en")


def _language_seen(text: str) -> str | None:
    """`de` or `en` where the little words of a text speak for one of them only; None where they do not."""
    words = re.findall(r"[^\W\d_]+", text.lower())[:200]
    counts = {
        language: sum(word in load(language).words("function_words") for word in words) for language in LANGUAGES
    }
    counts["en"] += sum(word in ("the", "a", "an", "my", "your", "of") for word in words)
    counts["de"] += 2 * bool(_UMLAUTS.search(text))
    best, other = sorted(counts, key=lambda language: -counts[language])
    return best if counts[best] >= 2 and counts[best] > 2 * counts[other] else None
