"""The pictures of `docs/design.md`, made smaller from those that the last browser tests took.

`make test`, look at them, then `python scripts/screens.py`. Which ones: those that the page shows.
"""

import re
import sys
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "design.md"
TAKEN = ROOT / "test-results" / "screens"
SHOWN = ROOT / "docs" / "screens"
SIZE = (1_000, 1_000)


def shown() -> list[str]:
    """The names of the pictures in the page, without ending."""
    return re.findall(r"\]\(screens/([\w-]+)\.webp\)", PAGE.read_text(encoding="utf-8"))


def main() -> int:
    """Make them; 1 if one was not taken by the tests."""
    missing = [name for name in shown() if not (TAKEN / f"{name}.png").is_file()]
    if missing:
        print(f"The tests have not taken: {', '.join(missing)}. Run them first: make test")
        return 1
    SHOWN.mkdir(exist_ok=True)
    for name in shown():
        with Image.open(TAKEN / f"{name}.png") as picture:
            picture.thumbnail(SIZE)
            picture.convert("RGB").save(SHOWN / f"{name}.webp", quality=80, method=6)
    for path in SHOWN.glob("*.webp"):
        if path.stem not in shown():
            path.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main())
