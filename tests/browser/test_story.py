"""One run at three depths, played again, taken along; also of old and damaged runs, and of one that runs."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.browser.conftest import NewPage, Watch
from tests.browser.looks import (
    axe,
    every_size_languages_in_turn,
    is_wide_enough,
    save,
    speak,
    too_small,
    viewport,
    wordless,
)
from tests.browser.program import Program, running
from tests.storage import older_exports

pytestmark = pytest.mark.browser

DEPTHS = {"de": ["Werke", "Mit den Texten", "Ganz genau"], "en": ["Works", "With the texts", "Every detail"]}


@pytest.fixture(scope="module")
def run(program: Program) -> str:
    """A run of two pictures."""
    return str(program.make("Ein Wal fragt nach dem Weg.", output_configs=["sketchbook_image"] * 2)["run_id"])


@pytest.fixture(scope="module")
def old(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """A program with an archive of older runs, and one of its own that was damaged."""
    data = tmp_path_factory.mktemp("old")
    older_exports.flat_2025(data / "exports")
    older_exports.nested(data / "exports")
    with running(data) as started:
        yield started


def go(page: Page, program: Program, run_id: str) -> None:
    page.goto(f"{program.url}/#/story/{run_id}")
    page.get_by_role("heading", name="Wie es entstand").wait_for()


def depth(page: Page, name: str) -> None:
    page.get_by_role("group", name="Wie genau?").get_by_role("button", name=name).click()


def test_three_depths_each_tell_more_and_are_remembered(page: Page, program: Program, run: str) -> None:
    go(page, program, run)
    expect(page.get_by_role("list", name="Was daraus geworden ist").locator("img")).to_have_count(2)
    expect(page.get_by_role("table")).to_have_count(0)
    depth(page, "Mit den Texten")
    expect(page.get_by_role("heading", name="Neuer Text")).to_be_visible()
    depth(page, "Ganz genau")
    rows = page.get_by_role("row")
    expect(rows).to_have_count(len(program.ask(f"/api/runs/{run}")["items"]) + 1)
    expect(rows.filter(has_text="stage1_safety_check").get_by_text("word_list").first).to_be_visible()
    expect(page.get_by_text("Dieser Lauf steht für sich.")).to_be_visible()
    page.reload()
    expect(page.get_by_role("table")).to_be_visible()


def test_what_lists_know_of_a_run_is_there_before_its_records(page: Page, program: Program, run: str) -> None:
    """Idea and works stand where they stay."""
    held: list[Route] = []
    page.route(f"**/api/media/run/{run}", lambda route: held.append(route))
    go(page, program, run)
    works = page.get_by_role("list", name="Was daraus geworden ist").locator("img")
    expect(works).to_have_count(2)
    expect(page.locator(".idea")).to_have_text("Ein Wal fragt nach dem Weg.")
    expect(page.get_by_role("button", name="Noch einmal abspielen")).to_be_disabled()
    before = [work.bounding_box() for work in works.all()]
    held[0].continue_()
    expect(page.get_by_role("button", name="Noch einmal abspielen")).to_be_enabled()
    assert [work.bounding_box() for work in works.all()] == before


def test_a_run_of_which_nothing_is_known_yet_says_that_it_comes(page: Page, program: Program) -> None:
    blocked = program.make("Der Mann nimmt eine Pistole und will alle töten.")["run_id"]
    held: list[Route] = []
    page.route(f"**/api/media/run/{blocked}", lambda route: held.append(route))
    go(page, program, blocked)
    expect(page.get_by_text("Die Geschichte wird geholt.")).to_be_visible()
    held[0].continue_()
    expect(page.get_by_text("Die Geschichte wird geholt.")).to_have_count(0)


def test_a_long_idea_does_not_push_the_works_away(page: Page, program: Program) -> None:
    long = program.make("Ein sehr langer Wal schwimmt durch die Schule. " * 19)["run_id"]
    go(page, program, long)
    work = page.get_by_role("list", name="Was daraus geworden ist").locator("img").first
    expect(page.get_by_role("button", name="Noch einmal abspielen")).to_be_enabled()
    strip = page.get_by_role("complementary", name="Neue Werke").bounding_box()
    box = work.bounding_box()
    assert box is not None
    assert strip is not None
    assert box["y"] + box["height"] / 4 < strip["y"]


def test_any_two_wordings_are_compared_word_by_word(page: Page, program: Program, run: str) -> None:
    go(page, program, run)
    depth(page, "Mit den Texten")
    expect(page.locator(".pieces ins").first).to_be_visible()
    page.get_by_label("von", exact=True).select_option("Neuer Text")
    expect(page.locator(".pieces ins")).to_have_count(0)
    expect(page.get_by_text("0 % des Textes sind neu.")).to_be_visible()


def test_a_run_is_played_again_step_by_step(page: Page, program: Program, run: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    go(page, program, run)
    page.get_by_role("button", name="Noch einmal abspielen").click()
    works = page.get_by_role("list", name="Was daraus geworden ist").locator("img")
    expect(works).to_have_count(0)
    expect(page.get_by_text("Noch ist kein Werk da.")).to_be_visible()
    assert wordless(page) == []
    assert too_small(page) == []
    assert axe(page) == []
    expect(page.get_by_role("button", name="Anhalten")).to_have_count(0)
    place = page.get_by_role("slider", name="Stelle im Lauf")
    place.focus()
    page.keyboard.press("End")
    expect(works).to_have_count(2)
    page.get_by_role("button", name="Schritt zurück").click()
    page.get_by_role("button", name="Alles zeigen").click()
    expect(page.get_by_role("button", name="Noch einmal abspielen")).to_be_visible()


def test_a_run_plays_by_itself_as_it_was(page: Page, program: Program, run: str) -> None:
    go(page, program, run)
    page.get_by_role("button", name="Noch einmal abspielen").click()
    page.get_by_role("button", name="16-mal so schnell").click()
    total = len(program.ask(f"/api/runs/{run}")["items"])
    expect(page.get_by_text(f"{total} von {total}", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Weiter", exact=True)).to_be_visible()


def test_lineage_leads_both_ways(page: Page, program: Program, run: str) -> None:
    child = program.make("Ein Wal fragt noch einmal.", parent_run_id=run)["run_id"]
    go(page, program, child)
    depth(page, "Ganz genau")
    page.get_by_role("link", name=run).click()
    page.wait_for_url(f"**/#/story/{run}")
    expect(page.get_by_role("link", name=child)).to_be_visible()


def test_only_staff_takes_runs_along(open_page: NewPage, program: Program, run: str) -> None:
    page = open_page()
    go(page, program, run)
    page.get_by_role("list", name="Was daraus geworden ist").wait_for()
    expect(page.get_by_text("Mitnehmen als")).to_have_count(0)
    teacher = open_page("desk-teacher", role="teacher")
    go(teacher, program, run)
    with teacher.expect_download() as coming:
        teacher.get_by_role("link", name="JSON").click()
    assert coming.value.suggested_filename == f"{run}.json"


def test_another_tablets_run_is_refused_in_words(
    open_page: NewPage, program: Program, run: str, watch: Watch
) -> None:
    watch.expected = ("403",)
    page = open_page("desk-other")
    go(page, program, run)
    expect(page.get_by_text("gehört zu einem anderen Gerät")).to_be_visible()
    assert axe(page) == []
    assert too_small(page) == []
    page.get_by_role("link", name="Zur Galerie").click()
    page.wait_for_url("**/#/gallery")


def test_a_run_that_is_still_made_is_followed(page: Page, program: Program) -> None:
    started = program.ask(
        "/api/schema/pipeline/interception",
        {"schema": "dada", "input_text": "Ein Kiesel träumt.", "language": "de"},
    )["run_id"]
    go(page, program, started)
    expect(page.get_by_text("wartet auf dich")).to_be_visible()
    expect(page.get_by_text("Noch ist kein Werk da.")).to_be_visible()
    again = {"run_id": started, "prompt": "Ein Kiesel.", "output_configs": ["sketchbook_image"]}
    program.ask("/api/schema/pipeline/generation", again)
    expect(page.get_by_text("fertig", exact=False).first).to_be_visible()
    expect(page.get_by_role("list", name="Was daraus geworden ist").locator("img")).to_have_count(1)


@pytest.mark.parametrize("run_id", [older_exports.UUID, older_exports.NESTED])
def test_an_older_run_is_told_as_far_as_it_is_known(
    old: Program, context_of: Callable[..., BrowserContext], watch: Watch, run_id: str
) -> None:
    page = context_of().new_page()
    watch.follow(page, old.url)
    page.goto(old.enter_url(role="teacher"))
    page.locator("#idea").wait_for()
    go(page, old, run_id)
    depth(page, "Ganz genau")
    expect(page.get_by_role("row").nth(2)).to_be_visible()
    image = page.get_by_role("list", name="Was daraus geworden ist").locator("img").first
    assert image.evaluate("async (img) => (await img.decode(), img.naturalWidth)") > 0


def test_a_damaged_run_says_so_and_shows_what_is_there(page: Page, program: Program) -> None:
    damaged = program.make("Ein Brief mit Loch.")["run_id"]
    (journal,) = program.data.glob(f"exports/json/*/*/{damaged}/journal.jsonl")
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join([*lines[:2], lines[2].replace(b"e", b"E", 1), *lines[3:]]))
    go(page, program, damaged)
    expect(page.get_by_text("Dieser Lauf ist beschädigt")).to_be_visible()
    assert axe(page) == []
    expect(page.get_by_text("Ein Brief mit Loch.").first).to_be_visible()


@every_size_languages_in_turn
def test_every_depth_fits_and_axe_finds_nothing(
    open_page: NewPage, program: Program, run: str, size: str, language: str
) -> None:
    page = open_page(viewport=viewport(size))
    speak(page, language)
    page.goto(f"{program.url}/#/story/{run}")
    for number, name in enumerate(DEPTHS[language]):
        page.get_by_role("button", name=name, exact=True).click()
        page.locator(".story img").first.wait_for()
        assert is_wide_enough(page)
        assert too_small(page) == [], name
        assert wordless(page) == [], name
        assert axe(page) == [], name
        save(page, f"story-{number + 1}-{size}-{language}")


def test_the_whole_run_page_by_its_structure(page: Page, program: Program, run: str) -> None:
    go(page, program, run)
    page.locator(".story img").first.wait_for()
    expect(page.get_by_role("region", name="Wie es entstand")).to_match_aria_snapshot(
        """
        - region "Wie es entstand":
          - heading "Wie es entstand" [level=1]
          - paragraph: /Dada · .* · fertig/
          - group "Wie genau?":
            - button "Werke" [pressed]
            - button "Mit den Texten"
            - button "Ganz genau"
          - group "Noch einmal, wie es war":
            - button "Noch einmal abspielen"
          - paragraph: Ein Wal fragt nach dem Weg.
          - list "Was daraus geworden ist":
            - listitem:
              - 'button "Bild ansehen: Ein Wal fragt nach dem Weg."'
              - paragraph
            - listitem
        """
    )
