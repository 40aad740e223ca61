"""Drives that can be taken away: which there are, how much they hold, and making them safe to pull.

One folder that the settings name is offered beside them.
Linux by /proc and /sys (and udisks2 to eject), macOS by diskutil, Windows by its own calls. Writes nothing. Blocking.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from hashlib import blake2b
from pathlib import Path
from typing import Literal, NamedTuple, Protocol

from kiosk.storage.export import stick
from kiosk.storage.export.answers import Drive, Ejected

_PATIENCE_S = 60.0
_ESCAPED = re.compile(r"\\([0-7]{3})")
_NOT_A_STICK = ("/", "/boot", "/boot/efi", "/home", "/usr", "/var")


class NotEjected(Exception):
    """A drive could not be made safe to pull; `reason`: `drive_in_use` or `not_ejected`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Mounted(NamedTuple):
    """Something mounted: `device` is what the system calls it, `disk` the whole drive that it is a part of."""

    device: str
    disk: str
    place: Path
    file_system: str
    label: str
    identity: str
    read_only: bool


class System(Protocol):
    """What an operating system knows of its drives."""

    def removable(self) -> Iterator[Mounted]:
        """All that is mounted and can be taken away."""

    def file_system(self, place: Path) -> str:
        """The file system that a folder lies on; empty if unknown."""

    def can_eject(self) -> bool:
        """Whether this program can unmount a drive here."""

    def eject(self, drive: Mounted) -> Ejected:
        """Make a drive safe to pull. Raises `NotEjected`."""


class Linux:
    """By `/proc/self/mountinfo`, `/sys/class/block` and `/dev/disk`; other roots for trying it out."""

    def __init__(self, proc: Path = Path("/proc"), sysfs: Path = Path("/sys"), dev: Path = Path("/dev")) -> None:
        self._mounts = proc / "self" / "mountinfo"
        self._blocks = sysfs / "class" / "block"
        self._by = dev / "disk"

    def removable(self) -> Iterator[Mounted]:
        """Mounted parts of disks that the kernel calls removable, or that hang on USB or in a card reader."""
        seen = set()
        for number, place, file_system, source, options in self._mounted():
            if number in seen or str(place) in _NOT_A_STICK or not source.startswith("/dev/"):
                continue
            block = self._block(source)
            if block is None or not _can_go(block):
                continue
            seen.add(number)
            name = Path(source).name
            disk = block.parent.name if (block / "partition").exists() else block.name
            label = self._named("by-label", name) or place.name
            identity = self._named("by-uuid", name) or str(place)
            yield Mounted(source, f"/dev/{disk}", place, file_system, label, identity, "ro" in options.split(","))

    def file_system(self, place: Path) -> str:
        """The file system of the innermost mount that a folder lies in."""
        real = place.resolve()
        inside = [(mount, kind) for _, mount, kind, _, _ in self._mounted() if real.is_relative_to(mount)]
        return max(inside, key=lambda entry: len(entry[0].parts), default=(place, ""))[1]

    def can_eject(self) -> bool:
        """With udisks2, or as root."""
        return shutil.which("udisksctl") is not None or (os.geteuid() == 0 and shutil.which("umount") is not None)

    def eject(self, drive: Mounted) -> Ejected:
        """Write out what waits, unmount, switch off where the drive can be."""
        os.sync()
        if shutil.which("udisksctl") is not None:
            _run("udisksctl", "unmount", "--no-user-interaction", "-b", drive.device)
            try:
                _run("udisksctl", "power-off", "--no-user-interaction", "-b", drive.disk)
            except NotEjected:
                # Card readers, for example, cannot be switched off.
                return Ejected(how="unmounted")
            return Ejected(how="powered_off")
        if self.can_eject():
            _run("umount", str(drive.place))
            return Ejected(how="unmounted")
        return Ejected(how="synced")

    def _mounted(self) -> Iterator[tuple[str, Path, str, str, str]]:
        """Lines of mountinfo (proc(5)): device number, mount point, type, source, options."""
        try:
            text = self._mounts.read_text(encoding="utf-8", errors="surrogateescape")
        except OSError:
            return
        for line in text.splitlines():
            before, dash, after = line.partition(" - ")
            fields, rest = before.split(), after.split()
            if dash and len(fields) >= 6 and len(rest) >= 2:
                yield fields[2], Path(_unescaped(fields[4])), rest[0], _unescaped(rest[1]), fields[5]

    def _block(self, source: str) -> Path | None:
        try:
            real = Path(source).resolve()
            link = self._blocks / real.name
            return link.resolve(strict=True)
        except OSError:
            return None

    def _named(self, way: str, name: str) -> str | None:
        place = self._by / way
        try:
            for link in sorted(place.iterdir()):
                if link.readlink().name == name:
                    return re.sub(r"\\x([0-9a-f]{2})", lambda mark: chr(int(mark[1], 16)), link.name)
        except OSError:
            return None
        return None


class MacOS:
    """By `/Volumes` and `diskutil`."""

    def removable(self) -> Iterator[Mounted]:
        """Volumes of disks that are external and can be ejected."""
        import plistlib

        for place in sorted(Path("/Volumes").iterdir()):
            try:
                answer = _run("diskutil", "info", "-plist", str(place))
                facts = plistlib.loads(answer)
            except (NotEjected, ValueError):
                continue
            if facts.get("Internal", True) or not facts.get("MountPoint"):
                continue
            yield Mounted(
                str(facts.get("DeviceNode", "")),
                f"/dev/{facts.get('ParentWholeDisk', '')}",
                place,
                str(facts.get("FilesystemType", "")),
                str(facts.get("VolumeName") or place.name),
                str(facts.get("VolumeUUID") or place),
                not facts.get("WritableVolume", False),
            )

    def file_system(self, place: Path) -> str:
        """As diskutil names it; empty for a folder that is no volume."""
        import plistlib

        try:
            facts = plistlib.loads(_run("diskutil", "info", "-plist", str(place)))
        except (NotEjected, ValueError):
            return ""
        return str(facts.get("FilesystemType", ""))

    def can_eject(self) -> bool:
        """Always."""
        return True

    def eject(self, drive: Mounted) -> Ejected:
        """`diskutil eject` of the whole disk."""
        os.sync()
        _run("diskutil", "eject", drive.disk)
        return Ejected(how="powered_off")


class Windows:
    """By `GetDriveTypeW` and its like; drives that call themselves fixed, as some USB disks do, are not seen."""

    def removable(self) -> Iterator[Mounted]:
        """Letters of removable drives with something in them."""
        yield from _windows_drives()

    def file_system(self, place: Path) -> str:
        """Of the drive letter that a folder lies on."""
        mounted = _windows_volume(f"{place.resolve().drive}\\")
        return mounted.file_system if mounted is not None else ""

    def can_eject(self) -> bool:
        """Not from here: the person does it in the task bar."""
        return False

    def eject(self, drive: Mounted) -> Ejected:
        """Every file was flushed when it was written; the drive itself is ejected by hand."""
        del drive
        return Ejected(how="synced")


if sys.platform == "win32":
    import ctypes

    _REMOVABLE = 2
    _READ_ONLY = 0x80000
    _LONGEST = 261

    def _windows_drives() -> Iterator[Mounted]:
        kernel = ctypes.windll.kernel32
        letters = kernel.GetLogicalDrives()
        for number in range(26):
            root = f"{chr(65 + number)}:\\"
            if letters >> number & 1 and kernel.GetDriveTypeW(root) == _REMOVABLE:
                mounted = _windows_volume(root)
                if mounted is not None:
                    yield mounted

    def _windows_volume(root: str) -> Mounted | None:
        label = ctypes.create_unicode_buffer(_LONGEST)
        kind = ctypes.create_unicode_buffer(_LONGEST)
        serial = ctypes.c_uint32()
        flags = ctypes.c_uint32()
        if not ctypes.windll.kernel32.GetVolumeInformationW(
            root, label, _LONGEST, ctypes.byref(serial), None, ctypes.byref(flags), kind, _LONGEST
        ):
            return None
        read_only = bool(flags.value & _READ_ONLY)
        return Mounted(root, root, Path(root), kind.value, label.value or root, f"{serial.value:08x}", read_only)

else:

    def _windows_drives() -> Iterator[Mounted]:
        yield from ()

    def _windows_volume(root: str) -> Mounted | None:
        del root
        return None


def this_system() -> System:
    """The system that this runs on."""
    if sys.platform == "win32":
        return Windows()
    return MacOS() if sys.platform == "darwin" else Linux()


class Drives:
    """The drives of this machine, by ids that stay the same when a drive comes back.

    `folder` is the one that the settings name besides; empty: none.
    """

    def __init__(self, system: System | None = None, folder: Callable[[], str] = lambda: "") -> None:
        self._system = system or this_system()
        self._folder = folder

    def listed(self) -> list[Drive]:
        """All drives that can be taken away, by name, then the folder; those that do not answer are left out."""
        can_eject = self._system.can_eject()
        sticks = [self._described(mounted, "stick", can_eject=can_eject) for mounted in self._system.removable()]
        found = sorted((drive for drive in sticks if drive), key=lambda drive: (drive.label.casefold(), drive.id))
        named = self._named()
        folder = self._described(named, "folder", can_eject=False) if named is not None else None
        return [*found, folder] if folder is not None else found

    def find(self, drive_id: str) -> Drive | None:
        """The drive of an id, if it is there."""
        return next((drive for drive in self.listed() if drive.id == drive_id), None)

    def file_system(self, place: Path) -> str:
        """The file system that a folder lies on; empty if unknown."""
        return self._system.file_system(place)

    def eject(self, drive_id: str) -> Ejected | None:
        """Make a drive safe to pull; None if it is not there. Raises `NotEjected`."""
        mounted = next((drive for drive in self._system.removable() if _id(drive) == drive_id), None)
        return self._system.eject(mounted) if mounted is not None else None

    def _named(self) -> Mounted | None:
        """The folder of the settings, if it is there."""
        chosen = self._folder()
        if not chosen:
            return None
        try:
            place = Path(chosen).expanduser().resolve()
            there = place.is_dir()
        except (OSError, RuntimeError):
            return None
        if not there:
            return None
        kind = self._system.file_system(place)
        return Mounted("", "", place, kind, place.name or str(place), str(place), not os.access(place, os.W_OK))

    def _described(self, mounted: Mounted, kind: Literal["stick", "folder"], *, can_eject: bool) -> Drive | None:
        try:
            usage = shutil.disk_usage(mounted.place)
        except OSError:
            return None
        return Drive(
            id=_id(mounted),
            kind=kind,
            label=mounted.label,
            place=str(mounted.place),
            file_system=mounted.file_system,
            size_bytes=usage.total,
            free_bytes=usage.free,
            max_file_bytes=stick.max_file_bytes(mounted.file_system),
            read_only=mounted.read_only,
            can_eject=can_eject,
        )


def _id(mounted: Mounted) -> str:
    return "drive-" + blake2b(f"{mounted.identity}\n{mounted.file_system}".encode(), digest_size=8).hexdigest()


def _can_go(block: Path) -> bool:
    """Whether the disk of a block device says that it is removable, or hangs on USB, FireWire or in a card reader."""
    disk = block.parent if (block / "partition").exists() else block
    try:
        removable = (disk / "removable").read_text(encoding="ascii").strip() == "1"
    except OSError:
        removable = False
    return removable or any(part.startswith(("usb", "mmc", "firewire")) for part in block.parts)


def _unescaped(text: str) -> str:
    """Octal escapes of mountinfo: space, tab, newline, backslash."""
    return _ESCAPED.sub(lambda mark: chr(int(mark[1], 8)), text)


def _run(*command: str) -> bytes:
    words = {"LC_ALL": "C", "PATH": os.environ.get("PATH", os.defpath)}
    try:
        done = subprocess.run(  # noqa: S603 - own words and the system's own names of devices
            command, capture_output=True, timeout=_PATIENCE_S, check=True, env={**os.environ, **words}
        )
    except subprocess.CalledProcessError as error:
        said = (error.stderr or b"").decode("utf-8", "replace").lower()
        raise NotEjected("drive_in_use" if "busy" in said or "in use" in said else "not_ejected") from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotEjected("not_ejected") from error
    return done.stdout
