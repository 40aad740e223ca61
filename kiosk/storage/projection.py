"""Fold the items of a run into what is known about it: pure, no I/O.

`metadata.json`, the history record, the index and every answer about a run come from here, so that they
agree, and so that all of them can be made again from the journal alone (docs/records.md, section 1).
"""

import re
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from typing import Any, TypeVar

import msgspec

from kiosk.mediatypes import EXTENSIONS
from kiosk.records import (
    END_ITEM_TYPES,
    OUTPUT_ITEM_TYPES,
    Consent,
    Entity,
    ItemType,
    MediaType,
    Output,
    RunItem,
    RunMetadata,
    RunType,
    Status,
    Step,
    entity_type_of,
)
from kiosk.storage.journal import FIRST

T = TypeVar("T")

OUTPUT_TYPES: frozenset[ItemType] = frozenset(OUTPUT_ITEM_TYPES.values())

_STEPS: Mapping[ItemType, tuple[int, Step]] = {
    ItemType.STAGE1_SAFETY_CHECK: (1, Step.SAFETY),
    ItemType.STAGE1_BLOCKED: (1, Step.SAFETY),
    ItemType.TRANSLATION_RESULT: (1, Step.TRANSLATION),
    ItemType.INTERCEPTION_ITERATION: (2, Step.INTERCEPTION),
    ItemType.INTERCEPTION_FINAL: (2, Step.INTERCEPTION),
    ItemType.INTERCEPTION_RESULT: (2, Step.INTERCEPTION),
    ItemType.TRANSLATION_EN: (3, Step.TRANSLATION),
    ItemType.PROMPT_OPTIMIZATION: (3, Step.OPTIMIZATION),
    ItemType.STAGE3_SAFETY_CHECK: (3, Step.SAFETY_PRE_OUTPUT),
    ItemType.STAGE3_BLOCKED: (3, Step.SAFETY_PRE_OUTPUT),
    ItemType.MEDIA_SAFETY_CHECK: (4, Step.MEDIA_SAFETY),
    ItemType.OUTPUT_BLOCKED: (4, Step.MEDIA_SAFETY),
    ItemType.OUTPUT_ERROR: (4, Step.MEDIA_GENERATION),
    ItemType.PIPELINE_COMPLETE: (5, Step.PIPELINE_COMPLETE),
} | dict.fromkeys(OUTPUT_TYPES, (4, Step.MEDIA_GENERATION))

_MODELS: Mapping[ItemType, str] = {
    ItemType.STAGE1_SAFETY_CHECK: "stage1_safety",
    ItemType.STAGE1_BLOCKED: "stage1_safety",
    ItemType.INTERCEPTION_ITERATION: "stage2_interception",
    ItemType.INTERCEPTION_FINAL: "stage2_interception",
    ItemType.INTERCEPTION_RESULT: "stage2_interception",
    ItemType.TRANSLATION_EN: "stage3_translation",
    ItemType.STAGE3_SAFETY_CHECK: "stage3_safety",
    ItemType.STAGE3_BLOCKED: "stage3_safety",
} | dict.fromkeys(OUTPUT_TYPES, "stage4_output")

_DECISIONS = frozenset(
    {
        ItemType.CONSENT_CHANGE,
        ItemType.RETENTION_CHANGE,
        ItemType.VISIBILITY_CHANGE,
        ItemType.OUTPUT_BLOCKED,
        ItemType.MEDIA_SAFETY_CHECK,
    }
)

# After which items it is the person's turn, in a run that goes on only until stage 2.
_PAUSES: Mapping[RunType, frozenset[ItemType]] = {
    RunType.PIPELINE: frozenset({ItemType.INTERCEPTION_FINAL, ItemType.INTERCEPTION_RESULT}),
    RunType.CANVAS: frozenset({ItemType.INTERCEPTION_FINAL}),
    RunType.LAB: frozenset({ItemType.PARAMETERS, ItemType.STEP_OUTPUT}) | OUTPUT_TYPES,
}

_ENDS: Mapping[ItemType, Status] = {
    ItemType.PIPELINE_ERROR: Status.FAILED,
    ItemType.PIPELINE_CANCELLED: Status.CANCELLED,
    ItemType.PIPELINE_INTERRUPTED: Status.INTERRUPTED,
}

_FILE_NAME = re.compile(r"\A[0-9]{2,}_([a-z0-9_]+)\.[a-z0-9]+\Z")


class Medium(msgspec.Struct, frozen=True, kw_only=True):
    """A finished medium as addresses count it: `n` is the n-th of its media type in the run, from 1.

    `shown`: whether a gallery may show it (consent, visibility, the media check). `item.file_path` is None when
    it could not be saved.
    """

    n: int
    media_type: MediaType
    item: RunItem
    shown: bool


class Fold:
    """The running fold of one run's items; feed it in order with `apply`."""

    def __init__(self) -> None:
        self._run = RunMetadata(run_id="")
        self._until = 5
        self._types: dict[int, str] = {}
        self._pending: list[str] = []
        self._done = 0
        self._expected = 0
        self._visible = True
        self.idea = ""
        """The idea as last worded by the person."""
        self._media: list[RunItem] = []
        self._blocked: set[int] = set()
        self._checked: set[int] = set()

    @property
    def status(self) -> Status:
        """Where the run stands now."""
        return self._run.status

    def entity_type(self, item: RunItem) -> str | None:
        """The entity type of the file that an item leaves, or None if it leaves none."""
        if item.item_type is ItemType.RECOVERED_FILE:
            return _type_from_name(item.file_path or "")
        kind = entity_type_of(item)
        if kind is None and item.item_type is ItemType.USER_EDIT:
            return self._types.get(_number(item.metadata.get("replaces")))
        return kind

    def apply(self, item: RunItem) -> None:
        """Take the next item into account."""
        run = self._run
        run.items_count = item.sequence_number
        if item.item_type is ItemType.PIPELINE_START:
            self._start(item)
        self._place(item)
        self._note_model(item)
        self._note_file(item)
        if item.item_type in OUTPUT_TYPES or (item.item_type is ItemType.RECOVERED_FILE and _is_output(item)):
            self._note_output(item)
        elif item.item_type in _DECISIONS:
            self._note_decision(item)
        elif item.item_type in END_ITEM_TYPES:
            self._note_end(item)

    def metadata(self, last_h: str = FIRST) -> RunMetadata:
        """What is known now, as a copy of its own."""
        run = self._run
        known = msgspec.structs.replace(run)
        known.entities = list(run.entities)
        known.outputs = list(run.outputs)
        known.models_used = dict(run.models_used)
        known.output_configs = list(run.output_configs)
        known.expected_outputs = list(self._pending)
        known.progress = f"{self._done}/{self._expected}"
        known.last_h = last_h
        return known

    def media(self) -> list[Medium]:
        """The finished media with their numbers, those that could not be saved included."""
        counts: dict[MediaType, int] = {}
        found = []
        for item in self._media:
            n = counts[item.media_type] = counts.get(item.media_type, 0) + 1
            found.append(Medium(n=n, media_type=item.media_type, item=item, shown=self._shown(item)))
        return found

    def _start(self, item: RunItem) -> None:
        facts = item.metadata
        run = self._run
        self._until = 2 if facts.get("until") == 2 else 5
        expected = _texts(facts.get("expected_outputs"))
        if facts.get("continues"):
            self._pending = expected
            self._expected = self._done + len(expected)
            run.output_configs = _texts(facts.get("output_configs")) or run.output_configs
        else:
            known = {key: facts[key] for key in _START_FIELDS if facts.get(key) is not None}
            self._run = run = _facts_of_start(known)
            run.items_count = item.sequence_number
            run.start_time = item.timestamp
            self._pending, self._expected = expected, len(expected)
        run.app_version = _text(facts.get("app_version")) or run.app_version
        run.status, run.end_time, run.reason = Status.RUNNING, None, None
        if not facts.get("continues") and run.type is RunType.PIPELINE:
            run.current_step = str(Step.SAFETY)

    def _place(self, item: RunItem) -> None:
        place = _STEPS.get(item.item_type)
        if place is not None:
            self._run.current_stage, self._run.current_step = place[0], str(place[1])
        if self._until == 2 and item.item_type in _PAUSES[self._run.type] and self._run.status is Status.RUNNING:
            self._run.status = Status.WAITING

    def _note_model(self, item: RunItem) -> None:
        key = _MODELS.get(item.item_type)
        if key is not None and item.model_used is not None:
            self._run.models_used[key] = item.model_used

    def _note_file(self, item: RunItem) -> None:
        kind = self.entity_type(item)
        if kind is None:
            return
        self._types[item.sequence_number] = kind
        if kind == "input" and item.content is not None:
            self.idea = item.content
        if kind in self._pending and not item.metadata.get("edited"):
            self._pending.remove(kind)
            self._done += 1
        if item.file is None or item.file_path is None or item.item_type is ItemType.OUTPUT_BLOCKED:
            return  # what was blocked is no part of what is listed, shown and handed on
        self._run.entities.append(
            Entity(
                sequence=item.sequence_number,
                type=kind,
                filename=item.file_path,
                mime_type=item.file.mime_type,
                size_bytes=item.file.size_bytes,
                sha256=item.file.sha256,
                timestamp=item.timestamp,
                metadata=item.metadata,
            )
        )

    def _note_output(self, item: RunItem) -> None:
        if item.file is None and "not_saved" not in item.metadata:
            return
        self._media.append(item)
        seed = item.metadata.get("seed")
        if isinstance(seed, int):
            self._run.seed = seed
        if item.file is None or item.file_path is None:
            return
        facts = {key: item.metadata[key] for key in _OUTPUT_FACTS if item.metadata.get(key) is not None}
        plain = {
            "type": str(item.media_type),
            "filename": item.file_path,
            "backend": item.backend_used,
            "config": item.config_used,
            "model": item.model_used,
            "prompt_id": item.prompt_id,
            "size_bytes": item.file.size_bytes,
            "loop_iteration": item.loop_iteration,
        }
        fallback = msgspec.convert(plain, Output)
        output = _tolerant(plain | facts, Output, fallback)
        if output.format is None:
            output = msgspec.structs.replace(output, format=EXTENSIONS.get(item.file.mime_type))
        self._run.outputs.append(output)

    def _note_decision(self, item: RunItem) -> None:
        run = self._run
        match item.item_type:
            case ItemType.CONSENT_CHANGE:
                run.consent = _tolerant(item.metadata, Consent, run.consent)
            case ItemType.RETENTION_CHANGE:
                run.retain_until = _text(item.metadata.get("retain_until"))
            case ItemType.VISIBILITY_CHANGE:
                self._visible = item.metadata.get("visible") is not False
            case ItemType.OUTPUT_BLOCKED:
                self._blocked.add(item.loop_iteration or 0)
            case ItemType.MEDIA_SAFETY_CHECK if item.metadata.get("allowed") is not False:
                self._checked.add(item.loop_iteration or 0)

    def _note_end(self, item: RunItem) -> None:
        run = self._run
        run.status = _ENDS.get(item.item_type) or _tolerant(item.metadata.get("status"), Status, Status.COMPLETED)
        run.end_time = item.timestamp
        run.reason = item.content or _text(item.metadata.get("reason"))

    def _shown(self, item: RunItem) -> bool:
        loop = item.loop_iteration or 0
        waits_for_check = bool(item.metadata.get("check_pending")) and loop not in self._checked
        return self._run.consent.gallery and self._visible and loop not in self._blocked and not waits_for_check


def fold(items: Iterable[RunItem]) -> Fold:
    """All items of a run at once."""
    whole = Fold()
    for item in items:
        whole.apply(item)
    return whole


def recorded_on(items: list[RunItem]) -> str | None:
    """The host that recorded last, as the journal says."""
    for item in reversed(items):
        if item.item_type is ItemType.PIPELINE_START:
            host = item.metadata.get("host")
            return host if isinstance(host, str) else None
    return None


_START_FIELDS = (
    "run_id",
    "execution_id",
    "type",
    "schema",
    "output_configs",
    "execution_mode",
    "safety_level",
    "user_id",
    "session_id",
    "device_id",
    "language",
    "parent_run_id",
    "consent",
    "retain_until",
)
_OUTPUT_FACTS = ("seed", "width", "height", "duration_s", "format")


def _facts_of_start(known: dict[str, Any]) -> RunMetadata:
    """What a start says; a value that only a newer version knows costs no more than itself."""
    nothing = RunMetadata(run_id="")
    whole = _tolerant({"run_id": "", **known}, RunMetadata, nothing)
    if whole is not nothing:
        return whole
    good = {
        key: value
        for key, value in known.items()
        if _tolerant({"run_id": "", key: value}, RunMetadata, nothing) is not nothing
    }
    return _tolerant({"run_id": "", **good}, RunMetadata, nothing)


def _tolerant(raw: Any, kind: type[T], otherwise: T) -> T:
    try:
        return msgspec.convert(raw, kind)
    except msgspec.ValidationError:
        return otherwise


def _is_output(item: RunItem) -> bool:
    return (item.file_path or "").startswith("final/")


def _type_from_name(path: str) -> str | None:
    found = _FILE_NAME.match(PurePosixPath(path).name)
    return found[1] if found else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _texts(value: object) -> list[str]:
    return [entry for entry in value if isinstance(entry, str)] if isinstance(value, list) else []


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0
