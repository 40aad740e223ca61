"""Chance and scissors: cut-up from a hat, folded columns, permutation, erasure, and a gentle rearrangement.

These work on the words of any language and script.
"""

import random
from itertools import permutations

from kiosk.engine.backends.sketchbook.text import german
from kiosk.engine.backends.sketchbook.text.lexicon import Lexicon, may_be_made
from kiosk.engine.backends.sketchbook.text.phrasing import capitalised
from kiosk.engine.backends.sketchbook.text.reading import Reading, Token, read

MOST_SNIPPETS = 14
MOST_LINES = 5


def cut_up(reading: Reading, lexicon: Lexicon, rng: random.Random) -> str:
    """Words cut apart and drawn from a hat, as Tristan Tzara described it; up to three words become a sound poem."""
    words = [_lowered(token, reading, lexicon) for token in reading.tokens]
    if len(words) < 4:
        return _sound_poem(words or [reading.text.strip()], rng)
    snippets: list[str] = []
    while words and len(snippets) < MOST_SNIPPETS:
        size = rng.choice((1, 1, 2, 2, 3))
        snippets.append(" ".join(words[:size]))
        words = words[size:]
    ordered = list(snippets)
    while snippets == ordered and len(set(snippets)) > 1:
        rng.shuffle(snippets)
    lines: list[str] = []
    while snippets:
        size = rng.choice((1, 2, 2, 3))
        lines.append(" ".join(snippets[:size]))
        snippets = snippets[size:]
    return "\n".join(lines)


def _lowered(token: Token, reading: Reading, lexicon: Lexicon) -> str:
    """A word as a snippet: the capital of a sentence's beginning goes, unless the word has its own."""
    if not token.opens_sentence or not token.text[0].isupper():
        return token.text
    is_thing = any(reading.tokens[thing.last] is token for thing in reading.things if thing.last >= 0)
    keeps = is_thing and (lexicon.language == "de" or token.lower not in lexicon.forms)
    return token.text if keeps or token.text == "I" else token.text[0].lower() + token.text[1:]


def _sound_poem(words: list[str], rng: random.Random) -> str:
    """A word taken apart into its sounds, line by line, until it is whole again."""
    lines: list[str] = []
    for word in words:
        grown = [word[:end] for end in range(1, len(word) + 1)][:8]
        shrunk = [word[start:] for start in range(len(word))][:8]
        drawn = [letter * rng.randint(2, 4) if letter in "aeiouäöü" else letter for letter in word.lower()]
        patterns = [
            " ".join(grown),
            " ".join(shrunk),
            "".join(drawn),
            "-".join([word[: rng.randint(1, max(1, len(word) - 1))]] * 3) + f"-{word.lower()}",
            f"{word}? {word[::-1].lower()}! {word}.",
        ]
        fit = [line for line in patterns if all(may_be_made(piece) or piece == word for piece in line.split())]
        lines += rng.sample(fit, min(len(fit), 2 if len(words) > 1 else 4))
    return "\n".join([*lines[:6], " ".join(words)])


def fold_in(reading: Reading, lexicon: Lexicon, rng: random.Random) -> str:
    """The left half of the child's text against the right half of another column: recipe, timetable, weather."""
    pieces = _joined(_pieces(reading, lexicon)) or [reading.text.strip()]
    size = max(1, -(-len(pieces) // MOST_LINES))
    halves = [" ".join(pieces[start : start + size]) for start in range(0, len(pieces), size)][:MOST_LINES]
    offset = rng.randrange(len(halves))
    halves = halves[offset:] + halves[:offset]
    while len(halves) < 3:
        halves.append(rng.choice(halves))
    columns = rng.sample(lexicon.lists["columns"], len(halves))
    lines = [f"{half} {column}" for half, column in zip(halves, columns, strict=True)]
    text = ",\n".join(lines) + "."
    return text[0].upper() + text[1:]


def _pieces(reading: Reading, lexicon: Lexicon) -> list[str]:
    """The phrases of the text as they look inside a sentence."""
    return [piece if at else as_inner(piece, lexicon) for at, piece in enumerate(reading.phrases)]


def _joined(pieces: list[str]) -> list[str]:
    """Single words go with the piece before: the verb with its subject."""
    joined: list[str] = []
    for piece in pieces:
        if joined and " " not in piece and len(pieces) > 2:
            joined[-1] = f"{joined[-1]} {piece}"
        else:
            joined.append(piece)
    return joined


def permutation(reading: Reading, lexicon: Lexicon, rng: random.Random) -> str:
    """The same pieces in every line, each time in another order, as concrete poetry does it."""
    pieces = list(dict.fromkeys(_pieces(reading, lexicon)))[:5]
    if len(pieces) < 3:
        pieces = list(dict.fromkeys(token.text for token in reading.tokens))[:5]
    if len(pieces) < 2:
        word = pieces[0] if pieces else reading.text.strip()
        gaps = [rng.randint(1, 4) for _ in range(3)]
        return "\n".join([word, *(" ".join([word] * gap) for gap in gaps), word])
    orders = list(permutations(pieces))[1:]
    chosen = rng.sample(orders, min(len(orders), 4))
    return "\n".join(" ".join(order) for order in (*chosen, tuple(pieces)))


def erasure(reading: Reading, lexicon: Lexicon, rng: random.Random) -> str:
    """Most words blacked out; what stays keeps its order and says something else."""
    words = [token.text for token in reading.tokens]
    if len(words) < 5:
        return _faded(" ".join(words) or reading.text.strip(), rng)
    function_words = lexicon.words("function_words")
    heavy = [at for at, token in enumerate(reading.tokens) if token.lower not in function_words]
    light = [at for at in range(len(words)) if at not in set(heavy)]
    kept = rng.sample(heavy, min(len(heavy), max(2, min(9, len(words) // 3)))) if heavy else []
    kept += rng.sample(light, min(len(light), 2 if heavy else 3))
    lines: list[list[str]] = []
    before = -9
    for at in sorted(set(kept)):
        if at - before > 2 or not lines:
            lines.append([])
        lines[-1].append(words[at])
        before = at
    return "\n".join(" ".join(line) for line in lines)


def _faded(whole: str, rng: random.Random) -> str:
    """A few words disappear letter by letter: from the end, from the front, or here and there."""
    places = [at for at, letter in enumerate(whole) if not letter.isspace()]
    order = rng.sample(places, len(places))
    if rng.random() < 0.4:
        order = rng.choice((places, list(reversed(places))))
    step = max(1, len(order) // 4)
    letters = list(whole)
    lines = [whole]
    for start in range(0, len(order) - 1, step):
        for at in order[start : start + step]:
            letters[at] = "·"
        lines.append("".join(letters))
    return "\n".join(lines[:6])


def gentle(reading: Reading, lexicon: Lexicon, rng: random.Random) -> str:
    """The end of a sentence moved to its front; everything else as the child wrote it."""
    sentences = [_turned(sentence, lexicon, rng) for sentence in _first_sentences(reading)]
    if len(sentences) > 1:
        at = rng.randrange(1, len(sentences))
        sentences = sentences[at:] + sentences[:at]
    return " ".join(sentences) or reading.text.strip()


def _first_sentences(reading: Reading) -> list[str]:
    return list(reading.sentences[:6]) or [reading.text.strip()]


def _turned(sentence: str, lexicon: Lexicon, rng: random.Random) -> str:
    """One sentence with a where, when or how at its front; else said once more, from another side."""
    reading = read(sentence, lexicon)
    phrases = list(reading.phrases)
    bare = sentence.strip().rstrip(".!?… ")
    end = sentence.rstrip()[-1:] if sentence.rstrip()[-1:] in (".", "!", "?", "…") else "."
    movable = [at for at in range(1, len(phrases)) if _is_adverbial(phrases[at], lexicon)]
    opening = _opening(reading, lexicon)
    if not movable or opening is None or rng.random() < 0.2:
        after_colon = bare if lexicon.language == "de" else as_inner(bare, lexicon)
        return capitalised(f"{rng.choice(lexicon.lists['again'])} {after_colon}{end}")
    front = phrases.pop(rng.choice(movable))
    rest = phrases[opening[1] :]
    words = [front, opening[0], *rest] if lexicon.language == "de" else [f"{front},", opening[0], *rest]
    echo = rng.choice(("", "", f" {front}!"))
    return capitalised(" ".join(word for word in words if word) + end + echo)


def _opening(reading: Reading, lexicon: Lexicon) -> tuple[str, int] | None:
    """Subject and verb as they stand after something else was put in front, and how many phrases they were.

    None where the sentence does not begin with its subject, or has commas whose place would be lost.
    """
    phrases = [as_inner(phrase, lexicon) for phrase in reading.phrases]
    if not phrases or " ".join(reading.phrases) != " ".join(reading.text.split()).rstrip(".!?… "):
        return None
    first = phrases[0].split()
    if first[0].lower() in lexicon.words("pronouns"):
        if lexicon.language == "en":
            return phrases[0], 1
        return (" ".join([first[1], first[0], *first[2:]]), 1) if len(first) > 1 else None
    thing = reading.things[0] if reading.things else None
    if thing is None or thing.first != 0 or thing.case != "nom" or len(phrases) < 2:
        return None
    if lexicon.language == "en":
        return phrases[0], 1
    verb, _, rest = phrases[1].partition(" ")
    if verb in german.ALL_PREPOSITIONS or not verb[0].islower():
        return None
    return " ".join([verb, phrases[0], rest]).strip(), 2


def _is_adverbial(phrase: str, lexicon: Lexicon) -> bool:
    first = phrase.split()[0].lower()
    if lexicon.language == "de":
        return first in german.PREPOSITIONS or first in german.CONTRACTIONS
    return first in lexicon.words("prepositions") - {"of", "with", "without", "than", "like"}


def as_inner(phrase: str, lexicon: Lexicon) -> str:
    """A phrase that opened the sentence, now inside it: articles and pronouns lose their capital."""
    first = (phrase.split() or [""])[0]
    is_german = lexicon.language == "de"
    common = first.lower() in lexicon.words("function_words") | lexicon.words("numbers") or (
        is_german and german.determiner_kind(first)
    )
    return phrase[0].lower() + phrase[1:] if common and first != "I" else phrase
