"""The teacher's PIN: a hash in the state folder, and patience with those who guess.

There is no PIN by default, and without one nobody can log in as the teacher. Only the argon2 hash (RFC 9106, low
memory) is kept, in a file of mode 0600 that also remembers the failed tries of each device, so that a restart gives
no new ones. Checking takes about 0.1 s and 64 MB: blocking, one at a time, off the event loop.
"""

import threading
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import msgspec
from argon2 import PasswordHasher, profiles
from argon2.exceptions import InvalidHashError, VerificationError
from msgspec import Struct, field

from kiosk import durable

FILE_NAME = "teacher.json"
SHORTEST = 6
LONGEST = 64
FREE_TRIES = 5
FIRST_WAIT_S = 30.0
LONGEST_WAIT_S = 900.0
_MAX_DEVICES = 1_000


class NoPin(Exception):
    """No PIN has been set: nobody can log in."""


class WeakPin(ValueError):
    """A PIN needs 6 to 64 characters, not all the same and not in a row."""


class WrongPin(Exception):
    """Not the PIN."""


class TooManyTries(Exception):
    """This device has to wait; `wait_s` in seconds."""

    def __init__(self, wait_s: float) -> None:
        super().__init__(f"{wait_s:.0f} s")
        self.wait_s = wait_s


class _Tries(Struct):
    failed: int = 0
    until: float = 0.0


class _Kept(Struct):
    hash: str | None = None
    tries: dict[str, _Tries] = field(default_factory=dict)


class TeacherPin:
    """The PIN of one kiosk. `clock` gives seconds since 1970. May be used from any thread."""

    def __init__(self, state: Path, clock: Callable[[], float] = time.time) -> None:
        self._path = state / FILE_NAME
        self._clock = clock
        self._lock = threading.Lock()
        self._hasher = PasswordHasher.from_parameters(profiles.RFC_9106_LOW_MEMORY)

    @property
    def is_set(self) -> bool:
        """Whether somebody can log in."""
        return self._read().hash is not None

    def set(self, pin: str) -> None:
        """Take a new PIN. Raises `WeakPin`, `OSError`."""
        if not SHORTEST <= len(pin) <= LONGEST or _is_simple(pin):
            raise WeakPin
        with self._lock:
            self._write(_Kept(self._hasher.hash(pin)))

    def check(self, pin: str, device_id: str) -> None:
        """Return if this is the PIN. Raises `NoPin`, `WrongPin`, `TooManyTries`, `OSError`."""
        with self._lock:
            kept = self._read()
            if kept.hash is None:
                raise NoPin
            tries = kept.tries.setdefault(device_id, _Tries())
            wait = min(tries.until - self._clock(), LONGEST_WAIT_S)
            if wait > 0:
                raise TooManyTries(wait)
            # counted before it is known: who pulls the plug has used up the try
            tries.failed += 1
            if tries.failed >= FREE_TRIES:
                tries.until = self._clock() + _wait_after(tries.failed)
            self._write(kept)
            if not self._is_right(kept.hash, pin):
                raise WrongPin
            del kept.tries[device_id]
            self._write(kept)

    def _is_right(self, known: str, pin: str) -> bool:
        try:
            return self._hasher.verify(known, pin[:LONGEST])
        except (VerificationError, InvalidHashError):
            return False

    def _read(self) -> _Kept:
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=_Kept)
        except FileNotFoundError:
            return _Kept()

    def _write(self, kept: _Kept) -> None:
        while len(kept.tries) > _MAX_DEVICES:
            del kept.tries[next(iter(kept.tries))]
        durable.replace(self._path, msgspec.json.encode(kept), durable=True)


def _wait_after(failed: int) -> float:
    return min(FIRST_WAIT_S * 2.0 ** (failed - FREE_TRIES), LONGEST_WAIT_S)


def _is_simple(pin: str) -> bool:
    """Whether all characters are the same, or follow each other up or down."""
    steps = {ord(after) - ord(before) for before, after in pairwise(pin)}
    return steps in ({0}, {1}, {-1})
