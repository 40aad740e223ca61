"""Atelier Kiosk: a classroom program that makes the machine's part in generative AI visible."""

import sys

__version__ = "0.1.0"

# httpx loads its own command line whenever it can: a fifth of what a start takes, for something that nobody calls.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]

AS_CHILD = "--as-child"
"""What a bundle is started with to become one of its own processes (kiosk/storage/child.py)."""
