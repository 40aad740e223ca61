import json
from pathlib import Path

import pytest

from tests.test_cli import generate, kiosk, runs_in, server

GRAPH = {
    "3": {
        "class_type": "KSampler",
        "inputs": {"seed": 1, "steps": 20, "cfg": 7.0, "sampler_name": "euler", "scheduler": "normal",
                   "denoise": 1.0, "model": ["4", 0], "positive": ["6", 0], "negative": ["7", 0],
                   "latent_image": ["5", 0]},
    },
    "4": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "x.safetensors"}},
    "5": {"class_type": "EmptyLatentImage", "inputs": {"width": 512, "height": 512, "batch_size": 1}},
    "6": {"class_type": "CLIPTextEncode", "inputs": {"text": "a cat", "clip": ["4", 1]}},
    "7": {"class_type": "CLIPTextEncode", "inputs": {"text": "", "clip": ["4", 1]}},
    "8": {"class_type": "VAEDecode", "inputs": {"samples": ["3", 0], "vae": ["4", 2]}},
    "9": {"class_type": "SaveImage", "inputs": {"filename_prefix": "x", "images": ["8", 0]}},
}  # fmt: skip


def test_what_is_derived_comes_back_and_damage_is_found(tmp_path: Path) -> None:
    with server(tmp_path):
        _, first = generate(tmp_path, "--schema", "dada", "--output", "sketchbook_image")
        _, second = generate(tmp_path, "--schema", "dada", "--output", "sketchbook_image")
        assert kiosk(tmp_path, "verify").returncode == 0

        record = tmp_path / "exports" / "pipeline_runs" / f"{first['execution_id']}.json"
        content = record.read_bytes()
        record.unlink()
        made = json.loads(kiosk(tmp_path, "history", "rebuild", "--json").stdout)
        assert made["runs"] == [first["run_id"]]
        assert record.read_bytes() == content

        picture = Path(second["run_folder"]) / second["outputs"][0]["filename"]
        picture.write_bytes(picture.read_bytes()[:-1] + b"x")
        report = kiosk(tmp_path, "verify", "--json")
        assert report.returncode == 1
        assert [run["run_id"] for run in json.loads(report.stdout)["faulty"]] == [second["run_id"]]

        journal = Path(first["run_folder"]) / "journal.jsonl"
        journal.write_bytes(journal.read_bytes()[:-20])
        told = kiosk(tmp_path, "verify").stdout
        assert "of its journal is torn off" in told
        assert f"{second['outputs'][0]['filename']} was changed" in told

        assert json.loads(kiosk(tmp_path, "reindex", "--json").stdout)["runs"] == 2


def test_cleaning_up_says_what_would_go_and_erasing_gives_a_receipt(tmp_path: Path) -> None:
    with server(tmp_path):
        _, report = generate(tmp_path, "--schema", "dada", "--output", "sketchbook_image")
        planned = json.loads(kiosk(tmp_path, "clean", "--older-than", "90d", "--dry-run", "--json").stdout)
        assert planned["dry_run"]
        assert planned["runs"] == []
        assert kiosk(tmp_path, "clean", "--older-than", "soon").returncode == 2
        assert kiosk(tmp_path, "erase").returncode == 2
        assert runs_in(tmp_path) == [Path(report["run_folder"])]
        receipt = json.loads(kiosk(tmp_path, "erase", "--run", report["run_id"], "--yes").stdout)
        assert receipt["runs"] == [report["run_id"]]
        assert runs_in(tmp_path) == []


def test_a_graph_from_comfyui_becomes_an_output(tmp_path: Path) -> None:
    graph = tmp_path / "My-Graph.json"
    graph.write_text(json.dumps(GRAPH))
    data = tmp_path / "data"
    done = kiosk(data, "workflow", "add", str(graph))
    assert done.returncode == 0, done.stderr
    config = (data / "configs" / "output" / "my_graph.toml").read_text()
    assert 'prompt = "6.text"' in config
    assert kiosk(data, "workflow", "add", str(graph)).returncode == 2


@pytest.mark.parametrize("content", ["", "[]", '{"nodes": []}', '{"a": 1}'])
def test_what_is_no_graph_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "graph.json").write_text(content)
    done = kiosk(tmp_path / "data", "workflow", "add", str(tmp_path / "graph.json"))
    assert done.returncode == 2
    assert not (tmp_path / "data").exists()


def test_lint_names_file_line_and_field(tmp_path: Path) -> None:
    folder = tmp_path / "configs" / "interception"
    folder.mkdir(parents=True)
    (folder / "mine.toml").write_text('id = "mine"\ngroup = "nowhere"\n')
    done = kiosk(tmp_path, "lens", "lint")
    assert done.returncode == 1
    assert "mine.toml, line 2, group" in done.stdout


def test_statistics_are_shown_as_tables_json_csv_and_a_picture(tmp_path: Path) -> None:
    with server(tmp_path):
        generate(tmp_path, "--schema", "dada", "--output", "sketchbook_image")
        shown = kiosk(tmp_path, "stats").stdout
        assert all(words in shown for words in ("1 runs", "dada", "sketchbook:collage", "interception"))
        assert json.loads(kiosk(tmp_path, "stats", "--json").stdout)["outputs"] == 1
        assert "outputs_by_lens,dada,image,1" in kiosk(tmp_path, "stats", "--csv").stdout
        assert kiosk(tmp_path, "stats", "--svg", str(tmp_path / "times.svg"), "--topic", "times").returncode == 0
        assert (tmp_path / "times.svg").read_text("utf-8").startswith("<svg")
        assert kiosk(tmp_path, "stats", "--csv", "--json").returncode == 2
