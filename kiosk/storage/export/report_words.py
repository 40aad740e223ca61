"""What a report of one run says that the run does not know. No I/O."""

from collections.abc import Mapping

from msgspec import Struct, field


class ReportWords(Struct, frozen=True, kw_only=True):
    """What a report says that the run does not know: its own language, names of lens and outputs in it.

    `damage` are the kinds of damage that reading the run has found (`journal.Damage`).
    """

    language: str
    lens_name: str
    output_names: Mapping[str, str] = field(default_factory=dict)
    damage: list[str] = field(default_factory=list)
