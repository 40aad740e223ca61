import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.engine.studio import png

IDEA = "Eine Blume auf der Wiese"


def kiosk(data: Path, *arguments: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "kiosk", *arguments, "--data", str(data)],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "KIOSK_SERVER_PORT": "0", **(env or {})},
        check=False,
    )


def generate(data: Path, *arguments: str, idea: str = IDEA) -> tuple[int, Any]:
    done = kiosk(data, "generate", idea, "--json", *arguments)
    return done.returncode, json.loads(done.stdout)


def runs_in(data: Path) -> list[Path]:
    return sorted((data / "exports" / "json").glob("*/*/run_*"))


@contextmanager
def server(data: Path, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    """A running `kiosk serve --json`, ended by SIGTERM."""
    process = subprocess.Popen(
        [sys.executable, "-m", "kiosk", "serve", "--port", "0", "--json", "--data", str(data), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        yield process, json.loads(process.stdout.readline())
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)


def test_the_same_idea_and_seed_give_the_same_words_and_the_same_picture(tmp_path: Path) -> None:
    arguments = ["--schema", "dada", "--output", "sketchbook_image", "--seed", "7"]
    first_code, first = generate(tmp_path, *arguments)
    second_code, second = generate(tmp_path, *arguments)
    assert (first_code, second_code) == (0, 0)
    assert first["texts"] == second["texts"]
    assert first["run_id"] != second["run_id"]
    pictures = [Path(report["run_folder"]) / report["outputs"][0]["filename"] for report in (first, second)]
    assert pictures[0].read_bytes() == pictures[1].read_bytes()
    for report in (first, second):
        folder = Path(report["run_folder"])
        assert folder.is_absolute()
        metadata = json.loads((folder / "metadata.json").read_bytes())
        assert metadata["status"] == report["status"] == "completed"
        assert metadata["outputs"] == report["outputs"]
        assert (folder / "prompting_process" / "001_input.txt").read_text() == IDEA
        history = tmp_path / "exports" / "pipeline_runs" / f"{report['execution_id']}.json"
        assert json.loads(history.read_bytes())["run_id"] == report["run_id"]


def test_a_person_reads_what_happened_and_where_the_files_are(tmp_path: Path) -> None:
    done = kiosk(tmp_path, "generate", IDEA, "--schema", "haiku", "--output", "sketchbook_image")
    assert done.returncode == 0
    assert "completed" in done.stdout
    assert str(runs_in(tmp_path)[0]) in done.stdout.replace("\n", "")


def test_several_outputs_in_one_run(tmp_path: Path) -> None:
    outputs = ["sketchbook_image", "sketchbook_image", "sketchbook_music"]
    code, report = generate(
        tmp_path, "--schema", "bauhaus", *(part for name in outputs for part in ("--output", name))
    )
    assert code == 0
    assert [output["config"] for output in report["outputs"]] == outputs
    assert [output["loop_iteration"] for output in report["outputs"]] == [1, 2, 3]
    assert len({output["seed"] for output in report["outputs"][:2]}) == 2


@pytest.mark.parametrize(
    ("idea", "arguments"),
    [
        (IDEA, ["--schema", "nosuch"]),
        (IDEA, ["--schema", "dada", "--output", "nosuch"]),
        ("   ", ["--schema", "dada"]),
        ("x" * 100_000, ["--schema", "dada"]),
        (IDEA, ["--schema", "dada", "--safety-level", "research"]),
        (IDEA, ["--schema", "dada", "--mode", "fast"]),
    ],
)
def test_wrong_use_is_told_and_creates_nothing(tmp_path: Path, idea: str, arguments: list[str]) -> None:
    code, report = generate(tmp_path, *arguments, idea=idea)
    assert code == 2
    assert report["run_id"] is None
    assert report["reason"]
    assert runs_in(tmp_path) == []


def test_a_text_on_the_list_is_blocked_with_its_own_exit_code(tmp_path: Path) -> None:
    code, report = generate(tmp_path, "--schema", "dada", idea="Ein Mann mit einem h4kenkreuz")
    assert code == 3
    assert report["status"] == "blocked"
    assert report["reason"]
    assert report["outputs"] == []
    assert report["texts"]["input"] == "Ein Mann mit einem h4kenkreuz"


def test_an_unknown_option_is_wrong_use(tmp_path: Path) -> None:
    assert kiosk(tmp_path, "generate", IDEA, "--nosuch").returncode == 2


def test_a_file_in_the_place_of_the_data_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("I am a file")
    done = kiosk(tmp_path / "data", "generate", IDEA)
    assert done.returncode == 1
    assert "--data" in done.stderr
    assert "Traceback" not in done.stderr
    assert (tmp_path / "data").read_text() == "I am a file"


def test_a_bad_settings_file_names_file_line_and_field(tmp_path: Path) -> None:
    (tmp_path / "kiosk.toml").write_text('[session]\nsafety_level = "off"\n')
    done = kiosk(tmp_path, "generate", IDEA)
    assert done.returncode == 2
    assert "kiosk.toml, line 2, session.safety_level" in done.stderr


def test_the_server_announces_itself_in_one_line_and_stops_cleanly(tmp_path: Path) -> None:
    with server(tmp_path) as (process, announced):
        assert set(announced) == {"url", "enter_url", "token", "pid", "data_dir"}
        assert announced["pid"] == process.pid
        bearer = {"Authorization": f"Bearer {announced['token']}"}
        assert httpx.get(f"{announced['url']}/api/runs", headers=bearer).status_code == 200
        assert httpx.get(f"{announced['url']}/api/runs").status_code == 401
        assert (tmp_path / "state" / "server.json").stat().st_mode & 0o777 == 0o600
    assert process.returncode == 0
    assert not (tmp_path / "state" / "server.json").exists()


def test_a_command_beside_a_running_server_uses_it(tmp_path: Path) -> None:
    with server(tmp_path) as (_, announced):
        code, report = generate(tmp_path, "--schema", "dada", "--output", "sketchbook_image")
        assert code == 0
        bearer = {"Authorization": f"Bearer {announced['token']}"}
        listed = httpx.get(f"{announced['url']}/api/runs", headers=bearer).json()
        assert [run["run_id"] for run in listed["executions"]] == [report["run_id"]]
        shown = json.loads(kiosk(tmp_path, "runs", "show", report["run_id"], "--json").stdout)
        assert shown["execution_id"] == report["execution_id"]


def test_a_second_server_on_one_data_folder_says_who_has_it(tmp_path: Path) -> None:
    with server(tmp_path) as (process, _):
        second = kiosk(tmp_path, "serve", "--port", "0")
        assert second.returncode == 1
        assert str(process.pid) in second.stderr
        assert process.poll() is None


def test_a_program_killed_in_a_run_marks_it_interrupted_at_the_next_start(tmp_path: Path) -> None:
    with server(tmp_path) as (process, announced):
        bearer = {"Authorization": f"Bearer {announced['token']}", "Prefer": "respond-async"}
        body = {"schema": "dada", "input_text": IDEA, "output_configs": ["sketchbook_image"] * 8}
        begun = httpx.post(f"{announced['url']}/api/schema/pipeline/execute", headers=bearer, json=body)
        assert begun.status_code == 202
        run_id = begun.json()["run_id"]
        events = httpx.stream("GET", f"{announced['url']}/api/pipeline/{run_id}/stream", headers=bearer, timeout=20)
        with events as stream:
            for line in stream.iter_lines():
                if '"output_image"' in line:
                    break
            process.kill()
            process.wait()
    listed = json.loads(kiosk(tmp_path, "runs", "list", "--json").stdout)
    assert [run["status"] for run in listed["executions"]] == ["interrupted"]
    metadata = json.loads((runs_in(tmp_path)[0] / "metadata.json").read_bytes())
    assert metadata["status"] == "interrupted"
    for entity in metadata["entities"]:
        assert (runs_in(tmp_path)[0] / entity["filename"]).stat().st_size == entity["size_bytes"]


def test_runs_are_listed_for_people_and_for_programs(tmp_path: Path) -> None:
    empty = kiosk(tmp_path, "runs")
    assert empty.returncode == 0
    assert "No runs yet" in empty.stdout
    generate(tmp_path, "--schema", "dada", "--output", "sketchbook_image")
    listed = kiosk(tmp_path, "runs", "list").stdout
    assert "dada" in listed
    assert runs_in(tmp_path)[0].name in listed
    page = json.loads(kiosk(tmp_path, "runs", "list", "--config", "haiku", "--json").stdout)
    assert page["total"] == 0
    assert kiosk(tmp_path, "runs", "list", "--config", "haiku").stdout == "No such runs.\n"


def test_a_picture_to_start_from_goes_along(tmp_path: Path) -> None:
    (tmp_path / "red.png").write_bytes(png())
    arguments = ["--schema", "dada", "--output", "sketchbook_image"]
    code, report = generate(tmp_path / "data", *arguments, "--image", str(tmp_path / "red.png"))
    assert (code, report["status"]) == (0, "completed")
    [brought] = Path(report["run_folder"]).glob("prompting_process/*_input_image.png")
    assert brought.read_bytes().startswith(b"\x89PNG")


def test_a_text_gives_no_commands_to_the_terminal(tmp_path: Path) -> None:
    idea = "\x1b]0;x\x07\x1b[2J\x9b31m ein Hund \u202e"
    _, report = generate(tmp_path, "--schema", "user_defined", "--output", "sketchbook_image", idea=idea)
    assert report["texts"]["input"] == idea.strip()
    show = ("runs", "show", report["run_id"])
    for command in (("generate", idea, "--schema", "user_defined"), show, (*show, "--json")):
        said = kiosk(tmp_path, *command).stdout
        assert "\\u001b[2J\\u009b31m ein Hund" in said
        assert not any(character in said for character in "\x1b\x07\x9b\u202e")


def test_the_data_folder_may_be_named_before_the_command(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "kiosk", "--data", str(tmp_path), "runs", "list", "--json"],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0
    assert (tmp_path / "kiosk.toml").exists()


def test_the_doctor_says_what_is_there_and_creates_nothing(tmp_path: Path) -> None:
    done = kiosk(tmp_path, "doctor", "--json")
    findings = {finding["name"]: finding for finding in json.loads(done.stdout)}
    assert findings["safety check"]["state"] == "ok"
    assert findings["sketchbook"]["state"] == "ok"
    assert findings["data folder"]["state"] == "ok"
    assert list(tmp_path.iterdir()) == []


def test_the_doctor_names_outputs_together_that_lack_the_same(tmp_path: Path) -> None:
    findings = json.loads(kiosk(tmp_path, "doctor", "--json").stdout)
    told = [finding for finding in findings if finding["name"] == "outputs"]
    [can] = [finding["fact"] for finding in told if finding["state"] == "ok"]
    assert {"sketchbook_image", "sketchbook_music"} <= set(can.removeprefix("can be made: ").split(", "))
    [of_comfyui] = [finding for finding in told if "ComfyUI is not set up" in (finding["remedy"] or "")]
    assert {"sd15", "sdxl", "flux1_dev"} <= set(of_comfyui["fact"].removeprefix("cannot be made now: ").split(", "))


def test_config_shows_each_setting_and_where_it_comes_from(tmp_path: Path) -> None:
    (tmp_path / "kiosk.toml").write_text('[session]\nsession_id = "Blau"\n')
    shown = json.loads(kiosk(tmp_path, "config", "--json").stdout)
    rows = {row["name"]: row for row in shown["settings"]}
    assert rows["session.session_id"]["value"] == "Blau"
    assert rows["session.session_id"]["source"] == "kiosk.toml, line 2"
    assert rows["server.port"]["source"] == "KIOSK_SERVER_PORT"


def test_a_kiosk_names_itself_once_and_keeps_its_name(tmp_path: Path) -> None:
    _, first = generate(tmp_path, "--schema", "dada", "--output", "sketchbook_image")
    _, second = generate(tmp_path, "--schema", "dada", "--output", "sketchbook_image")
    devices = {Path(report["run_folder"]).parent.name for report in (first, second)}
    assert len(devices) == 1
    assert (tmp_path / "kiosk.toml").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("command", [[], ["serve"], ["generate"], ["runs", "list"], ["doctor"], ["config"]])
def test_every_command_has_help(command: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "kiosk", *command, "--help"], capture_output=True, text=True, check=False, timeout=30
    )
    assert done.returncode == 0
    assert "Usage" in done.stdout


def test_a_pin_is_not_taken_from_the_command_line_where_others_could_read_it(tmp_path: Path) -> None:
    refused = kiosk(tmp_path, "pin", "739164")
    assert refused.returncode == 2
    assert not (tmp_path / "kiosk.toml").exists()
