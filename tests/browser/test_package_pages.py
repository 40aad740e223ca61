"""The pages of a package as they are opened from a stick: by file://, without a server, in both languages and lights.

Leaves screenshots in `test-results/screens/`.
"""

import io
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Page, expect

from kiosk.records import ItemType
from kiosk.storage.export import PackageFacts, Profile, RunInPackage
from kiosk.storage.export.pages import PAGE, write_pages
from tests.browser.conftest import Watch
from tests.browser.looks import SCREENS, axe, is_wide_enough
from tests.storage import kit
from tests.storage.export import runs

pytestmark = pytest.mark.browser

NewContext = Callable[..., BrowserContext]
ODD = "<script>document.title = 'in'</script><img src=x onerror=\"document.title='in'\"> Bär & Söhne"
SIZES = [(1280, 800), (800, 1280), (1920, 1080), (320, 640)]


def lesson() -> Iterator[RunInPackage]:
    """More runs than one page of a list holds, one of them with odd words, one blocked, one with sound and film."""
    yield from (runs.usual(number) for number in range(PAGE * 5 + 1))
    verdict = {"allowed": False, "category": "age", "method": "word_list"}
    blocked = kit.item(ItemType.STAGE1_BLOCKED, "{}", stage=1, metadata=verdict)
    yield runs.run_of([kit.idea(ODD), blocked, kit.end("blocked")], number=900, user_id=ODD[:60])
    picture = runs.saved(kit.picture_item(), "final/01_output_image.png", b"p", "image/png")
    yield runs.run_of([kit.idea("w" * 400), kit.rewritten(ODD * 4), picture, kit.end()], number=901)


@pytest.fixture(scope="module", params=["de", "en"])
def package(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("stick") / "Über uns & mehr #1" / "data"
    folder.mkdir(parents=True)
    small = folder.parent / "small.webp"
    buffer = io.BytesIO()
    Image.radial_gradient("L").resize((240, 180)).save(buffer, "WEBP")
    small.write_bytes(buffer.getvalue())
    about = PackageFacts(
        title="Ein Vormittag mit Linsen",
        profile=Profile.FULL,
        created="2026-03-02T13:00:00+01:00",
        session_ids=["workshop_2026"],
        language=request.param,
        app_version="0.1",
        lens_names={"dada": "Dada", "bauhaus": "Bauhaus"},
    )
    of = list(lesson())
    for run in of:
        final = folder / run.place / "final"
        final.mkdir(parents=True)
        (final / "01_output_image.png").write_bytes(kit.picture())
    write_pages(folder, of, about, lambda run, n: small)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def page_of(context_of: NewContext, watch: Watch) -> Callable[..., Page]:
    def make(width: int = 1280, height: int = 800, light: str = "light") -> Page:
        page = context_of(viewport={"width": width, "height": height}, color_scheme=light).new_page()
        watch.follow(page, "file://")
        return page

    return make


def address(place: Path) -> str:
    return place.as_uri()


def run_pages(package: Path) -> list[Path]:
    return sorted((package / "pages" / "runs").rglob("*.html"))


@pytest.mark.parametrize("light", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_every_kind_of_page_is_accessible_and_fits(
    package: Path, page_of: Callable[..., Page], watch: Watch, size: tuple[int, int], light: str
) -> None:
    # axe wants to fetch the style sheet, which the policy does not let it.
    watch.expected = ("Content Security Policy", "ProgressEvent")
    page = page_of(*size, light)
    lists = sorted((package / "pages" / "lens").iterdir())
    shown = {
        "index": package / "index.html",
        "list": lists[0],
        "run": run_pages(package)[0],
        "odd": run_pages(package)[-1],
    }
    language = "en" if "Runs" in (package / "index.html").read_text("utf-8") else "de"
    for name, place in shown.items():
        page.goto(address(place))
        assert is_wide_enough(page), f"{name} is wider than the screen"
        assert axe(page) == [], name
        SCREENS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SCREENS / f"package-{name}-{language}-{size[0]}x{size[1]}-{light}.png")


def test_from_the_overview_to_a_picture_and_back(package: Path, page_of: Callable[..., Page]) -> None:
    page = page_of()
    page.goto(address(package / "index.html"))
    page.get_by_role("link", name="Dada", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Dada")
    page.locator("nav a[rel=next]").click()
    expect(page).to_have_url(address(sorted((package / "pages" / "lens").glob("*dada-2.html"))[0]))
    page.locator("nav a[rel=prev]").click()
    page.locator(".card").first.click()
    page.wait_for_function("document.querySelector('figure img').naturalWidth === 240")
    with page.expect_navigation():
        page.locator("figure a").first.click()
    assert page.url.endswith("/final/01_output_image.png")
    page.go_back()
    page.locator(".home").click()
    expect(page).to_have_url(address(package / "index.html"))


def test_what_a_child_wrote_is_shown_as_it_was_written(package: Path, page_of: Callable[..., Page]) -> None:
    page = page_of()
    page.goto(address(run_pages(package)[-2]))
    expect(page.locator(".wording").first).to_have_text(ODD)
    assert page.title().startswith("<script>")


def test_the_policy_stops_scripts_and_the_network(package: Path, page_of: Callable[..., Page], watch: Watch) -> None:
    watch.expected = ("Content Security Policy", "Content-Security-Policy")
    page = page_of()
    page.goto(address(package / "index.html"))
    add = "const made = document.createElement('script'); made.textContent = 'ran = true'; document.body.append(made)"
    page.evaluate(add)
    assert page.evaluate("window.ran") is None
    assert page.evaluate("fetch('index.html').then(() => 'fetched', () => 'refused')") == "refused"


def test_it_prints_on_paper_without_dark_grounds(package: Path, page_of: Callable[..., Page]) -> None:
    page = page_of(light="dark")
    page.goto(address(run_pages(package)[0]))
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.body).color") != "rgb(240, 239, 228)"
