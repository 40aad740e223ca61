"""The screen's own files: by exact names, without a session, and nothing beside them."""

from pathlib import Path

import httpx
import pytest

from kiosk.server.static import IMMUTABLE, UiFiles
from tests.server.house import House, running


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    folder = tmp_path / "dist"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><title>Atelier</title>")
    (folder / "assets" / "index-B7xYz_12.js").write_text("export {}")
    (folder / "assets" / "font-A1b2C3d4.woff2").write_bytes(b"wOF2")
    (folder / "mark.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    (folder / "notes.php").write_text("<?php")
    (folder / ".env").write_text("SECRET=1")
    (tmp_path / "secret.txt").write_text("secret")
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    return folder


def test_the_built_screen_is_served(dist: Path, tmp_path: Path) -> None:
    with running(tmp_path / "data", ui_dir=dist) as house, house.visitor() as visitor:
        page = visitor.get("/")
        assert (page.status_code, page.headers["cache-control"]) == (200, "no-store")
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        script = visitor.get("/assets/index-B7xYz_12.js")
        assert script.headers["content-type"] == "text/javascript; charset=utf-8"
        assert script.headers["cache-control"] == IMMUTABLE
        mark = visitor.get("/mark.svg")
        assert mark.headers["cache-control"] == "no-cache"
        again = visitor.get("/mark.svg", headers={"If-None-Match": mark.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        _assert_nothing_else(visitor)


def _assert_nothing_else(visitor: httpx.Client) -> None:
    for path in ("/index.html", "/notes.php", "/.env", "/link.txt", "/assets/", "/assets", "/secret.txt"):
        assert visitor.get(path).status_code == 401, path


def test_a_screen_that_is_not_built_says_what_to_do(shared: House) -> None:
    with shared.visitor() as visitor:
        page = visitor.get("/")
    assert page.status_code == 503
    assert "make run" in page.text


def test_only_known_kinds_of_plain_files_are_read(dist: Path) -> None:
    assert set(UiFiles(dist).paths) == {
        "/",
        "/assets/font-A1b2C3d4.woff2",
        "/assets/index-B7xYz_12.js",
        "/mark.svg",
    }
    assert set(UiFiles(dist / "none").paths) == {"/"}


def test_the_sentences_are_public(shared: House) -> None:
    with shared.visitor() as visitor:
        languages = visitor.get("/i18n").json()["languages"]
        assert {"de", "en"} <= set(languages)
        for language in languages:
            sentences = visitor.get(f"/i18n/{language}.json").json()
            assert sentences["errors.no_session"]
        assert visitor.get("/i18n/xx.json").status_code == 401


def test_the_head_of_a_file_can_be_asked_for_alone(dist: Path, tmp_path: Path) -> None:
    with running(tmp_path / "data", ui_dir=dist) as house, house.visitor() as visitor:
        head = visitor.head("/mark.svg")
        assert (head.status_code, head.content) == (200, b"")
        assert int(head.headers["content-length"]) == len((dist / "mark.svg").read_bytes())
