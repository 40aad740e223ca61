"""What all commands share: options, exit codes, the server that they talk to, how they answer programs."""

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path
from typing import Annotated, Any, NoReturn

import msgspec
import typer

from kiosk import beacon
from kiosk.client import Client
from kiosk.records import Status
from kiosk.settings import Places


class ExitCode(IntEnum):
    """What the exit code of every command means."""

    DONE = 0
    FAILED = 1
    WRONG_USE = 2
    BLOCKED = 3


DataOption = Annotated[
    Path | None,
    typer.Option("--data", metavar="DIR", help="Folder for exports/ and state/.", show_default=False),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Answer with JSON on standard output.")]


def use_for_all(data: Path | None) -> None:
    """`--data` before a command counts for the command too."""
    if data is not None:
        os.environ["KIOSK_DATA"] = str(data)


@contextmanager
def server_for(where: Places) -> Iterator[Client]:
    """A client of the server that runs on this data folder, or of one that runs as long as the block."""
    running = beacon.find(where.state)
    if running is not None:
        with Client(running.url, running.token) as client:
            yield client
        return
    from kiosk.background import BackgroundServer

    with BackgroundServer(where, announce=False) as server:
        ready = server.ready()
        with Client(ready.url, ready.token) as client:
            yield client


def megabytes(size_bytes: int) -> str:
    """A size as people say it."""
    return f"{size_bytes / 1e6:.1f} MB"


# Control characters but line break and tab, and those that turn the direction of writing.
_COMMANDS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def shown(text: str) -> str:
    """A text of others as a terminal may show it: what would command it stands there as JSON writes it."""
    return _COMMANDS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def tell(sentence: str) -> None:
    """A sentence on standard output."""
    sys.stdout.write(shown(sentence) + "\n")
    sys.stdout.flush()


def say(sentence: str) -> None:
    """A sentence for the person, on standard error."""
    sys.stderr.write(shown(sentence) + "\n")


def print_json(answer: Any) -> None:
    """One JSON document on standard output."""
    tell(msgspec.json.format(msgspec.json.encode(answer), indent=2).decode())


def wrong_use(detail: str, as_json: bool) -> NoReturn:
    """Say what was wrong with the call, and leave."""
    _leave(detail, "refused", ExitCode.WRONG_USE, as_json)


def not_made(detail: str, as_json: bool) -> NoReturn:
    """Say why there is no run, and leave."""
    _leave(detail, Status.FAILED, ExitCode.FAILED, as_json)


def _leave(detail: str, status: str, code: ExitCode, as_json: bool) -> NoReturn:
    if as_json:
        nothing: dict[str, Any] = {"run_folder": None, "texts": {}, "outputs": []}
        print_json({"run_id": None, "execution_id": None, "status": status, "reason": detail} | nothing)
    say(detail)
    raise typer.Exit(code)
