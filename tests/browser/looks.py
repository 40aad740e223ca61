"""What every screen is looked at for: nothing for axe to find, fingers, words, sizes; and its picture, for people.

The pictures lie in `test-results/screens/`.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, ViewportSize, expect

import hatch_build

SCREENS = Path(__file__).resolve().parents[2] / "test-results" / "screens"
AXE = hatch_build.UI / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SIZES = ["1280x800", "1920x1080", "800x1280"]
PROJECTOR = "3840x2160"
FINGER = 48

IN_TURN = list(zip(SIZES, ["de", "en", "de"], strict=True))
"""Each size, and which language it is looked at in."""

every_size_languages_in_turn = pytest.mark.parametrize(("size", "language"), IN_TURN)


def viewport(size: str) -> ViewportSize:
    """For a browser context, from `1280x800`, in CSS pixels."""
    width, height = (int(side) for side in size.split("x"))
    return {"width": width, "height": height}


def speak(page: Page, language: str) -> None:
    """Change over to `en`; `de` is what pages begin with."""
    if language == "en":
        page.get_by_role("button", name="EN English").click()
    expect(page.locator("html")).to_have_attribute("lang", language)


def in_every_light(page: Page) -> Iterator[str]:
    """Turns the page to each of the lights, one after the other."""
    for light in ("light", "dark"):
        page.emulate_media(color_scheme=light)
        expect(page.locator("html")).to_have_attribute("data-theme", light)
        yield light


def axe(page: Page) -> list[str]:
    """What axe-core finds, as `rule: element`. It scrolls the page about: pictures are taken before."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = page.evaluate(
        "rules => axe.run(document, { runOnly: rules }).then((result) => result.violations)", RULES
    )
    return [f"{rule['id']}: {node['html'][:120]}" for rule in found for node in rule["nodes"]]


def is_wide_enough(page: Page) -> bool:
    """Whether nothing has to be scrolled sideways to."""
    fits: bool = page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    return fits


def too_small(page: Page) -> list[str]:
    """Visible controls that a finger would miss; what ticks is as large as its label."""
    found: list[str] = page.evaluate(
        """finger => [...document.querySelectorAll('button, a, input, summary, textarea')]
          .filter((e) => e.checkVisibility({ checkVisibilityCSS: true }) && !e.matches('.skip'))
          .map((e) => [e, (e.matches('[type=radio], [type=checkbox]') && e.closest('label')) || e])
          .map(([e, touched]) => [e, touched.getBoundingClientRect()])
          .filter(([, box]) => box.width > 0 && (box.width < finger - 0.5 || box.height < finger - 0.5))
          .map(([e, box]) => `${Math.round(box.width)}x${Math.round(box.height)} ${e.outerHTML.slice(0, 100)}`)""",
        FINGER,
    )
    return found


def wordless(page: Page) -> list[str]:
    """Visible controls with a sign and no word that can be seen."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll('button, a, summary')]
          .filter((e) => e.checkVisibility({ checkVisibilityCSS: true }) && e.querySelector('.sign'))
          .filter((e) => !e.innerText.trim() && !e.querySelector('[data-sign=minus], [data-sign=plus]'))
          .map((e) => e.outerHTML.slice(0, 120))"""
    )
    return found


def save(page: Page, name: str) -> None:
    SCREENS.mkdir(parents=True, exist_ok=True)
    page.evaluate("document.fonts.ready")
    page.evaluate("new Promise((seen) => requestAnimationFrame(() => requestAnimationFrame(seen)))")
    page.screenshot(path=SCREENS / f"{name}.png")
