"""How the program is, for a child: a few signs, each said on the screen in one calm sentence (`health.*`).

No names of boxes, no addresses, no figures: those are in the full view, for the teacher.
"""

from collections.abc import Collection
from enum import StrEnum

from kiosk.server.services import Health, HealthPart


class Sign(StrEnum):
    """What is not as usual, the most serious first."""

    NOT_WRITABLE = "not_writable"
    SAFETY_OFF = "safety_off"
    WORKS_GONE = "works_gone"
    NOT_SAVED = "not_saved"
    DISK_LOW = "disk_low"
    TEXT_AWAY = "text_away"
    BOX_AWAY = "box_away"
    WARMING = "warming"
    CATCHING_UP = "catching_up"


def signs_of(health: Health, boxes: Collection[str], *, warming: bool) -> list[Sign]:
    """The signs of a state of health, the most serious first; `boxes` are the names of the media boxes."""
    shown = {sign for part in health.parts if (sign := _sign(part, boxes)) is not None}
    if warming:
        shown.add(Sign.WARMING)
    return [sign for sign in Sign if sign in shown]


def _sign(part: HealthPart, boxes: Collection[str]) -> Sign | None:
    if part.state in ("ok", "off"):
        return None
    if part.name == "disk":
        return Sign.NOT_WRITABLE if part.state == "failed" else Sign.DISK_LOW
    return _BY_NAME.get(part.name) or (Sign.BOX_AWAY if part.name in boxes else None)


_BY_NAME = {
    "safety": Sign.SAFETY_OFF,
    "works": Sign.WORKS_GONE,
    "listeners": Sign.NOT_SAVED,
    "text": Sign.TEXT_AWAY,
    "index": Sign.CATCHING_UP,
}
