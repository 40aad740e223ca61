"""The image room: a picture and words become a picture."""

import io
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, Playwright, Route, expect

from tests.browser import table
from tests.browser.conftest import CHROMIUM, NewPage, Watch
from tests.browser.looks import SIZES, axe, in_every_light, is_wide_enough, save, too_small, viewport
from tests.browser.program import Program, running
from tests.browser.test_looks import made

pytestmark = pytest.mark.browser

WORDS = "Ein Boot auf dem Meer."


def enter(page: Page, program: Program) -> None:
    page.goto(f"{program.url}/#/image")
    page.locator("#picture-words").wait_for()


def draw(page: Page) -> None:
    page.get_by_role("button", name="Zeichnen").click()
    box = page.locator("canvas").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * 0.2, box["y"] + box["height"] * 0.5)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.8, box["y"] + box["height"] * 0.6, steps=8)
    page.mouse.up()


def start(page: Page) -> None:
    page.get_by_role("button", name="Bild machen").click()
    table.expect_done(page)


def brought(page: Page, program: Program) -> Image.Image:
    """The picture that was brought into the run on the table, as it lies on the disk."""
    (folder,) = program.data.glob(f"exports/json/*/*/{table.run_id(page)}")
    (kept,) = (folder / "prompting_process").glob("*_input_image.*")
    return Image.open(io.BytesIO(kept.read_bytes()))


def test_the_rules_lie_open_beside_the_words_and_can_be_changed(page: Page, program: Program) -> None:
    enter(page, program)
    page.locator("input[name=picture-lens][value=bauhaus]").check(force=True)
    rules = page.locator("#picture-rules")
    expect(rules).not_to_have_value("")
    rules.fill("Alles spielt unter Wasser.")
    draw(page)
    page.locator("#picture-words").fill(WORDS)
    start(page)
    items = program.ask(f"/api/runs/{table.run_id(page)}")["items"]
    asked = [item["content"] for item in items if item["item_type"] == "context_prompt"]
    assert asked == ["Alles spielt unter Wasser."]


def test_a_tap_right_after_a_quick_line_counts(page: Page, program: Program) -> None:
    enter(page, program)
    page.get_by_role("button", name="Zeichnen").click()
    box = page.locator("canvas").bounding_box()
    assert box
    fingers = page.context.new_cdp_session(page)
    for step in range(12):
        place = {"x": box["x"] + 60 + 20 * step, "y": box["y"] + 60 + 15 * step}
        kind = "touchMove" if step else "touchStart"
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [place]})
    fingers.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    red = page.get_by_role("button", name="Rot", exact=True)
    red.tap()
    expect(red).to_have_attribute("aria-pressed", "true")


def inks(page: Page) -> int:
    """How many colours are on the drawing sheet."""
    count: int = page.locator("canvas").evaluate(
        """(canvas) => {
          const copy = new OffscreenCanvas(canvas.width, canvas.height)
          const context = copy.getContext('2d', { willReadFrequently: true })
          context.drawImage(canvas, 0, 0)
          const { data } = context.getImageData(0, 0, canvas.width, canvas.height)
          return new Set(new Uint32Array(data.buffer)).size
        }"""
    )
    return count


def test_a_drawing_and_words_become_a_picture(page: Page, program: Program) -> None:
    enter(page, program)
    expect(page.get_by_role("button", name="Bild machen")).to_be_disabled()
    draw(page)
    page.locator("#picture-words").fill(WORDS)
    start(page)
    expect(table.pictures(page)).to_have_count(1)
    expect(page.get_by_role("img", name="Damit hat es angefangen")).to_be_visible()
    assert len(set(brought(page, program).convert("RGB").get_flattened_data())) > 1
    status = program.ask(f"/api/pipeline/{table.run_id(page)}/status")
    assert status["outputs"][0]["config"] == "sketchbook_image"
    page.get_by_role("button", name="Neu würfeln").click()
    table.expect_done(page)
    items = program.ask(f"/api/runs/{table.run_id(page)}")["items"]
    made = [item for item in items if item["item_type"] == "output_image"]
    assert [item["metadata"]["from_picture"] for item in made] == [True, True]


def test_a_picture_of_the_gallery_goes_on(page: Page, program: Program) -> None:
    run = program.make("Ein Leuchtturm für morgen.")
    enter(page, program)
    page.get_by_role("button", name="Mit diesem Bild anfangen: Ein Leuchtturm für morgen.").tap()
    expect(page.get_by_role("img", name="Dein Bild am Anfang")).to_have_attribute(
        "src", f"/api/media/image/{run['run_id']}/1"
    )
    page.reload()
    expect(page.get_by_role("img", name="Dein Bild am Anfang")).to_be_visible()
    page.locator("#picture-words").fill(WORDS)
    ways = page.get_by_role("group", name="Woher kommt das Bild?")
    ways.get_by_role("button", name="Datei").click()
    expect(page.get_by_role("button", name="Bild machen")).to_be_disabled()  # what is not seen does not go along
    ways.get_by_role("button", name="Galerie").click()
    expect(page.get_by_role("img", name="Dein Bild am Anfang")).to_be_visible()
    start(page)
    expect(table.pictures(page)).to_have_count(1)


def test_a_work_on_the_table_goes_on_in_the_image_room(page: Page) -> None:
    table.write(page)
    table.all_at_once(page)
    page.get_by_role("button", name="Mehr: Skizzenbuch: Bild", exact=True).click()
    page.get_by_role("button", name="Mit diesem Bild weitermachen").click()
    page.wait_for_url("**/#/image")
    expect(page.get_by_role("img", name="Dein Bild am Anfang")).to_be_visible()


def test_what_was_stopped_goes_back_to_its_picture_and_its_words(page: Page, program: Program) -> None:
    bad = "Der Mann nimmt eine Pistole und will alle töten."
    enter(page, program)
    draw(page)
    page.locator("#picture-words").fill(bad)
    page.get_by_role("button", name="Bild machen").click()
    page.get_by_role("button", name="Die Idee ändern").click()
    expect(page.locator("#picture-words")).to_be_focused()
    expect(page.locator("#picture-words")).to_have_value(bad)
    assert inks(page) > 1


def test_a_run_that_began_with_a_picture_goes_back_to_it_from_anywhere(open_page: NewPage, program: Program) -> None:
    page = open_page()
    enter(page, program)
    draw(page)
    page.locator("#picture-words").fill(WORDS)
    start(page)
    run_id = table.run_id(page)
    other = open_page()
    other.goto(f"{program.url}/#/run/{run_id}")
    other.get_by_role("button", name="Zum Bildtisch").click()
    kept = f"/api/pipeline/{run_id}/entity/input_image?n=1"
    expect(other.get_by_role("img", name="Dein Bild am Anfang")).to_have_attribute("src", kept)
    start(other)
    expect(table.pictures(other)).to_have_count(1)

    other.goto(f"{program.url}/#/gallery?look=image/{run_id}/1")
    other.get_by_role("button", name="Neu anfangen mit diesen Worten").click()
    expect(other.get_by_role("img", name="Dein Bild am Anfang")).to_have_attribute("src", kept)
    expect(other.locator("#picture-words")).to_have_value(WORDS)


def test_a_picture_from_a_file_loses_its_place_and_date(page: Page, program: Program) -> None:
    picture = Image.new("RGB", (64, 48), "#3d7fc4")
    exif = Image.Exif()
    exif[0x010F] = "Camera Maker"
    data = io.BytesIO()
    picture.save(data, "JPEG", exif=exif)
    enter(page, program)
    page.get_by_role("button", name="Datei").click()
    page.locator("input[type=file]").set_input_files(
        {"name": "holiday.jpg", "mimeType": "image/jpeg", "buffer": data.getvalue()}
    )
    expect(page.get_by_role("img", name="Dein Bild am Anfang")).to_be_visible()
    page.locator("#picture-words").fill(WORDS)
    start(page)
    kept = brought(page, program)
    assert kept.size == (64, 48)
    assert not kept.getexif()


def test_a_file_that_is_no_picture_is_told(page: Page, program: Program) -> None:
    enter(page, program)
    page.get_by_role("button", name="Datei").click()
    page.locator("input[type=file]").set_input_files(
        {"name": "song.png", "mimeType": "image/png", "buffer": b"no picture at all"}
    )
    expect(page.get_by_text("Das ist kein Bild, das ich lesen kann.")).to_be_visible()


def test_in_the_locked_window_no_file_is_offered(open_page: NewPage, program: Program) -> None:
    page = open_page(user_agent="Mozilla/5.0 Chrome/140.0 AtelierKiosk/locked")
    enter(page, program)
    expect(page.get_by_role("button", name="Zeichnen")).to_be_visible()
    expect(page.get_by_role("button", name="Datei")).to_have_count(0)


def test_a_drawing_survives_a_reload_and_can_be_undone(page: Page, program: Program) -> None:
    enter(page, program)
    draw(page)
    assert inks(page) > 1
    page.reload()
    page.locator("canvas").wait_for()
    expect(page.get_by_role("button", name="Alles weg")).to_be_enabled()
    assert inks(page) > 1
    page.get_by_role("button", name="Alles weg").click()
    assert inks(page) == 1
    page.get_by_role("button", name="Rückgängig", exact=True).click()
    assert inks(page) > 1
    page.get_by_role("button", name="Rückgängig", exact=True).click()
    assert inks(page) == 1
    expect(page.get_by_text("Zeichne zuerst etwas.")).to_be_visible()


def test_by_keyboard_alone(page: Page, program: Program) -> None:
    enter(page, program)
    table.tab_to(page, "Zeichnen")
    page.keyboard.press("Enter")
    page.get_by_role("application", name="Zeichenblatt").focus()
    page.keyboard.press("Space")
    for _ in range(4):
        page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowDown")
    assert inks(page) > 1
    table.tab_to(page, "Rot")
    page.keyboard.press("Enter")
    table.tab_to(page, "Was soll daraus werden?")
    page.keyboard.type(WORDS)
    table.tab_to(page, "Bild machen")
    page.keyboard.press("Enter")
    table.expect_done(page)
    expect(table.pictures(page)).to_have_count(1)


def test_a_page_that_may_not_use_the_camera_says_so_and_is_not_loaded_again_and_again(
    page: Page, program: Program
) -> None:
    def told(route: Route) -> None:
        session = route.fetch().json()
        route.fulfill(json={**session, "can": {**session["can"], "camera": True}})

    page.route("**/api/session", told)
    enter(page, program)
    page.reload()
    page.get_by_role("button", name="Kamera").click()
    expect(page.get_by_text("Die Kamera darf hier nicht an.")).to_be_visible()


def test_the_camera_is_there_when_the_teacher_allows_it(
    built: Path, tmp_path: Path, watch: Watch, playwright: Playwright
) -> None:
    flags = ["--no-sandbox", "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    with running(tmp_path) as program:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        page = chromium.new_context(locale="de").new_page()
        page.set_default_timeout(15_000)
        watch.follow(page, program.url)
        page.goto(program.enter_url())
        enter(page, program)
        expect(page.get_by_role("button", name="Kamera")).to_have_count(0)
        program.change("/api/settings", {"changes": {"kiosk.camera": True}})
        page.get_by_role("button", name="Kamera").click()
        page.get_by_role("button", name="Aufnehmen").click()
        expect(page.get_by_role("img", name="Dein Bild am Anfang")).to_be_visible()
        page.locator("#picture-words").fill(WORDS)
        start(page)
        assert brought(page, program).width > 100
        chromium.close()


@pytest.mark.parametrize("source", ["Galerie", "Zeichnen", "Datei"])
@pytest.mark.parametrize("size", SIZES)
def test_it_fits_and_axe_finds_nothing(open_page: NewPage, program: Program, source: str, size: str) -> None:
    made(program, "Ein Leuchtturm im Sturm.", "sketchbook_image")
    page = open_page(viewport=viewport(size), reduced_motion="reduce")
    enter(page, program)
    page.get_by_role("button", name=source).click()
    if source == "Zeichnen":
        draw(page)
    page.locator("#picture-words").fill(WORDS)
    button = page.get_by_role("button", name="Bild machen").bounding_box()
    strip = page.get_by_role("complementary", name="Neue Werke").bounding_box()
    assert button
    assert strip
    assert button["y"] + button["height"] <= strip["y"]
    assert is_wide_enough(page)
    assert too_small(page) == []
    for light in in_every_light(page):
        assert axe(page) == [], light
        save(page, f"image-{source.lower()}-{size}-{light}")
