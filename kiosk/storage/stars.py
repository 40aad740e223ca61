"""Favourites as people see them: each star with its medium, or as a tombstone when the run is gone.

Joins the devices' files with the index, and keeps the index's copy of the stars (for the gallery's filter) in
step. Use it on one event loop.
"""

import asyncio
from collections.abc import Sequence
from typing import Literal

import msgspec

from kiosk.ids import check_device_id, check_run_id
from kiosk.records import Favorite, MediaType
from kiosk.storage.answers import FavoriteList, FavoriteView, GalleryItem
from kiosk.storage.elsewhere import Elsewhere
from kiosk.storage.favorites import Favorites, Key, Stars
from kiosk.storage.index import lookups
from kiosk.storage.index.writing import Writer
from kiosk.storage.keeper import Keeper
from kiosk.storage.shelf import Shelf


class StarDesk:
    """Puts, changes, takes away and lists stars."""

    def __init__(self, files: Favorites, keeper: Keeper, shelf: Shelf, elsewhere: Elsewhere) -> None:
        self._files = files
        self._elsewhere = elsewhere
        self._keeper = keeper
        self._shelf = shelf
        self._indexed: dict[str, str] = {}
        keeper.also = self._reconcile

    async def add(
        self, device_id: str, run_id: str, media_type: MediaType, n: int = 1, note: str | None = None
    ) -> tuple[Favorite, bool]:
        """Put a device's star on a medium; returns it, and whether it is new.

        Raises `UnknownRun` if there is no such medium, `InvalidId`, `StorageError`, `RunBusy`.
        """
        check_device_id(device_id)
        record = await self._shelf.record(run_id)
        await self._shelf.media_file(run_id, media_type, n)
        key = Key(record.metadata.run_id, media_type, n)
        favorite, is_new = await asyncio.to_thread(self._files.add, device_id, key, note)
        if is_new:
            await self._index(device_id)
        return favorite, is_new

    async def annotate(
        self,
        device_id: str,
        run_id: str,
        note: str | None,
        media_type: MediaType | None = None,
        n: int | None = None,
    ) -> int:
        """Change the note of a device's own stars on a run; returns how many. Raises as `add` does."""
        return await asyncio.to_thread(
            self._files.annotate, check_device_id(device_id), check_run_id(run_id), note, media_type, n
        )

    async def remove(
        self, device_id: str, run_id: str, media_type: MediaType | None = None, n: int | None = None
    ) -> int:
        """Take away a device's own stars on a run, which may be gone; returns how many. Raises as `add` does."""
        removed = await asyncio.to_thread(
            self._files.remove, check_device_id(device_id), check_run_id(run_id), media_type, n
        )
        if removed:
            await self._index(device_id)
        return removed

    async def restore(self, device_id: str, stars: Sequence[Favorite]) -> int:
        """Put stars that came along with runs, if their media are here; returns how many are new.

        Raises `InvalidId`, `StorageError`, `RunBusy`.
        """
        check_device_id(device_id)
        keys = [(star.run_id, star.media_type, star.n) for star in stars]
        media = await self._keeper.ask(lookups.media_at, keys)
        here = [star for star, key in zip(stars, keys, strict=True) if key in media]
        restored = await asyncio.to_thread(self._files.restore, device_id, here)
        if restored:
            await self._index(device_id)
        return restored

    async def seen_by(self, device_id: str, view: Literal["device", "group"] = "device") -> FavoriteList:
        """The stars of a device, or of all devices, newest first."""
        stars = await asyncio.to_thread(self._stars, check_device_id(device_id), view)
        addresses: set[lookups.Address] = {key for _, favorites in stars for key in favorites}
        media = await self._keeper.ask(lookups.media_at, addresses)
        mine: Stars = dict(stars).get(device_id, {})
        found = [
            _view(owner, favorite, media.get(key), mine=key in mine)
            for owner, favorites in stars
            for key, favorite in favorites.items()
        ]
        found.sort(key=lambda view: view.timestamp, reverse=True)
        return FavoriteList(favorites=found, total=len(found))

    async def _reconcile(self, *, is_new: bool) -> None:
        """Bring the index's copy into step with the files, others' included."""
        if is_new:
            self._indexed.clear()
        is_erased = await asyncio.to_thread(self._elsewhere.forget)
        marks = await asyncio.to_thread(self._files.marks)
        for device in sorted(marks.keys() | self._indexed.keys()):
            if marks.get(device) != self._indexed.get(device):
                await self._index(device)
        if is_erased is not None:
            await self._keeper.forget(is_erased)

    async def _index(self, device_id: str) -> None:
        stars = await asyncio.to_thread(self._files.of_device, device_id)
        self._indexed[device_id] = (await asyncio.to_thread(self._files.marks)).get(device_id, "")
        keys = [(key.run_id, str(key.media_type), key.n) for key in stars]
        await self._keeper.tell(Writer.put_stars, device_id, keys)

    def _stars(self, device_id: str, view: Literal["device", "group"]) -> list[tuple[str, Stars]]:
        owners = [device_id] if view == "device" else self._files.devices()
        return [(owner, self._files.of_device(owner)) for owner in owners]


def _view(owner: str, favorite: Favorite, item: GalleryItem | None, *, mine: bool) -> FavoriteView:
    return FavoriteView(
        device_id=owner,
        run_id=favorite.run_id,
        media_type=favorite.media_type,
        n=favorite.n,
        note=favorite.note,
        timestamp=favorite.timestamp,
        gone=item is None,
        item=item and msgspec.structs.replace(item, favorite=mine),
    )
