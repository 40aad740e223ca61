"""Whether the work at hand may leave the house: by the teacher's setting now, and by the run that it is done for.

A run in the mode `eco` stays in the house even where the teacher allows `fast`, with everything that is done for it:
its texts, their judges, its pictures. What stays may be asked of boxes on this machine and on the local network only.
"""

import ipaddress
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from urllib.parse import urlsplit

from kiosk.records import ExecutionMode

_stays: ContextVar[bool] = ContextVar("stays_in_house", default=False)


class House:
    """What belongs to the house. `mode` is the teacher's setting now, `hosts` are names of machines inside."""

    def __init__(self, mode: Callable[[], ExecutionMode], hosts: Sequence[str] = ()) -> None:
        self._mode = mode
        self._hosts = frozenset(host.lower() for host in hosts)

    @property
    def keeps(self) -> bool:
        """Whether the work at hand must stay."""
        return _stays.get() or self._mode() is ExecutionMode.ECO

    def has(self, url: str) -> bool:
        """Whether an address is one of the house."""
        return is_in_house(url) or (urlsplit(url).hostname or "").lower() in self._hosts

    def lets(self, url: str) -> bool:
        """Whether the work at hand may be asked of this address."""
        return not self.keeps or self.has(url)


HERE = House(lambda: ExecutionMode.ECO)
"""Nothing leaves."""
ANYWHERE = House(lambda: ExecutionMode.FAST)
"""Everything may leave, but what is done for a run in the mode `eco`."""


@contextmanager
def working_in(mode: ExecutionMode) -> Iterator[None]:
    """What is done inside the block, and in every task that begins there, is done for a run in this mode."""
    token = _stays.set(mode is ExecutionMode.ECO)
    try:
        yield
    finally:
        _stays.reset(token)


def is_in_house(url: str) -> bool:
    """Whether an address is on this machine or the local network by its form; names are not looked up."""
    host = urlsplit(url).hostname or ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost" or "." not in host or host.endswith((".local", ".lan", ".internal", ".home.arpa"))
    return address.is_private or address.is_loopback or address.is_link_local
