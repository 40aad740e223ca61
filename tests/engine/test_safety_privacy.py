"""What gives a real person away is found; famous, invented and incomplete names pass."""

from collections.abc import Callable

import pytest

from kiosk.engine.stages.wordlists import WordLists
from kiosk.records import SafetyLevel
from kiosk.settings import assets_dir

LISTS = WordLists.load(assets_dir() / "safety")


def _kinds(text: str, level: SafetyLevel = SafetyLevel.KIDS) -> set[str]:
    return {match.term for match in LISTS.find(text, level) if match.category == "privacy"}


def test_a_child_that_tells_its_name_and_address_is_protected() -> None:
    text = "ich heiße Anna Müller und wohne in der Gartenstraße 5"

    matches = LISTS.find(text, SafetyLevel.KIDS)

    assert [(match.term, text[match.start : match.end]) for match in matches] == [
        ("name", "Anna Müller"),
        ("address", "Gartenstraße 5"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Mona Lisa",
        "Max Ernst",
        "Goethe",
        "Johann Wolfgang von Goethe",
        "Ich heiße Anna.",
        "Frau Müller",
        "Pippi Langstrumpf",
        "Prinzessin Anna, König Ludwig",
        "Ich heiße Ritter Kunibert",
        "Franz Marc malt ein Pferd",
        "Thomas Müller schießt",
        "Peter und der Wolf",
        "Es heißt: Der Koch wirft Pfannkuchen in die Luft.",
        "The book is called The Baker",
    ],
)
def test_famous_invented_and_half_names_pass(text: str) -> None:
    assert "name" not in _kinds(text)


@pytest.mark.parametrize(
    "text",
    [
        "Anna Müller",
        "Anna-Lena Schmidt",
        "Anna Lena Schmidt",
        "ich heiße jonas weber",
        "mein name ist mia neumann",
        "Mein Name ist Mia Baumgarten",
        "My name is Emily Johnson",
        "Jörg Schäfer",
        "JONAS WEBER",
        "Аnna Müller",
    ],
)
def test_full_names_are_found(text: str) -> None:
    assert "name" in _kinds(text)


@pytest.mark.parametrize(
    "text",
    [
        "Gartenstraße 5",
        "Gartenstr. 5a",
        "Lange Straße 12",
        "Lindenallee Nr. 3",
        "12 Oak Street",
        "ich wohne im Tulpenweg 9",
        "Adresse: Marktplatz 3",
        "Wir wohnen in 50667 Köln",
    ],
)
def test_addresses_are_found(text: str) -> None:
    assert _kinds(text) == {"address"}


@pytest.mark.parametrize(
    "text",
    [
        "Sesamstraße 5",
        "221b Baker Street",
        "Auf der Straße 3 Hunde",
        "Platz 3",
        "der Marktplatz 3 mal am Tag",
        "10000 Soldaten",
        "Bundesstraße 7",
        "5 Street artists",
    ],
)
def test_places_of_no_person_pass(text: str) -> None:
    assert _kinds(text) == set()


@pytest.mark.parametrize(
    "text",
    [
        "0151 23456789",
        "0151/23456789",
        "+49 151 2345678",
        "0049 30 123456",
        "(030) 1234567",
        "555-123-4567",
        "Meine Nummer ist 471108",
    ],
)
def test_telephone_numbers_are_found(text: str) -> None:
    assert _kinds(text) == {"phone"}


@pytest.mark.parametrize(
    "text",
    [
        "110",
        "116 111",
        "0800 1110333",
        "1989",
        "3,14159265358979",
        "24.12.2024",
        "01/02/2024",
        "2024-01-02",
        "0 1 2 3 4 5 6 7 8 9",
        "0101 0110 1100",
        "384400 km",
        "18:30",
        "1000000000000",
        "Hausnummer 12",
        "0,333333333",
    ],
)
def test_other_numbers_pass(text: str) -> None:
    assert _kinds(text) == set()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("anna.m@schule.de", "email"),
        ("anna at gmx punkt de", "email"),
        ("anna(at)gmx.de", "email"),
        ("@lena_2012", "account"),
        ("Insta: @lenalena", "account"),
        ("mein tiktok ist lena2012", "account"),
        ("Passwort: Hund123", "account"),
        ("DE89 3704 0044 0532 0130 00", "account"),
    ],
)
def test_mail_and_accounts_are_found(text: str, kind: str) -> None:
    assert kind in _kinds(text)


@pytest.mark.parametrize(
    "text", ["um 5 @ Bushaltestelle", "Mein Passwort ist geheim", "Mein Minecraft ist kaputt", "@ @ @"]
)
def test_signs_without_an_account_pass(text: str) -> None:
    assert _kinds(text) == set()


HIDDEN: dict[str, Callable[[str], str]] = {
    "spaced out by nothing": "\u200b".join,
    "in wide letters": lambda text: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text),
    "with soft hyphens": "\u00ad".join,
    "in thick letters": lambda text: "".join(chr(0x1D41A + ord(c) - 97) if "a" <= c <= "z" else c for c in text),
}


@pytest.mark.parametrize("way", HIDDEN)
@pytest.mark.parametrize(
    ("plain", "kind"),
    [
        ("lena@schule.de", "email"),
        ("lena (at) schule.de", "email"),
        ("0171 2345678", "phone"),
        ("Gartenstraße 5", "address"),
        ("insta: @lena.zeichnet", "account"),
    ],
)
def test_what_is_hidden_from_patterns_is_found_where_it_stands(way: str, plain: str, kind: str) -> None:
    hidden = HIDDEN[way](plain)
    text = f"Hör: {hidden} ,ja"
    found = [match for match in LISTS.find(text, SafetyLevel.KIDS) if match.term == kind]
    assert {hidden.endswith(text[match.start : match.end]) for match in found} == {True}


def test_names_are_for_children_and_the_rest_for_all_but_research() -> None:
    text = "Anna Müller, Gartenstraße 5"

    assert [_kinds(text, level) for level in SafetyLevel] == [
        {"name", "address"},
        {"name", "address"},
        {"address"},
        set(),
    ]
