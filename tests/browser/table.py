"""What a person does on the work table, in the words of the screen (German unless said otherwise)."""

from playwright.sync_api import Locator, Page, expect

IDEA = "Ein Wal schwimmt durch die Schule und fragt nach dem Weg."


def pick_lens(page: Page, name: str) -> None:
    page.get_by_role("radiogroup").locator("label", has_text=name).first.click()


def write(page: Page, idea: str = IDEA, lens: str = "Dada") -> None:
    pick_lens(page, lens)
    page.get_by_label("Deine Idee", exact=True).fill(idea)


def transform(page: Page) -> None:
    page.get_by_role("button", name="Text verwandeln").click()
    expect(page.get_by_text("Der Text ist da.")).to_be_visible()


def make(page: Page) -> None:
    page.get_by_role("button", name="machen").click()
    expect_done(page)


def all_at_once(page: Page) -> None:
    page.get_by_role("button", name="Alles auf einmal").click()
    expect_done(page)


def expect_done(page: Page) -> None:
    # Pictures are drawn by the processor: where it has much else to do, each takes many times its one second.
    expect(page.get_by_text("Fertig. Alles ist gespeichert.")).to_be_visible(timeout=60_000)


def wording(page: Page) -> Locator:
    return page.get_by_label("Der neue Text", exact=True)


def pictures(page: Page) -> Locator:
    return page.get_by_role("list", name="Was daraus wird").locator("img")


def strip(page: Page) -> Locator:
    return page.get_by_role("complementary", name="Neue Werke").get_by_role("button")


def run_id(page: Page) -> str:
    page.wait_for_url("**/#/run/*")
    return page.url.rsplit("/", 1)[-1]


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the control of this name has the focus; a control that cannot be reached fails."""
    for _ in range(120):
        page.keyboard.press("Tab")
        if name in page.evaluate(_FOCUSED):
            return
    raise AssertionError(f"the Tab key never reaches «{name}»")


_FOCUSED = """() => {
  const e = document.activeElement
  if (!e || !e.matches('a, button, input, textarea, summary')) return ''
  return e.getAttribute('aria-label') ?? (e.labels?.[0] ?? e).textContent
}"""
