"""What the runs amount to: finished media by lens, model, device and day, times of the stages, what was blocked.

Each run leaves small counts (`tallies_of`), which the index adds up by workshop and day, so that an answer costs the
same at any number of runs. Times are counted in steps of 5 %: a median or quartile is right to within 2.5 %.
"""

import math
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from kiosk.records import ItemType, RunItem, RunMetadata, Step
from kiosk.storage.accounts import total_seconds
from kiosk.storage.answers import Blocks, OutputCount, Statistics, StatisticsQuery, StepTime
from kiosk.storage.projection import OUTPUT_TYPES

Tally = tuple[str, str, int]
"""A field, a value in it, and how often."""

TALLIES = """
CREATE TABLE tallies (field TEXT NOT NULL, value TEXT NOT NULL, session TEXT NOT NULL, day TEXT NOT NULL,
  n INTEGER NOT NULL, PRIMARY KEY (field, value, session, day)) WITHOUT ROWID;
CREATE TABLE run_tallies (run INTEGER PRIMARY KEY, body BLOB NOT NULL);
"""

Sums = Counter[tuple[str, str, str, str]]
"""How often, by field, value, workshop and day."""

RESOLUTION = 0.025
"""How far a median or quartile may be off, as a part of itself."""

_GROWTH = math.log(1 + 2 * RESOLUTION)
_SHORTEST_S = 0.0001
_SEPARATOR = "\x1f"

_STATUS, _RUNS, _TIME, _BLOCK = "status", "runs", "time", "block"
_OUTPUTS = ("lens", "model", "device", "day")
_WHOLE_RUN = "run"

_TIMED: Mapping[ItemType, Step] = {
    ItemType.STAGE1_SAFETY_CHECK: Step.SAFETY,
    ItemType.STAGE1_BLOCKED: Step.SAFETY,
    ItemType.INTERCEPTION_FINAL: Step.INTERCEPTION,
    ItemType.INTERCEPTION_RESULT: Step.INTERCEPTION,
    ItemType.TRANSLATION_EN: Step.TRANSLATION,
    ItemType.PROMPT_OPTIMIZATION: Step.OPTIMIZATION,
    ItemType.STAGE3_SAFETY_CHECK: Step.SAFETY_PRE_OUTPUT,
    ItemType.STAGE3_BLOCKED: Step.SAFETY_PRE_OUTPUT,
    ItemType.MEDIA_SAFETY_CHECK: Step.MEDIA_SAFETY,
    ItemType.OUTPUT_BLOCKED: Step.MEDIA_SAFETY,
} | dict.fromkeys(OUTPUT_TYPES, Step.MEDIA_GENERATION)

_BLOCKS = frozenset({ItemType.STAGE1_BLOCKED, ItemType.STAGE3_BLOCKED, ItemType.OUTPUT_BLOCKED})


class Tallies(msgspec.Struct, frozen=True):
    """What one run adds, and to which workshop and day."""

    session: str
    day: str
    counts: list[Tally]


_encode = msgspec.msgpack.encode
_decoder = msgspec.msgpack.Decoder(Tallies)


def tallies_of(items: Sequence[RunItem], run: RunMetadata, day: str) -> Tallies:
    """What a run adds to the statistics."""
    found: Counter[tuple[str, str]] = Counter()
    found[_STATUS, str(run.status)] += 1
    found[_RUNS, run.schema] += 1
    seconds = total_seconds(items)
    if seconds is not None and run.status.ended:
        found[_TIME, _joined(_WHOLE_RUN, "", _bucket(seconds))] += 1
    for item in items:
        _count_item(found, item, run, day)
    return Tallies(run.session_id, day, [(field, value, n) for (field, value), n in found.items()])


def _count_item(found: Counter[tuple[str, str]], item: RunItem, run: RunMetadata, day: str) -> None:
    is_output = item.item_type in OUTPUT_TYPES
    step = _TIMED.get(item.item_type)
    if step is not None and item.execution_time is not None:
        kind = str(item.media_type) if is_output else ""
        found[_TIME, _joined(step, kind, _bucket(item.execution_time))] += 1
    if is_output and item.file is not None:
        names = (run.schema, item.model_used or item.backend_used or "", run.device_id or "", day)
        for field, name in zip(_OUTPUTS, names, strict=True):
            found[field, _joined(name, item.media_type)] += 1
    if item.item_type in _BLOCKS:
        category, method = item.metadata.get("category"), item.metadata.get("method")
        found[_BLOCK, _joined(item.stage, _plain(category), _plain(method))] += 1


def put(connection: sqlite3.Connection, run: int, tallies: Tallies, deltas: Sums) -> None:
    """Keep what a run adds; the sums are in `deltas` until `add_up`."""
    connection.execute("INSERT OR REPLACE INTO run_tallies VALUES (?, ?)", (run, _encode(tallies)))
    _note(tallies, deltas, 1)


def drop(connection: sqlite3.Connection, run: int, deltas: Sums) -> None:
    """Take back what a run has added, if it has."""
    row = connection.execute("SELECT body FROM run_tallies WHERE run = ?", (run,)).fetchone()
    if row is not None:
        _note(_decoder.decode(row[0]), deltas, -1)
        connection.execute("DELETE FROM run_tallies WHERE run = ?", (run,))


def add_up(connection: sqlite3.Connection, deltas: Sums) -> None:
    """Bring the sums into step; what nothing is left of is removed, names included."""
    changes = [(*key, n) for key, n in deltas.items() if n]
    connection.executemany(
        "INSERT INTO tallies VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET n = n + excluded.n", changes
    )
    gone = [key for key, n in deltas.items() if n < 0]
    connection.executemany(
        "DELETE FROM tallies WHERE field = ? AND value = ? AND session = ? AND day = ? AND n = 0", gone
    )


def statistics(connection: sqlite3.Connection, query: StatisticsQuery) -> Statistics:
    """All of it, for all runs or those of a workshop or some days."""
    sums: dict[str, dict[str, int]] = {}
    conditions, values = ["1"], []
    for condition, value in (
        ("session = ?", query.session_id),
        ("day >= ?", query.date_from),
        ("day <= ?", query.date_to),
    ):
        if value is not None:
            conditions.append(condition)
            values.append(value)
    ask = f"SELECT field, value, sum(n) FROM tallies WHERE {' AND '.join(conditions)} GROUP BY field, value"  # noqa: S608 - own names
    for field, value, n in connection.execute(ask, values):
        sums.setdefault(field, {})[value] = n
    waiting = connection.execute("SELECT count(*) FROM runs WHERE has_text = 0").fetchone()[0]
    outputs = {field: _outputs(sums.get(field, {}), by_name=field == "day") for field in _OUTPUTS}
    return Statistics(
        runs=sum(sums.get(_STATUS, {}).values()),
        waiting=waiting,
        outputs=sum(count.total for count in outputs["lens"]),
        by_status=_largest_first(sums.get(_STATUS, {})),
        runs_by_lens=_largest_first(sums.get(_RUNS, {})),
        by_lens=outputs["lens"],
        by_model=outputs["model"],
        by_device=outputs["device"],
        by_day=outputs["day"],
        times=list(_times(sums.get(_TIME, {}))),
        blocks=_blocks(sums.get(_BLOCK, {})),
        filters={name: value for name, value in msgspec.to_builtins(query).items() if value is not None},
    )


def _note(tallies: Tallies, deltas: Sums, sign: int) -> None:
    for field, value, n in tallies.counts:
        deltas[field, value, tallies.session, tallies.day] += sign * n


def _joined(*parts: object) -> str:
    return _SEPARATOR.join(str(part).replace(_SEPARATOR, " ") for part in parts)


def _plain(value: object) -> str:
    return value if isinstance(value, str) else ""


def _bucket(seconds: float) -> int:
    return round(math.log(max(seconds, _SHORTEST_S)) / _GROWTH)


def _outputs(sums: Mapping[str, int], *, by_name: bool) -> list[OutputCount]:
    found: dict[str, dict[str, int]] = {}
    for value, n in sums.items():
        name, _, kind = value.rpartition(_SEPARATOR)
        found.setdefault(name, {})[kind] = n
    counts = [OutputCount(name=name, total=sum(kinds.values()), media=kinds) for name, kinds in found.items()]
    return sorted(counts, key=lambda count: (0 if by_name else -count.total, count.name))


def _times(sums: Mapping[str, int]) -> Iterator[StepTime]:
    found: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for value, n in sums.items():
        step, kind, bucket = value.split(_SEPARATOR)
        found.setdefault((step, kind), []).append((int(bucket), n))
    order = [*map(str, Step), _WHOLE_RUN]
    for (step, kind), buckets in sorted(found.items(), key=lambda one: (order.index(one[0][0]), one[0][1])):
        buckets.sort()
        lower, median, upper = (_quantile(buckets, part) for part in (0.25, 0.5, 0.75))
        count = sum(n for _, n in buckets)
        yield StepTime(step=step, media_type=kind or None, count=count, lower=lower, median=median, upper=upper)


def _quantile(buckets: Iterable[tuple[int, int]], part: float) -> float:
    """The value of a quantile, in seconds, from counts in ascending order."""
    buckets = list(buckets)
    wanted = part * sum(n for _, n in buckets)
    passed = 0
    for bucket, n in buckets:
        passed += n
        if passed >= wanted:
            return float(f"{math.exp(bucket * _GROWTH):.3g}")
    return 0.0


def _blocks(sums: Mapping[str, int]) -> list[Blocks]:
    parts = ((value.split(_SEPARATOR), n) for value, n in sums.items())
    found = [
        Blocks(stage=int(stage), category=category or None, method=method or None, count=n)
        for (stage, category, method), n in parts
    ]
    return sorted(found, key=lambda block: (-block.count, block.stage, block.category or ""))


def _largest_first(sums: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(sums.items(), key=lambda one: (-one[1], one[0])))
