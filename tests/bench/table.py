"""The rows of the table: what is measured, against which floor, and what quality.md wants."""

from collections.abc import Mapping

from msgspec import Struct, structs


class Row(Struct, frozen=True, kw_only=True):
    """One figure. `reach` is the figure to reach; `ratio` is `seconds` / `floor_s` where there is a floor."""

    row: str
    work: str
    seconds: float | None = None
    floor: str = ""
    floor_s: float | None = None
    reach: str = ""
    passed: bool | None = None
    facts: Mapping[str, float | int | str] = {}

    @property
    def ratio(self) -> float | None:
        if self.seconds is None or not self.floor_s:
            return None
        return self.seconds / self.floor_s

    def beside(self, floor: str, floor_s: float) -> "Row":
        """The same, shown beside what it can be compared with; what is to be reached stays."""
        return structs.replace(self, floor=floor, floor_s=floor_s)


def against(row: str, work: str, seconds: float, floor: str, floor_s: float, limit: float) -> Row:
    """A row that must stay under `limit` times its floor."""
    return Row(
        row=row,
        work=work,
        seconds=seconds,
        floor=floor,
        floor_s=floor_s,
        reach=f"{limit:g} x floor",
        passed=seconds <= limit * floor_s,
    )


def under(row: str, work: str, seconds: float, limit_s: float) -> Row:
    """A row that must stay under a time."""
    return Row(row=row, work=work, seconds=seconds, reach=f"{limit_s * 1000:g} ms", passed=seconds <= limit_s)


def at_most(row: str, work: str, value: float, limit: float, unit: str) -> Row:
    """A row that must stay under a figure that is no time."""
    return Row(row=row, work=work, reach=f"{limit:g} {unit}", passed=value <= limit, facts={unit: round(value, 2)})
