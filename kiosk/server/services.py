"""What the server needs from the rest of the program; app.py fills it in. No global state."""

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, Literal

from msgspec import Struct, field

from kiosk.engine.boxes import FoundBox
from kiosk.engine.configs import Configs, OutputConfig
from kiosk.engine.live import LiveRuns
from kiosk.engine.queue import QueueState
from kiosk.engine.warmup import WarmUp
from kiosk.hub import Hub
from kiosk.i18n import Sentences
from kiosk.server.address import Address
from kiosk.server.attendance import Attendance
from kiosk.server.in_force import SettingsInForce
from kiosk.server.leaving import Leaving
from kiosk.server.pin import TeacherPin
from kiosk.server.room import Room
from kiosk.server.sessions import Sessions
from kiosk.server.uploads import Uploads
from kiosk.server.verifying import Verifying
from kiosk.settings import Settings
from kiosk.storage.export.imports import Imports
from kiosk.storage.export.jobs import Exports
from kiosk.storage.export.workshop import Workshop
from kiosk.storage.library import Library


class HealthPart(Struct, frozen=True, kw_only=True):
    """One thing that can be well or not: a box, a protection, the disk, the index, the listeners.

    `off`: not configured, and nothing is missing because of it. `message` is for people.
    """

    name: str
    state: Literal["ok", "warning", "failed", "off"]
    message: str = ""
    facts: dict[str, Any] = field(default_factory=dict)


class Health(Struct, frozen=True, kw_only=True):
    """How the program is. `uptime_s` in seconds."""

    state: Literal["ok", "warning", "failed"]
    app_version: str
    uptime_s: float
    parts: list[HealthPart]


class Services(Struct, frozen=True, kw_only=True):
    """Everything that handlers call.

    `settings` gives the settings in force now; `missing` says in a language what an output lacks
    (nothing: it is available);
    `ui_dir` is the built screen, which need not be there; `queues` gives the queues in front of the boxes.
    `in_force` is where the teacher changes what `settings` gives; `room` knows of pause and offer,
    `leaving` how the window is closed; `found` gives the boxes on this machine that no setting names;
    `workshop` makes what leaves, `exports` packages of many runs; `imports` takes data in.
    """

    address: Address
    sessions: Sessions
    settings: Callable[[], Settings]
    sentences: Sentences
    hub: Hub
    library: Library
    live: LiveRuns
    configs: Configs
    uploads: Uploads
    health: Callable[[], Awaitable[Health]]
    missing: Callable[[OutputConfig, str], Sequence[str]]
    ui_dir: Path
    queues: Callable[[], Sequence[QueueState]]
    attendance: Attendance
    warmup: WarmUp
    pin: TeacherPin
    in_force: SettingsInForce
    room: Room
    workshop: Workshop
    leaving: Leaving
    verifying: Verifying
    found: Callable[[], Sequence[FoundBox]]
    exports: Exports
    imports: Imports
