"""`kiosk export`: what leaves the house."""

import os
import sys
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from kiosk import durable
from kiosk.cli.base import DataOption, ExitCode, say, server_for
from kiosk.client import Client, ConnectionLost, Refused
from kiosk.settings import places

_WRONG_USE = (400, 404)


def export(
    run: Annotated[str, typer.Argument(metavar="ID", help="A run id or an execution id.")],
    format_name: Annotated[
        str, typer.Option("--format", metavar="FORMAT", help="One run as json, xml or zip.")
    ] = "zip",
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
    data: DataOption = None,
) -> None:
    """Write one run as a file to take along. Nothing is overwritten."""
    with server_for(places(data)) as client:
        try:
            export_one(client, run, format_name, out, language)
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
    typer.echo(target)


def _new_file(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600), "wb")
