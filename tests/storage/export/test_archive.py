import io
import os
import subprocess
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from kiosk import durable
from kiosk.storage.export import archive
from tests.storage import older_exports
from tests.storage.export.kit import usual_run
from tests.storage.kit import library


def unpacked(data: bytes, into: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        assert file.testzip() is None
        file.extractall(into)
        return {name: file.read(name) for name in file.namelist()}


async def test_every_file_of_the_run_is_in_it_byte_for_byte(tmp_path: Path) -> None:
    async with library(tmp_path / "data") as opened:
        folder = await usual_run(opened)
    files = unpacked(b"".join(archive.pieces(folder)), tmp_path / "out")
    sums = files.pop(archive.MANIFEST).decode()
    assert files == {
        f"{folder.name}/{path.relative_to(folder).as_posix()}": path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }
    assert len(sums.splitlines()) == len(files)
    checked = subprocess.run(
        ["sha256sum", "--check", "--strict", archive.MANIFEST], cwd=tmp_path / "out", capture_output=True, check=False
    )
    assert checked.returncode == 0


def test_an_older_run_is_packed_as_it_lies_there(tmp_path: Path) -> None:
    folder = older_exports.nested(tmp_path)
    files = unpacked(b"".join(archive.pieces(folder)), tmp_path / "out")
    assert files[f"{folder.name}/final/01_input.txt"] == (folder / "final" / "01_input.txt").read_bytes()


def test_a_record_without_a_folder_is_packed_alone(tmp_path: Path) -> None:
    record = older_exports.history_record(tmp_path)
    files = unpacked(b"".join(archive.pieces(record)), tmp_path / "out")
    assert set(files) == {record.name, archive.MANIFEST}


def test_links_and_half_written_files_stay_behind(tmp_path: Path) -> None:
    folder = older_exports.flat_2025(tmp_path)
    secret = tmp_path / "secret.txt"
    secret.write_text("not yours")
    (folder / "07_link.txt").symlink_to(secret)
    (folder / "08_half.png.part").write_bytes(b"half")
    names = set(unpacked(b"".join(archive.pieces(folder)), tmp_path / "out"))
    assert not any("link" in name or "part" in name for name in names)


def test_memory_stays_small_however_large_a_file_is(tmp_path: Path) -> None:
    folder = tmp_path / "run_1769122471728_362ba8"
    folder.mkdir()
    large = os.urandom(1 << 20) * 64
    (folder / "01_output_video.mp4").write_bytes(large)
    (folder / "02_output_audio.wav").write_bytes(large)
    del large
    total = 0
    tracemalloc.start()
    for piece in archive.pieces(folder):
        total += len(piece)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert total > 64 << 20
    assert peak < 8 << 20


def test_a_file_that_cannot_be_read_ends_it_without_an_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = older_exports.flat_2025(tmp_path)

    def broken(path: object, flags: int) -> int:
        raise OSError(5, "Input/output error")

    stream = archive.pieces(folder)
    given = [next(stream)]
    monkeypatch.setattr(durable, "open_no_follow", broken)
    with pytest.raises(OSError, match="Input/output"):
        given.extend(stream)
    assert not zipfile.is_zipfile(io.BytesIO(b"".join(given)))
