import errno
import os
import threading
from collections import namedtuple
from pathlib import Path

import pytest

from kiosk.storage.errors import StorageError
from kiosk.storage.export import keeping_copies
from kiosk.storage.export.keeping_copies import FolderAway, keep, stem_of

Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    path = tmp_path / "copy.png"
    path.write_bytes(b"picture" * 1000)
    return path


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


def test_a_name_says_lens_day_and_number() -> None:
    assert stem_of("dada", "2026-01-22T23:54:31+01:00") == "dada_2026-01-22"
    assert stem_of("../../Ätna: CON", "") == "tna-con"
    assert stem_of("", "nonsense") == "kiosk"
    assert len(stem_of("x" * 300, "2026-01-22")) < 60


def test_copies_are_numbered_and_nothing_is_overwritten(copy: Path, stick: Path) -> None:
    (stick / "dada_2026-01-22_7.jpg").write_bytes(b"another child's")
    names = [keep(copy, str(stick), "dada_2026-01-22") for _ in range(3)]
    assert names == [f"dada_2026-01-22_{n}.png" for n in (8, 9, 10)]
    assert (stick / "dada_2026-01-22_7.jpg").read_bytes() == b"another child's"
    assert all((stick / name).read_bytes() == copy.read_bytes() for name in names)
    assert len(list(stick.iterdir())) == 4


def test_many_at_once_get_a_name_each(copy: Path, stick: Path) -> None:
    names: list[str] = []
    threads = [threading.Thread(target=lambda: names.append(keep(copy, str(stick), "dada"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(names)) == 8
    assert all((stick / name).read_bytes() == copy.read_bytes() for name in names)


def test_a_file_system_without_second_names_works_too(
    copy: Path, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refused)
    assert [keep(copy, str(stick), "dada") for _ in range(2)] == ["dada_1.png", "dada_2.png"]
    assert len(list(stick.iterdir())) == 2


def test_a_stick_that_is_away_is_said_to_be_away(copy: Path, stick: Path) -> None:
    stick.rmdir()
    with pytest.raises(FolderAway):
        keep(copy, str(stick), "dada")
    assert not stick.exists()


def test_a_full_stick_gets_nothing(copy: Path, stick: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping_copies.shutil, "disk_usage", lambda _: Usage(10, 10, 0))  # type: ignore[attr-defined]
    with pytest.raises(StorageError) as caught:
        keep(copy, str(stick), "dada")
    assert caught.value.full
    assert list(stick.iterdir()) == []


@pytest.mark.parametrize(("number", "full"), [(errno.ENOSPC, True), (errno.EIO, False), (errno.EROFS, False)])
def test_a_stick_that_fails_on_the_way_keeps_nothing_half(
    copy: Path, stick: Path, monkeypatch: pytest.MonkeyPatch, number: int, full: bool
) -> None:
    def fail(_: int) -> None:
        raise OSError(number, "no")

    monkeypatch.setattr(keeping_copies.durable, "sync_data", fail)  # type: ignore[attr-defined]
    with pytest.raises(StorageError) as caught:
        keep(copy, str(stick), "dada")
    assert caught.value.full is full
    assert list(stick.iterdir()) == []
