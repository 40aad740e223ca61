import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import msgspec
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from kiosk.records import ItemType
from kiosk.storage.export import PackageFacts, Profile, RunInPackage
from kiosk.storage.export.markup import element, join, text
from kiosk.storage.export.pages import INDEX, PAGE, write_pages
from tests.storage import kit
from tests.storage.export import runs

ABOUT = PackageFacts(title="Ein Vormittag", profile=Profile.FULL, created="2026-03-02T13:00:00+01:00")


class Seen(HTMLParser):
    """What a browser makes of a page: elements, links, words."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.links: list[str] = []
        self.words: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def written(folder: Path, of: list[RunInPackage], about: PackageFacts = ABOUT) -> list[Path]:
    write_pages(folder, of, about, lambda run, n: None)
    return sorted(folder.rglob("*.html"))


def page_of(folder: Path, run: RunInPackage, about: PackageFacts = ABOUT) -> str:
    written(folder, [run], about)
    return (folder / "pages" / f"{run.place}.html").read_bytes().decode()


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example("<script>alert(1)</script>")
@example('"><img src=x onerror=alert(1)>')
@example("</p></main><iframe src=//x>")
@example("&lt;b&gt; &amp; \u202e \x00 \x1b[31m")
@given(st.text(st.characters(codec="utf-8"), min_size=1))
def test_what_people_write_is_text_and_never_markup(tmp_path: Path, words: str) -> None:
    calm = Seen(page_of(tmp_path, runs.run_of([kit.idea("x"), kit.rewritten("x"), kit.end("x")], user_id="u")))
    odd = page_of(tmp_path, runs.run_of([kit.idea(words), kit.rewritten(words), kit.end("x")], user_id="u"))
    assert Seen(odd).elements == calm.elements
    shown = text(words)
    assert str(shown) in odd


@given(st.text())
def test_an_attribute_holds_any_text(words: str) -> None:
    page = element("a", "x", href=words)
    assert Seen(page).elements == ["a"]
    assert re.fullmatch(r'<a href="[^"<>]*">x</a>', page, re.DOTALL)


def test_only_what_was_built_here_is_taken_for_markup() -> None:
    assert join("<b>", element("b", "<i>")) == "&lt;b&gt;<b>&lt;i&gt;</b>"


def test_every_link_is_relative_and_leads_to_something(tmp_path: Path) -> None:
    of = list(runs.many(9))
    for page in written(tmp_path, of):
        for link in Seen(page.read_text("utf-8")).links:
            assert not link.startswith(("/", "http", "file:", "data:", "//")), link
            if link == "#main":
                continue
            target = (page.parent / unquote(link)).resolve()
            assert target.is_relative_to(tmp_path.resolve())
            assert target.is_file() or "/runs/" in str(target), link


def test_every_page_forbids_scripts_and_the_network(tmp_path: Path) -> None:
    for page in written(tmp_path, list(runs.many(3))):
        seen = page.read_text("utf-8")
        assert "default-src &#x27;none&#x27;" in seen
        assert "script" not in Seen(seen).elements
        assert "style=" not in seen


def test_long_lists_are_cut_into_pages_that_lead_to_each_other(tmp_path: Path) -> None:
    written(tmp_path, [runs.run_of([kit.idea()], number=number, schema="dada") for number in range(2 * PAGE + 1)])
    places = sorted((tmp_path / "pages" / "lens").iterdir())
    assert [place.name for place in places] == ["001-dada-2.html", "001-dada-3.html", "001-dada.html"]
    assert [Seen(place.read_text("utf-8")).elements.count("strong") for place in places] == [PAGE, 1, PAGE]
    assert {"../../pages/lens/001-dada.html", "../../pages/lens/001-dada-3.html"} <= set(
        Seen(places[0].read_text("utf-8")).links
    )


def test_the_overview_leads_to_days_lenses_and_devices_with_their_counts(tmp_path: Path) -> None:
    written(tmp_path, list(runs.many(10)))
    seen = Seen((tmp_path / INDEX).read_text("utf-8"))
    assert {"Nach Tag", "Nach Linse", "Nach Gerät", "dada", "kiosk-3", "2026-03-02"} <= set(seen.words)
    assert seen.words[seen.words.index("dada") + 2] == "2"


def test_lists_with_odd_names_have_files_of_their_own(tmp_path: Path) -> None:
    names = ["Dada", "dada", "../../etc", "a" * 300, "π"]
    written(tmp_path, [runs.run_of([kit.idea()], number=n, schema=name) for n, name in enumerate(names)])
    places = list((tmp_path / "pages" / "lens").iterdir())
    assert len({place.name.lower() for place in places}) == len(names)
    assert all(re.fullmatch(r"[a-z0-9_-]{1,60}\.html", place.name) for place in places)


def test_a_run_shows_every_wording_with_its_author(tmp_path: Path) -> None:
    page = page_of(tmp_path, runs.usual(0, "Haus"))
    assert list(re.findall(r'<li class="(\w+)" id="i\d+"', page)) == [
        "person", "program", "machine", "person", "machine", "program",
    ]  # fmt: skip
    assert all(words in page for words in ("Haus 0", "0: suaH", "Haus!", "sketchbook:cut_up", "ersetzt Eintrag 4"))


def test_a_picture_shows_its_thumbnail_and_leads_to_the_file(tmp_path: Path) -> None:
    small = tmp_path / "small.webp"
    small.write_bytes(b"webp")
    run = runs.usual(1)
    write_pages(tmp_path, [run], ABOUT, lambda of, n: small)
    links = Seen((tmp_path / "pages" / f"{run.place}.html").read_text("utf-8")).links
    up = "../" * 4
    assert f"{up}pages/thumbs/{run.place}-1.webp" in links
    assert f"{up}{run.place}/final/01_output_image.png" in links
    assert (tmp_path / "pages" / "thumbs" / f"{run.place}-1.webp").read_bytes() == b"webp"


def test_a_block_is_told_without_its_inner_record(tmp_path: Path) -> None:
    blocked = kit.item(
        ItemType.STAGE1_BLOCKED, '{"matches":["secret"]}', stage=1,
        metadata={"allowed": False, "category": "age", "method": "word_list"},
    )  # fmt: skip
    page = page_of(tmp_path, runs.run_of([kit.idea(), blocked, kit.end("blocked")]))
    assert "angehalten · mit Wortlisten geprüft · Alter" in page
    assert "secret" not in page


@pytest.mark.parametrize(
    ("language", "words"), [("de", "Jeder Wortlaut, der Reihe nach"), ("en", "Every wording, in order")]
)
def test_pages_speak_the_language_of_the_package(tmp_path: Path, language: str, words: str) -> None:
    about = msgspec.convert({**msgspec.to_builtins(ABOUT), "language": language}, PackageFacts)
    page = page_of(tmp_path, runs.usual(0), about)
    assert f'<html lang="{language}">' in page
    assert words in page


def test_every_kind_of_item_has_a_name_in_both_languages(tmp_path: Path) -> None:
    of = [runs.run_of([kit.item(kind) for kind in ItemType if kind is not ItemType.PIPELINE_START])]
    for language in ("de", "en"):
        about = msgspec.convert({**msgspec.to_builtins(ABOUT), "language": language}, PackageFacts)
        headings = re.findall(r"<h3>(.*?)</h3>", page_of(tmp_path, of[0], about))
        assert not [heading for heading in headings if "_" in heading]
