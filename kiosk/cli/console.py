"""How the command line shows things to a person: stages as they happen, lists, findings, tables. No decisions.

Imported by what shows something when it does: loading `rich` takes its time.
"""

from pathlib import Path
from typing import Any

import msgspec
from rich import markup
from rich.console import Console
from rich.table import Table
from rich.text import Text

from kiosk.cli.base import shown
from kiosk.client import ServerEvent
from kiosk.engine.results import texts_of
from kiosk.records import ItemType, MediaType, Progress, RunItem, RunMetadata, Step, entity_type_of
from kiosk.storage.answers import OutputCount, Statistics
from kiosk.storage.run_files import folder_of

_STEPS: dict[Step, str] = {
    Step.SAFETY: "Checking the words",
    Step.INTERCEPTION: "Rewriting",
    Step.TRANSLATION: "Translating",
    Step.OPTIMIZATION: "Fitting the wording to the output model",
    Step.SAFETY_PRE_OUTPUT: "Checking the new words",
    Step.MEDIA_GENERATION: "Making",
    Step.MEDIA_SAFETY: "Looking at the picture",
    Step.PIPELINE_COMPLETE: "Done",
}
_STATUS_STYLE = {
    "completed": "green",
    "waiting": "cyan",
    "running": "cyan",
    "blocked": "yellow",
    "cancelled": "dim",
    "interrupted": "magenta",
    "failed": "red",
}
_FINDING_MARK = {"ok": "[green]✓[/]", "note": "[cyan]·[/]", "missing": "[yellow]–[/]", "broken": "[red]✗[/]"}


class Reporter:
    """Live progress of one run. With `as_json` it goes to standard error, and the report is only returned."""

    def __init__(self, as_json: bool) -> None:
        self._as_json = as_json
        self._console = Console(stderr=as_json, highlight=False)
        self._status = self._console.status("Starting ...")
        self._items: list[RunItem] = []
        self._written = ""

    def show(self, event: ServerEvent) -> None:
        """One event of the run's stream."""
        if event.name == "progress":
            self._show_progress(msgspec.json.decode(event.data, type=Progress))
        elif event.name == "item":
            item = msgspec.json.decode(event.data, type=RunItem)
            self._items.append(item)
            self._show_item(item)
        elif event.name == "end":
            self._status.stop()

    def finish(self, status: Any, exports: Path) -> dict[str, Any]:
        """Say how it ended and where the files are; the whole report as an object."""
        self._status.stop()
        metadata = msgspec.convert(status, RunMetadata)
        folder = folder_of(exports, metadata)
        report = {
            "run_id": metadata.run_id,
            "execution_id": metadata.execution_id,
            "status": metadata.status,
            "reason": metadata.reason,
            "run_folder": str(folder),
            "texts": texts_of(self._items),
            "outputs": metadata.outputs,
        }
        if not self._as_json:
            style = _STATUS_STYLE.get(metadata.status, "")
            self._console.print(f"\n[bold {style}]{metadata.status}[/]  {escape(metadata.reason or '')}")
            for output in metadata.outputs:
                self._console.print(f"  {escape(str(folder / output.filename))}", soft_wrap=True)
            self._console.print(f"[dim]{escape(str(folder))}[/]", soft_wrap=True)
        return report

    def _show_progress(self, progress: Progress) -> None:
        if progress.kind == "stage" and progress.step:
            self._written = ""
            self._status.update(f"{_STEPS[progress.step]} {escape(progress.config or '')}")
            self._status.start()
        elif progress.kind == "token" and progress.text:
            self._written = (self._written + progress.text)[-self._console.width :]
            self._status.update(f"Rewriting [dim]{escape(self._written[-60:])}[/]")
        elif progress.kind == "queue":
            about = f", about {progress.estimate_s:.0f} s" if progress.estimate_s else ""
            self._status.update(f"Waiting: place {progress.place}{about}")
        elif progress.kind == "step" and progress.total:
            self._status.update(f"Making {escape(progress.config or '')}: {progress.value}/{progress.total}")

    def _show_item(self, item: RunItem) -> None:
        seconds = f"[dim]{item.execution_time:.2f} s[/]" if item.execution_time is not None else ""
        who = f"[dim]{escape(item.model_used or item.metadata.get('method') or '')}[/]"
        name = entity_type_of(item) or str(item.item_type)
        if item.item_type is ItemType.PIPELINE_START:
            return
        self._console.print(f"[bold]{escape(name)}[/] {who} {seconds}")
        if item.content and item.media_type is MediaType.TEXT:
            self._console.print(Text(shown(item.content)), style="italic", soft_wrap=True)
        elif item.item_type in (ItemType.OUTPUT_ERROR, ItemType.PIPELINE_ERROR):
            self._console.print(Text(shown(item.content or "")), style="red", soft_wrap=True)


def print_runs(page: dict[str, Any]) -> None:
    """A page of runs as a table."""
    console = Console(highlight=False)
    table = Table(box=None, pad_edge=False, header_style="dim")
    # An id is there to be copied: it is never cut.
    widest = max((len(run["run_id"]) for run in page["executions"]), default=0)
    table.add_column("run", no_wrap=True, min_width=widest)
    for heading in ("when", "lens", "status", "device", "items"):
        table.add_column(heading, overflow="fold")
    for run in page["executions"]:
        style = _STATUS_STYLE.get(run["status"], "")
        table.add_row(
            run["run_id"],
            escape(str(run["timestamp"])[:19].replace("T", " ")),
            escape(run["config_name"]),
            f"[{style}]{run['status']}[/]",
            escape(run["device_id"] or ""),
            str(run["items_count"]),
        )
    if page["executions"]:
        console.print(table)
        console.print(f"[dim]{page['returned']} of {page['total']}[/]")
    elif page["total"] or page["filters"]:
        console.print("No such runs.")
    else:
        console.print('No runs yet. Make one: kiosk generate "Eine Blume auf der Wiese" --schema dada')


def print_run(record: dict[str, Any]) -> None:
    """One run, item by item."""
    console = Console(highlight=False)
    console.print(f"[bold]{record['run_id']}[/] {record['execution_id'] or ''}")
    about = f"{record['config_name']} · {record['device_id']} · {record['timestamp']}"
    console.print(f"[dim]{escape(about)}[/]\n")
    for raw in record["items"]:
        item = msgspec.convert(raw, RunItem)
        facts = " · ".join(
            escape(str(fact))
            for fact in (item.model_used, item.backend_used, item.file_path, _seconds(item.execution_time))
            if fact
        )
        console.print(f"{item.sequence_number:>3}  [bold]{item.item_type}[/]  [dim]{facts}[/]")
        if item.content:
            console.print(Text(shown(item.content)), style="italic", soft_wrap=True)


def _seconds(seconds: float | None) -> str | None:
    return None if seconds is None else f"{seconds:.2f} s"


def print_findings(findings: list[Any]) -> None:
    """What the doctor found."""
    console = Console(highlight=False)
    for finding in findings:
        console.print(f"{_FINDING_MARK[finding.state]} [bold]{escape(finding.name)}[/]  {escape(finding.fact)}")
        if finding.remedy:
            console.print(f"    {escape(finding.remedy)}", style="yellow", soft_wrap=True)


def print_settings(file: Path, rows: list[dict[str, Any]]) -> None:
    """The effective settings as a table."""
    console = Console(highlight=False)
    table = Table(box=None, pad_edge=False, header_style="dim")
    for heading in ("setting", "value", "from", "meaning"):
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(row["name"], escape(str(row["value"])), escape(row["source"]), escape(row["meaning"]))
    console.print(table)
    console.print(f"[dim]settings file: {escape(str(file))}[/]", soft_wrap=True)


def print_statistics(found: Statistics) -> None:
    """What the runs amount to, as tables."""
    console = Console(highlight=False)
    console.print(f"[bold]{found.runs}[/] runs, [bold]{found.outputs}[/] finished works")
    if not found.complete:
        console.print("[yellow]The list of runs is being made: not all are counted in yet.[/]")
    if found.by_status:
        console.print(", ".join(f"{escape(name)} {count}" for name, count in found.by_status.items()))
    of = (("lens", found.by_lens), ("model", found.by_model), ("device", found.by_device), ("day", found.by_day))
    for name, counts in of:
        if counts:
            console.print(_counted(name, counts))
    if found.times:
        console.print(_timed(found))
    if found.blocks:
        console.print(_blocked(found))


def _counted(name: str, counts: list[OutputCount]) -> Table:
    table = Table(name, "works", "of which", title=f"Finished works by {name}", title_justify="left")
    table.columns[1].justify = "right"
    for count in counts:
        kinds = ", ".join(f"{kind} {n}" for kind, n in count.media.items())
        table.add_row(escape(count.name) or "-", str(count.total), escape(kinds))
    return table


def _timed(found: Statistics) -> Table:
    table = Table("step", "times", "25 %", "median", "75 %", title="Measured seconds", title_justify="left")
    for column in table.columns[1:]:
        column.justify = "right"
    for step in found.times:
        numbers = (f"{seconds:g}" for seconds in (step.lower, step.median, step.upper))
        table.add_row(step.media_type or step.step, str(step.count), *numbers)
    return table


def _blocked(found: Statistics) -> Table:
    table = Table("stage", "about", "by", "times", title="What the check stopped", title_justify="left")
    table.columns[3].justify = "right"
    for block in found.blocks:
        table.add_row(
            str(block.stage), escape(block.category or "not checked"), block.method or "-", str(block.count)
        )
    return table


def escape(text: str) -> str:
    """A text of others between our own marks: neither the terminal nor rich takes it for theirs."""
    return markup.escape(shown(text))
