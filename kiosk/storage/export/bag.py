"""BagIt bags (RFC 8493, version 1.0, SHA-256): their tag files written, read and judged.

Knows manifests and tags, nothing of runs. A bag that is being written has a folder name that ends in `.partial` and
no `bagit.txt`: that file is the last one, the rename after it makes it a bag. Blocking.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from kiosk.storage.export import stick

PARTIAL = ".partial"
DATA = "data"
DECLARATION = "bagit.txt"
INFO = "bag-info.txt"
MANIFEST = "manifest-sha256.txt"
TAG_MANIFEST = "tagmanifest-sha256.txt"
DROPPINGS = re.compile(
    r"(^|/)(\.DS_Store|\._[^/]*|Thumbs\.db|desktop\.ini|\.Spotlight-V100|\.Trashes|\.fseventsd)(/|$)"
)
"""Names that systems drop on a drive that is merely looked at."""

_LINE = re.compile(r"\A([0-9a-fA-F]{64})[ \t]+\*?(.+)\Z")
_LONGEST_LINE = 4096
_MOST_INFO = 64 << 10


class BadBag(Exception):
    """A folder that should be a bag is none; `problem` says why, in English."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


class Sealed(Struct, frozen=True):
    """A bag that was closed: files and bytes of its payload, the SHA-256 of its tag manifest."""

    files: int
    bytes: int
    seal: str


class Listed(Struct, frozen=True):
    """A line of a manifest: the SHA-256 in hex, and the path with `/`, as the bag has it."""

    sha256: str
    path: str


def close(
    folder: Path,
    payload: Iterable[tuple[str, str, int]],
    info: Sequence[tuple[str, str]],
    tags: Mapping[str, Iterable[bytes]],
) -> Sealed:
    """Write manifest, tags, tag manifest and, last, `bagit.txt`; `payload` gives (path below `data/`, sha256, size).

    The payload is there and confirmed. Payload-Oxum is added to `info`. Raises `OSError`.
    """
    count = size = 0

    def lines() -> Iterator[bytes]:
        nonlocal count, size
        for path, sha256, length in payload:
            count, size = count + 1, size + length
            yield line(sha256, f"{DATA}/{path}")

    hashes = {MANIFEST: stick.write(folder / MANIFEST, lines()).sha256}
    for name, pieces in tags.items():
        hashes[name] = stick.write(folder / name, pieces).sha256
    text = info_text([*info, ("Payload-Oxum", f"{size}.{count}")])
    hashes[INFO] = stick.write(folder / INFO, [text]).sha256
    declaration = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
    hashes[DECLARATION] = hashlib.sha256(declaration).hexdigest()
    tag_lines = b"".join(line(hashes[name], name) for name in sorted(hashes))
    seal = stick.write(folder / TAG_MANIFEST, [tag_lines]).sha256
    stick.write(folder / DECLARATION, [declaration])
    return Sealed(count, size, seal)


def line(sha256: str, path: str) -> bytes:
    """A manifest line (RFC 8493, 2.1.3): CR, LF and % in names are percent-encoded."""
    name = path.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return f"{sha256}  {name}\n".encode()


def info_text(pairs: Sequence[tuple[str, str]]) -> bytes:
    """`bag-info.txt` (2.2.2); values in one line each."""
    return "".join(f"{label}: {' '.join(value.split())}\n" for label, value in pairs if value.strip()).encode()


def is_bag(folder: Path) -> bool:
    """Whether a folder says that it is a bag."""
    return (folder / DECLARATION).is_file() and not folder.is_symlink()


def read_info(folder: Path) -> dict[str, str]:
    """The pairs of `bag-info.txt`, the last of each label. Raises `OSError`, `BadBag`."""
    path = folder / INFO
    if not path.exists():
        return {}
    if path.is_symlink() or path.stat().st_size > _MOST_INFO:
        raise BadBag(f"{INFO} is too large")
    pairs: dict[str, str] = {}
    last = ""
    for text in path.read_bytes().decode("utf-8", "replace").splitlines():
        if text[:1] in (" ", "\t") and last:
            pairs[last] += f" {text.strip()}"
            continue
        label, colon, value = text.partition(":")
        if colon:
            last = label.strip()
            pairs[last] = value.strip()
    return pairs


def read_manifest(path: Path) -> Iterator[Listed]:
    """The lines of a manifest. Raises `OSError`, `BadBag` for a line that is none or a path that leads out."""
    with path.open("rb") as file:
        while text := file.readline(_LONGEST_LINE + 1):
            if len(text) > _LONGEST_LINE:
                raise BadBag(f"{path.name}: a line is too long")
            try:
                found = _LINE.match(text.decode().rstrip("\r\n"))
            except UnicodeDecodeError as error:
                raise BadBag(f"{path.name}: not UTF-8") from error
            if found is None:
                if text.strip():
                    raise BadBag(f"{path.name}: a line that is none")
                continue
            name = re.sub(r"%(25|0[AaDd])", lambda mark: chr(int(mark[1], 16)), found[2])
            parts = name.removeprefix("./").split("/")
            if (
                name.startswith(("/", "~"))
                or "\\" in name
                or "\0" in name
                or any(p in ("", ".", "..") for p in parts)
            ):
                raise BadBag(f"{path.name}: a path that leads out")
            yield Listed(found[1].lower(), "/".join(parts))


def check_tags(folder: Path) -> str:
    """Check every tag file against the tag manifest; returns the seal. Raises `OSError`, `BadBag`."""
    declaration = (folder / DECLARATION).read_bytes()[:1024]
    if not re.match(rb"BagIt-Version: (0\.9[5-9]|1\.0)\r?\n", declaration):
        raise BadBag(f"{DECLARATION}: not a version that we know")
    if not (folder / MANIFEST).is_file():
        raise BadBag(f"no {MANIFEST}")
    path = folder / TAG_MANIFEST
    if not path.is_file():
        # The standard lets it be left out (2.2.1).
        return ""
    for entry in read_manifest(path):
        target = folder / entry.path
        if target.is_symlink() or not target.is_file():
            raise BadBag(f"{entry.path} is missing")
        if stick.read_back(target).sha256 != entry.sha256:
            raise BadBag(f"{entry.path} was changed")
    return hashlib.sha256(path.read_bytes()).hexdigest()


class Judged(Struct, frozen=True):
    """What a check of a whole bag found: paths that are `missing`, `changed`, not in the manifest (`extra`).

    `dropped` are additions of systems that merely looked at the drive: harmless.
    """

    files: int
    bytes: int
    missing: list[str]
    changed: list[str]
    extra: list[str]
    dropped: list[str]

    @property
    def is_sound(self) -> bool:
        """Whether all that was packed is there as it was, and nothing else."""
        return not (self.missing or self.changed or self.extra)


def judge(folder: Path, heed: stick.Heed | None = None) -> Judged:
    """Read every file of a bag from the medium and compare. Raises `OSError`, `BadBag`."""
    check_tags(folder)
    missing, changed, listed = [], [], set()
    files = size = 0
    for entry in read_manifest(folder / MANIFEST):
        listed.add(entry.path)
        path = folder / entry.path
        if path.is_symlink() or not path.is_file():
            missing.append(entry.path)
            continue
        there = stick.read_back(path, heed)
        files, size = files + 1, size + there.size
        if there.sha256 != entry.sha256:
            changed.append(entry.path)
    found = [path.relative_to(folder).as_posix() for path in sorted((folder / DATA).rglob("*")) if path.is_file()]
    extra = [path for path in found if path not in listed]
    dropped = [path for path in extra if DROPPINGS.search(path)]
    return Judged(files, size, missing, changed, [path for path in extra if path not in dropped], dropped)
