"""Where the server can be reached: the one list of hosts and origins that are ours, and the socket behind it.

Is bound first, so that the address is known before anything starts.
"""

import errno
import socket

from msgspec import Struct

LOOPBACK = ("127.0.0.1", "localhost")
_TAKEN = frozenset({errno.EADDRINUSE, 10013, 10048})  # and the two that Windows gives
_EVERYWHERE = frozenset({"", "0.0.0.0", "::"})  # noqa: S104 - these are what is refused


class AddressRefused(ValueError):
    """A wildcard address: the server listens on one interface that was chosen, never on all."""


class AddressInUse(OSError):
    """The port is taken: most likely the program runs already."""


class Address(Struct, frozen=True):
    """A bound address. `host` as configured (a name, an IPv4 or IPv6 address), `port` as bound."""

    host: str
    port: int

    @classmethod
    def of(cls, bound: socket.socket, host: str) -> "Address":
        """The address of a bound socket that was asked for as `host`."""
        return cls(host, int(bound.getsockname()[1]))

    @property
    def authorities(self) -> frozenset[str]:
        """Every `Host` that is ours, exactly; never a wildcard."""
        hosts = {*LOOPBACK, _bracketed(self.host)}
        names = {f"{host.lower()}:{self.port}" for host in hosts}
        return frozenset(names | {host.lower() for host in hosts} if self.port == 80 else names)

    @property
    def origins(self) -> frozenset[str]:
        """Every `Origin` that is ours."""
        return frozenset(f"http://{authority}" for authority in self.authorities)

    @property
    def url(self) -> str:
        """The address for a browser, without a final slash."""
        return f"http://{_bracketed(self.host)}:{self.port}"

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can come here."""
        return self.host.lower() in (*LOOPBACK, "::1")

    @property
    def cookie(self) -> str:
        """The session cookie's name: cookies are shared by all ports of a host, so the port is part of it."""
        return f"kiosk_session_{self.port}"


def bind(host: str, port: int) -> socket.socket:
    """A bound socket that already listens: who connects waits until somebody answers; port 0 takes a free one.

    Raises `AddressRefused`, `AddressInUse` or another `OSError`.
    """
    if host in _EVERYWHERE:
        raise AddressRefused(host)
    family, _, _, _, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    # asyncio switches Nagle's algorithm off only where the protocol is named; with it, each answer waits 40 ms
    bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    exclusive = getattr(socket, "SO_EXCLUSIVEADDRUSE", None)
    bound.setsockopt(socket.SOL_SOCKET, exclusive if exclusive is not None else socket.SO_REUSEADDR, 1)
    try:
        bound.bind(where)
        bound.listen(256)
    except OSError as error:
        bound.close()
        if error.errno in _TAKEN:
            raise AddressInUse(error.errno, error.strerror) from error
        raise
    return bound


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
