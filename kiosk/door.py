"""The door of a program that is still to come: its settings, its address, and the first way in.

Opened before anything else is loaded: whoever comes in the meantime waits at a socket that listens already.
"""

import secrets
import socket

from kiosk import logs, settings
from kiosk.beacon import CannotServe
from kiosk.server.address import Address, AddressInUse, AddressRefused, bind
from kiosk.server.pin import take_over
from kiosk.server.sessions import new_token
from kiosk.settings import Loaded, Places


class Door:
    """The settings and the bound address for one data folder. Raises `CannotServe`; then nothing is left open.

    `secret` opens the first session, once: the program that comes must know it.
    """

    def __init__(self, where: Places, *, host: str | None = None, port: int | None = None) -> None:
        self.where = where
        try:
            self.loaded = load_settings(where)
        except OSError as error:
            raise unwritable(where, error.strerror or str(error)) from error
        logs.configure(where.state)
        host = host or self.loaded.settings.server.host
        port = self.loaded.settings.server.port if port is None else port
        try:
            self.bound: socket.socket = bind(host, port)
        except (OSError, AddressRefused) as error:
            raise _no_address(host, port, error) from error
        self.address = Address.of(self.bound, host)
        self.secret = new_token()

    @property
    def enter_url(self) -> str:
        """A link into the program for whoever sits at this kiosk, good once."""
        return f"{self.address.url}/enter?t={self.secret}"

    @property
    def language(self) -> str:
        """The kiosk's language."""
        return self.loaded.settings.kiosk.language


def load_settings(where: Places) -> Loaded:
    """The settings; a kiosk without a name gives itself one and keeps it in its settings file."""
    loaded = settings.load(where)
    if loaded.settings.kiosk.device_id is None:
        settings.save(where, {"kiosk.device_id": f"kiosk-{secrets.token_hex(3)}"})
        loaded = settings.load(where)
    return take_over(where, loaded)


def unwritable(where: Places, reason: str) -> CannotServe:
    """What is to be told when the data folder cannot be used."""
    return CannotServe(
        f"Nothing can be saved in {where.data}: {reason}. Name a folder that you may write to with --data."
    )


def _no_address(host: str, port: int, error: Exception) -> CannotServe:
    if isinstance(error, AddressInUse):
        return CannotServe(f"Port {port} on {host} is taken. Choose another with --port, or --port 0 for a free one.")
    if isinstance(error, AddressRefused):
        return CannotServe(f"{host} would open the program to every network. Name one address with --host.")
    return CannotServe(f"Cannot listen on {host}: {error}")
