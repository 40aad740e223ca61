"""The order of writing that a pulled FAT stick survives; `tests/faults` (`vfat`) shows that it does."""

from pathlib import Path

import pytest

from kiosk import durable as disk
from kiosk.storage.export import stick

Event = tuple[str, str, dict[str, int]]


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Event]:
    """What the drive is told to confirm, and what is there at that moment: names below the top, with their sizes."""
    events: list[Event] = []
    top = tmp_path / "top"
    top.mkdir()
    folder, file = disk.sync_folder, stick.confirm

    def there() -> dict[str, int]:
        found = sorted(path for path in top.rglob("*"))
        return {path.relative_to(top).as_posix(): path.stat().st_size if path.is_file() else -1 for path in found}

    def sync_folder(place: Path) -> None:
        folder(place)
        events.append(("folder", place.relative_to(top).as_posix(), there()))

    def confirm(place: Path) -> None:
        file(place)
        events.append(("file", place.relative_to(top).as_posix(), there()))

    monkeypatch.setattr(disk, "sync_folder", sync_folder)
    monkeypatch.setattr(stick, "confirm", confirm)
    return events


def put(top: Path, *names: str) -> list[stick.Copied]:
    return stick.Placer(top).put([(top / name, name.encode()) for name in names], lambda _: None)


def test_a_new_folder_is_confirmed_in_its_parent_before_anything_is_in_it(tmp_path: Path, told: list[Event]) -> None:
    put(tmp_path / "top", "a/b/one.txt")
    assert told[0] == ("folder", ".", {"a": -1})
    assert told[1] == ("folder", "a", {"a": -1, "a/b": -1})


def test_all_names_are_confirmed_empty_before_a_file_is_written(tmp_path: Path, told: list[Event]) -> None:
    put(tmp_path / "top", "a/one.txt", "b/two.txt")
    names = {"a": -1, "a/one.txt": 0, "b": -1, "b/two.txt": 0}
    assert [event for event in told if event[2] == names] == [("folder", "a", names), ("folder", "b", names)]


def test_what_is_written_has_its_place_before_a_name_tells_of_it(tmp_path: Path, told: list[Event]) -> None:
    copied = put(tmp_path / "top", "a/one.txt", "a/two.txt")
    assert [one.size for one in copied] == [9, 9]
    whole = {"a": -1, "a/one.txt": 9, "a/two.txt": 9}
    assert told[-3:] == [("folder", "a", whole), ("file", "a/one.txt", whole), ("file", "a/two.txt", whole)]


def test_much_is_confirmed_in_parts(tmp_path: Path, told: list[Event], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stick, "_AT_ONCE", 10)
    put(tmp_path / "top", "one.txt", "two.txt", "three.txt")
    assert [name for kind, name, _ in told if kind == "file"] == ["one.txt", "two.txt", "three.txt"]
    assert next(there for kind, _, there in told if kind == "file")["three.txt"] == 0


def test_a_file_that_stands_alone_is_confirmed_again_under_its_name(tmp_path: Path, told: list[Event]) -> None:
    assert stick.write(tmp_path / "top" / "bagit.txt", [b"one", b"two"]).size == 6
    assert [(kind, name) for kind, name, _ in told] == [
        ("folder", "."), ("file", "bagit.txt.part"), ("folder", "."), ("file", "bagit.txt"),
    ]  # fmt: skip
    assert told[0][2] == {"bagit.txt.part": 0}


def test_a_file_that_cannot_be_read_is_not_the_drive_s_fault(tmp_path: Path) -> None:
    (tmp_path / "top").mkdir()
    with pytest.raises(stick.SourceGone):
        stick.Placer(tmp_path / "top").put([(tmp_path / "top" / "x", tmp_path / "nowhere")], lambda _: None)
