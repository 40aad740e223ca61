"""What leaves the house: reports of one run, packages of many, the stick, and the way back in.

A run is handed on as a `RunInPackage`, whoever writes about it. Nothing here changes a run.
"""

from enum import StrEnum
from pathlib import Path
from typing import Literal

from msgspec import Struct, field

from kiosk.records import HistoryRecord, RunMetadata


class RunInPackage(Struct, frozen=True, kw_only=True):
    """One run as it goes into a package.

    `folder` is where its files lie now; `place` is where they will lie in the package: a relative path with `/`.
    `metadata` and `record` say what the package says about it, which in a derived copy is less than the run knows.
    """

    metadata: RunMetadata
    record: HistoryRecord
    folder: Path
    place: str


class Profile(StrEnum):
    """What a package tells: all of it, all without names, or only what may be shown to everybody."""

    FULL = "full"
    PSEUDONYMOUS = "pseudonymous"
    PUBLIC = "public"


class PackageFacts(Struct, frozen=True, kw_only=True):
    """What a package says about itself, the same in the crate, in its pages and in its notes.

    `created` is ISO 8601 with UTC offset. `licence` is an address (SPDX or Creative Commons) or plain words;
    `consent_note` is a sentence on consent, or the name of the file beside that tells of it.
    `bag_number` counts from 1 within `bag_group`, which joins the bags of one export that needed several sticks.
    `language` is that of the pages and notes, `de` or `en`; names of columns and fields are the same in both.
    `lens_names` are the lenses' names in that language, by id; a lens that is not there is called by its id.
    """

    title: str
    profile: Profile
    created: str
    session_ids: list[str] = field(default_factory=list)
    licence: str | None = None
    consent_note: str | None = None
    language: Literal["de", "en"] = "de"
    app_version: str = ""
    bag_group: str | None = None
    bag_number: int | None = None
    lens_names: dict[str, str] = field(default_factory=dict)
