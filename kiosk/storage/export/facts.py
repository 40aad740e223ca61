"""What exports ask a run for: its first and last wordings, its finished media, what stopped it; values made safe.

Recorded values may be of any kind in older and foreign data: what is not what its name says is none. Pure, no I/O.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

import msgspec
from msgspec import Struct

from kiosk.records import BLOCK_ITEM_TYPES, ItemType, MediaType, RunItem
from kiosk.storage.export import RunInPackage
from kiosk.storage.projection import OUTPUT_TYPES, Fold

_LARGEST_SEED = (1 << 64) - 1
_LARGEST_NUMBER = 1e300


class RunFacts(Struct, frozen=True):
    """A run as its row is made from it: with its items as `items_of` gives them."""

    run: RunInPackage
    items: list["ItemFacts"]

    def first(self, entity_type: str) -> str | None:
        """The first text of an entity type: as it was before any edit."""
        return next((fact.item.content for fact in self.items if fact.entity_type == entity_type), None)

    def last(self, entity_type: str) -> str | None:
        """The last text of an entity type: as it was after all edits."""
        return next((fact.item.content for fact in reversed(self.items) if fact.entity_type == entity_type), None)

    def outputs(self) -> Iterator["ItemFacts"]:
        """The items of finished media that were saved."""
        return (fact for fact in self.items if fact.item.file is not None and fact.is_output)

    def block(self) -> "ItemFacts | None":
        """The last verdict that stopped something."""
        return next((fact for fact in reversed(self.items) if fact.item.item_type in BLOCK_ITEM_TYPES), None)


class ItemFacts(Struct, frozen=True):
    """An item as its row is made from it: with the entity type of its file, and the run that it belongs to."""

    run: RunInPackage
    item: RunItem
    entity_type: str | None

    @property
    def is_output(self) -> bool:
        """Whether this is a finished medium; one that was found after a crash is one too."""
        kind = self.item.item_type
        found = kind is ItemType.RECOVERED_FILE and (self.item.file_path or "").startswith("final/")
        return kind in OUTPUT_TYPES or found

    def fact(self, name: str) -> Any:
        """A fact from the item's metadata."""
        return self.item.metadata.get(name)


def facts_of(run: RunInPackage) -> RunFacts:
    """A run with its items and the entity type of each."""
    fold = Fold()
    items = []
    for item in run.record.items:
        fold.apply(item)
        items.append(ItemFacts(run, item, fold.entity_type(item)))
    return RunFacts(run, items)


def moment(text: str | None) -> datetime | None:
    """A recorded time as an instant; a naive one (older runs) is taken as this machine's local time."""
    try:
        return datetime.fromisoformat(text or "").astimezone()
    except (ValueError, OverflowError, OSError):
        return None


def zoned(text: str) -> datetime | None:
    """A recorded time as it was written; None if it names no zone."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return None
    return read if read.tzinfo is not None else None


def offset_minutes(text: str | None) -> int | None:
    """The UTC offset that a recorded time names, in minutes; None if it names none."""
    try:
        offset = datetime.fromisoformat(text or "").utcoffset()
    except ValueError:
        return None
    return None if offset is None else int(offset.total_seconds() // 60)


def day(value: object) -> date | None:
    """The local date of a recorded time."""
    try:
        return date.fromisoformat(value[:10]) if isinstance(value, str) else None
    except ValueError:
        return None


def seed(value: object) -> int | None:
    """A seed as recorded; None for what is none (older programs wrote -1 for dice)."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _LARGEST_SEED else None


def number(value: object) -> float | None:
    """A finite number, or None."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < _LARGEST_NUMBER:
        return None
    return float(value)


def integer(value: object) -> int | None:
    """An integer of 64 bits, or None."""
    return value if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 1 << 63 else None


def text(value: object) -> str | None:
    """A text that can be written as UTF-8, or None: half surrogate pairs of damaged data become `?`."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else None


def boolean(value: object) -> bool | None:
    """A boolean, or None."""
    return value if isinstance(value, bool) else None


def texts(values: Iterable[object]) -> list[str]:
    """The texts among some values."""
    return [plain for value in values if (plain := text(value)) is not None]


def seeds(values: Iterable[object]) -> list[int]:
    """The seeds among some values."""
    return [plain for value in values if (plain := seed(value)) is not None]


def json_text(value: dict[str, Any]) -> str | None:
    """An object as JSON; None for an empty one."""
    return msgspec.json.encode(value).decode() if value else None


def unique(values: Iterable[str | None]) -> list[str]:
    """What there is, once each, in order."""
    return list(dict.fromkeys(value for value in values if value))


def media_count(facts: RunFacts, media_type: MediaType) -> int:
    """How many finished media of a type a run has."""
    return sum(fact.item.media_type is media_type for fact in facts.outputs())


def model_of(facts: RunFacts, stage: str) -> str | None:
    """The model that answered last in a stage, as `metadata.json` names stages."""
    return facts.run.metadata.models_used.get(stage)


def block_fact(facts: RunFacts, name: str) -> Any:
    """A fact of the last verdict that stopped something."""
    found = facts.block()
    return found.fact(name) if found else None


def asked(facts: RunFacts, name: str) -> Any:
    """What was asked for when the run began."""
    return next((fact.fact(name) for fact in facts.items if fact.item.item_type is ItemType.PIPELINE_START), None)


def package_path(fact: ItemFacts) -> str | None:
    """Where the file of an item lies in the package."""
    return f"{fact.run.place}/{fact.item.file_path}" if fact.item.file_path else None
