"""Any API that answers with an address: named in the settings, and fetched only from where it may be."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from kiosk import boxes
from kiosk.engine.requests import ExecuteRequest
from kiosk.records import ExecutionMode, Status
from kiosk.settings import SessionSettings, Settings, assets_dir
from tests.boxes import samples
from tests.boxes.server import Box, Exchange
from tests.engine.studio import CHILD, build

REQUEST = ExecuteRequest(schema="user_defined", input_text="A flower", output_configs=["http_image"], seed=7)


class Api(Box):
    """An API of somebody's own: takes JSON, says where the file is."""

    def __init__(self, told: Any) -> None:
        super().__init__()
        self.told = told

    async def answer(self, exchange: Exchange) -> None:
        if exchange.request.path == "/generate":
            told = self.told.replace("HERE", self.url) if isinstance(self.told, str) else self.told
            await exchange.reply_json({"status": "ok", "output": [{"url": told}]} if told else {"error": "no paint"})
        elif exchange.request.path == "/files/1.png":
            await exchange.reply(200, samples.picture(), "image/png")
        else:
            await exchange.reply(404)


async def made_by(api: Api, folder: Path, tmp_path: Path) -> Any:
    settings = msgspec.convert({"http": {"url": api.url, "key": "s3cret", "media_folder": str(folder)}}, Settings)
    built = boxes.build(settings, assets_dir() / "safety", [])
    studio = build(tmp_path / "data", settings, {"http": built.media["http"]})
    try:
        studio.configs.output["http_image"].parameters.update({"answer": "output[].url"})
        return await (await studio.live.execute(REQUEST, CHILD)).result()
    finally:
        await studio.live.close()
        await studio.library.close()
        await built.close()


async def test_an_answer_that_is_an_address_becomes_a_picture(tmp_path: Path) -> None:
    async with Api("HERE/files/1.png") as api:
        result = await made_by(api, tmp_path, tmp_path)
        [asked] = [request for request in api.asked if request.path == "/generate"]
    assert result.status is Status.COMPLETED
    assert asked.headers["authorization"] == "Bearer s3cret"
    assert (asked.json()["prompt"], asked.json()["seed"]) == ("A flower", 7)


async def test_a_file_below_the_named_folder_is_taken_and_none_outside(tmp_path: Path) -> None:
    folder = tmp_path / "api"
    folder.mkdir()
    (folder / "1.png").write_bytes(samples.picture())
    (tmp_path / "secret.png").write_bytes(samples.picture())
    async with Api(str(folder / "1.png")) as api:
        assert (await made_by(api, folder, tmp_path / "a")).status is Status.COMPLETED
    async with Api(str(tmp_path / "secret.png")) as api:
        result = await made_by(api, folder, tmp_path / "b")
    assert (result.status, "outside its folder" in (result.reason or "")) == (Status.FAILED, True)


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:1/files/1.png",
        "http://169.254.169.254/latest/meta-data",
        "https://localhost/1.png",
        "file:///etc/passwd",
        "http://[::1]/1.png",
    ],
)
async def test_an_address_that_nobody_named_is_not_fetched(tmp_path: Path, address: str) -> None:
    async with Api(address) as api:
        result = await made_by(api, tmp_path / "none", tmp_path)
    assert result.status is Status.FAILED
    assert "s3cret" not in (result.reason or "")


async def test_what_the_api_says_itself_is_the_reason(tmp_path: Path) -> None:
    async with Api("") as api:
        result = await made_by(api, tmp_path, tmp_path)
    assert (result.status, "no paint" in (result.reason or "")) == (Status.FAILED, True)


async def test_without_an_address_it_is_not_there() -> None:
    fast = Settings(session=SessionSettings(execution_mode=ExecutionMode.FAST))
    built = boxes.build(fast, assets_dir() / "safety", [])
    assert "http" not in built.media
    await built.close()
