"""What holds for all tests."""

from pathlib import Path

import pytest

pytest_plugins = ["tests.no_skips"]

ROOT = Path(__file__).parent
# Playwright keeps its event loop running on the main thread until the session ends: nothing asynchronous after it.
LAST = (ROOT / "browser", ROOT / "window")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Quick tests first, then the browser, then the window."""
    items.sort(key=lambda item: next((1 + LAST.index(place) for place in LAST if place in item.path.parents), 0))
