"""Pictures that a person brings in: checked, cleaned of all but their pixels, kept until they are used.

They lie in the state folder, each under an id that only its device may use, for an hour. Which pictures are taken
and how they are cleaned is `kiosk.engine.media`'s matter.
"""

import asyncio
import contextlib
import secrets
import time
from pathlib import Path

from msgspec import Struct

from kiosk import durable
from kiosk.engine.media import clean_picture

KEPT_SECONDS = 3600
MAX_KEPT_BYTES = 500 * 1024 * 1024


class Upload(Struct, frozen=True):
    """A picture that was brought in. `width` and `height` in pixels, upright."""

    upload_id: str
    width: int
    height: int


class UnknownUpload(LookupError):
    """No such picture, or it is another device's, or its hour is over."""


class UploadsFull(Exception):
    """Too many pictures wait to be used."""


class _Kept(Struct, frozen=True):
    path: Path
    device_id: str
    size: int
    until: float


class Uploads:
    """The pictures of one process. `folder` is made with the first picture; what an earlier process left is removed.

    Used on one event loop.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._kept: dict[str, _Kept] = {}
        self._one_at_a_time = asyncio.Semaphore(1)

    async def take(self, data: bytes, device_id: str) -> Upload:
        """Check and keep a picture. Raises `BadMedia`, `UploadsFull` or `OSError`."""
        async with self._one_at_a_time:
            await asyncio.to_thread(self._make_room)
            if sum(kept.size for kept in self._kept.values()) + len(data) > MAX_KEPT_BYTES:
                raise UploadsFull
            upload_id = f"upload_{secrets.token_hex(16)}"
            upload, kept = await asyncio.to_thread(self._keep, upload_id, data, device_id)
            self._kept[upload_id] = kept
            return upload

    async def read(self, upload_id: str, device_id: str) -> bytes:
        """The cleaned picture. Raises `UnknownUpload`."""
        kept = self._kept.get(upload_id)
        if kept is None or kept.device_id != device_id or kept.until < time.monotonic():
            raise UnknownUpload
        try:
            return await asyncio.to_thread(kept.path.read_bytes)
        except OSError as error:
            raise UnknownUpload from error

    async def close(self) -> None:
        """Forget all pictures."""
        self._kept.clear()
        await asyncio.to_thread(self._remove_strangers)

    def _keep(self, upload_id: str, data: bytes, device_id: str) -> tuple[Upload, _Kept]:
        picture = clean_picture(data)
        durable.make_folders(self._folder, durable=False)
        path = self._folder / upload_id
        durable.write_new(path, [picture.data], durable=False)
        upload = Upload(upload_id, picture.width or 0, picture.height or 0)
        return upload, _Kept(path, device_id, len(picture.data), time.monotonic() + KEPT_SECONDS)

    def _make_room(self) -> None:
        now = time.monotonic()
        self._kept = {name: kept for name, kept in self._kept.items() if kept.until >= now}
        self._remove_strangers()

    def _remove_strangers(self) -> None:
        """Remove the files that nobody can ask for any more."""
        with contextlib.suppress(FileNotFoundError):
            for path in self._folder.iterdir():
                if path.name not in self._kept:
                    path.unlink(missing_ok=True)
