"""Writes docs/reference.md: every setting, command and endpoint, from the program itself.

`python scripts/reference.py` writes it; a test holds that it is current.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "reference.md"
_OPENING = """# Reference

Made by `scripts/reference.py` from the program itself; do not edit by hand. Lens and output files are described in
[configs.md](configs.md), the answers of the endpoints in the program at `/api/docs`.
"""


def page() -> str:
    """The whole page."""
    return "\n".join([_OPENING, *_settings(), *_commands(), *_endpoints()])


def _settings() -> Iterator[str]:
    from kiosk import settings

    yield "## Settings\n"
    yield f"In `{settings.FILE_NAME}` in the data folder, a table for each section; a variable wins over the file.\n"
    yield "In a variable a list or a table is written as JSON.\n"
    yield "| setting | default | variable | meaning |\n|---|---|---|---|"
    loaded = settings.Loaded(settings.Settings(), {name: "default" for name, _ in settings.fields()})
    for row in settings.rows(loaded):
        default = json.dumps(row["value"], ensure_ascii=False)
        yield f"| `{row['name']}` | `{default}` | `{row['variable']}` | {row['meaning']} |"
    yield ""


def _commands() -> Iterator[str]:
    from kiosk.cli import app

    yield "## Commands\n"
    yield from _command("kiosk", typer.main.get_command(app))


def _command(path: str, command: Any) -> Iterator[str]:
    yield f"### `{path}`\n"
    yield f"{' '.join((command.help or '').replace('**', '').split())}\n"
    options = [parameter for parameter in command.params if parameter.name != "help"]
    if options:
        yield "| option | meaning |\n|---|---|"
        for option in options:
            name = ", ".join(f"`{flag}`" for flag in option.opts) if option.param_type_name == "option" else ""
            yield f"| {name or f'`{option.name.upper()}`'} | {getattr(option, 'help', '') or ''} |"
        yield ""
    for name, sub in getattr(command, "commands", {}).items():
        yield from _command(f"{path} {name}", sub)


def _endpoints() -> Iterator[str]:
    from kiosk.server.openapi import document

    yield "## Endpoints\n"
    yield "| method and path | what it is for |\n|---|---|"
    for path, methods in sorted(json.loads(document())["paths"].items()):
        for method, operation in methods.items():
            yield f"| {method.upper()} `{path}` | {operation.get('summary', '')} |"
    yield ""


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    sys.stdout.write(f"{PAGE.relative_to(ROOT)} is current\n")
