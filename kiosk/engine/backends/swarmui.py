"""SwarmUI: pictures from a pool of machines behind one address, by websocket, or by one long request without it.

Every job has a session of its own, as only whole sessions can be stopped. There are no job ids: a job whose
connection is lost is stopped, not looked for. Errors come with status 200, and closing a socket stops nothing.
"""

import asyncio
import contextlib
import logging
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import msgspec
from msgspec import Struct
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosedOK, WebSocketException

from kiosk.engine.backends import BackendError, MediaRequest, MediaResult, Report
from kiosk.engine.backends.http import MB, BoxHttp, HttpProblem
from kiosk.engine.backends.openai import data_uri
from kiosk.engine.backends.sockets import open_socket
from kiosk.engine.formats import BadMedia
from kiosk.engine.media import MAX_BYTES
from kiosk.engine.media_sources import take
from kiosk.records import Progress

log = logging.getLogger(__name__)

_MAX_PREVIEW_CHARS = 3 * MB
_SESSION_LOST = "invalid_session_id"


class SwarmUILimits(Struct, frozen=True, kw_only=True):
    """How long to wait for what, in seconds.

    `gap_s`: between two messages, of which the box sends one at least every 30 s. `job_s`: for a whole job.
    `stop_s`: for a cancelled job to end.
    """

    connect_s: float = 5.0
    reply_s: float = 20.0
    gap_s: float = 90.0
    job_s: float = 3600.0
    stop_s: float = 20.0


class _NoSocket(Exception):
    """The websocket did not open; the job was not begun."""


class _SessionLost(BackendError):
    """The box does not know the session any more, as it was started again; the job was not begun."""


class SwarmUI:
    """A SwarmUI server at `url`. `token` is the `swarm_token` of an account, where the server wants one."""

    def __init__(
        self,
        url: str,
        *,
        model: str = "",
        token: str = "",
        name: str = "swarmui",
        limits: SwarmUILimits | None = None,
    ) -> None:
        self.name = name
        self._url = url.rstrip("/")
        self._model = model
        self._cookie = {"Cookie": f"swarm_token={token}"} if token else {}
        self._limits = limits or SwarmUILimits()
        self._http = BoxHttp(
            self._url, headers=self._cookie, connect_s=self._limits.connect_s, reply_s=self._limits.reply_s
        )
        self._stopping: set[asyncio.Task[None]] = set()

    async def generate(self, request: MediaRequest, report: Report) -> list[MediaResult]:
        """One picture or more. Raises `BackendError`."""
        try:
            return await self._generate(request, report)
        except _SessionLost:
            return await self._generate(request, report)

    async def _generate(self, request: MediaRequest, report: Report) -> list[MediaResult]:
        session = await self.session()
        try:
            async with asyncio.timeout(self._limits.job_s):
                try:
                    sources = await self._by_websocket(session, request, report)
                except _NoSocket:
                    log.warning("SwarmUI: no websocket, progress will not be seen")
                    sources = await self._by_http(session, request)
        except BaseException as error:
            await self._stop(session)
            if isinstance(error, TimeoutError):
                raise BackendError(f"SwarmUI did not finish within {self._limits.job_s:g} seconds") from error
            raise
        model = request.model or self._model
        limit = MAX_BYTES[request.media_type]
        return [MediaResult(data=await self._fetch(source, limit), model=model) for source in sources]

    # -- one job ------------------------------------------------------------------------------------------------

    async def _by_websocket(self, session: str, request: MediaRequest, report: Report) -> list[str]:
        socket = await self._open()
        made: dict[int, str] = {}
        try:
            await socket.send(msgspec.json.encode(self._body(session, request)).decode())
            while True:
                async with asyncio.timeout(self._limits.gap_s):
                    message = await socket.recv()
                if self._heard(message, made, report):
                    break
        except ConnectionClosedOK:
            pass
        except TimeoutError as error:
            raise BackendError(f"SwarmUI said nothing for {self._limits.gap_s:g} seconds", retry=True) from error
        except (WebSocketException, OSError) as error:
            raise BackendError("SwarmUI: the connection broke off", retry=True) from error
        finally:
            await socket.close()
        if not made:
            raise BackendError("SwarmUI finished without a picture")
        return [made[index] for index in sorted(made)]

    async def _open(self) -> ClientConnection:
        try:
            async with asyncio.timeout(self._limits.connect_s):
                return await open_socket(self._url, "/API/GenerateText2ImageWS", self._cookie)
        except (OSError, WebSocketException, TimeoutError, EOFError) as error:
            raise _NoSocket from error

    def _heard(self, message: str | bytes, made: dict[int, str], report: Report) -> bool:
        """Take in one message; whether it was the last. Raises `BackendError`."""
        try:
            told = msgspec.json.decode(message)
        except (msgspec.DecodeError, RecursionError) as error:
            raise BackendError("SwarmUI: the answer is not in SwarmUI's protocol", retry=True) from error
        if not isinstance(told, dict):
            return False
        if "error" in told:
            raise _refusal(told)
        if isinstance(told.get("gen_progress"), dict):
            self._show(told["gen_progress"], report)
        if isinstance(told.get("image"), str):
            index = _index(told.get("batch_index"))
            if index >= 0:  # -1 is a grid of all, -11 and below are intermediate pictures
                made[index] = told["image"]
        discarded = told.get("discard_indices")
        for index in discarded if isinstance(discarded, list) else []:
            made.pop(_index(index), None)
        return told.get("socket_intention") == "close"

    def _show(self, progress: Mapping[str, Any], report: Report) -> None:
        done = progress.get("overall_percent")
        if isinstance(done, int | float) and 0 <= done <= 1:
            report(Progress(kind="step", value=round(done * 100), total=100))
        preview = progress.get("preview")
        if isinstance(preview, str) and preview.startswith("data:image/") and len(preview) <= _MAX_PREVIEW_CHARS:
            report(Progress(kind="preview", preview=preview))

    async def _by_http(self, session: str, request: MediaRequest) -> list[str]:
        told = await self._call("GenerateText2Image", self._body(session, request), reply_s=self._limits.job_s)
        images = told.get("images")
        sources = [source for source in images if isinstance(source, str)] if isinstance(images, list) else []
        if not sources:
            raise BackendError("SwarmUI finished without a picture")
        return sources

    def _body(self, session: str, request: MediaRequest) -> dict[str, Any]:
        facts: dict[str, Any] = {
            "session_id": session,
            "images": 1,
            "prompt": request.prompt,
            "negativeprompt": request.negative_prompt,
            "model": request.model or self._model,
            "seed": request.seed,
            "width": request.width,
            "height": request.height,
            "steps": request.steps,
            "cfgscale": request.cfg,
            "sampler": request.sampler,
            "scheduler": request.scheduler,
            "initimage": data_uri(request.images[0]) if request.images else None,
        }
        own = {name: value for name, value in request.parameters.items() if name != "sketchbook"}
        return own | {name: value for name, value in facts.items() if value not in (None, "")}

    async def _fetch(self, source: str, limit: int) -> bytes:
        """A picture by its path on the server, which is not encoded yet, or as a data URI."""
        if source.startswith("data:"):
            try:
                return await take(source, max_bytes=limit)
            except BadMedia as error:
                raise BackendError(f"SwarmUI: {error.reason}") from error
        if "://" in source or ".." in source.split("/"):
            raise BackendError("SwarmUI named a picture that is not its own")
        path = "/" + "/".join(quote(part, safe="") for part in source.lstrip("/").split("/"))
        try:
            return await self._http.fetch(path, max_bytes=limit)
        except HttpProblem as problem:
            reason = f"SwarmUI made a picture that could not be fetched: {problem.reason}"
            raise BackendError(reason, retry=not problem.too_large) from problem

    # -- stopping -----------------------------------------------------------------------------------------------

    async def _stop(self, session: str) -> None:
        """End the session's job on the box, however often the waiting task is cancelled meanwhile."""
        task = asyncio.create_task(self._interrupt(session))
        self._stopping.add(task)
        task.add_done_callback(self._stopping.discard)
        await asyncio.shield(task)

    async def _interrupt(self, session: str) -> None:
        """Until nothing of the session is waiting or at work: one call may come before the job is there."""
        quiet = 0
        try:
            async with asyncio.timeout(self._limits.stop_s):
                while quiet < 2:
                    await self._call("InterruptAll", {"session_id": session, "other_sessions": False})
                    quiet = quiet + 1 if await self._at_work(session) == 0 else 0
                    await asyncio.sleep(0.1)
        except TimeoutError:
            log.warning("SwarmUI: a job did not end within %g s", self._limits.stop_s)
        except BackendError as error:
            log.warning("SwarmUI: a job could not be stopped: %s", error.reason)

    async def _at_work(self, session: str) -> int:
        status = (await self._call("GetCurrentStatus", {"session_id": session})).get("status")
        counts = status if isinstance(status, dict) else {}
        return sum(value for name in ("waiting_gens", "live_gens") if isinstance(value := counts.get(name), int))

    # -- asking -------------------------------------------------------------------------------------------------

    async def session(self) -> str:
        """A new session. Raises `BackendError`."""
        told = await self._call("GetNewSession", {})
        if not isinstance(told.get("session_id"), str):
            raise BackendError("what answers there is not SwarmUI")
        return str(told["session_id"])

    async def waiting(self) -> int:
        """How many jobs the box has: the health check. Raises `BackendError`."""
        return await self._at_work(await self.session())

    async def models(self) -> list[str]:
        """The names of its models. Raises `BackendError`."""
        asked = {"session_id": await self.session(), "path": "", "depth": 10, "subtype": "Stable-Diffusion"}
        files = (await self._call("ListModels", asked)).get("files")
        listed = files if isinstance(files, list) else []
        return [str(file["name"]) for file in listed if isinstance(file, dict) and "name" in file]

    async def _call(self, route: str, body: Mapping[str, Any], *, reply_s: float | None = None) -> dict[str, Any]:
        try:
            reply = await self._http.post(f"/API/{route}", json=body, reply_s=reply_s)
            told = reply.json()
        except HttpProblem as problem:
            raise BackendError(f"SwarmUI: {problem.reason}", retry=True) from problem
        if not isinstance(told, dict):
            raise BackendError("what answers there is not SwarmUI")
        if "error" in told:
            raise _refusal(told)
        if reply.status != 200:
            raise BackendError(f"SwarmUI answered {reply.status}", retry=reply.status >= 500)
        return told

    async def close(self) -> None:
        """Wait for jobs that are being stopped, then close every connection."""
        with contextlib.suppress(BackendError):
            await asyncio.gather(*self._stopping)
        await self._http.close()


def _index(value: Any) -> int:
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):
        return 0


def _refusal(told: Mapping[str, Any]) -> BackendError:
    reason = f"SwarmUI: {str(told['error'])[:300]}"
    return _SessionLost(reason, retry=True) if told.get("error_id") == _SESSION_LOST else BackendError(reason)
