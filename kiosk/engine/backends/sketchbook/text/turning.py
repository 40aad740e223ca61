"""Turning the child's own sentences: into their opposite, out of joint, plain, or sweet."""

import random
import re
from collections.abc import Mapping

from msgspec.structs import replace

from kiosk.engine.backends.sketchbook.text import chance, edits, frames, german
from kiosk.engine.backends.sketchbook.text.edits import Edits
from kiosk.engine.backends.sketchbook.text.lexicon import Lexicon
from kiosk.engine.backends.sketchbook.text.phrasing import capitalised
from kiosk.engine.backends.sketchbook.text.reading import Reading, Thing, read

MOST_PLAIN_SENTENCES = 5


def opposite(reading: Reading, lexicon: Lexicon, rng: random.Random) -> str:
    """Every word that has an opposite gives way to it; things without one to something of quite another kind."""
    changes: Edits = {}
    covered: set[int] = set()
    things = [thing for thing in reading.things if thing.last >= 0 and not thing.is_name]
    odd_one = rng.randrange(2 * len(things)) if things else 0
    for number, thing in enumerate(things):
        new = _opposite_thing(thing, lexicon, rng, by_table=number != odd_one)
        changes |= edits.restate(reading, thing, new, lexicon.language)
        covered |= set(range(thing.first, thing.last + 1))
    pairs = lexicon.pairs["opposite"]
    for at, token in enumerate(reading.tokens):
        if at in covered or at in changes:
            continue
        turned = _opposite_word(token.lower, pairs, lexicon)
        if turned is not None and not _blocked(reading, at, turned, lexicon):
            changes[at] = turned
    if not changes:
        return chance.gentle(reading, lexicon, rng)
    text = edits.apply(reading, changes, lexicon.language)
    end = "" if text.endswith((".", "!", "?", "…")) else "."
    return capitalised(f"{text}{end} {frames.compose('opposite', reading, lexicon, rng)}")


def _opposite_thing(thing: Thing, lexicon: Lexicon, rng: random.Random, *, by_table: bool) -> Thing:
    """The opposite by the table, else something of another kind; so that seeds differ, not always by the table."""
    qualities = tuple(lexicon.pairs["opposite"].get(word.lower(), word) for word in thing.adjectives)
    word = lexicon.pairs["opposite_nouns"].get(thing.word) if by_table else None
    form = lexicon.forms.get(word.lower()) if word else None
    if word and form is not None and (form.noun.plural or not thing.is_plural):
        entry = form.noun
        return replace(
            thing, word=entry.word, plural=entry.plural, gender=entry.gender, weak=entry.weak, adjectives=qualities
        )
    if word and not thing.is_plural:
        gender = lexicon.pairs["opposite_genders"].get(word, "m")
        kept: german.Gender | None = None if lexicon.language == "en" else "f" if gender == "f" else "m"
        return replace(thing, word=word, plural=None, gender=kept, weak=False, adjectives=qualities)
    if thing.last - thing.first == len(thing.adjectives) and not thing.is_plural:
        return _mass(thing, qualities, lexicon, rng)
    themes = [theme for theme in ("animals", "food", "home", "outside") if theme != thing.theme]
    nouns = [entry for entry in lexicon.nouns[rng.choice(themes)] if entry.plural]
    entry = rng.choice(nouns)
    return replace(
        thing, word=entry.word, plural=entry.plural, gender=entry.gender, weak=entry.weak, adjectives=qualities
    )


def _mass(thing: Thing, qualities: tuple[str, ...], lexicon: Lexicon, rng: random.Random) -> Thing:
    """Something that is said without article, for a thing that was: honey, cinnamon."""
    entry = rng.choice([entry for entry in lexicon.nouns["food"] if entry.plural is None])
    return replace(thing, word=entry.word, plural=None, gender=entry.gender, weak=False, adjectives=qualities)


def _opposite_word(word: str, pairs: Mapping[str, str], lexicon: Lexicon) -> str | None:
    if word in pairs:
        return pairs[word]
    if (
        lexicon.language == "de"
        and (stem := german.adjective_stem(word)) in lexicon.words("adjectives")
        and stem in pairs
    ):
        turned = german.adjective(pairs[stem], None, "nom", "f")
        return (
            turned[:-1] + word[len(word.rstrip("enrsm")) :] if turned.endswith("e") and word != stem else pairs[stem]
        )
    return None


def _blocked(reading: Reading, at: int, turned: str, lexicon: Lexicon) -> bool:
    """Prepositions stay where the case would change with them; `there is` stays too."""
    token = reading.tokens[at]
    if token.lower == "there":
        return at + 1 < len(reading.tokens) and reading.tokens[at + 1].lower in ("is", "are", "was", "were")
    if lexicon.language != "de" or token.lower not in german.PREPOSITIONS | german.CONTRACTIONS.keys():
        return False
    same_case = (german.DATIVE_PREPOSITIONS, german.ACCUSATIVE_PREPOSITIONS, german.TWO_WAY_PREPOSITIONS)
    following = reading.tokens[at + 1].lower if at + 1 < len(reading.tokens) else ""
    is_article = german.determiner_kind(following) is not None
    return not is_article or not any(token.lower in group and turned in group for group in same_case)


def out_of_joint(reading: Reading, lexicon: Lexicon, rng: random.Random) -> str:
    """Two things change places, as if it had never been otherwise; then what follows from such an order."""
    things = [thing for thing in reading.things if thing.last >= 0 and not thing.is_name][:8]
    pairs = [
        (one, two)
        for at, one in enumerate(things)
        for two in things[at + 1 :]
        if one.is_plural == two.is_plural and one.word != two.word and one.last < two.first
    ]
    if pairs:
        one, two = rng.choice(pairs)
        changes = edits.restate(reading, one, two, lexicon.language) | edits.restate(
            reading, two, one, lexicon.language
        )
        text = edits.apply(reading, changes, lexicon.language)
    else:
        text = reading.text.strip()
    end = "" if text.endswith((".", "!", "?", "…")) else "."
    return capitalised(f"{text}{end} {frames.compose('out_of_joint', reading, lexicon, rng)}")


def plain(reading: Reading, lexicon: Lexicon, rng: random.Random) -> str:
    """Stock adjectives and phrases are struck out; each gap gets a fact that anybody could check."""
    text = reading.text
    for phrase in lexicon.lists["stock_phrases"]:
        text = re.sub(rf"[,\s]*\b{re.escape(phrase)}\b", "", text, flags=re.IGNORECASE)
    cleaned = read(text, lexicon)
    stock = {word.lower() for word in lexicon.lists["stock"]}
    struck = {at for at, token in enumerate(cleaned.tokens) if token.lower in stock}
    joins = {"und", "and"}
    for at, token in enumerate(cleaned.tokens):
        if token.lower in joins and (at - 1 in struck or at + 1 in struck) and _joins_qualities(cleaned, at, struck):
            struck.add(at)
    left = edits.apply(cleaned, dict.fromkeys(struck), lexicon.language)
    left = re.sub(r"\s*,(\s*,)+", ",", left.replace("!", "."))
    left = re.sub(r"\b([Ee]ine?[rnms]?|[Dd](?:er|ie|as|en|em)|[Aa]n?|[Tt]he),\s+", r"\1 ", left)
    left = re.sub(r"(^|[.?]\s*),\s*|,\s*(?=[.?]|$)", r"\1", left).strip(" ,")
    sentences = [_closed(sentence) for sentence in re.split(r"(?<=[.?])\s+|\n+", left) if re.search(r"\w", sentence)]
    facts = rng.sample(lexicon.lists["plain_facts"], 2 if len(sentences) < 3 else 1)
    kept = sentences[:MOST_PLAIN_SENTENCES] or [
        subject.word + "." for subject in frames.subjects(reading, lexicon)[:2]
    ]
    said = [sentence[0].upper() + sentence[1:] for sentence in (*kept, *facts)]
    return " ".join(said)


def _closed(sentence: str) -> str:
    bare = sentence.rstrip(". ")
    return bare if bare.endswith("?") else bare + "."


def _joins_qualities(reading: Reading, at: int, struck: set[int]) -> bool:
    """Whether an `and` stood between two qualities of one thing, one of which is struck out."""
    both = at - 1 in struck and at + 1 in struck
    return both or not reading.tokens[at - 1].text[0].isupper() or at + 1 in struck


def sweeten(reading: Reading, lexicon: Lexicon, rng: random.Random) -> str:
    """Everything small, soft and pink; and one honest thing that does not join in."""
    qualities = list(lexicon.lists["sweet_adjectives"])
    rng.shuffle(qualities)
    changes: Edits = {}
    things = [thing for thing in reading.things if thing.last >= 0 and not thing.is_name]
    for number, thing in enumerate(things):
        quality = qualities[number % len(qualities)]
        changes |= edits.restate(reading, thing, _sweet(thing, quality, lexicon), lexicon.language)
    text = edits.apply(reading, changes, lexicon.language) if changes else reading.text.strip()
    end = "" if text.endswith((".", "!", "?", "…")) else "."
    ends = rng.sample(lexicon.lists["sweet_ends"], 2)
    return capitalised(" ".join([text + end, *ends, rng.choice(lexicon.lists["sweet_holdouts"])]))


def _sweet(thing: Thing, quality: str, lexicon: Lexicon) -> Thing:
    if lexicon.language == "en":
        little = () if {"little", "tiny"} & set(thing.adjectives) else ("little",)
        return replace(thing, adjectives=(quality, *little, *thing.adjectives))
    small = german.diminutive(thing.word)
    return replace(thing, word=small, plural=small, gender="n", weak=False, adjectives=(quality, *thing.adjectives))
