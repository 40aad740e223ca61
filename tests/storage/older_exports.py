"""Runs as older programs left them, built from the facts in docs/records.md, section 7."""

import json
from pathlib import Path
from typing import Any

from tests.storage.kit import picture

UUID = "0b7f3c1e-2a4d-4c5b-9e8f-001122334455"
STORE_UUID = "1c8f3c1e-2a4d-4c5b-9e8f-001122334455"
JANUARY = "run_1768900000000_362ba8"
NESTED = "run_1769122471728_362ba8"
CANVAS = "run_1769122571728_462ba8_canvas_batch_002"
LAB = "run_1769122671728_562ba8"
EXECUTION = "exec_20260122_235431_362ba8"


def _write(folder: Path, files: dict[str, str | bytes | dict[str, Any]]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        data = json.dumps(content).encode() if isinstance(content, dict) else content
        path.write_bytes(data.encode() if isinstance(data, str) else data)
    return folder


def flat_2025(exports: Path) -> Path:
    metadata = {
        "run_id": UUID,
        "schema": "dada",
        "execution_mode": "eco",
        "safety_level": "kids",
        "user_id": "anna",
        "start_time": "2025-10-12T09:15:00.123456",
        "status": "completed",
        "current_stage": 5,
        "current_step": "media_generation",
        "progress": "6/6",
        "entities": {
            "01_input": {"type": "text", "available": True},
            "02_translation": {"type": "text", "available": True},
            "03_safety": {"type": "json", "available": True},
            "04_interception": {"type": "text", "available": True},
            "05_safety_pre_output": {"type": "json", "available": True},
            "06_output_image": {"type": "image", "available": True, "mime_type": "image/png"},
        },
    }
    return _write(
        exports / "json" / UUID,
        {
            "metadata.json": metadata,
            "01_input.txt": "Eine Katze auf dem Mond",
            "02_translation.txt": "A cat on the moon",
            "03_safety.json": '{"safe": true}',
            "04_interception.txt": "Katze! Mond! Katzenmond!",
            "05_safety_pre_output.json": '{"safe": true}',
            "06_output_image.png": picture("yellow"),
        },
    )


def flat_january(exports: Path) -> Path:
    kinds = ["input", "context_prompt", "safety", "interception", "translation_en", "optimized_prompt"]
    names = [f"{number:02d}_{kind}.txt" for number, kind in enumerate(kinds, start=1)]
    entities: list[dict[str, Any]] = [
        {
            "sequence": number,
            "type": kind,
            "filename": name,
            "timestamp": f"2026-01-20T10:00:0{number}",
            "metadata": {},
        }
        for number, (kind, name) in enumerate(zip(kinds, names, strict=True), start=1)
    ]
    entities.append(
        {
            "sequence": 7,
            "type": "output_image",
            "filename": "07_output_image.png",
            "timestamp": "2026-01-20T10:00:30",
            "metadata": {"config": "sd35_large", "backend": "comfyui", "seed": 123, "width": 48, "height": 32},
        }
    )
    metadata = {
        "run_id": JANUARY,
        "config_name": "bauhaus",
        "execution_mode": "fast",
        "safety_level": "youth",
        "models_used": {"stage1_safety": "a", "stage2_interception": "b", "stage4_output": "sd35"},
        "entities": entities,
    }
    files: dict[str, str | bytes | dict[str, Any]] = {name: f"Text von {name}" for name in names}
    return _write(
        exports / "json" / "2026-01-20" / JANUARY,
        files | {"metadata.json": metadata, "07_output_image.png": picture("blue")},
    )


def nested(exports: Path) -> Path:
    metadata = {
        "run_id": NESTED,
        "config_name": "surrealism",
        "execution_mode": "eco",
        "safety_level": "off",
        "user_id": "anonymous",
        "device_id": None,
        "timestamp": "2026-01-22T23:54:31.728000",
        "current_state": {"stage": 4, "step": "media_generation", "progress": "7/7"},
        "entities": [
            {"sequence": 1, "type": "input", "filename": "01_input.txt", "timestamp": None, "metadata": None},
            {"sequence": 4, "type": "output_image", "filename": "02_output_image.png", "timestamp": None},
            {"sequence": 4, "type": "output_image", "filename": "03_output_image.png", "timestamp": None},
            {"sequence": 9, "type": "output_image", "filename": "09_output_image.png", "timestamp": None},
        ],
        "prompting_process": [
            {"sequence": 1, "type": "input", "filename": "001_input.txt"},
            {"sequence": 2, "type": "interception", "filename": "002_interception.txt"},
        ],
    }
    return _write(
        exports / "json" / "2026-01-22" / "kiosk-3" / NESTED,
        {
            "metadata.json": metadata,
            "prompting_process/001_input.txt": "Ein Fisch fliegt",
            "prompting_process/002_interception.txt": "Der Fisch, der das Fliegen träumt",
            "prompting_process/003_interception.txt": "ohne Eintrag",
            "final/01_input.txt": "Ein Fisch fliegt",
            "final/02_output_image.png": picture("green"),
            "final/03_output_image.png": picture("black"),
        },
    )


def canvas(exports: Path) -> Path:
    metadata = {
        "run_id": CANVAS,
        "type": "canvas_workflow",
        "workflow_file": "workflow.json",
        "batch_id": "batch_1",
        "batch_index": 2,
        "entities": [
            {"sequence": 1, "filename": "01_node_text.txt", "node_id": "n1", "node_type": "input"},
            {"sequence": 2, "filename": "02_output_image.png", "node_id": "n2", "node_type": "generation"},
        ],
    }
    return _write(
        exports / "json" / "2026-01-22" / "kiosk-3" / CANVAS,
        {
            "metadata.json": metadata,
            "workflow.json": {"nodes": [], "edges": []},
            "final/01_node_text.txt": "Knoten",
            "final/02_output_image.png": picture("red"),
        },
    )


def lab(exports: Path) -> Path:
    metadata = {
        "run_id": LAB,
        "type": "latent_lab",
        "latent_lab_tool": "steps",
        "entities": [
            {"sequence": 1, "type": "parameters", "filename": "001_parameters.json"},
            {"sequence": 2, "type": "step_01", "filename": "002_step_01.jpg"},
            {"sequence": 5, "type": "output_image", "filename": "05_output_image.png"},
        ],
    }
    return _write(
        exports / "json" / "2026-01-22" / "kiosk-3" / LAB,
        {
            "metadata.json": metadata,
            "prompting_process/001_parameters.json": '{"steps": 20}',
            "prompting_process/002_step_01.jpg": picture("white", kind="JPEG"),
            "final/05_output_image.png": picture("white"),
        },
    )


def media_store(data: Path) -> Path:
    metadata = {
        "run_id": STORE_UUID,
        "user_id": "ben",
        "timestamp": "2025-11-02T11:00:00",
        "schema": "haiku",
        "execution_mode": "eco",
        "input_text": "Regen",
        "transformed_text": "Regen fällt leise",
        "outputs": [
            {
                "type": "image",
                "filename": "output_image.png",
                "backend": "comfyui",
                "config": "sd35_large",
                "file_size_bytes": 100,
                "format": "png",
                "width": 48,
                "height": 32,
            }
        ],
    }
    return _write(
        data / "media_storage" / "runs" / STORE_UUID,
        {
            "metadata.json": metadata,
            "input_text.txt": "Regen",
            "transformed_text.txt": "Regen fällt leise",
            "output_image.png": picture("gray"),
        },
    )


def history_record(exports: Path, folder: str = "executions", run_id: str = NESTED) -> Path:
    record = {
        "execution_id": EXECUTION,
        "run_id": run_id,
        "config_name": "surrealism",
        "execution_mode": "eco",
        "safety_level": "off",
        "user_id": None,
        "timestamp": "2026-01-22T23:54:31",
        "items": [
            {
                "sequence_number": 1,
                "timestamp": "2026-01-22T23:54:32",
                "stage": 2,
                "media_type": "text",
                "item_type": "interception_result",
                "content": "Der Fisch, der das Fliegen träumt",
                "model_used": None,
                "metadata": None,
            },
            {
                "sequence_number": 2,
                "timestamp": None,
                "stage": 4,
                "media_type": "image",
                "item_type": "output_image",
                "output_config_index": 1,
                "file_path": "/somewhere/else.png",
            },
        ],
        "total_execution_time": 12.5,
        "taxonomy_version": "1.0",
    }
    path = exports / folder / f"{EXECUTION}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(record), encoding="utf-8")
    return path
