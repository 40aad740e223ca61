"""A ComfyUI server as three real versions of it behave, with no model behind it.

Its queue, history, files, websocket and their races are the real ones; sampling steps take `step_s`, nodes
`node_s`, and history appears `history_delay_s` after success was told. `files` restricts which model files it has.
"""

import asyncio
import contextlib
import heapq
import itertools
import json
import re
import uuid
from email import message_from_bytes
from typing import Any
from urllib.parse import urlsplit

from tests.boxes import comfyui_graph as graphs
from tests.boxes.comfyui_graph import NODES, Refusal, check, object_info
from tests.boxes.comfyui_worker import Execution, Prompt, Store, now_ms
from tests.boxes.server import Box, Exchange, Gone, Socket

MIME = {
    "png": "image/png",
    "webp": "image/webp",
    "mp4": "video/mp4",
    "webm": "video/webm",
    "flac": "audio/flac",
    "mp3": "audio/mpeg",
    "glb": "model/gltf-binary",
}
HISTORY_LIMIT = 10_001
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


class ComfyUI(Box):
    """The server. Its fields are what a test looks at: `queue`, `running`, `history`, `store`."""

    def __init__(
        self,
        port: int = 0,
        *,
        version: str = "0.26.0",
        step_s: float = 0.0,
        node_s: float = 0.0,
        history_delay_s: float = 0.0,
        previews: bool = True,
        knows_flags: bool = True,
        files: dict[str, list[str]] | None = None,
    ) -> None:
        super().__init__(port)
        self.version = version
        self.version_number = tuple(int(part) for part in version.split("."))
        self.step_s, self.node_s, self.history_delay_s = step_s, node_s, history_delay_s
        self.previews = previews
        self.knows_flags = knows_flags
        self.model_files = files
        self.failing: dict[str, str] = {}
        self.store = Store()
        self.history_limit = HISTORY_LIMIT
        self.freed: list[dict[str, Any]] = []
        self._forget()

    def _forget(self) -> None:
        self.queue: list[tuple[float, int, Prompt]] = []
        self.running: Execution | None = None
        self.history: dict[str, dict[str, Any]] = {}
        self.cache: dict[str, dict[str, Any] | None] = {}
        self.interrupt = False
        self._count = itertools.count()
        self._work = asyncio.Event()
        self._sockets: dict[str, Socket] = {}
        self._flags: dict[Socket, bool] = {}
        self._outgoing: asyncio.Queue[tuple[str | None, str | bytes, str]] = asyncio.Queue()
        self.store.files = {key: data for key, data in self.store.files.items() if key[0] != "temp"}

    async def start(self) -> None:
        """Listen and work; what was in the queue and the history of an earlier start is gone."""
        self._forget()
        await super().start()
        self._loops = [self.spawn(self._worker()), self.spawn(self._publisher())]

    def kill(self) -> None:
        """Stop working, too."""
        for loop in getattr(self, "_loops", []):
            if loop is not asyncio.current_task():
                loop.cancel()
        super().kill()

    # -- telling ------------------------------------------------------------------------------------------------

    def tell(self, client_id: str | None, kind: str, data: dict[str, Any]) -> None:
        """Queue a JSON message for one client, or for all."""
        self.publish(client_id, json.dumps({"type": kind, "data": data}), kind)

    def publish(self, client_id: str | None, message: str | bytes, label: str) -> None:
        """Queue any message."""
        self._outgoing.put_nowait((client_id, message, label))
        self.moved()

    def wants_metadata(self, client_id: str | None) -> bool:
        """Whether this client asked for previews with metadata."""
        socket = self._sockets.get(client_id or "")
        return socket is not None and self._flags.get(socket, False)

    def _status(self) -> None:
        count = len(self.queue) + (1 if self.running else 0)
        self.tell(None, "status", {"status": {"exec_info": {"queue_remaining": count}}})

    async def _publisher(self) -> None:
        """One after the other to all sockets: a client that does not read holds up everybody."""
        while True:
            client_id, message, label = await self._outgoing.get()
            to = [self._sockets[client_id]] if client_id in self._sockets else []
            for socket in list(self._sockets.values()) if client_id is None else to:
                with contextlib.suppress(Gone):
                    await socket.send(message, label)

    # -- working ------------------------------------------------------------------------------------------------

    async def _worker(self) -> None:
        while True:
            while not self.queue:
                self._work.clear()
                await self._work.wait()
            _, _, prompt = heapq.heappop(self.queue)
            self.running = Execution(self, prompt)
            self._status()
            await asyncio.sleep(0)
            self.interrupt = False  # what came before the start is lost
            await self.running.run()
            self.history[prompt.id] = self.running.history()
            if len(self.history) > self.history_limit:
                del self.history[next(iter(self.history))]
            self.running = None
            self._status()
            self.moved()
            if prompt.client_id is not None:
                self.tell(prompt.client_id, "executing", {"node": None, "prompt_id": prompt.id})

    # -- answering ----------------------------------------------------------------------------------------------

    async def answer(self, exchange: Exchange) -> None:
        """Every route, also below /api."""
        request = exchange.request
        if not self._origin_is_ours(request.headers):
            await exchange.reply(403, b"", "")
            return
        path = request.path
        if path.startswith("/api/jobs"):
            await self._jobs(exchange, path.removeprefix("/api/jobs").strip("/"))
            return
        path = path.removeprefix("/api") if path.startswith("/api/") else path
        parts = path.strip("/").split("/")
        handler = getattr(self, f"_{request.method.lower()}_{parts[0]}", None)
        if handler is None:
            await exchange.reply(404, b"", "application/octet-stream")
            return
        try:
            await handler(exchange, *parts[1:])
        except (ValueError, TypeError, AttributeError, KeyError):
            text = b"500 Internal Server Error\n\nServer got itself in trouble"
            await exchange.reply(500, text, "text/plain; charset=utf-8")

    def _origin_is_ours(self, headers: dict[str, str]) -> bool:
        origin = headers.get("origin")
        if origin is None or origin == "null":
            return True
        return urlsplit(origin).netloc == headers.get("host")

    def has_file(self, folder: str, name: str) -> bool:
        """Whether a model file, or an uploaded one, is there."""
        if folder == "input":
            below, _, last = str(name).rpartition("/")
            return ("input", below, last) in self.store.files
        return self.model_files is None or name in self.model_files.get(folder, [])

    def files_of(self, folder: str) -> list[str]:
        """What choices and lists name."""
        if folder == "input":
            return [name for kind, below, name in self.store.files if kind == "input" and not below]
        return list((self.model_files or {}).get(folder, []))

    async def _get_ws(self, exchange: Exchange) -> None:
        client_id = exchange.request.query.get("clientId") or uuid.uuid4().hex
        socket = await exchange.websocket()
        self._sockets[client_id] = socket
        count = len(self.queue) + (1 if self.running else 0)
        data = {"status": {"exec_info": {"queue_remaining": count}}, "sid": client_id}
        await socket.send(json.dumps({"type": "status", "data": data}), "status")
        if self.running and self.running.prompt.client_id == client_id and self.running.current:
            await socket.send(json.dumps({"type": "executing", "data": {"node": self.running.current}}), "executing")
        first = True
        async for message in socket.messages():
            if first:
                await self._flag(socket, message)
            first = False
        self._flags.pop(socket, None)
        self._sockets.pop(client_id, None)  # also takes away a newer socket of the same client

    async def _flag(self, socket: Socket, message: str | bytes) -> None:
        with contextlib.suppress(ValueError, TypeError):
            told = json.loads(message)
            if self.knows_flags and told["type"] == "feature_flags":
                self._flags[socket] = told["data"].get("supports_preview_metadata") is True
                flags = {"supports_preview_metadata": True, "max_upload_size": 104857600}
                await socket.send(json.dumps({"type": "feature_flags", "data": flags}), "feature_flags")

    async def _get_prompt(self, exchange: Exchange) -> None:
        count = len(self.queue) + (1 if self.running else 0)
        await exchange.reply_json({"exec_info": {"queue_remaining": count}})

    async def _post_prompt(self, exchange: Exchange) -> None:
        body = exchange.request.json()
        try:
            prompt, errors = self._accept(body)
        except Refusal as refusal:
            await exchange.reply_json(refusal.body, 400)
            return
        heapq.heappush(self.queue, (prompt.number, len(self.said), prompt))
        self._status()
        self._work.set()
        await exchange.reply_json({"prompt_id": prompt.id, "number": prompt.number, "node_errors": errors})

    def _accept(self, body: Any) -> tuple[Prompt, dict[str, Any]]:
        number = float(body["number"]) if isinstance(body, dict) and "number" in body else next(self._count)
        if not isinstance(body, dict) or "prompt" not in body:
            raise Refusal("no_prompt", "No prompt provided", "No prompt provided")
        if isinstance(body.get("client_id"), list | dict):
            self.kill()  # an unhashable key in the websocket loop ends the real process
            raise Gone
        prompt_id = str(body["prompt_id"]) if "prompt_id" in body else str(uuid.uuid4())
        if self.version_number >= (0, 25) and not _UUID.fullmatch(prompt_id):
            raise Refusal("invalid_prompt_id", "prompt_id must be a valid UUID", prompt_id)
        outputs, errors = check(body["prompt"], self.has_file, self.version_number)
        extra = dict(body.get("extra_data") or {})
        if "client_id" in body:
            extra["client_id"] = body["client_id"]
        if self.version_number >= (0, 12):
            extra["create_time"] = now_ms()
        front = -number if body.get("front") else number
        return Prompt(front, prompt_id, body["prompt"], extra, outputs), errors

    async def _get_queue(self, exchange: Exchange) -> None:
        running = [self.running.prompt.item()] if self.running else []
        pending = [prompt.item() for _, _, prompt in self.queue]
        await exchange.reply_json({"queue_running": running, "queue_pending": pending})

    async def _post_queue(self, exchange: Exchange) -> None:
        body = exchange.request.json()
        if body.get("clear"):
            self.queue.clear()
        for prompt_id in body.get("delete", []):
            self._delete(prompt_id)
        self._status()
        await exchange.reply(200, b"", "")

    def _delete(self, prompt_id: str) -> bool:
        for entry in self.queue:
            if entry[2].id == prompt_id:
                self.queue.remove(entry)
                heapq.heapify(self.queue)
                return True
        return False

    async def _post_interrupt(self, exchange: Exchange) -> None:
        body: Any = {}
        with contextlib.suppress(ValueError):
            body = exchange.request.json() if exchange.request.body else {}
        wanted = body.get("prompt_id")
        if self.running and wanted in (None, self.running.prompt.id):
            self.interrupt = True
        await exchange.reply(200, b"", "")

    async def _get_history(self, exchange: Exchange, prompt_id: str | None = None) -> None:
        if prompt_id is None:
            await exchange.reply_json(self.history)
        elif prompt_id in self.history:
            await exchange.reply_json({prompt_id: self.history[prompt_id]})
        else:
            await exchange.reply_json({})

    async def _post_history(self, exchange: Exchange) -> None:
        body = exchange.request.json()
        if body.get("clear"):
            self.history.clear()
        for prompt_id in body.get("delete", []):
            self.history.pop(prompt_id, None)
        await exchange.reply(200, b"", "")

    async def _get_view(self, exchange: Exchange) -> None:
        query = exchange.request.query
        name, subfolder = query.get("filename", ""), query.get("subfolder", "")
        kind = query.get("type", "output")
        if not name or ".." in name or name.startswith("/") or kind not in ("output", "input", "temp"):
            await exchange.reply(400, b"", "")
            return
        data = self.store.files.get((kind, subfolder, name))
        if data is None:
            await exchange.reply(404, b"", "")
            return
        mime = MIME.get(name.rsplit(".", 1)[-1], "application/octet-stream")
        await exchange.reply(200, data, mime, Content_Disposition=f'filename="{name}"')

    async def _post_upload(self, exchange: Exchange, what: str) -> None:
        fields, upload = _multipart(exchange.request.headers["content-type"], exchange.request.body)
        if upload is None or ".." in fields.get("subfolder", ""):
            await exchange.reply(400, b"", "")
            return
        name, data = upload
        kind, subfolder = fields.get("type", "input"), fields.get("subfolder", "")
        stem, _, extension = name.rpartition(".")
        overwrite = fields.get("overwrite") in ("true", "1")
        for count in itertools.count():
            wanted = name if count == 0 else f"{stem} ({count}).{extension}"
            there = self.store.files.get((kind, subfolder, wanted))
            if there is None or overwrite or there == data:
                break
        self.store.files[(kind, subfolder, wanted)] = data
        await exchange.reply_json({"name": wanted, "subfolder": subfolder, "type": kind})

    async def _get_system_stats(self, exchange: Exchange) -> None:
        system = {"os": "linux", "comfyui_version": self.version, "python_version": "3.11", "argv": ["main.py"]}
        await exchange.reply_json(
            {"system": system, "devices": [{"name": "cpu", "type": "cpu", "vram_total": 8 << 30}]}
        )

    async def _get_features(self, exchange: Exchange) -> None:
        await exchange.reply_json({"supports_preview_metadata": True, "max_upload_size": 104857600})

    async def _get_object_info(self, exchange: Exchange, node_class: str | None = None) -> None:
        names = [node_class] if node_class else list(NODES)
        await exchange.reply_json({name: object_info(name, self.files_of) for name in names if name in NODES})

    async def _get_models(self, exchange: Exchange, folder: str | None = None) -> None:
        known = {
            spec[1]["folder"] for facts in NODES.values() for spec in facts["required"].values() if "FILE" in spec
        }
        if folder is None:
            await exchange.reply_json(sorted(known - {"input"}))
        elif folder in known:
            await exchange.reply_json(self.files_of(folder))
        else:
            await exchange.reply(404, b"", "")

    async def _post_free(self, exchange: Exchange) -> None:
        self.freed.append(exchange.request.json())
        if self.freed[-1].get("free_memory"):
            self.cache.clear()
        await exchange.reply(200, b"", "")

    async def _jobs(self, exchange: Exchange, rest: str) -> None:
        parts = rest.split("/") if rest else []
        cancels = exchange.request.method == "POST" and len(parts) == 2 and parts[1] == "cancel"
        if self.version_number < (0, 12) or (cancels and self.version_number < (0, 26)):
            await exchange.reply(404, b"", "application/octet-stream")
        elif cancels:
            running = self.running is not None and self.running.prompt.id == parts[0]
            self.interrupt = self.interrupt or running
            await exchange.reply_json({"cancelled": running or self._delete(parts[0])})
        else:
            await exchange.reply_json({"error": "Job not found"}, 404)


def _multipart(content_type: str, body: bytes) -> tuple[dict[str, str], tuple[str, bytes] | None]:
    message = message_from_bytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body)
    fields: dict[str, str] = {}
    upload = None
    for part in message.walk():
        name = part.get_param("name", header="content-disposition")
        data = part.get_payload(decode=True)
        if not isinstance(data, bytes):
            continue
        if name == "image":
            upload = (str(part.get_filename()), data)
        elif isinstance(name, str):
            fields[name] = data.decode()
    return fields, upload


__all__ = ["ComfyUI", "graphs"]
