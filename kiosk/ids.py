"""Ids of runs, executions and devices: make, parse, check.

This is the only place that knows their forms (docs/records.md, section 2). An id that does not match
its form as a whole is refused before any path is built from it. No I/O.
"""

import re
import secrets
from datetime import datetime
from typing import NamedTuple

_HEX = "[0-9a-f]"
_UUID = rf"{_HEX}{{8}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{12}}"

# Whole-string patterns: `^...$` would let a trailing newline pass, `\d` Arabic digits.
RUN_ID_PATTERN = rf"\A(?:run_[0-9]{{13}}_{_HEX}{{6,12}}(?:_canvas(?:_batch_[0-9]{{3}})?)?|{_UUID})\Z"
EXECUTION_ID_PATTERN = rf"\Aexec_[0-9]{{8}}_[0-9]{{6}}_{_HEX}{{6,12}}\Z"
DEVICE_ID_PATTERN = r"\A[a-z0-9][a-z0-9_-]{0,63}\Z"

DATE_PATTERN = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
"""Of days, in the words of JSON Schema: whether there is such a day is seen by reading it."""

_RUN_ID = re.compile(RUN_ID_PATTERN)
_EXECUTION_ID = re.compile(EXECUTION_ID_PATTERN)
_DEVICE_ID = re.compile(DEVICE_ID_PATTERN)

MAX_LABEL = 64


class InvalidId(ValueError):
    """A text that should be an id does not have its form.

    `kind` is `run_id`, `execution_id`, `device_id` or `label`.
    """

    def __init__(self, kind: str) -> None:
        super().__init__(f"not a valid {kind}")
        self.kind = kind


class RunIds(NamedTuple):
    """The two names of one run; both end in the same 8 hex digits."""

    run_id: str
    execution_id: str


def documented(pattern: str) -> str:
    """A pattern of ours in the words of JSON Schema (ECMA 262), which knows other names for beginning and end."""
    return pattern.replace(r"\A", "^").replace(r"\Z", "$")


def new_run(started: datetime, suffix: str = "") -> RunIds:
    """Make the ids of a run that starts at `started` (aware, local time).

    `suffix` is empty, `_canvas` or `_canvas_batch_NNN`.
    """
    digits = secrets.token_hex(4)
    run_id = f"run_{int(started.timestamp() * 1000):013d}_{digits}{suffix}"
    return RunIds(check_run_id(run_id), f"exec_{started:%Y%m%d_%H%M%S}_{digits}")


def began_ms(run_id: str) -> int | None:
    """When a run began, as its id tells: milliseconds since the epoch; None for the UUIDs of older exports."""
    return int(run_id[4:17]) if run_id.startswith("run_") else None


def is_run_id(text: str) -> bool:
    """Whether `text` has the form of a run id, new or from an older export."""
    return _RUN_ID.match(text) is not None


def is_execution_id(text: str) -> bool:
    """Whether `text` has the form of an execution id."""
    return _EXECUTION_ID.match(text) is not None


def is_device_id(text: str) -> bool:
    """Whether `text` has the form of a device id."""
    return _DEVICE_ID.match(text) is not None


def check_run_id(text: str) -> str:
    """Return `text` if it is a run id; raise `InvalidId` if not."""
    if not is_run_id(text):
        raise InvalidId("run_id")
    return text


def check_run_or_execution_id(text: str) -> str:
    """Return `text` if it is a run id or an execution id; raise `InvalidId` if not."""
    if not (is_run_id(text) or is_execution_id(text)):
        raise InvalidId("run_id")
    return text


def check_device_id(text: str) -> str:
    """Return `text` if it is a device id; raise `InvalidId` if not."""
    if not is_device_id(text):
        raise InvalidId("device_id")
    return text


def check_label(text: str) -> str:
    """Return a free label (user or workshop) of 1 to 64 printable characters; raise `InvalidId` if not."""
    if not (1 <= len(text) <= MAX_LABEL and text.isprintable() and text.strip() == text):
        raise InvalidId("label")
    return text
