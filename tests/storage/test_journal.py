from pathlib import Path

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
    read = parse(journal_bytes())
    assert [line.body for line in read.lines] == BODIES
    assert (read.damage, read.torn_bytes) == ([], 0)


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


def test_a_block_of_zeros_at_the_end_is_a_torn_tail() -> None:
    read = parse(journal_bytes() + bytes(512))
    assert ([entry.kind for entry in read.damage], read.torn_bytes) == (["torn"], 512)


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


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_bytes(b"")
    (tmp_path / "journal.jsonl").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match="symbolic"):
        Journal(tmp_path / "journal.jsonl", durable=False, create=False)
