"""The teacher's PIN: a hash among the settings, and patience with those who guess.

There is no PIN by default, and without one nobody can log in as the teacher. Only the argon2id hash (RFC 9106, low
memory) is kept, in kiosk.toml; the failed tries of each device lie in the state folder, so that a restart gives no
new ones. Hashing takes about 0.1 s and 64 MB: blocking, one at a time, off the event loop.
"""

import logging
import threading
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import msgspec
from argon2 import PasswordHasher, profiles
from argon2.exceptions import InvalidHashError, VerificationError
from msgspec import Struct

from kiosk import durable, settings
from kiosk.settings import Loaded, Places

SETTING = "teacher.pin_hash"
TRIES_FILE = "pin-tries.json"
SHORTEST = 6
LONGEST = 64
FREE_TRIES = 5
FIRST_WAIT_S = 30.0
LONGEST_WAIT_S = 900.0
_MAX_DEVICES = 1_000
_EARLIER_FILE = "teacher.json"

log = logging.getLogger(__name__)


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


class _Earlier(Struct):
    hash: str | None = None


class TeacherPin:
    """The PIN of one kiosk. `known` gives the hash in force, `clock` seconds since 1970. From any thread."""

    def __init__(self, known: Callable[[], str], state: Path, clock: Callable[[], float] = time.time) -> None:
        self._known = known
        self._path = state / TRIES_FILE
        self._clock = clock
        self._lock = threading.Lock()
        self._hasher = PasswordHasher.from_parameters(profiles.RFC_9106_LOW_MEMORY)

    @property
    def is_set(self) -> bool:
        """Whether somebody can log in."""
        return bool(self._known())

    def hash_of(self, pin: str) -> str:
        """The hash of a new PIN, to be kept as `teacher.pin_hash`. Raises `WeakPin`."""
        if not SHORTEST <= len(pin) <= LONGEST or _is_simple(pin):
            raise WeakPin
        with self._lock:
            return self._hasher.hash(pin)

    def forgive(self) -> None:
        """Let nobody wait any longer: there is a new PIN. Raises `OSError`."""
        with self._lock:
            self._write({})

    def check(self, pin: str, device_id: str) -> None:
        """Return if this is the PIN. Raises `NoPin`, `WrongPin`, `TooManyTries`, `OSError`."""
        with self._lock:
            known = self._known()
            if not known:
                raise NoPin
            kept = self._read()
            tries = kept.setdefault(device_id, _Tries())
            now = self._clock()
            if tries.until > now + LONGEST_WAIT_S:  # the clock was set back
                tries.until = now + LONGEST_WAIT_S
                self._write(kept)
            if tries.until > now:
                raise TooManyTries(tries.until - now)
            # counted before it is known: who pulls the plug has used up the try
            tries.failed += 1
            if tries.failed >= FREE_TRIES:
                tries.until = now + _wait_after(tries.failed)
            self._write(kept)
            if not self._is_right(known, pin):
                raise WrongPin
            del kept[device_id]
            self._write(kept)

    def _is_right(self, known: str, pin: str) -> bool:
        try:
            return self._hasher.verify(known, pin[:LONGEST])
        except (VerificationError, InvalidHashError):
            return False

    def _read(self) -> dict[str, _Tries]:
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=dict[str, _Tries])
        except FileNotFoundError:
            return {}
        except msgspec.DecodeError:
            log.warning("%s cannot be read: nobody's failed tries are known", TRIES_FILE)
            return {}

    def _write(self, kept: dict[str, _Tries]) -> None:
        while len(kept) > _MAX_DEVICES:
            del kept[next(iter(kept))]
        durable.make_folders(self._path.parent, durable=True)
        durable.replace(self._path, msgspec.json.encode(kept), durable=True)


def take_over(where: Places, loaded: Loaded) -> Loaded:
    """Move a hash that lies in the state folder into the settings file; the settings after that. Raises `OSError`."""
    path = where.state / _EARLIER_FILE
    try:
        earlier = msgspec.json.decode(path.read_bytes(), type=_Earlier)
    except FileNotFoundError:
        return loaded
    except msgspec.DecodeError:
        log.warning("the teacher's PIN of an earlier version cannot be read; set a new one")
        earlier = _Earlier()
    if earlier.hash and not loaded.settings.teacher.pin_hash:
        settings.save(where, {SETTING: earlier.hash})
        loaded = settings.load(where)
    path.unlink()
    return loaded


def _wait_after(failed: int) -> float:
    doublings = min(failed - FREE_TRIES, 16)  # a number without end would be too large for any clock
    return min(FIRST_WAIT_S * 2.0**doublings, LONGEST_WAIT_S)


def _is_simple(pin: str) -> bool:
    """Whether all characters are the same, or follow each other up or down."""
    steps = {ord(after) - ord(before) for before, after in pairwise(pin)}
    return steps in ({0}, {1}, {-1})
