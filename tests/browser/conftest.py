"""The built screen, the real program and a real Chromium."""

import fcntl
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Playwright,
    Request,
    expect,
    sync_playwright,
)

import hatch_build
from tests.browser.program import Program, running

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
# The same browser without windows of its own: a page of it takes a fifth of the processor's time.
WINDOWLESS = shutil.which("chromium-headless-shell") or CHROMIUM
NewPage = Callable[..., Page]

# A busy machine is slow, not wrong.
expect.set_options(timeout=20_000)


@pytest.fixture(scope="session", autouse=True)
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The screen as built from the present sources; by one of several workers, while the others wait."""
    with (tmp_path_factory.getbasetemp().parent / "building").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        hatch_build.build()
    return hatch_build.DIST


@pytest.fixture(scope="session")
def program(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    with running(tmp_path_factory.mktemp("kiosk")) as started:
        yield started


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    assert CHROMIUM, "the browser tests need Chromium: apt-get install chromium"
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    started = playwright.chromium.launch(executable_path=WINDOWLESS, args=["--no-sandbox"])
    yield started
    started.close()


class Watch:
    """What no page may ever do: complain in the console, raise, or ask any other server."""

    def __init__(self) -> None:
        self.complaints: list[str] = []
        self.expected: tuple[str, ...] = ()

    def follow(self, page: Page, origin: str) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self._request(request, origin))

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not any(part in message.text for part in self.expected):
            self.complaints.append(f"{message.text} {message.location['url']}")

    def _request(self, request: Request, origin: str) -> None:
        if not request.url.startswith((origin, "data:", "blob:")):
            self.complaints.append(f"asked {request.url}")


@pytest.fixture
def watch() -> Iterator[Watch]:
    """Fails the test at its end if a page complained; `expected` lists what it may say."""
    made = Watch()
    yield made
    assert made.complaints == []


@pytest.fixture
def context_of(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Makes browser contexts, 1280 x 800 with touch and German unless asked otherwise."""
    made: list[BrowserContext] = []

    def make(**options: Any) -> BrowserContext:
        defaults: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}, "locale": "de", "has_touch": True}
        context = browser.new_context(**{**defaults, **options})
        context.set_default_timeout(15_000)
        made.append(context)
        return context

    yield make
    for context in made:
        context.close()


@pytest.fixture
def open_page(program: Program, context_of: Callable[..., BrowserContext], watch: Watch) -> NewPage:
    """Opens the studio in a context of its own, as the given device; as `anonymous` the welcome room."""

    def opened(device_id: str | None = None, user_id: str = "blue-fox", role: str = "child", **options: Any) -> Page:
        page = context_of(**options).new_page()
        watch.follow(page, program.url)
        page.goto(program.enter_url(device_id, user_id, role))
        page.locator("#idea, .welcome").filter(visible=True).wait_for()
        page.evaluate("document.fonts.ready.then(() => null)")
        return page

    return opened


@pytest.fixture
def page(open_page: NewPage) -> Page:
    """The studio, open and empty."""
    return open_page()
