import errno
import os
from itertools import product
from pathlib import Path
from unittest.mock import patch

import pytest

from kiosk.storage.errors import RunBusy
from kiosk.storage.journal import FIRST, Journal, chained, parse

BODIES = [b'{"sequence_number":%d,"text":"%s"}' % (number, b"x" * number) for number in range(1, 9)]


def journal_bytes() -> bytes:
    h = FIRST
    lines = []
    for body in BODIES:
        line, h = chained(h, body)
        lines.append(line)
    return b"".join(lines)


def test_the_first_line_has_the_checksum_of_the_contract() -> None:
    line, h = chained(FIRST, b'{"sequence_number":1}')
    assert line == b'{"sequence_number":1,"h":"fc1683dfa26ee872"}\n'
    assert h == "fc1683dfa26ee872"


def test_what_was_written_is_read_without_damage() -> None:
    content = journal_bytes()
    read = parse(content)
    assert [line.body for line in read.lines] == BODIES
    assert (read.damage, read.good_bytes) == ([], len(content))


def test_every_cut_inside_a_line_is_a_torn_tail_and_nothing_before_it_is_lost() -> None:
    content = journal_bytes()
    ends = [position + 1 for position, byte in enumerate(content) if byte == 10]
    for cut in range(1, len(content)):
        read = parse(content[:cut])
        whole = sum(end <= cut for end in ends)
        assert len(read.lines) == whole
        assert [entry.kind for entry in read.damage] == ([] if cut in ends else ["torn"]), cut


def test_every_flipped_bit_is_seen() -> None:
    content = bytearray(journal_bytes())
    for position in range(len(content)):
        for bit in (1, 16, 128):
            content[position] ^= bit
            assert parse(bytes(content)).damage, (position, bit)
            content[position] ^= bit


def test_every_swapped_doubled_and_deleted_line_is_seen() -> None:
    lines = journal_bytes().splitlines(keepends=True)
    for first in range(len(lines)):
        assert parse(b"".join([*lines[: first + 1], *lines[first:]])).damage
        if first < len(lines) - 1:
            assert parse(b"".join([*lines[:first], *lines[first + 1 :]])).damage
        for second in range(first + 1, len(lines)):
            swapped = list(lines)
            swapped[first], swapped[second] = swapped[second], swapped[first]
            assert parse(b"".join(swapped)).damage


def test_one_edited_line_is_one_broken_place_and_the_others_are_read() -> None:
    content = journal_bytes().replace(b"xxxx", b"yyyy", 1)
    read = parse(content)
    assert [(entry.line, entry.kind) for entry in read.damage] == [(4, "broken")]
    assert [line.intact for line in read.lines] == [True] * 3 + [False] + [True] * 4


def test_other_ends_of_lines_are_damage_of_which_every_word_is_read() -> None:
    read = parse(journal_bytes().replace(b"\n", b"\r\n"))
    assert [line.body for line in read.lines] == [line.body for line in parse(journal_bytes()).lines]
    assert {damage.kind for damage in read.damage} == {"broken"}


def test_a_block_of_zeros_at_the_end_is_a_torn_tail() -> None:
    content = journal_bytes()
    read = parse(content + bytes(512))
    assert ([entry.kind for entry in read.damage], read.good_bytes) == (["torn"], len(content))


def test_only_one_writer_at_a_time(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.jsonl", durable=False, create=True)
    with pytest.raises(RunBusy):
        Journal(tmp_path / "journal.jsonl", durable=False, create=False)
    journal.close()
    Journal(tmp_path / "journal.jsonl", durable=False, create=False).close()


def test_a_torn_tail_is_moved_aside_once_however_often_that_is_repeated(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    path.write_bytes(journal_bytes() + b'{"sequence')
    for expected in (10, 0):
        journal = Journal(path, durable=True, create=False)
        assert journal.move_tail_aside() == expected
        journal.close()
    assert path.read_bytes() == journal_bytes()
    assert (tmp_path / "journal.torn").read_bytes() == b'{"sequence'


def test_moving_aside_may_be_killed_between_copy_and_cut(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    path.write_bytes(journal_bytes() + b'{"seq')
    (tmp_path / "journal.torn").write_bytes(b'{"seq')
    journal = Journal(path, durable=True, create=False)
    journal.move_tail_aside()
    journal.append([b'{"sequence_number":9}'])
    journal.close()
    assert (tmp_path / "journal.torn").read_bytes() == b'{"seq'
    assert parse(path.read_bytes()).damage == []


def test_a_line_takes_the_place_of_empty_ones_that_were_made_ahead(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    journal = Journal(path, durable=True, create=True, room=True)
    sizes = set()
    for body in BODIES:
        journal.append([body])
        sizes.add(path.stat().st_size)
        assert parse(path.read_bytes()).damage == []
    assert len(sizes) == 1
    journal.close()
    assert path.read_bytes() == journal_bytes()


def test_room_is_made_again_when_it_is_used_up(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    journal = Journal(path, durable=True, create=True, room=True)
    bodies = [b'{"sequence_number":%d,"text":"%s"}' % (number, b"x" * 9_000) for number in range(1, 20)]
    for body in bodies:
        journal.append([body])
    journal.close()
    read = parse(path.read_bytes())
    assert ([line.body for line in read.lines], read.damage) == (bodies, [])


def test_several_lines_at_once_are_not_written_into_room(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    journal = Journal(path, durable=True, create=True, room=True)
    journal.append(BODIES[:1])
    journal.append(BODIES[1:])
    assert path.read_bytes() == journal_bytes()
    journal.close()


def test_room_that_a_killed_program_left_is_no_damage_and_is_taken_away(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    path.write_bytes(journal_bytes() + b"\n" * 5_000)
    read = parse(path.read_bytes())
    assert ([line.body for line in read.lines], read.damage) == (BODIES, [])
    journal = Journal(path, durable=True, create=False, room=True)
    assert journal.move_tail_aside() == 0
    journal.append([b'{"sequence_number":9}'])
    journal.close()
    assert not (tmp_path / "journal.torn").exists()
    assert [line.intact for line in parse(path.read_bytes()).lines] == [True] * 9


def test_of_a_line_in_room_a_power_cut_may_keep_any_sectors_and_nothing_else_is_harmed(tmp_path: Path) -> None:
    before = journal_bytes()
    line, _ = chained(parse(before).last_h, b'{"sequence_number":9,"text":"%s","metadata":{"a":1}}' % (b"x" * 1_800))
    old = before + b"\n" * 4_096
    new = (before + line).ljust(len(old), b"\n")
    path = tmp_path / "journal.jsonl"
    touched = range(len(before) // 512, len(before + line) // 512 + 1)
    for kept in product((True, False), repeat=len(touched)):
        content = bytearray(old)
        for sector, is_kept in zip(touched, kept, strict=True):
            if is_kept:
                content[sector * 512 : sector * 512 + 512] = new[sector * 512 : sector * 512 + 512]
        path.write_bytes(content)
        journal = Journal(path, durable=False, create=False, room=True)
        journal.move_tail_aside()
        journal.close()
        assert path.read_bytes() == before + line * all(kept), kept
        (tmp_path / "journal.torn").unlink(missing_ok=True)


def test_a_disk_that_has_no_space_for_room_may_have_it_for_the_line(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    journal = Journal(path, durable=True, create=True, room=True)
    real = os.write

    def nearly_full(descriptor: int, data: bytes) -> int:
        if journal.size + len(data) > 4_096:
            raise OSError(errno.ENOSPC, "full")
        return real(descriptor, data)

    with patch.object(os, "write", nearly_full):
        for body in BODIES:
            journal.append([body])
    assert path.read_bytes() == journal_bytes()
    journal.close()


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_bytes(b"")
    (tmp_path / "journal.jsonl").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match="symbolic"):
        Journal(tmp_path / "journal.jsonl", durable=False, create=False)
