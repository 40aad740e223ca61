"""`kiosk warmup`: load the models before the children come."""

import sys
import time
from typing import Any

import typer

from kiosk.cli.base import DataOption, ExitCode, JsonOption, print_json, server_for, tell
from kiosk.settings import places

_LOOK_S = 0.3


def warmup(data: DataOption = None, as_json: JsonOption = False) -> None:
    """Load the text models and send the smallest job to each box; says how many seconds each took.

    Of use beside a running program. Exit code 1 when a box could not be warmed.
    """
    with server_for(places(data)) as client:
        state = client.post("/api/warmup", {})
        told: set[int] = set()
        while True:
            for number, step in enumerate(state["steps"]):
                if step["state"] not in ("waiting", "working") and number not in told:
                    told.add(number)
                    if not as_json:
                        tell(_sentence(step))
            if not state["running"]:
                break
            _show_work(state["steps"])
            time.sleep(_LOOK_S)
            state = client.get("/api/warmup")
    if as_json:
        print_json(state)
    if any(step["state"] == "failed" for step in state["steps"]):
        raise typer.Exit(ExitCode.FAILED)


def _sentence(step: dict[str, Any]) -> str:
    what = " ".join(part for part in (step["box"], step["output"], step["model"]) if part)
    if step["state"] == "done":
        return f"{what}: ready after {step['seconds']:.1f} s"
    return f"{what}: {step['state']}: {step['reason']}"


def _show_work(steps: list[dict[str, Any]]) -> None:
    """What is at work, on one line of a terminal."""
    if not sys.stderr.isatty():
        return
    parts = [
        step["box"] + (f" {step['value']}/{step['total']}" if step["total"] else " ...")
        for step in steps
        if step["state"] == "working"
    ]
    sys.stderr.write("\r\x1b[K" + ", ".join(parts) + "\r")
    sys.stderr.flush()
