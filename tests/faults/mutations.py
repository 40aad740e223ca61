"""Every truncation, bit flips in every byte, every swapped, doubled and deleted line of a real run's journal."""

import asyncio
import shutil
from collections import Counter
from pathlib import Path

from kiosk.storage.journal import parse
from kiosk.storage.run_files import read_run
from tests.faults import Finding
from tests.storage.kit import library, whole_run


def run(count: int, seed: int, folder: Path) -> Finding:
    """All mutations of one journal; `count` bits of each byte are flipped."""
    run_folder = asyncio.run(_run_folder(folder))
    path = run_folder / "journal.jsonl"
    content = path.read_bytes()
    bad: Counter[str] = Counter(unseen=0)
    done: Counter[str] = Counter()
    for cut in range(len(content)):
        # A cut at a line end is seen by what metadata.json knows of an ended run.
        is_line_end = cut == 0 or content[cut - 1] == ord("\n")
        if is_line_end:
            path.write_bytes(content[:cut])
            bad["unseen"] += not read_run(run_folder).damage
        else:
            bad["unseen"] += not parse(content[:cut]).damage
        done["cuts"] += 1
    changed = bytearray(content)
    for position in range(len(content)):
        for bit in range(seed, seed + count):
            changed[position] ^= 1 << bit % 8
            bad["unseen"] += not parse(bytes(changed)).damage
            changed[position] ^= 1 << bit % 8
            done["flips"] += 1
    for mutated in _line_mutations(content.splitlines(keepends=True)):
        path.write_bytes(mutated)
        bad["unseen"] += not read_run(run_folder).damage
        done["lines moved"] += 1
    for start in range(0, len(content), 512):
        bad["unseen"] += not parse(
            content[:start] + bytes(min(512, len(content) - start)) + content[start + 512 :]
        ).damage
        done["sectors zeroed"] += 1
    shutil.rmtree(run_folder)
    return Finding("3.1", "journal changed", sum(done.values()), dict(bad), dict(done))


def _line_mutations(lines: list[bytes]) -> list[bytes]:
    found = []
    for first in range(len(lines)):
        found.append(b"".join([*lines[:first], *lines[first + 1 :]]))
        found.append(b"".join([*lines[: first + 1], *lines[first:]]))
        for second in range(first + 1, len(lines)):
            swapped = list(lines)
            swapped[first], swapped[second] = swapped[second], swapped[first]
            found.append(b"".join(swapped))
    return found


async def _run_folder(folder: Path) -> Path:
    async with library(folder) as opened:
        return (await whole_run(opened)).folder
