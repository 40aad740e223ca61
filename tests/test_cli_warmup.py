"""`kiosk warmup`, as it is called."""

import json
from pathlib import Path

from tests.boxes.server import Box
from tests.test_cli import kiosk


def test_what_is_embedded_is_warm_at_once(tmp_path: Path) -> None:
    done = kiosk(tmp_path, "warmup")
    assert done.returncode == 0
    assert "sketchbook sketchbook_image: ready after" in done.stdout


async def test_a_box_that_does_not_answer_is_named_and_fails_the_command(tmp_path: Path) -> None:
    async with Box() as gone:
        url = gone.url
    done = kiosk(tmp_path, "warmup", "--json", env={"KIOSK_COMFYUI_URL": url})
    assert done.returncode == 1
    steps = {step["box"]: step for step in json.loads(done.stdout)["steps"]}
    assert (steps["sketchbook"]["state"], steps["comfyui"]["state"]) == ("done", "failed")
    assert steps["comfyui"]["reason"]
