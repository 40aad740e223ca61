"""What is asked of packages and drives and what they answer, as structs; they go to the wire as they are. No I/O."""

from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from kiosk.ids import DATE_PATTERN, DEVICE_ID_PATTERN, MAX_LABEL, RUN_ID_PATTERN, documented
from kiosk.storage.export import Profile

EXPORTS_TOPIC = "exports"
"""The hub topic on which packages, imports and drives are told: events `export`, `import` and `drives`."""

MOST_IDS = 10_000
MOST_LISTED = 200
"""How many runs that stayed out, or came in, are listed one by one; all of them are counted."""

_Label = Annotated[str, Meta(min_length=1, max_length=MAX_LABEL)]
_RunId = Annotated[str, Meta(pattern=documented(RUN_ID_PATTERN))]
_Device = Annotated[str, Meta(pattern=documented(DEVICE_ID_PATTERN))]
_Date = Annotated[str, Meta(pattern=DATE_PATTERN)]

State = Literal["waiting", "running", "paused", "full", "interrupted", "cancelled", "failed", "done"]
ENDED: frozenset[str] = frozenset({"cancelled", "failed", "done"})
CAN_GO_ON: frozenset[str] = frozenset({"full", "interrupted"})


class Selection(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which runs go: those to which all of it applies; nothing said: all. Dates are local, both included.

    `config` is a lens. `favorites`: only runs with somebody's star.
    """

    ids: Annotated[list[_RunId], Meta(max_length=MOST_IDS)] | None = None
    session_id: _Label | None = None
    date_from: _Date | None = None
    date_to: _Date | None = None
    device_id: _Device | None = None
    config: _Label | None = None
    favorites: bool = False


class LeftOut(Struct, frozen=True, kw_only=True):
    """A run that did not come along.

    `why`: `consent`, `running`, `changing`, `name` (one that not every system can hold, in `detail`),
    `file_too_large`, `unreadable`, `not_starred`, `unmarkable` (a copy could not be marked).
    """

    run_id: str
    why: str
    detail: str = ""


class PackageProgress(Struct, frozen=True, kw_only=True):
    """How far a package is. `phase`: `planning`, `copying`, `describing` (tables, pages), `closing`.

    The totals are of what goes onto all drives. `speed` is in bytes a second over the last moments, and
    `seconds_left` follows from it.
    """

    phase: str = "planning"
    runs: int = 0
    runs_total: int = 0
    files: int = 0
    files_total: int = 0
    bytes: int = 0
    bytes_total: int = 0
    speed: float | None = None
    seconds_left: float | None = None


class BagMade(Struct, frozen=True, kw_only=True):
    """A bag that is whole: its folder's name, which one it is of its group, and its content.

    `seal` are the first 8 hex digits of the SHA-256 of its `tagmanifest-sha256.txt`: with them a person can tell that
    a bag is still the one that was made.
    """

    name: str
    number: int
    runs: int
    files: int
    bytes: int
    seal: str


class Export(Struct, frozen=True, kw_only=True):
    """A package that is being made, or was.

    `state`: `full`: the drive is full, what is on it is a whole bag, and the rest can go on another drive;
    `interrupted`: the drive or the program went away, and it can go on. `reason` says why it stands or failed:
    `drive_gone`, `drive_full`, `no_room` (not even one run fits), `read_only`, `medium` (the drive does not keep
    what is written), `program_ended`, `crashed`, `disk_full`, `disk_error`. `nothing_new` with `done`: there was
    nothing that is not on the drive already. `known`: runs that were on it. `damaged`: runs that came along as they
    are, but are damaged here.
    """

    id: str
    state: State
    reason: str | None = None
    target: str
    label: str
    profile: Profile
    own_archive: bool = False
    prompts: bool = False
    selection: Selection = Selection()
    created: str
    ended: str | None = None
    group: str
    bags: list[BagMade] = field(default_factory=list)
    progress: PackageProgress = PackageProgress()
    known: int = 0
    damaged: int = 0
    left_out_by: dict[str, int] = field(default_factory=dict)
    left_out: list[LeftOut] = field(default_factory=list)


class ExportList(Struct, frozen=True):
    """Packages, the newest first."""

    exports: list[Export]


class Drive(Struct, frozen=True, kw_only=True):
    """A place for packages: a drive that can be taken away (`stick`), or the folder that the settings name.

    `file_system` as the system names it (`vfat`, `exfat`, `ntfs`, `ext4` ...); `max_file_bytes` is the largest file
    that it can hold, None: no limit that matters. `can_eject`: whether this program can make it safe to pull.
    `busy`: a package is being written onto it.
    """

    id: str
    kind: Literal["stick", "folder"] = "stick"
    label: str
    place: str
    file_system: str
    size_bytes: int
    free_bytes: int
    max_file_bytes: int | None
    read_only: bool
    can_eject: bool
    busy: bool = False


class DriveList(Struct, frozen=True):
    """All drives that can be taken away, by name, then the folder of the settings."""

    drives: list[Drive]


class Ejected(Struct, frozen=True, kw_only=True):
    """What became of the wish to take a drive away. `how`: `powered_off` and `unmounted`: it may be pulled now;
    `synced`: everything is written, but this system lets nobody but the person unmount it: eject it by hand.
    """

    how: Literal["powered_off", "unmounted", "synced"]


class Conflict(Struct, frozen=True, kw_only=True):
    """A run that did not come in.

    `why`: `other_content` (a run of this name is here and differs), `erased`, `trashed`, `damaged` (not as it was
    written, in `detail`), `changed` (a hash of its bag does not fit), `name`, `too_large`, `unreadable`.
    """

    run_id: str
    source: str
    why: str
    detail: str = ""


class Import(Struct, frozen=True, kw_only=True):
    """What came in, or is coming.

    `same`: runs that are here already, just so. `favorites`: stars that came along and are new here. `sources` are
    the bags and folders that were found; `notes` what was found beside runs and let be. `reason` as in `Export`, and
    `nothing_found`, `bad_zip`, `bad_bag`, `not_importable` (a public selection), `import_busy`.
    """

    id: str
    state: Literal["running", "done", "failed", "cancelled"]
    reason: str | None = None
    source: str
    created: str
    ended: str | None = None
    sources: list[str] = field(default_factory=list)
    runs_total: int = 0
    runs: int = 0
    bytes: int = 0
    came_in: int = 0
    same: int = 0
    favorites: int = 0
    refused_by: dict[str, int] = field(default_factory=dict)
    refused: list[Conflict] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


class ImportList(Struct, frozen=True):
    """Imports since the start of the program, the newest first."""

    imports: list[Import]
