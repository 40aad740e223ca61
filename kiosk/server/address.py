"""Where the server can be reached: the one list of hosts and origins that are ours."""

import socket

from msgspec import Struct

LOOPBACK = ("127.0.0.1", "localhost")


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


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
