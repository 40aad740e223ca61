"""What holds for all tests."""

from pathlib import Path

import pytest
from hypothesis import settings

# Tests count; how long something takes is for tests/bench. What CI's own profile says besides stays in force.
settings.register_profile("untimed", parent=settings(), deadline=None)
settings.load_profile("untimed")

pytest_plugins = ["tests.no_skips"]

ROOT = Path(__file__).parent
# Playwright keeps its event loop running on the main thread until the session ends: nothing asynchronous after it.
LAST = (ROOT / "browser", ROOT / "window")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Quick tests first, then the browser, then the window."""
    items.sort(key=lambda item: next((1 + LAST.index(place) for place in LAST if place in item.path.parents), 0))
