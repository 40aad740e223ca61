"""`kiosk export`: what leaves the house."""

import os
import sys
from pathlib import Path
from typing import Annotated, Any, BinaryIO

import typer

from kiosk import durable
from kiosk.cli import packing
from kiosk.cli.base import DataOption, ExitCode, JsonOption, say, server_for, tell, wrong_use
from kiosk.client import Client, ConnectionLost, Refused
from kiosk.settings import places
from kiosk.storage.export import Profile

_WRONG_USE = (400, 404)


def export(
    run: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="A run id or an execution id.", show_default=False)
    ] = None,
    format_name: Annotated[
        str, typer.Option("--format", metavar="FORMAT", help="One run as json, xml, pdf, docx or zip.")
    ] = "pdf",
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="PATH",
            help="The file, or the folder for it; - is standard output.",
            show_default="here, named for the run",
        ),
    ] = None,
    language: Annotated[
        str | None, typer.Option(help="Language of the report.", show_default="the settings'")
    ] = None,
    to: Annotated[
        str | None,
        typer.Option(metavar="PATH", help="Many runs as one package, into this folder or drive.", show_default=False),
    ] = None,
    session: Annotated[
        str | None, typer.Option(metavar="LABEL", help="With --to: only of this workshop.", show_default=False)
    ] = None,
    date_from: Annotated[
        str | None, typer.Option(metavar="DAY", help="With --to: from this day (YYYY-MM-DD).", show_default=False)
    ] = None,
    date_to: Annotated[
        str | None, typer.Option(metavar="DAY", help="With --to: up to this day.", show_default=False)
    ] = None,
    device: Annotated[
        str | None, typer.Option(metavar="ID", help="With --to: only of this device.", show_default=False)
    ] = None,
    lens: Annotated[
        str | None, typer.Option("--config", metavar="ID", help="With --to: only of this lens.", show_default=False)
    ] = None,
    favorites: Annotated[bool, typer.Option("--favorites", help="With --to: only starred runs.")] = False,
    profile: Annotated[
        Profile, typer.Option(help="With --to: byte for byte, without names, or starred works for the public.")
    ] = Profile.FULL,
    own_archive: Annotated[
        bool, typer.Option("--own-archive", help="With --to: also runs without consent for research.")
    ] = False,
    prompts: Annotated[
        bool, typer.Option("--prompts", help="With --profile public: copies may tell what was asked for.")
    ] = False,
    resume: Annotated[
        str | None,
        typer.Option(metavar="ID", help="Go on with this package, with --to on another drive.", show_default=False),
    ] = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write one run as a file to take along, or (--to) many as one package. Nothing is overwritten."""
    many = to is not None or resume is not None
    if many == (run is not None):
        wrong_use("name one run, or where many go (--to)", as_json)
    with server_for(places(data)) as client:
        try:
            if run is not None:
                export_one(client, run, format_name, out, language)
                return
            target = packing.target_of(to) if to is not None else None
            if resume is not None:
                begun = client.post(f"/api/exports/{resume}/resume", {"target": target})
            else:
                chosen = {"session_id": session, "date_from": date_from, "date_to": date_to, "device_id": device}
                wanted: dict[str, Any] = {name: value for name, value in chosen.items() if value is not None}
                wanted |= {"config": lens} if lens is not None else {}
                wanted["favorites"] = favorites
                body = {"target": target, "profile": str(profile), "own_archive": own_archive, "prompts": prompts}
                begun = client.post("/api/exports", {**body, "filter": wanted})
            packing.pack(client, begun, as_json=as_json)
        except Refused as refused:
            say(refused.detail)
            raise typer.Exit(ExitCode.WRONG_USE if refused.status in _WRONG_USE else ExitCode.FAILED) from refused


def export_one(client: Client, run: str, format_name: str, out: Path | None, language: str | None) -> None:
    """Write one run into a file that is not there yet. Raises `Refused`, `ConnectionLost`."""
    path = f"/api/runs/{run}/export/{format_name}"
    query = {"language": language}
    if out is not None and str(out) == "-":
        client.download(path, query, sys.stdout.buffer)
        return
    target = out or Path()
    if target.is_dir():
        target /= f"{run}.{format_name}"
    part = target.with_name(target.name + durable.PART)
    try:
        if target.exists():
            raise FileExistsError(target)
        with _new_file(part) as file:
            client.download(path, query, file)
            file.flush()
            durable.sync_data(file.fileno())
        part.rename(target)
        durable.sync_folder(target.parent)
    except (OSError, Refused, ConnectionLost) as error:
        if not isinstance(error, FileExistsError):
            durable.remove_quietly(part)
        if not isinstance(error, OSError):
            raise
        say(f"{target}: {error.strerror or 'there is a file of this name already'}")
        raise typer.Exit(ExitCode.FAILED) from error
    tell(str(target))


def _new_file(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600), "wb")
