"""ComfyUI: pictures, sound, video and models from graphs. What it is asked for, what it has, what comes back.

How one job is posted, followed and stopped is in `comfyui_job`.
"""

import asyncio
import hashlib
import time
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from kiosk import mediatypes
from kiosk.engine.backends import BackendError, MediaRequest, MediaResult, Report
from kiosk.engine.backends.comfyui_graphs import OutputFile, Workflows, bind, files_of, values_of
from kiosk.engine.backends.comfyui_job import ComfyUILimits, Job
from kiosk.engine.backends.http import BoxHttp, HttpProblem
from kiosk.engine.media import MAX_BYTES

__all__ = ["ComfyUI", "ComfyUILimits"]

_INVENTORY_FRESH_S = 30.0


class ComfyUI:
    """A ComfyUI server at `url`; `workflows` are the folders of its graphs, later ones win."""

    def __init__(
        self,
        url: str,
        workflows: Sequence[Path],
        *,
        name: str = "comfyui",
        limits: ComfyUILimits | None = None,
    ) -> None:
        self.name = name
        self._url = url.rstrip("/")
        self._workflows = Workflows(workflows)
        self._limits = limits or ComfyUILimits()
        self._http = BoxHttp(self._url, reply_s=self._limits.reply_s)
        self._stopping: set[asyncio.Task[None]] = set()
        self._asked = float("-inf")
        self._nodes: set[str] = set()
        self._files: dict[str, set[str]] = {}

    async def generate(self, request: MediaRequest, report: Report) -> list[MediaResult]:
        """Run the request's workflow; one result for each file that it saved. Raises `BackendError`."""
        if not request.workflow:
            raise BackendError("the output config names no workflow")
        if "image" in request.bindings and not request.images:
            raise BackendError("this output needs a picture to begin with")
        graph = await asyncio.to_thread(self._workflows.load, request.workflow)
        try:
            images = [await self._upload(image) for image in request.images] if "image" in request.bindings else []
        except HttpProblem as problem:
            raise BackendError(f"ComfyUI: {problem.reason}", retry=True) from problem
        prompt_id = str(uuid.uuid4())
        bind(graph, request.bindings, values_of(request, images), f"kiosk/{prompt_id}")
        job = Job(self._http, self._url, self._limits, graph, prompt_id, report)
        try:
            outputs = await job.run()
        except BaseException:
            await self._stop(job)
            raise
        model = request.model or request.workflow
        return await self._results(request, job, outputs, model)

    async def _results(
        self, request: MediaRequest, job: Job, outputs: Mapping[str, Any], model: str
    ) -> list[MediaResult]:
        files = files_of(outputs, request.bindings.get("output"))
        if not files and not job.pictures:
            raise BackendError(job.refused or "ComfyUI finished without a file")
        results = [
            MediaResult(data=picture, model=model, prompt_id=job.prompt_id, facts={"workflow": request.workflow})
            for picture in job.pictures
        ]
        limit = MAX_BYTES[request.media_type]
        for file in files:
            data = await self._download(file, limit)
            facts = {"workflow": request.workflow, "node": file.node}
            results.append(MediaResult(data=data, model=model, prompt_id=job.prompt_id, facts=facts))
        return results

    async def _download(self, file: OutputFile, limit: int) -> bytes:
        """The bytes of a file, at once: its name may be given to another one later."""
        params = {"filename": file.filename, "subfolder": file.subfolder, "type": file.type}
        try:
            return await self._http.fetch("/view", params=params, max_bytes=limit)
        except HttpProblem as problem:
            reason = f"ComfyUI made a file that could not be fetched: {problem.reason}"
            raise BackendError(reason, retry=not problem.too_large) from problem

    async def _upload(self, image: bytes) -> str:
        """The name under which the box knows a picture; the same bytes are kept there once."""
        mime_type = mediatypes.sniff(image) or "application/octet-stream"
        name = f"kiosk_{hashlib.sha256(image).hexdigest()[:24]}.{mediatypes.EXTENSIONS.get(mime_type, 'png')}"
        reply = await self._http.post(
            "/upload/image", data={"type": "input"}, files={"image": (name, image, mime_type)}
        )
        if reply.status != 200:
            raise BackendError(f"ComfyUI did not take the picture ({reply.status})")
        kept = reply.json()
        if not isinstance(kept, dict) or not kept.get("name"):
            raise BackendError("ComfyUI did not say how it named the picture")
        return f"{kept['subfolder']}/{kept['name']}" if kept.get("subfolder") else str(kept["name"])

    async def _stop(self, job: Job) -> None:
        """End the job on the box, however often the waiting task is cancelled meanwhile."""
        task = asyncio.create_task(job.stop())
        self._stopping.add(task)
        task.add_done_callback(self._stopping.discard)
        await asyncio.shield(task)

    async def version(self) -> str:
        """The version that the box says it is. Raises `BackendError` when it does not answer as ComfyUI does."""
        system = (await self._ask("/system_stats")).get("system")
        if not isinstance(system, dict):
            raise BackendError("what answers there is not ComfyUI")
        return str(system.get("comfyui_version") or "unknown")

    async def waiting(self) -> int:
        """How many jobs the box has, running ones included: the cheap health check. Raises `BackendError`."""
        told = (await self._ask("/prompt")).get("exec_info")
        count = told.get("queue_remaining") if isinstance(told, dict) else None
        if not isinstance(count, int):
            raise BackendError("what answers there is not ComfyUI")
        return count

    async def missing(self, files: Sequence[str], nodes: Sequence[str]) -> list[str]:
        """Which of these `folder/file` and node classes the box does not have. Raises `BackendError`.

        What the box has is asked at most twice a minute, however many outputs are looked at.
        """
        if time.monotonic() - self._asked > _INVENTORY_FRESH_S:
            self._nodes = set(await self.object_info())
            self._files = {}
            self._asked = time.monotonic()
        for folder in {file.partition("/")[0] for file in files} - self._files.keys():
            self._files[folder] = await self._models(folder)
        absent = [file for file in files if file.partition("/")[2] not in self._files[file.partition("/")[0]]]
        return absent + [node for node in nodes if node not in self._nodes]

    async def _models(self, folder: str) -> set[str]:
        try:
            reply = await self._http.get(f"/models/{folder}")
            names = reply.json() if reply.status == 200 else []
        except HttpProblem as problem:
            raise BackendError(f"ComfyUI: {problem.reason}", retry=True) from problem
        return {str(name).replace("\\", "/") for name in names} if isinstance(names, list) else set()

    async def object_info(self) -> dict[str, Any]:
        """Every node class of the box with its inputs. Raises `BackendError`."""
        return await self._ask("/object_info")

    async def free(self) -> None:
        """Unload its models, so that another program may use the memory. Raises `BackendError`."""
        try:
            reply = await self._http.post("/free", json={"unload_models": True, "free_memory": True})
        except HttpProblem as problem:
            raise BackendError(f"ComfyUI: {problem.reason}", retry=True) from problem
        if reply.status != 200:
            raise BackendError(f"ComfyUI did not free its memory ({reply.status})")

    async def _ask(self, path: str) -> dict[str, Any]:
        try:
            reply = await self._http.get(path)
            told = reply.json()
        except HttpProblem as problem:
            raise BackendError(f"ComfyUI: {problem.reason}", retry=True) from problem
        if reply.status != 200 or not isinstance(told, dict):
            raise BackendError(f"what answers there is not ComfyUI ({reply.status})")
        return told

    async def close(self) -> None:
        """Wait for jobs that are being stopped, then close every connection."""
        await asyncio.gather(*self._stopping, return_exceptions=True)
        await self._http.close()
