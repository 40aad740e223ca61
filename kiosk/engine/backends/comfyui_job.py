"""One job on a ComfyUI server, over HTTP and a websocket: posted, followed, stopped.

HTTP is the truth: a job is over when its history entry is there, and lost when it is neither in the queue nor,
asked after that, in the history. The websocket is for progress and speed; a job goes on without it. Every job
has its own id and its own client id, so that nothing of another's is taken for one's own.
"""

import asyncio
import base64
import contextlib
import logging
import struct
import time
import uuid
from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import WebSocketException

from kiosk import mediatypes
from kiosk.engine.backends import BackendError, Report
from kiosk.engine.backends.comfyui_graphs import Graph, sends_by_websocket, why_failed, why_refused
from kiosk.engine.backends.http import MB, BoxHttp, HttpProblem
from kiosk.engine.backends.sockets import open_socket
from kiosk.records import Progress

log = logging.getLogger(__name__)

_MAX_PREVIEW_BYTES = 2 * MB
_PREVIEW, _PREVIEW_WITH_FACTS = 1, 4
_FLAGS = msgspec.json.encode({"type": "feature_flags", "data": {"supports_preview_metadata": True}}).decode()


class ComfyUILimits(Struct, frozen=True, kw_only=True):
    """How long to wait for what, in seconds.

    `poll_s`: between two looks at queue and history. `reply_s`: for one reply. `away_s`: for a box that does not
    answer. `stuck_s`: without any sign of life of the job, when the websocket is open; `blind_s`: when it is not.
    `stop_s`: for a cancelled job to end. `socket_s`: for the websocket to open and greet.
    """

    poll_s: float = 1.0
    reply_s: float = 20.0
    away_s: float = 15.0
    stuck_s: float = 600.0
    blind_s: float = 3600.0
    stop_s: float = 20.0
    socket_s: float = 3.0


class Job:
    """One graph on the box: posted, followed, stopped."""

    def __init__(
        self, http: BoxHttp, url: str, limits: ComfyUILimits, graph: Graph, prompt_id: str, report: Report
    ) -> None:
        self.prompt_id = prompt_id
        self.pictures: list[bytes] = []
        self.refused: str | None = None
        """Why the box will not make some outputs of a graph of which it took the others."""
        self._client_id = str(uuid.uuid4())
        self._http = http
        self._url = url
        self._limits = limits
        self._graph = graph
        self._report = report
        self._post: asyncio.Task[None] | None = None
        self._look = asyncio.Event()
        self._node: str | None = None
        self._life = time.monotonic()
        self._seen: Any = None
        self._heard = False

    async def run(self) -> Mapping[str, Any]:
        """The outputs of the history entry. Raises `BackendError`."""
        socket = await self._connect()
        listening = asyncio.create_task(self._listen(socket)) if socket else None
        try:
            self._post = asyncio.create_task(self._submit())
            await asyncio.shield(self._post)
            return _outputs(await self._follow())
        finally:
            if listening is not None:
                listening.cancel()
                await asyncio.gather(listening, return_exceptions=True)

    # -- posting ------------------------------------------------------------------------------------------------

    async def _submit(self) -> None:
        body = {
            "prompt": self._graph,
            "client_id": self._client_id,
            "prompt_id": self.prompt_id,
            "extra_data": {"preview_method": "auto"},
        }
        try:
            reply = await self._http.post("/prompt", json=body)
        except HttpProblem as problem:
            if problem.sent and await self._arrived():
                return
            raise BackendError(f"ComfyUI: {problem.reason}", retry=True) from problem
        try:
            told = reply.json()
        except HttpProblem:
            told = None
        if reply.status != 200:
            raise BackendError(why_refused(reply.status, told), retry=reply.status >= 500)
        if isinstance(told, dict) and told.get("node_errors"):
            self.refused = why_refused(reply.status, told)

    async def _arrived(self) -> bool:
        """Whether the job is on the box although no answer to its POST came: never post twice."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._limits.away_s):
                for _ in range(3):
                    await asyncio.sleep(min(0.3, self._limits.poll_s))
                    with contextlib.suppress(HttpProblem):
                        if (await self._where())[0] != "gone":
                            return True
        return False

    # -- following ----------------------------------------------------------------------------------------------

    async def _follow(self) -> Mapping[str, Any]:
        """The job's history entry, as soon as it is there. Raises `BackendError`."""
        self._life = time.monotonic()
        away_since: float | None = None
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._limits.poll_s):
                    await self._look.wait()
            ended = self._look.is_set()
            self._look.clear()
            try:
                if ended and (entry := await self._history()) is not None:
                    return entry
                state, facts = await self._where()
            except HttpProblem as problem:
                away_since = away_since or time.monotonic()
                if time.monotonic() - away_since > self._limits.away_s:
                    raise BackendError(f"ComfyUI: {problem.reason}", retry=True) from problem
                continue
            away_since = None
            if state == "over":
                return facts  # type: ignore[no-any-return]
            if state == "gone":
                raise BackendError("ComfyUI lost the job; was it started again?", retry=True)
            self._watch_over(state, facts)

    def _watch_over(self, state: str, facts: Any) -> None:
        """Notice a job in which nothing moves."""
        if (state, facts) != self._seen:
            if state == "pending":
                self._report(Progress(kind="queue", place=facts))
            self._seen = (state, facts)
            self._life = time.monotonic()
        limit = self._limits.stuck_s if self._heard else self._limits.blind_s
        if time.monotonic() - self._life > limit:
            raise BackendError(f"ComfyUI gave no sign of life of the job for {limit:g} seconds")

    async def _where(self) -> tuple[str, Any]:
        """Queue first, then history: `pending` with its place from 1, `running`, `over` with its entry, `gone`."""
        reply = await self._http.get("/queue")
        told = reply.json() if reply.status == 200 else None
        if not isinstance(told, dict):
            raise HttpProblem(f"the queue could not be read ({reply.status})", sent=True)
        if self.prompt_id in _ids(told.get("queue_running")):
            return "running", None
        waiting = _ids(told.get("queue_pending"))
        if self.prompt_id in waiting:
            return "pending", waiting.index(self.prompt_id) + 1
        entry = await self._history()
        return ("gone", None) if entry is None else ("over", entry)

    async def _history(self) -> Mapping[str, Any] | None:
        reply = await self._http.get(f"/history/{self.prompt_id}")
        told = reply.json() if reply.status == 200 else None
        if not isinstance(told, dict):
            raise HttpProblem(f"the history could not be read ({reply.status})", sent=True)
        entry = told.get(self.prompt_id)
        return entry if isinstance(entry, dict) else None

    # -- listening ----------------------------------------------------------------------------------------------

    async def _connect(self) -> ClientConnection | None:
        """The websocket, greeted and with previews asked for; None if there is none: the job goes on without."""
        try:
            async with asyncio.timeout(self._limits.socket_s):
                socket = await open_socket(self._url, f"/ws?clientId={self._client_id}")
                try:
                    await socket.send(_FLAGS)
                    await socket.recv()
                except BaseException:
                    socket.transport.abort()
                    raise
        except (OSError, WebSocketException, TimeoutError, EOFError) as error:
            log.warning("ComfyUI: no websocket, progress will not be seen: %s", type(error).__name__)
            return None
        return socket

    async def _listen(self, socket: ClientConnection) -> None:
        try:
            async for message in socket:
                self._heard = True  # a socket that gets nothing at all after a POST is deaf, not a sign of no life
                if isinstance(message, bytes):
                    self._picture(message)
                else:
                    self._message(message)
        except WebSocketException as error:
            log.warning("ComfyUI: the websocket broke off: %s", type(error).__name__)
        finally:
            self._heard = False
            self._look.set()
            await socket.close()

    def _message(self, text: str) -> None:
        try:
            told = msgspec.json.decode(text)
            kind, data = told["type"], told["data"]
            if data.get("prompt_id") != self.prompt_id:
                return
        except (msgspec.DecodeError, KeyError, TypeError, AttributeError, RecursionError):
            return
        self._life = time.monotonic()
        if kind == "executing":
            self._node = data.get("node")
            if self._node is None:
                self._look.set()
        elif kind == "progress":
            value, most = data.get("value"), data.get("max")
            if isinstance(value, int | float) and isinstance(most, int | float) and most > 0:
                self._report(Progress(kind="step", value=int(value), total=int(most)))

    def _picture(self, frame: bytes) -> None:
        """A binary frame: its kind in four bytes, then a picture with or without facts about it."""
        if len(frame) < 8:
            return
        kind, second = struct.unpack_from(">II", frame)
        if kind == _PREVIEW_WITH_FACTS:
            try:
                facts = msgspec.json.decode(frame[8 : 8 + second])
            except msgspec.DecodeError:
                return
            if isinstance(facts, dict) and facts.get("prompt_id") == self.prompt_id:
                self._show(frame[8 + second :])
        elif kind == _PREVIEW and sends_by_websocket(self._graph, self._node):
            self.pictures.append(frame[8:])
        elif kind == _PREVIEW and self._node is not None:
            self._show(frame[8:])

    def _show(self, picture: bytes) -> None:
        mime_type = mediatypes.sniff(picture)
        self._life = time.monotonic()
        if mime_type in ("image/jpeg", "image/png") and len(picture) <= _MAX_PREVIEW_BYTES:
            text = base64.b64encode(picture).decode("ascii")
            self._report(Progress(kind="preview", preview=f"data:{mime_type};base64,{text}"))

    # -- stopping -----------------------------------------------------------------------------------------------

    async def stop(self) -> None:
        """Until the job is neither pending nor running: one shot may come too early and be lost."""
        if self._post is None:
            return
        posted = await _outcome(self._post)
        unseen = 0 if posted else 2
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._limits.stop_s):
                while unseen < 3:
                    try:
                        state, _ = await self._where()
                        if state == "over":
                            return
                        unseen = unseen + 1 if state == "gone" else 0
                        await self._say_stop(state)
                    except HttpProblem as problem:
                        if not problem.sent:
                            return
                    await asyncio.sleep(min(0.2, self._limits.poll_s))
                return
        log.warning("ComfyUI: the job %s did not end within %g s", self.prompt_id, self._limits.stop_s)

    async def _say_stop(self, state: str) -> None:
        if state == "pending":
            await self._http.post("/queue", json={"delete": [self.prompt_id]})
        elif state == "running":
            await self._http.post("/interrupt", json={"prompt_id": self.prompt_id})


async def _outcome(post: asyncio.Task[None]) -> bool:
    """Whether the box took the job, after waiting for its answer."""
    await asyncio.wait([post])
    return post.exception() is None


def _ids(items: Any) -> list[str]:
    """The prompt ids of queue items in the order in which they will run."""
    entries = [item for item in items if isinstance(item, list) and len(item) > 1] if isinstance(items, list) else []
    numbered = [item for item in entries if isinstance(item[0], int | float)]
    return [str(item[1]) for item in sorted(numbered, key=lambda item: float(item[0]))]


def _outputs(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    """The outputs of a run that ended well; its last message says whether it did. Raises `BackendError`."""
    status = entry.get("status")
    messages = status.get("messages") if isinstance(status, dict) else None
    last = messages[-1] if isinstance(messages, list) and messages else None
    kind, data = last if isinstance(last, list) and len(last) == 2 else (None, None)
    if kind == "execution_error":
        raise BackendError(why_failed(data))
    if kind == "execution_interrupted":
        raise BackendError("the job was stopped on ComfyUI")
    if kind != "execution_success" and isinstance(status, dict) and status.get("status_str") == "error":
        raise BackendError("ComfyUI ended the job with an error")
    outputs = entry.get("outputs")
    return outputs if isinstance(outputs, dict) else {}
