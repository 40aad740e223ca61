"""`kiosk reindex`, `history`, `verify`, `clean`, `erase`, `pin`: the teacher's and the technician's upkeep."""

import re
from typing import Annotated, Any

import typer

from kiosk.cli.base import DataOption, ExitCode, JsonOption, megabytes, print_json, say, server_for, tell, wrong_use
from kiosk.settings import places

history_app = typer.Typer(help="The records of whole runs in exports/pipeline_runs.", no_args_is_help=True)
_DAMAGE = {
    "torn": "line {line} of its journal is torn off",
    "broken": "line {line} of its journal was changed",
    "gap": "lines are missing before line {line} of its journal",
    "cut": "its journal ends too early, line {line} is missing",
    "missing": "a file that its record names is not there",
}
_DAYS = re.compile(r"([0-9]{1,5})d?")


def _post(data: DataOption, path: str, body: dict[str, Any]) -> Any:
    with server_for(places(data)) as client:
        return client.post(f"/api/housekeeping/{path}", body)


def reindex(data: DataOption = None, as_json: JsonOption = False) -> None:
    """Make the list of runs anew from the run folders."""
    state = _post(data, "reindex", {})
    if as_json:
        print_json(state)
    else:
        tell(f"{state['runs']} runs in the list, {state['damaged']} of them damaged")


@history_app.command("rebuild")
def rebuild_history(data: DataOption = None, as_json: JsonOption = False) -> None:
    """Make history records, metadata and text files again from the journals, where they are missing or differ."""
    made = _post(data, "history", {})
    if as_json:
        print_json(made)
    else:
        tell(f"{len(made['runs'])} runs had something to make again")


def verify(
    data: DataOption = None,
    repair: Annotated[bool, typer.Option(help="Make again what is derived and missing or different.")] = True,
    as_json: JsonOption = False,
) -> None:
    """Check every hash of every run. Exit code 1 when something that was kept is damaged or gone."""
    report = _post(data, "verify", {"repair": repair})
    if as_json:
        print_json(report)
    else:
        tell(f"{report['runs']} runs, {report['files']} files, {megabytes(report['size_bytes'])}")
        for run in report["faulty"]:
            parts = [_in_words(one) for one in run["damage"]]
            parts += [f"{name} is not there" for name in run["missing"]]
            parts += [f"{name} was changed" for name in run["changed"]]
            tell(f"{run['run_id']}: " + "; ".join(dict.fromkeys(parts)))
        for run in report["repaired"]:
            tell(f"{run['run_id']}: made again {', '.join(run['repaired'])}")
        if report["faulty"]:
            tell("What is damaged is shown as it is and never made up. If you have a whole copy, keep it.")
    if report["faulty"]:
        raise typer.Exit(ExitCode.FAILED)


def _in_words(damage: str) -> str:
    """A damage (`line kind`, see `storage.journal.Damage`) as a sentence."""
    line, _, kind = damage.partition(" ")
    if line == "0" and kind == "broken":
        return "its record cannot be read or names another run"
    return _DAMAGE.get(kind, damage).format(line=line)


def clean(
    older_than: Annotated[
        str | None, typer.Option(metavar="DAYS", help="Also runs older than this, as 90d.", show_default=False)
    ] = None,
    keep_favorites: Annotated[bool, typer.Option("--keep-favorites", help="Spare starred runs.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Erase runs whose time is over, and say what that freed."""
    days = _DAYS.fullmatch(older_than) if older_than is not None else None
    if older_than is not None and days is None:
        wrong_use(f"--older-than {older_than}: give days, as 90d", as_json)
    body = {
        "older_than_days": int(days[1]) if days else None,
        "keep_favorites": keep_favorites,
        "dry_run": dry_run,
    }
    done = _post(data, "clean", body)
    if as_json:
        print_json(done)
    else:
        verb = "would go" if dry_run else "are gone"
        tell(f"{len(done['runs'])} runs {verb}, {megabytes(done['size_bytes'])}")
        if done["kept_favorites"]:
            tell(f"{done['kept_favorites']} starred runs stay")


def erase(
    run: Annotated[str | None, typer.Option(metavar="ID", help="One run.", show_default=False)] = None,
    device: Annotated[str | None, typer.Option(metavar="ID", help="All of one device.", show_default=False)] = None,
    person: Annotated[
        str | None, typer.Option(metavar="LABEL", help="All of one user label.", show_default=False)
    ] = None,
    session: Annotated[
        str | None, typer.Option(metavar="LABEL", help="With --person: only in this workshop.", show_default=False)
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Erase a run, a device or a person everywhere: folders, history, list, stars, thumbnails. Prints a receipt."""
    if sum(choice is not None for choice in (run, device, person)) != 1:
        wrong_use("name exactly one of --run, --device, --person", as_json)
    if not yes and not typer.confirm("This cannot be undone. Erase?", err=True):
        raise typer.Exit(ExitCode.FAILED)
    with server_for(places(data)) as client:
        if run is not None:
            receipt = client.post(f"/api/runs/{run}/erase", {})
        else:
            body = {"device_id": device, "user_id": person, "session_id": session}
            receipt = client.post("/api/housekeeping/erase", body)
    if not (receipt["runs"] or receipt["favorites"] or receipt["busy"]):
        say("Nothing was found under this name, so nothing was erased. See: kiosk runs list --json")
    print_json(receipt)


def pin(data: DataOption = None) -> None:
    """Set the teacher's PIN: at least 6 characters, typed twice and never shown."""
    chosen = typer.prompt("New PIN", hide_input=True, confirmation_prompt=True, err=True)
    with server_for(places(data)) as client:
        client.put("/api/teacher/pin", {"pin": chosen})
    say("The PIN is set.")
