"""`kiosk lens` and `kiosk workflow`: the files that a teacher writes."""

import json
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer

from kiosk.cli.base import DataOption, ExitCode, JsonOption, print_json, say, tell, wrong_use
from kiosk.engine.backends.comfyui_graphs import parse_graph
from kiosk.engine.configs import Configs
from kiosk.engine.workflows import as_toml, propose
from kiosk.settings import assets_dir, load, places

lens_app = typer.Typer(help="Lenses and output configs.", no_args_is_help=True)
workflow_app = typer.Typer(help="Graphs from ComfyUI as outputs.", no_args_is_help=True)


@lens_app.command("lint")
def lint(data: DataOption = None, as_json: JsonOption = False) -> None:
    """Everything in lens and output files that cannot be used or could be better. Exit code 1 if there is any."""
    configs = Configs.load(assets_dir() / "configs", places(data).own_configs)
    problems = configs.lint()
    if as_json:
        print_json([{"file": str(p.file), "line": p.line, "field": p.field, "problem": p.problem} for p in problems])
    else:
        for problem in problems:
            tell(str(problem))
        tell(f"{len(configs.interception)} lenses, {len(configs.output)} outputs, {len(problems)} problems")
    if problems:
        raise typer.Exit(ExitCode.FAILED)


@workflow_app.command("add")
def add(
    graph_file: Annotated[Path, typer.Argument(metavar="GRAPH", exists=True, dir_okay=False)],
    name: Annotated[str | None, typer.Option(help="Id of the new output.", show_default="the file's name")] = None,
    url: Annotated[
        str | None, typer.Option(help="The ComfyUI that it is checked against.", show_default="the settings'")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only print the config.")] = False,
    data: DataOption = None,
) -> None:
    """Make an output of a graph that was exported from ComfyUI in API format.

    Finds prompt, negative prompt, seed and size, checks the graph against the box if one answers, and writes both
    files into the data folder's configs.
    """
    where = places(data)
    config_id = name or graph_file.stem.lower().replace("-", "_").replace(" ", "_")
    try:
        graph = parse_graph(graph_file.read_bytes())
    except (OSError, ValueError) as error:
        wrong_use(f"{graph_file}: {error}", as_json=False)
    box = url or load(where).settings.comfyui.url
    known = _object_info(box) if box else None
    proposal = propose(graph, known)
    for problem in proposal.problems:
        say(problem)
    workflow = f"{config_id}.json"
    text = as_toml(config_id, workflow, proposal, {"de": config_id, "en": config_id})
    if dry_run:
        tell(text)
        return
    folder = where.own_configs
    for place, content in (
        (folder / "workflows" / workflow, json.dumps(graph, indent=2, ensure_ascii=False)),
        (folder / "output" / f"{config_id}.toml", text),
    ):
        if place.exists():
            wrong_use(f"{place} is there already; give another --name", as_json=False)
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        place.write_text(content, encoding="utf-8")
        tell(str(place))


def _object_info(url: str) -> dict[str, Any] | None:
    try:
        answer = httpx.get(f"{url}/object_info", timeout=20.0, trust_env=False)
        answer.raise_for_status()
        info: dict[str, Any] = answer.json()
    except (httpx.HTTPError, ValueError):
        say(f"{url} does not answer: the graph is not checked against a box")
        return None
    return info
