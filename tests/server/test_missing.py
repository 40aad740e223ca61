"""What a running program says about boxes that lack something, go away and come back: over HTTP, with a real box."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from kiosk.background import BackgroundServer
from kiosk.settings import Places
from tests.boxes.comfyui import ComfyUI

SD15 = {"checkpoints": ["v1-5-pruned-emaonly-fp16.safetensors"]}
IDEA = {"schema": "user_defined", "input_text": "Ein Hund im Regen", "output_configs": ["sd15"]}


@pytest.fixture
async def box() -> AsyncIterator[ComfyUI]:
    async with ComfyUI(files=SD15) as server:
        yield server


@pytest.fixture
async def desk(box: ComfyUI, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[httpx.AsyncClient]:
    """The program with this box, and the key of its process."""
    monkeypatch.setenv("KIOSK_COMFYUI_URL", box.url)
    server = BackgroundServer(Places(tmp_path, tmp_path / "state"), announce=False)
    ready = await asyncio.to_thread(server.__enter__().ready)
    headers = {"Authorization": f"Bearer {ready.token}"}
    try:
        async with httpx.AsyncClient(base_url=ready.url, headers=headers, timeout=60, trust_env=False) as client:
            yield client
    finally:
        await asyncio.to_thread(server.__exit__, None, None, None)


async def until(ask: Callable[[], Any], what: Callable[[Any], bool]) -> Any:
    """Ask until the answer is so."""
    async with asyncio.timeout(20):
        while not what(answer := (await ask()).json()):
            pass
    return answer


def lacking(outputs: dict[str, Any], name: str) -> list[str]:
    missing: list[str] = next(output["missing"] for output in outputs["outputs"] if output["id"] == name)
    return missing


def part(health: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(part for part in health["parts"] if part["name"] == name)
    return found


async def test_a_missing_model_file_is_told_in_the_asked_language(desk: httpx.AsyncClient) -> None:
    told = await until(
        lambda: desk.get("/api/outputs", params={"language": "de"}), lambda outputs: bool(lacking(outputs, "sdxl"))
    )
    assert lacking(told, "sd15") == []
    assert "sd_xl_base_1.0.safetensors" in lacking(told, "sdxl")[0]
    assert "models/checkpoints" in lacking(told, "sdxl")[0]
    english = (await desk.get("/api/outputs", params={"language": "en"})).json()
    assert lacking(english, "sdxl")[0].startswith("ComfyUI lacks the model file")
    health = (await desk.get("/api/health")).json()
    assert part(health, "comfyui")["facts"]["breaker"]["state"] == "closed"
    assert "sdxl" in part(health, "outputs")["facts"]["missing"]


async def test_the_health_view_asks_no_box(desk: httpx.AsyncClient, box: ComfyUI) -> None:
    await until(lambda: desk.get("/api/outputs"), lambda outputs: bool(lacking(outputs, "sdxl")))
    asked = len(box.asked)
    for path in ("/api/health", "/api/outputs"):
        assert (await desk.get(path)).is_success
    assert len(box.asked) == asked


async def test_a_box_that_went_away_at_work_and_came_back_finishes_the_picture(
    desk: httpx.AsyncClient, box: ComfyUI
) -> None:
    pause = box.fault("pause", label="ws executing")
    accepted = await desk.post("/api/schema/pipeline/execute", json=IDEA, headers={"Prefer": "respond-async"})
    run_id = accepted.json()["run_id"]
    async with asyncio.timeout(20):
        await pause.reached.wait()
    box.kill()
    await until(
        lambda: desk.get("/api/health"), lambda health: part(health, "comfyui")["facts"]["breaker"]["failures"] > 0
    )
    await box.start()
    ended = await until(
        lambda: desk.get(f"/api/pipeline/{run_id}/status"), lambda status: status["status"] != "running"
    )
    assert (ended["status"], ended["reason"]) == ("completed", None)
