"""The whole program as it is started, with the embedded sketchbook: from the link to the picture on the wall."""

import io
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from PIL import Image

from kiosk.background import BackgroundServer
from kiosk.serving import Ready
from kiosk.settings import Places
from tests.server.house import listen
from tests.server.test_pipeline import AT_ONCE, EXECUTE, IDEA

_MAKER = 0x010F
"""The EXIF tag for who made the camera."""

WORDS = "Ein roter Hund steht im Regen vor dem Haus"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the program keeps its runs."""
    return tmp_path_factory.mktemp("program")


@pytest.fixture(scope="module")
def ready(data: Path) -> Iterator[Ready]:
    """The program, started."""
    with BackgroundServer(Places(data, data / "state"), announce=False) as server:
        yield server.ready()


@pytest.fixture(scope="module")
def browser(ready: Ready) -> Iterator[httpx.Client]:
    """Someone who came in by the link."""
    with httpx.Client(base_url=ready.url, headers={"Origin": ready.url}, timeout=60, trust_env=False) as client:
        assert client.get(ready.enter_url).status_code == 303
        yield client


def test_an_idea_becomes_a_picture_without_any_model(browser: httpx.Client) -> None:
    accepted = browser.post(EXECUTE, json=IDEA | {"input_text": WORDS}, headers=AT_ONCE).json()
    with browser.stream("GET", f"/api/pipeline/{accepted['run_id']}/stream") as stream:
        heard = list(listen(stream.iter_lines()))
    assert heard[-1].name == "end"
    assert heard[-1].data["status"] == "completed"
    assert heard[-1].data["models_used"]["stage4_output"].startswith("sketchbook:")
    types = [event.data["item_type"] for event in heard if event.name == "item"]
    assert types[0] == "pipeline_start"
    assert types[-1] == "pipeline_complete"
    assert {"user_input_text", "interception_final", "output_image"} <= set(types)
    picture = browser.get(f"/api/media/image/{accepted['run_id']}")
    assert picture.content.startswith(b"\x89PNG")
    assert browser.get("/api/gallery").json()["items"][0]["run_id"] == accepted["run_id"]
    record = browser.get(f"/api/runs/{accepted['execution_id']}").json()
    assert record["items"][-1]["item_type"] == "pipeline_complete"


def test_a_blocked_idea_is_a_result_too(browser: httpx.Client) -> None:
    answer = browser.post(EXECUTE, json=IDEA | {"input_text": "Ein Hakenkreutz am Himmel"})
    assert answer.status_code == 200
    assert answer.json()["status"] == "blocked"
    assert answer.json()["reason"]
    assert browser.get(f"/api/pipeline/{answer.json()['run_id']}/entity/input").text == "Ein Hakenkreutz am Himmel"


def test_a_picture_that_was_brought_in_is_kept_with_its_run(browser: httpx.Client) -> None:
    first = browser.post(EXECUTE, json=IDEA).json()
    picture = browser.get(first["media_outputs"][0]["url"]).content
    upload = browser.post("/api/uploads", files={"picture": ("a.png", picture, "image/png")}).json()
    handed_on = {"run_id": first["execution_id"], "n": 1}
    for source, parent in (({"upload_id": upload["upload_id"]}, None), (handed_on, first["run_id"])):
        run = browser.post(EXECUTE, json=IDEA | {"input_image": source}).json()
        assert run["status"] == "completed", run
        kept = browser.get(f"/api/pipeline/{run['run_id']}/entity/input_image")
        assert kept.headers["content-type"] == "image/png"
        assert browser.get(f"/api/pipeline/{run['run_id']}/status").json()["parent_run_id"] == parent


def test_a_photograph_of_an_older_run_loses_where_it_was_taken(browser: httpx.Client, data: Path) -> None:
    first = browser.post(EXECUTE, json=IDEA).json()
    photograph = io.BytesIO()
    facts = Image.Exif()
    facts[_MAKER] = "Geheimkamera"
    Image.new("RGB", (64, 48), "red").save(photograph, "JPEG", exif=facts)
    stored = next(data.glob(f"exports/json/*/*/{first['run_id']}/final/01_output_image.*"))
    stored.write_bytes(photograph.getvalue())
    run = browser.post(EXECUTE, json=IDEA | {"input_image": {"run_id": first["run_id"]}}).json()
    assert run["status"] == "completed", run
    kept = browser.get(f"/api/pipeline/{run['run_id']}/entity/input_image")
    assert kept.headers["content-type"] == "image/jpeg"
    assert b"Geheimkamera" not in kept.content


def test_a_picture_of_an_older_run_that_is_none_is_refused(browser: httpx.Client, data: Path) -> None:
    first = browser.post(EXECUTE, json=IDEA).json()
    next(data.glob(f"exports/json/*/*/{first['run_id']}/final/01_output_image.*")).write_bytes(b"nonsense")
    answer = browser.post(EXECUTE, json=IDEA | {"input_image": {"run_id": first["run_id"]}})
    assert (answer.status_code, answer.json()["code"]) == (400, "unknown_picture")


def test_what_is_made_from_a_run_begins_with_the_picture_that_it_began_with(browser: httpx.Client) -> None:
    first = browser.post(EXECUTE, json=IDEA).json()
    run_id = browser.post(EXECUTE, json=IDEA | {"input_image": {"run_id": first["run_id"]}}).json()["run_id"]
    for more in ({"again": {"run_id": run_id}}, {"run_id": run_id, "output_configs": ["sketchbook_image"]}):
        assert browser.post("/api/schema/pipeline/generation", json=more).json()["status"] == "completed"
    run = browser.get(f"/api/runs/{run_id}").json()
    made = [item for item in run["items"] if item["item_type"] == "output_image"]
    assert [item["metadata"]["from_picture"] for item in made] == [True, True, True]
    assert len([item for item in run["items"] if item["item_type"] == "user_input_image"]) == 1
    brought = IDEA | {"input_image": {"run_id": run_id, "brought": True}}
    assert browser.post(EXECUTE, json=brought).json()["status"] == "completed"


def test_the_health_view_names_every_part(browser: httpx.Client) -> None:
    health = browser.get("/api/health").json()
    assert {"sketchbook", "safety"} <= {part["name"] for part in health["parts"]}
