"""Sentences: a language is one file and no code, and what it lacks is seen."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

import hatch_build
from kiosk.i18n import Sentences
from kiosk.settings import assets_dir

SHIPPED = assets_dir() / "i18n"


@pytest.fixture
def own(tmp_path: Path) -> Callable[[str, object], Path]:
    """Writes a language file into a folder of the teacher's own."""

    def write(language: str, content: object) -> Path:
        (tmp_path / f"{language}.json").write_text(json.dumps(content), encoding="utf-8")
        return tmp_path

    return write


def test_a_third_language_is_one_file(own: Callable[[str, object], Path]) -> None:
    sentences = Sentences(SHIPPED, own("fr", {"idea.label": "Ton idée"}))
    assert sentences.languages == ["de", "en", "fr"]
    assert sentences.say("fr-CA", "idea.label") == "Ton idée"
    assert sentences.say("fr", "rules.label") == Sentences(SHIPPED).say("en", "rules.label")


def test_a_teacher_may_say_a_sentence_otherwise(own: Callable[[str, object], Path]) -> None:
    sentences = Sentences(SHIPPED, own("de", {"idea.label": "Dein Einfall"}))
    assert sentences.say("de", "idea.label") == "Dein Einfall"
    assert sentences.say("de", "rules.label") == "Regeln"


@pytest.mark.parametrize(("language", "content"), [("fr", ["Ton idée"]), ("fr", {"a": 1}), ("français", {"a": "b"})])
def test_a_file_that_cannot_be_used_is_told_and_left_out(
    own: Callable[[str, object], Path], caplog: pytest.LogCaptureFixture, language: str, content: object
) -> None:
    assert Sentences(SHIPPED, own(language, content)).languages == ["de", "en"]
    assert language in caplog.text


def test_no_folder_of_ones_own_is_no_error(tmp_path: Path) -> None:
    assert Sentences(SHIPPED, tmp_path / "nothing").languages == ["de", "en"]


def test_a_language_that_lacks_a_sentence_fails_the_check(tmp_path: Path) -> None:
    folder = tmp_path / "i18n"
    shutil.copytree(SHIPPED, folder)
    whole = json.loads((folder / "en.json").read_text(encoding="utf-8"))
    (folder / "fr.json").write_text(json.dumps(whole), encoding="utf-8")
    assert check(folder).returncode == 0
    del whole["idea.label"]
    (folder / "fr.json").write_text(json.dumps(whole), encoding="utf-8")
    failed = check(folder)
    assert failed.returncode == 1
    assert "fr: «idea.label» is missing" in failed.stderr


def check(folder: Path) -> subprocess.CompletedProcess[str]:
    """The check of the sentences as `make test` runs it, on a folder."""
    with hatch_build.node_on_path() as path:
        return subprocess.run(
            ["node", hatch_build.UI / "scripts" / "check-sentences.js", folder],
            env={"PATH": path},
            capture_output=True,
            text=True,
            check=False,
        )
