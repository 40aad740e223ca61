"""Small WebP pictures for the gallery: where they lie, and what they may be.

They lie in the state folder, named by the picture's mark, so that a changed picture gets another one. They are made
in a child process (`storage.jail`), once, within limits.
"""

from pathlib import Path

FOLDER = "thumbnails"
EDGE = 400
"""Longest edge in pixels."""

MAX_BYTES = 40_000
MAX_PIXELS = 24_000_000
"""Larger pictures are not decoded, nor are larger files or other formats."""

MAX_FILE_BYTES = 64 << 20
FORMATS = ("PNG", "JPEG", "WEBP", "GIF")


class NoThumbnail(Exception):
    """The picture is too large, damaged or of no kind that we decode; `reason` says which."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def path_for(state: Path, run_id: str, mark: str) -> Path:
    """Where the thumbnail of a picture lies; `mark` changes with the picture."""
    return state / FOLDER / run_id[-2:] / f"{run_id}_{mark[:16]}.webp"


def of_run(state: Path, run_id: str) -> list[Path]:
    """All thumbnails of a run."""
    return sorted((state / FOLDER / run_id[-2:]).glob(f"{run_id}_*.webp"))
