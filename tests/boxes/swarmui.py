"""A SwarmUI server by its protocol, with no model behind it: sessions, the websocket, errors in 200."""

import asyncio
import base64
import itertools
import json
from typing import Any
from urllib.parse import unquote

from tests.boxes import samples
from tests.boxes.server import Box, Exchange, Gone, Socket


class Stopped(Exception):
    """A job was interrupted."""


class SwarmUI(Box):
    """The server. `jobs` counts the jobs at work for each session; `flaws` are things that real servers do."""

    def __init__(self, port: int = 0, *, models: list[str] | None = None, step_s: float = 0.0) -> None:
        super().__init__(port)
        self.models = models or ["sd35_large.safetensors"]
        self.step_s = step_s
        self.flaws: set[str] = set()
        self.jobs: dict[str, int] = {}
        self.stopped: list[str] = []
        self.files: dict[str, bytes] = {}
        self._count = itertools.count(1)

    def died(self) -> None:
        """Sessions and jobs are gone."""
        self.jobs.clear()

    async def start(self) -> None:
        """Listen, with no sessions."""
        self.died()
        await super().start()

    async def answer(self, exchange: Exchange) -> None:
        """Routes below /API, and pictures below /View."""
        request = exchange.request
        if request.path.startswith("/View/"):
            data = self.files.get(request.path.removeprefix("/"))
            if data is None:
                await exchange.reply_json({"error_id": "file_not_found", "error": "no such file"}, 404)
            else:
                await exchange.reply(200, data, "image/png")
        elif "upgrade" in request.headers:
            await self._websocket(exchange)
        elif request.method != "POST" or "content-length" not in request.headers:
            await exchange.reply_json({"error_id": "basic_api", "error": "bad content length"}, 400)
        else:
            await self._route(exchange, request.path.rsplit("/", 1)[-1].lower())

    async def _route(self, exchange: Exchange, route: str) -> None:
        try:
            body = exchange.request.json()
        except ValueError:
            await exchange.reply_json({"error_id": "basic_api", "error": "bad JSON"}, 400)
            return
        if route == "getnewsession":
            session = f"session-{next(self._count)}"
            self.jobs[session] = 0
            await exchange.reply_json(
                {"session_id": session, "user_id": "local", "version": "0.9.7", "permissions": []}
            )
        elif body.get("session_id") not in self.jobs:
            await exchange.reply_json({"error_id": "invalid_session_id", "error": "Invalid session ID."}, 401)
        elif route == "interruptall":
            self.stopped.append(body["session_id"])
            await exchange.reply_json({"success": True})
        elif route == "getcurrentstatus":
            live = self.jobs[body["session_id"]]
            status = {"waiting_gens": 0, "loading_models": 0, "waiting_backends": 0, "live_gens": live}
            await exchange.reply_json({"status": status, "backend_status": {"status": "running"}})
        elif route == "listmodels":
            await exchange.reply_json({"folders": [], "files": [{"name": name} for name in self.models]})
        elif route == "generatetext2image":
            await self._blocking(exchange, body)
        else:
            await exchange.reply_json({"error_id": "bad_route", "error": "Unknown API route."}, 400)

    async def _blocking(self, exchange: Exchange, body: dict[str, Any]) -> None:
        images = []
        try:
            async for message in self._job(body):
                if "image" in message and int(message["batch_index"]) >= 0:
                    images.append(message["image"])
                if "error" in message:
                    await exchange.reply_json(message)
                    return
        except Stopped:
            await exchange.reply_json({"error": "Generation session interrupted."})
            return
        await exchange.reply_json({"images": images})

    async def _websocket(self, exchange: Exchange) -> None:
        socket = await exchange.websocket()
        async for message in socket.messages():
            await self._talk(socket, json.loads(message))
            break
        await socket.close()

    async def _talk(self, socket: Socket, body: dict[str, Any]) -> None:
        if body.get("session_id") not in self.jobs:
            await _say(socket, {"error_id": "invalid_session_id", "error": "Invalid session ID."})
            return
        await _say(socket, {"status": {"waiting_gens": 1}, "backend_status": {"status": "running"}})
        listening = True
        try:
            async for message in self._job(body):
                if listening:
                    try:
                        await _say(socket, message)
                    except Gone:
                        listening = False  # closing the socket stops nothing
        except Stopped:
            await _say(socket, {"error": "Generation session interrupted."})
            return
        if listening:
            await _say(socket, {"socket_intention": "close"})

    async def _job(self, body: dict[str, Any]) -> Any:
        """What is told while one request is worked on; raises `Stopped`."""
        session = body["session_id"]
        if body.get("model") not in self.models:
            yield {"error": f"Invalid model value for param Model - '{body.get('model')}' - are you sure it exists?"}
            return
        self.jobs[session] += 1
        try:
            steps = int(body.get("steps", 4))
            frame = "data:image/jpeg;base64," + base64.b64encode(samples.picture(kind="JPEG")).decode()
            for step in range(1, steps + 1):
                await asyncio.sleep(self.step_s)
                if session in self.stopped:
                    raise Stopped
                part = {"batch_index": "0", "request_id": "1", "overall_percent": step / steps, "preview": frame}
                yield {"gen_progress": part | {"current_percent": step / steps}}
            yield {"keep_alive": True}
            if "intermediates" in self.flaws:
                yield {"image": self._keep(body, 99), "batch_index": "-11", "request_id": "1", "metadata": ""}
            yield {"image": self._keep(body, 0), "batch_index": "0", "request_id": "1", "metadata": "{}"}
            if "discards" in self.flaws:
                yield {"image": self._keep(body, 1), "batch_index": "1", "request_id": "1", "metadata": "{}"}
                yield {"discard_indices": [0]}
        finally:
            if session in self.jobs:
                self.jobs[session] -= 1
            self.moved()

    def _keep(self, body: dict[str, Any], number: int) -> str:
        picture = samples.picture(int(body.get("width", 64)), int(body.get("height", 48)), int(body["seed"]) + number)
        if body.get("donotsave"):
            return "data:image/png;base64," + base64.b64encode(picture).decode()
        path = f"View/local/raw/2026-11-20/{number} {body['prompt'][:30]}-#100%.png"
        self.files[unquote(path)] = picture
        self.files[path] = picture
        return path


async def _say(socket: Socket, message: dict[str, Any]) -> None:
    await socket.send(json.dumps(message), next(iter(message)))
