"""What is asked of the library and what it answers, as structs; they go to the wire as they are.

No I/O and no SQL. What goes out by the thousand and holds texts and numbers only is no work for the garbage collector
(`gc=False`).
"""

from enum import StrEnum
from pathlib import Path
from typing import Literal

from msgspec import Struct, field

from kiosk.records import TAXONOMY_VERSION, MediaType, Status


class RunQuery(Struct, frozen=True, kw_only=True):
    """Which runs to list: newest first, `limit` of them, after `offset` of them or after a `cursor`.

    `date` is YYYY-MM-DD (local), `q` searches ideas and results by word beginnings. None: not filtered.
    """

    limit: int = 20
    offset: int = 0
    cursor: str | None = None
    config: str | None = None
    date: str | None = None
    user_id: str | None = None
    session_id: str | None = None
    device_id: str | None = None
    status: Status | None = None
    q: str | None = None


class RunRow(Struct, frozen=True, kw_only=True, gc=False):
    """One line of the list of runs. `total_execution_time` is in seconds."""

    execution_id: str | None
    run_id: str
    config_name: str
    timestamp: str
    execution_mode: str
    safety_level: str
    total_execution_time: float | None
    items_count: int
    user_id: str
    session_id: str
    device_id: str | None
    status: str
    taxonomy_version: str = TAXONOMY_VERSION
    type: str = "pipeline"
    damaged: bool = False


class BlockedRun(Struct, frozen=True, kw_only=True):
    """A run that the safety check has stopped, or of which it kept `pictures` apart (numbered from 1)."""

    run: RunRow
    pictures: int


class RunPage(Struct, frozen=True, kw_only=True):
    """A page of runs. `total` is true for the filters; `next` continues after the last one, None at the end."""

    executions: list[RunRow]
    total: int
    limit: int
    offset: int
    returned: int
    filters: dict[str, str]
    next: str | None


class GalleryQuery(Struct, frozen=True, kw_only=True):
    """Which finished media to show: newest first. `viewer` is the device whose stars are shown.

    `favorites`: only those that `viewer` has starred (that anyone has, if there is no viewer). `lens` is an
    interception config, `date` YYYY-MM-DD (local). `wall`: only those that may hang on a wall for all to see.
    `hidden`: only those that galleries do not show. `run_id`: only those of one run.
    """

    limit: int = 48
    cursor: str | None = None
    device_id: str | None = None
    favorites: bool = False
    viewer: str | None = None
    q: str | None = None
    lens: str | None = None
    media_type: MediaType | None = None
    date: str | None = None
    user_id: str | None = None
    wall: bool = False
    hidden: bool = False
    run_id: str | None = None


class GalleryItem(Struct, frozen=True, kw_only=True, gc=False):
    """A finished medium as galleries show it. `schema` is the lens, `config` the output config; pixels, seconds.

    `wall`: whether it may hang on a wall for all to see.
    """

    run_id: str
    execution_id: str | None
    n: int
    media_type: MediaType
    mime_type: str
    url: str
    thumb_url: str | None
    width: int | None
    height: int | None
    duration_s: float | None
    timestamp: str
    schema: str
    config: str | None
    seed: int | None
    input_text: str
    device_id: str | None
    user_id: str
    session_id: str
    favorite: bool = False
    wall: bool = False


class GalleryPage(Struct, frozen=True, kw_only=True):
    """A page of finished media; `next` continues after the last one, None at the end.

    `first` is the cursor that gives this page again, whatever has come since; None if it is empty.
    """

    items: list[GalleryItem]
    next: str | None
    first: str | None = None


class DayOfWorks(Struct, frozen=True, kw_only=True):
    """A day (`YYYY-MM-DD`) on which works were made, and how many."""

    day: str
    works: int


class GalleryDays(Struct, frozen=True, kw_only=True):
    """The days on which the works of a gallery were made, newest first."""

    days: list[DayOfWorks]


class GalleryRuler(Struct, frozen=True, kw_only=True):
    """Where each page of a gallery begins, so that any place in it is one question away.

    `cursors` holds the cursor of every page of `step` media; `moments` when the newest medium of that page was
    finished (epoch, ms); `total` counts all media.
    """

    total: int
    step: int
    cursors: list[str]
    moments: list[int]


class FavoriteView(Struct, frozen=True, kw_only=True, gc=False):
    """A star with its medium. `gone`: the run is not there any more (or not shown), the star is its tombstone."""

    device_id: str
    run_id: str
    media_type: MediaType
    n: int
    note: str | None
    timestamp: str
    gone: bool
    item: GalleryItem | None


class FavoriteList(Struct, frozen=True, kw_only=True):
    """Stars, newest first."""

    favorites: list[FavoriteView]
    total: int


class StoredFile(Struct, frozen=True, kw_only=True):
    """A file that may be served. `mark` are 64 hex digits, others for other bytes.

    `data` is set when the file is not on the disk (it could not be saved, or is a text whose file is not
    written yet; then `path` is where it would be), and when it is small and was read already.
    """

    path: Path
    mime_type: str
    size_bytes: int
    mark: str
    data: bytes | None = None

    @property
    def etag(self) -> str:
        """As HTTP has it, quoted (RFC 9110, section 8.8.3)."""
        return f'"{self.mark[:32]}"'


class RunStats(Struct, frozen=True, kw_only=True):
    """Counts over all runs. `storage_dir` is relative to the data folder."""

    total_records: int
    total_size_bytes: int
    total_size_mb: float
    storage_dir: str
    by_status: dict[str, int]
    by_device: dict[str, int]
    by_config: dict[str, int]


class ConfigOutputs(Struct, frozen=True, kw_only=True):
    """How many finished media of each type the runs of one interception config have."""

    config_name: str
    total: int
    outputs: dict[str, int]


class Topic(StrEnum):
    """What a picture of the statistics shows."""

    LENSES = "lenses"
    MODELS = "models"
    DEVICES = "devices"
    DAYS = "days"
    TIMES = "times"
    BLOCKS = "blocks"


class StatisticsQuery(Struct, frozen=True, kw_only=True):
    """Which runs to count: of a workshop, of days from and to (YYYY-MM-DD, local, both included). None: all."""

    session_id: str | None = None
    date_from: str | None = None
    date_to: str | None = None


class OutputCount(Struct, frozen=True, kw_only=True):
    """How many finished media a lens, a model, a device or a day has, in all and by media type."""

    name: str
    total: int
    media: dict[str, int]


class StepTime(Struct, frozen=True, kw_only=True):
    """How long a step took: median and quartiles in seconds, to within 2.5 %, over `count` measurements.

    `step` is as in `current_step`, or `run` for a whole run; making media is told by media type.
    """

    step: str
    media_type: str | None
    count: int
    lower: float
    median: float
    upper: float


class Blocks(Struct, frozen=True, kw_only=True):
    """How often the safety check stopped something in a stage, why and by which method; None: not recorded."""

    stage: int
    category: str | None
    method: str | None
    count: int


class Statistics(Struct, frozen=True, kw_only=True):
    """What the runs amount to. `waiting`: runs that are known and not counted in yet.

    `complete`: all runs are counted in; not so while the index is being made.
    """

    runs: int
    waiting: int
    complete: bool = True
    outputs: int
    by_status: dict[str, int]
    runs_by_lens: dict[str, int]
    by_lens: list[OutputCount]
    by_model: list[OutputCount]
    by_device: list[OutputCount]
    by_day: list[OutputCount]
    times: list[StepTime]
    blocks: list[Blocks]
    filters: dict[str, str]


class IndexState(Struct, frozen=True, kw_only=True):
    """What the index is doing: `done` of `total` folders; `damaged` runs are listed but cannot be read whole."""

    state: Literal["ready", "building", "reconciling", "closed"] = "ready"
    done: int = 0
    total: int = 0
    runs: int = 0
    text_pending: int = 0
    damaged: int = 0
    rebuilt_because: str | None = None


class StorageHealth(Struct, frozen=True, kw_only=True):
    """How the storage room is. `free_bytes` is None when the drive does not answer; `works_are_gone`: a share or a
    stick that held them was taken away."""

    durability: str
    free_bytes: int | None
    low_space: bool
    writable: bool
    live_runs: int
    write_failures: int
    last_failure: str | None
    listener_failures: dict[str, int] = field(default_factory=dict)
    index: IndexState = IndexState()
    watching: str = "off"
    works_are_gone: bool = False
