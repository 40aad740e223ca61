"""Drives: found in what the system says, and made safe to pull or not, as it is."""

import os
from pathlib import Path

import pytest

from kiosk.storage.export import drives
from kiosk.storage.export.answers import Ejected
from kiosk.storage.export.drives import Drives, Linux, NotEjected

MOUNTS = """\
22 1 259:2 / / rw,relatime shared:1 - ext4 {dev}/nvme0n1p2 rw
23 22 0:5 / /dev rw,nosuid - devtmpfs udev rw
90 22 8:17 / {mount} rw,nosuid,nodev shared:9 - vfat {dev}/sdb1 rw,uid=1000
91 22 8:33 / {locked} ro,nosuid - exfat {dev}/sdc1 ro
92 22 179:1 / {card} rw - ext4 {dev}/mmcblk0p1 rw
93 22 8:1 / {fixed} rw - ext4 {dev}/sda1 rw
94 22 8:17 / {twice} rw - vfat {dev}/sdb1 rw
"""


def machine(folder: Path) -> Linux:
    """A machine with two sticks, a card, and a disk that stays: trees as /proc, /sys and /dev have them."""
    places = {name: folder / "media" / name for name in ("mount", "locked", "card", "fixed", "twice")}
    places["mount"] = folder / "media" / "KLASSE 4B"
    for place in places.values():
        place.mkdir(parents=True)
    dev, sysfs, proc = folder / "dev", folder / "sys", folder / "proc"
    for disk, part, way, removable in (
        ("sda", "sda1", "pci0000:00/ata1/host0", "0"),
        ("sdb", "sdb1", "pci0000:00/usb1/1-2/host6", "1"),
        ("sdc", "sdc1", "pci0000:00/usb2/2-1/host7", "0"),
        ("mmcblk0", "mmcblk0p1", "platform/mmc_host/mmc0", "0"),
    ):
        block = sysfs / "devices" / way / "block" / disk
        (block / part).mkdir(parents=True)
        (block / "removable").write_text(f"{removable}\n")
        (block / part / "partition").write_text("1\n")
        (sysfs / "class" / "block").mkdir(parents=True, exist_ok=True)
        for name, target in ((disk, block), (part, block / part)):
            (sysfs / "class" / "block" / name).symlink_to(target)
    (dev / "disk" / "by-label").mkdir(parents=True)
    (dev / "disk" / "by-uuid").mkdir(parents=True)
    for name in ("sda1", "sdb1", "sdc1", "mmcblk0p1"):
        (dev / name).touch()
    (dev / "disk" / "by-label" / "KLASSE\\x204B").symlink_to("../../sdb1")
    (dev / "disk" / "by-uuid" / "1234-ABCD").symlink_to("../../sdb1")
    (proc / "self").mkdir(parents=True)
    said = MOUNTS.format(dev="/dev", **{name: str(place).replace(" ", "\\040") for name, place in places.items()})
    (proc / "self" / "mountinfo").write_text(said)
    return Linux(proc, sysfs, dev)


def test_sticks_and_cards_are_found_and_disks_that_stay_are_not(tmp_path: Path) -> None:
    found = Drives(machine(tmp_path)).listed()
    assert [(drive.label, drive.file_system, drive.read_only) for drive in found] == [
        ("card", "ext4", False),
        ("KLASSE 4B", "vfat", False),
        ("locked", "exfat", True),
    ]


def test_a_stick_says_what_it_can_hold(tmp_path: Path) -> None:
    stick = next(drive for drive in Drives(machine(tmp_path)).listed() if drive.file_system == "vfat")
    assert stick.max_file_bytes == (1 << 32) - 1
    assert stick.place == str(tmp_path / "media" / "KLASSE 4B")
    assert 0 < stick.free_bytes <= stick.size_bytes


def test_a_stick_keeps_its_id_when_it_comes_back_elsewhere(tmp_path: Path) -> None:
    system = machine(tmp_path)
    before = next(drive.id for drive in Drives(system).listed() if drive.file_system == "vfat")
    mounts = tmp_path / "proc" / "self" / "mountinfo"
    (tmp_path / "media" / "other").mkdir()
    mounts.write_text(mounts.read_text().replace("KLASSE\\0404B", "other"))
    found = Drives(system).find(before)
    assert found is not None
    assert found.place == str(tmp_path / "media" / "other")


def test_a_drive_that_was_pulled_is_gone(tmp_path: Path) -> None:
    system = machine(tmp_path)
    drive = Drives(system).listed()[0]
    (tmp_path / "proc" / "self" / "mountinfo").write_text("")
    assert Drives(system).find(drive.id) is None
    assert Drives(system).eject(drive.id) is None


def test_the_file_system_of_a_folder_is_that_of_the_innermost_mount(tmp_path: Path) -> None:
    system = machine(tmp_path)
    inner = tmp_path / "media" / "KLASSE 4B" / "photos"
    inner.mkdir()
    assert system.file_system(inner) == "vfat"
    assert system.file_system(tmp_path) == "ext4"


def test_a_stick_is_unmounted_and_switched_off_where_udisks_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = _udisks(tmp_path, monkeypatch, "exit 0")
    system = machine(tmp_path)
    stick = next(drive for drive in Drives(system).listed() if drive.file_system == "vfat")
    assert Drives(system).eject(stick.id) == Ejected(how="powered_off")
    assert asked.read_text().splitlines() == [
        "unmount --no-user-interaction -b /dev/sdb1",
        "power-off --no-user-interaction -b /dev/sdb",
    ]


def test_a_stick_in_use_is_called_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _udisks(tmp_path, monkeypatch, "echo 'target is busy' >&2; exit 1")
    system = machine(tmp_path)
    with pytest.raises(NotEjected) as refused:
        Drives(system).eject(Drives(system).listed()[0].id)
    assert refused.value.reason == "drive_in_use"


def test_where_nobody_may_unmount_it_is_only_said_that_all_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    system = machine(tmp_path)
    assert not system.can_eject()
    assert Drives(system).eject(Drives(system).listed()[0].id) == Ejected(how="synced")


def test_this_machine_answers() -> None:
    assert isinstance(Drives().listed(), list)
    assert drives.this_system().file_system(Path("/proc")) in ("proc", "")


def _udisks(folder: Path, monkeypatch: pytest.MonkeyPatch, does: str) -> Path:
    """A udisksctl that notes what it is asked."""
    asked = folder / "asked"
    tool = folder / "bin" / "udisksctl"
    tool.parent.mkdir()
    tool.write_text(f'#!/bin/sh\necho "$@" >> {asked}\n{does}\n')
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tool.parent}{os.pathsep}{os.defpath}")
    return asked


def test_the_folder_of_the_settings_is_offered_like_a_stick_after_the_sticks(tmp_path: Path) -> None:
    (tmp_path / "share" / "research").mkdir(parents=True)
    found = Drives(machine(tmp_path), lambda: str(tmp_path / "share" / "research")).listed()
    assert [drive.kind for drive in found] == ["stick", "stick", "stick", "folder"]
    assert (found[-1].label, found[-1].place) == ("research", str(tmp_path / "share" / "research"))
    assert (found[-1].read_only, found[-1].can_eject) == (False, False)
    assert 0 < found[-1].free_bytes <= found[-1].size_bytes


def test_a_folder_that_is_away_is_not_offered_and_none_is_when_none_is_set(tmp_path: Path) -> None:
    chosen = ""
    drives = Drives(machine(tmp_path), lambda: chosen)
    assert len(drives.listed()) == 3
    chosen = str(tmp_path / "unplugged")
    assert len(drives.listed()) == 3
    Path(chosen).mkdir()
    folder = drives.listed()[-1]
    again = drives.find(folder.id)
    assert again is not None
    assert again.place == chosen
    assert drives.eject(folder.id) is None
