"""On the way from room to room: what is fetched ahead, what stands at once, and a room that does not come."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage, Watch
from tests.browser.program import Program

pytestmark = pytest.mark.browser


def test_the_gallery_stands_before_anybody_has_answered(open_page: NewPage, program: Program) -> None:
    program.make("Ein Haus am Hang.")
    page = open_page()
    expect(page.locator("aside").get_by_role("button", name="Ein Haus am Hang.").first).to_be_visible()
    page.route("**/api/gallery?limit=100*", lambda _: None)
    page.get_by_role("link", name="Galerie").tap()
    expect(page.get_by_role("grid").get_by_role("button", name="Ein Haus am Hang.").first).to_be_visible()


def test_a_list_that_is_narrowed_waits_for_its_answer(page: Page, program: Program) -> None:
    program.make("Ein Boot am Kai.")
    page.get_by_role("link", name="Galerie").tap()
    expect(page.locator(".bar .count")).to_contain_text("Werk")
    page.get_by_role("button", name="Mit Stern", exact=True).tap()
    expect(page.get_by_text("Noch kein Stern.")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Noch kein Stern.")).to_be_visible()
    expect(page.get_by_role("grid")).to_have_count(0)


def test_a_finger_on_a_door_fetches_the_room_behind_it(page: Page) -> None:
    with page.expect_response("**/assets/ImageRoom-*.js"):
        page.get_by_role("link", name="Bildtisch").dispatch_event("pointerdown")
    expect(page.locator("#idea")).to_be_visible()


def test_a_room_that_does_not_come_is_told_with_a_way_on(page: Page, watch: Watch) -> None:
    watch.expected = ("Failed to load resource", "Failed to fetch dynamically imported module")
    page.route("**/assets/ImageRoom-*.js", lambda route: route.abort())
    page.get_by_role("link", name="Bildtisch").tap()
    expect(page.get_by_text("Dieser Raum öffnet sich gerade nicht. Deine Sachen sind noch da.")).to_be_visible()
    page.unroute("**/assets/ImageRoom-*.js")
    page.get_by_role("button", name="Noch einmal versuchen").tap()
    expect(page.get_by_text("Dieser Raum öffnet sich gerade nicht.")).to_have_count(0)
