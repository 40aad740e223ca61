"""German endings: articles, adjectives and nouns in their four cases, and which case an article shows.

Tables and rules of school grammar for the sketchbook's own sentences; no dictionary, no parser.
"""

from typing import Literal

Gender = Literal["m", "f", "n", "p"]
"""Masculine, feminine, neuter; `p` is the plural of all three."""

Case = Literal["nom", "acc", "dat", "gen"]
CASES: tuple[Case, ...] = ("nom", "acc", "dat", "gen")

DEFINITE: dict[Case, dict[Gender, str]] = {
    "nom": {"m": "der", "f": "die", "n": "das", "p": "die"},
    "acc": {"m": "den", "f": "die", "n": "das", "p": "die"},
    "dat": {"m": "dem", "f": "der", "n": "dem", "p": "den"},
    "gen": {"m": "des", "f": "der", "n": "des", "p": "der"},
}
_EIN: dict[Case, dict[Gender, str]] = {
    "nom": {"m": "", "f": "e", "n": "", "p": "e"},
    "acc": {"m": "en", "f": "e", "n": "", "p": "e"},
    "dat": {"m": "em", "f": "er", "n": "em", "p": "en"},
    "gen": {"m": "es", "f": "er", "n": "es", "p": "er"},
}
_STRONG: dict[Case, dict[Gender, str]] = {
    "nom": {"m": "er", "f": "e", "n": "es", "p": "e"},
    "acc": {"m": "en", "f": "e", "n": "es", "p": "e"},
    "dat": {"m": "em", "f": "er", "n": "em", "p": "en"},
    "gen": {"m": "en", "f": "er", "n": "en", "p": "er"},
}
PRONOUNS: dict[Case, dict[Gender, str]] = {
    "nom": {"m": "er", "f": "sie", "n": "es", "p": "sie"},
    "acc": {"m": "ihn", "f": "sie", "n": "es", "p": "sie"},
    "dat": {"m": "ihm", "f": "ihr", "n": "ihm", "p": "ihnen"},
    "gen": {"m": "seiner", "f": "ihrer", "n": "seiner", "p": "ihrer"},
}
EIN_WORDS = ("ein", "kein", "mein", "dein", "sein", "ihr", "unser", "euer")
DER_WORDS = ("dies", "jed", "jen", "welch", "manch")

ACCUSATIVE_PREPOSITIONS = frozenset({"für", "ohne", "durch", "gegen", "um"})
DATIVE_PREPOSITIONS = frozenset({"mit", "von", "zu", "bei", "nach", "aus", "seit", "gegenüber", "außer"})
TWO_WAY_PREPOSITIONS = frozenset({"in", "an", "auf", "unter", "über", "vor", "hinter", "neben", "zwischen"})
PREPOSITIONS = ACCUSATIVE_PREPOSITIONS | DATIVE_PREPOSITIONS | TWO_WAY_PREPOSITIONS
CONTRACTIONS: dict[str, tuple[str, Case]] = {
    "zum": ("zu", "dat"), "zur": ("zu", "dat"), "beim": ("bei", "dat"), "vom": ("von", "dat"), "im": ("in", "dat"),
    "am": ("an", "dat"), "ins": ("in", "acc"), "ans": ("an", "acc"), "aufs": ("auf", "acc"), "ums": ("um", "acc"),
    "fürs": ("für", "acc"), "durchs": ("durch", "acc"), "unterm": ("unter", "dat"), "überm": ("über", "dat"),
}  # fmt: skip
ALL_PREPOSITIONS = PREPOSITIONS | CONTRACTIONS.keys()
_CONTRACTED = {
    ("zu", "dem"): "zum", ("zu", "der"): "zur", ("bei", "dem"): "beim", ("von", "dem"): "vom", ("in", "dem"): "im",
    ("an", "dem"): "am", ("in", "das"): "ins", ("an", "das"): "ans",
}  # fmt: skip

_UNCHANGING = frozenset({"rosa", "lila", "orange", "türkis", "beige", "prima", "lauter", "super", "cool"})
_DIMINUTIVES = {"Bus": "Büslein", "Ei": "Eilein", "Eis": "Eislein", "Junge": "Jüngelchen"}
_UMLAUTS = {"a": "ä", "o": "ö", "u": "ü", "A": "Ä", "O": "Ö", "U": "Ü"}


def determiner_kind(word: str) -> str | None:
    """The kind of an article or of a word like one: `def`, or a stem such as `ein`, `mein`, `dies`; else None."""
    lower = word.lower()
    if lower in {"der", "die", "das", "den", "dem", "des"}:
        return "def"
    for stem in EIN_WORDS:
        short = "eur" if stem == "euer" else stem
        if lower == stem or (lower.startswith(short) and lower[len(short) :] in {"e", "en", "em", "er", "es"}):
            return stem
    for stem in DER_WORDS:
        if lower.startswith(stem) and lower[len(stem) :] in {"e", "en", "em", "er", "es"}:
            return stem
    return None


def determiner(kind: str, case: Case, gender: Gender) -> str:
    """The article of that kind, inflected; the plural of `ein` is empty."""
    if kind == "def":
        return DEFINITE[case][gender]
    if kind == "ein" and gender == "p":
        return ""
    if kind in DER_WORDS:
        return kind + _STRONG[case][gender].replace("en", "es" if case == "gen" and gender in "mn" else "en")
    ending = _EIN[case][gender]
    return ("eur" if kind == "euer" and ending else kind) + ending


def cases_shown(word: str, gender: Gender) -> list[Case]:
    """The cases in which an article for this gender has this form, in the order nominative to genitive."""
    kind = determiner_kind(word)
    if kind is None:
        return []
    return [case for case in CASES if determiner(kind, case, gender) == word.lower()]


def adjective(stem: str, kind: str | None, case: Case, gender: Gender) -> str:
    """An adjective before a noun, after an article of that kind (None: no article)."""
    if stem in _UNCHANGING:
        return stem
    if kind == "def" or kind in DER_WORDS:
        weak_e = (case == "nom" and gender != "p") or (case == "acc" and gender in "fn")
        ending = "e" if weak_e else "en"
    elif kind is None or (kind == "ein" and gender == "p") or (case in ("nom", "acc") and gender != "p"):
        ending = _STRONG[case][gender]
    else:
        ending = "en"
    return _contracted_stem(stem) + ending


def _contracted_stem(stem: str) -> str:
    if stem == "hoch":
        return "hoh"
    if stem.endswith("el"):
        return stem[:-2] + "l"
    if stem.endswith(("auer", "euer")):
        return stem[:-2] + "r"
    return stem[:-1] if stem.endswith("e") else stem


def adjective_stem(word: str) -> str:
    """The basic form of an inflected adjective, as well as it can be told from its letters."""
    lower = word.lower()
    if lower in _UNCHANGING:
        return lower
    for ending in ("en", "er", "es", "em", "e"):
        if lower.endswith(ending) and len(lower) - len(ending) >= 3:
            stem = lower[: -len(ending)]
            break
    else:
        return lower
    if stem == "hoh":
        return "hoch"
    if stem.endswith(("eur", "aur")) and not stem.endswith("blaur"):
        return stem[:-1] + "er"
    if len(stem) > 3 and stem.endswith("l") and stem[-2] in "bdfgkt":
        return stem[:-1] + "el"
    return stem


def noun(word: str, plural: str, weak: bool, case: Case, gender: Gender) -> str:
    """A noun in a case; gender `p` asks for the plural. Weak nouns take their plural form but in the nominative."""
    if gender == "p":
        return plural + ("n" if case == "dat" and not plural.endswith(("n", "s", "i")) else "")
    if weak and case != "nom":
        return plural
    if case == "gen" and gender in "mn":
        return genitive(word)
    return word


def genitive(word: str) -> str:
    """The genitive of a strong masculine or neuter noun."""
    if word.endswith("us") and not word.endswith(("aus", "Bus")):
        return word
    if word.endswith(("is", "Bus")) and not word.lower().endswith(("eis", "ais")):
        return word + "ses"
    return word + ("es" if word.endswith(("s", "ß", "x", "z", "sch", "st")) else "s")


def preposition(word: str, article: str) -> str:
    """Preposition and article, run together where German does so: zu + dem = zum."""
    joined = _CONTRACTED.get((word.lower(), article))
    if joined is None:
        return f"{word} {article}".strip()
    return joined.capitalize() if word[:1].isupper() else joined


def diminutive(word: str) -> str:
    """The small and sweet form: Hund, Hündchen; Buch, Büchlein. Always neuter."""
    if word in _DIMINUTIVES or word.endswith(("chen", "lein")):
        return _DIMINUTIVES.get(word, word)
    if word.endswith("a"):
        return word[:-1] + "ilein"
    stem = word[:-1] if word.endswith("e") else word
    stem = stem[:-2] if stem.endswith("en") and len(stem) > 4 else stem
    if len(_vowel_groups(stem.removesuffix("el"))) == 1:
        stem = _umlaut(stem)
    return stem + ("lein" if stem.endswith(("ch", "g")) else "chen")


def _vowel_groups(word: str) -> list[str]:
    groups: list[str] = []
    inside = False
    for letter in word.lower():
        if letter in "aeiouyäöü":
            if not inside:
                groups.append("")
            groups[-1] += letter
            inside = True
        else:
            inside = False
    return groups


def _umlaut(stem: str) -> str:
    """The stem with its last plain a, o or u turned; eu and ei stay."""
    for at in range(len(stem) - 1, -1, -1):
        letter = stem[at]
        before = stem[at - 1].lower() if at else ""
        if letter in "uU" and before == "a":
            return stem[: at - 1] + _UMLAUTS[stem[at - 1]] + stem[at:]
        if letter in "uU" and before == "e":
            return stem
        if letter in _UMLAUTS:
            doubled = letter in "aoAO" and before == letter.lower()
            return stem[: at - doubled] + _UMLAUTS[letter] + stem[at + 1 :]
    return stem
