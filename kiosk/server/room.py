"""The state of the room: whether work is paused, what children may choose, and the word that something changed.

A pause lasts until somebody ends it, or the program ends. Knows no HTTP but its refusals; the stream of changes is
the hub's topic `room`.
"""

import secrets
from collections.abc import Callable, Iterable
from typing import Literal

import msgspec
from msgspec import Struct

from kiosk.hub import Event, Hub
from kiosk.server.errors import Refusal
from kiosk.server.sessions import Session
from kiosk.settings import Settings

ROOM_TOPIC = "room"
_KEPT_EVENTS = 50

What = Literal["pause", "settings", "works"]


class RoomChange(Struct, frozen=True, kw_only=True):
    """What changed: the pause, the settings (offer, level, names), or works that were hidden, shown or removed."""

    what: What
    paused: bool


class Offer(Struct, frozen=True):
    """Ids of what children may choose; None: everything."""

    lenses: list[str] | None
    outputs: list[str] | None


class Room:
    """The room of one program. `hold(True)` lets no waiting job begin, `hold(False)` lets them go on."""

    def __init__(self, hub: Hub, settings: Callable[[], Settings], hold: Callable[[bool], None]) -> None:
        self._hub = hub
        self._settings = settings
        self._hold = hold
        self._boot = secrets.token_hex(4)
        self._changes = 0
        self.paused = False
        hub.keep(ROOM_TOPIC, _KEPT_EVENTS)

    @property
    def offer(self) -> Offer:
        """What children may choose now."""
        offer = self._settings().offer
        return Offer(offer.lenses or None, offer.outputs or None)

    def pause(self, paused: bool) -> None:
        """Let nothing begin, or let work go on; what runs is finished. On the event loop."""
        if paused == self.paused:
            return
        self.paused = paused
        self._hold(paused)
        self.tell("pause")

    def tell(self, what: What) -> None:
        """Tell every page that it should look again."""
        self._changes += 1
        data = msgspec.json.encode(RoomChange(what=what, paused=self.paused))
        self._hub.publish(ROOM_TOPIC, Event("changed", data, f"{self._boot}-{self._changes}"))

    def sees_lens(self, session: Session, lens: str) -> bool:
        """Whether a lens is shown to this session."""
        offered = self.offer.lenses
        return offered is None or session.sees_all_devices or lens in offered

    def sees_output(self, session: Session, output: str) -> bool:
        """Whether an output is shown to this session."""
        offered = self.offer.outputs
        return offered is None or session.sees_all_devices or output in offered

    def check_start(self, session: Session, lens: str | None, outputs: Iterable[str]) -> None:
        """Raise `Refusal` if this session may not begin work now (423), or not with these (403)."""
        if self.paused and not session.sees_all_devices:
            raise Refusal(423, "paused", headers={"retry-after": "10"})
        if lens is not None and not self.sees_lens(session, lens):
            raise Refusal(403, "not_offered", field="schema")
        if not all(self.sees_output(session, output) for output in outputs):
            raise Refusal(403, "not_offered", field="output_configs")
