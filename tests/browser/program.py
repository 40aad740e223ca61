"""The real program as a child process, for tests that look at it from a browser."""

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from msgspec import Struct

START = "from kiosk.cli import main; main()"


class Program(Struct, frozen=True):
    """A running `kiosk serve`: where it listens, the token of its API clients, its data folder."""

    url: str
    token: str
    data: Path

    def enter_url(self, device_id: str | None = None, user_id: str = "blue-fox", role: str = "child") -> str:
        """A fresh link for a device, the kiosk's own unless another is named; good once.

        Whoever comes has said who they are; as `anonymous` they come into the welcome room.
        """
        device_id = device_id or self.ask("/api/session")["device_id"]
        asked = {"device_id": device_id, "user_id": user_id, "role": role}
        return str(self.ask("/api/sessions", asked)["enter_url"])

    def put(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """The JSON answer to a `PUT`."""
        return self.ask(path, body, method="PUT")

    def change(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """The JSON answer to a `PATCH`."""
        return self.ask(path, body, method="PATCH")

    def ask(self, path: str, body: dict[str, Any] | None = None, *, method: str | None = None) -> dict[str, Any]:
        """The JSON answer of an endpoint; without a `method` a body is posted."""
        request = urllib.request.Request(  # noqa: S310 - always our own http address
            self.url + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=60) as response:  # noqa: S310 - a busy machine is slow, not wrong
            answer: dict[str, Any] = json.load(response)
        return answer

    def make(self, idea: str, **fields: Any) -> dict[str, Any]:
        """A whole run of the kiosk's own desk, made without a screen."""
        request = {"schema": "dada", "input_text": idea, "output_configs": ["sketchbook_image"], "language": "de"}
        return self.ask("/api/schema/pipeline/execute", {**request, **fields})

    def wordings(self, run_id: str) -> list[str]:
        """The file names of all wordings of a run on disk, in order."""
        (folder,) = self.data.glob(f"exports/json/*/*/{run_id}")
        return sorted(path.name for path in (folder / "prompting_process").iterdir())


@contextmanager
def running(data: Path, port: int = 0) -> Iterator[Program]:
    """Start the program on a data folder, at a free port unless one is named, and stop it."""
    command = [sys.executable, "-c", START, "serve", "--port", str(port), "--json", "--data", str(data)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            announced = json.loads(process.stdout.readline())
            yield Program(announced["url"], announced["token"], data)
        finally:
            process.terminate()
            process.wait(20)
