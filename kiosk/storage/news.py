"""What the gallery is told: works that came, changed or went, as events that a reader can go on from.

Events are `added`, `updated`, `removed` and `reset`; their ids are `{boot}-{n}`. Knows no index and no folders.
"""

import secrets
from collections.abc import Iterable, Sequence

import msgspec

from kiosk.hub import RESET, Event, Hub
from kiosk.records import GALLERY_TOPIC
from kiosk.storage.answers import GalleryItem

_KEPT_EVENTS = 1_000


class News:
    """One per library; use it on one event loop."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._boot = secrets.token_hex(4)
        self._events = 0
        hub.keep(GALLERY_TOPIC, _KEPT_EVENTS)

    def changed(self, run_id: str, before: Sequence[GalleryItem], after: Sequence[GalleryItem]) -> None:
        """What the gallery showed of a run before, and what it shows now."""
        had = {(item.media_type, item.n): item for item in before}
        has = {(item.media_type, item.n): item for item in after}
        if had.keys() - has.keys():
            # A run's media have one address each, so what is left of it is told again.
            self.removed(run_id)
            had = {}
        for key, item in has.items():
            if key not in had:
                self._publish("added", item)
            elif had[key] != item:
                self._publish("updated", item)

    def removed(self, run_id: str) -> None:
        """A run that was shown is gone."""
        self._publish("removed", {"run_id": run_id})

    def look_again(self) -> None:
        """So much has changed that it is not told piece by piece."""
        self._publish(RESET, {})

    def unsay(self, run_ids: Iterable[str]) -> None:
        """Forget what was told of erased runs, so that no reader who comes back hears it."""
        marks = [f'"{run_id}"'.encode() for run_id in run_ids]
        self._hub.forget(
            GALLERY_TOPIC, lambda event: event.name != "removed" and any(mark in event.data for mark in marks)
        )

    def _publish(self, name: str, data: object) -> None:
        self._events += 1
        self._hub.publish(GALLERY_TOPIC, Event(name, msgspec.json.encode(data), f"{self._boot}-{self._events}"))
