"""Waiting for something that another program does, and that tells nobody when it is done."""

import time
from collections.abc import Callable


def eventually(condition: Callable[[], object], within: float = 20.0) -> None:
    """Look again and again until a condition holds; fails after `within` seconds."""
    deadline = time.monotonic() + within
    while not condition():
        assert time.monotonic() < deadline, f"did not come true within {within:.0f} s"
        time.sleep(0.02)
