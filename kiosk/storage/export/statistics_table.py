"""The statistics as one long table, CSV as the research tables are (`tables`): a row for each count or time."""

from collections.abc import Iterator

from kiosk.storage.answers import Statistics
from kiosk.storage.export.columns import Kind
from kiosk.storage.export.tables import cell

HEAD = ("topic", "name", "detail", "count", "lower_s", "median_s", "upper_s")

Row = tuple[str, str, str, int, float | None, float | None, float | None]


def as_csv(statistics: Statistics) -> bytes:
    """UTF-8 with a byte order mark, RFC 4180; times in seconds."""
    lines = [",".join(HEAD), *(_line(row) for row in _rows(statistics))]
    return ("\r\n".join(lines) + "\r\n").encode("utf-8-sig")


def _line(row: Row) -> str:
    texts, numbers = row[:3], row[3:]
    return ",".join([*(cell(Kind.TEXT, text) for text in texts), *(cell(Kind.NUMBER, number) for number in numbers)])


def _rows(found: Statistics) -> Iterator[Row]:
    for topic, counts in (("status", found.by_status), ("runs_by_lens", found.runs_by_lens)):
        for name, count in counts.items():
            yield topic, name, "", count, None, None, None
    outputs = (
        ("outputs_by_lens", found.by_lens),
        ("outputs_by_model", found.by_model),
        ("outputs_by_device", found.by_device),
        ("outputs_by_day", found.by_day),
    )
    for topic, of in outputs:
        for one in of:
            for media_type, count in one.media.items():
                yield topic, one.name, media_type, count, None, None, None
    for time in found.times:
        yield "time", time.step, time.media_type or "", time.count, time.lower, time.median, time.upper
    for block in found.blocks:
        yield (
            "block",
            block.category or "",
            f"stage {block.stage}, {block.method or '-'}",
            block.count,
            None,
            None,
            None,
        )
