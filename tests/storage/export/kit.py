"""Runs to take along: packed as reports get them, with texts that try to be more than text."""

from pathlib import Path

from kiosk.records import ItemType, RunItem
from kiosk.storage.accounts import history_record
from kiosk.storage.export import RunInPackage
from kiosk.storage.library import Library
from kiosk.storage.older import read_any
from tests.storage.kit import end, idea, picture_item, record_all, rewritten, start, verdict

NASTY = (
    '<script>alert(1)</script> </text> ]]> &amp; &#x41; #eval("1+1") $x^2$ *fett* _kursiv_ `code` @quelle <label> '
    '= Überschrift\n== noch eine\n- Punkt\n// kein Kommentar\n\\u0041 \\ {{name}} {name} %s =1+1 "@import" '
    "'; DROP TABLE runs; -- 🐌🏳️‍🌈 \u202eslrig\u202c שלום مرحبا"
)
CONTROLS = "vorher\x00\x01\x07\x1b[31m\x0b\x0c\r\n\t\x7f\x85\ufffe\uffffnachher"


def packed(folder: Path) -> RunInPackage:
    """A run folder as reports get it."""
    record = read_any(folder)
    assert record is not None
    return RunInPackage(
        metadata=record.metadata,
        record=history_record(record.items, record.metadata),
        folder=folder,
        place=folder.name,
    )


async def recorded(opened: Library, *items: RunItem, **facts: object) -> Path:
    """A run of these items; returns its folder."""
    recorder = await opened.begin(start(**facts))
    await record_all(recorder, list(items))
    await recorder.close()
    return recorder.folder


async def usual_run(opened: Library, text: str = "Ein Bär tanzt auf der Straße", **facts: object) -> Path:
    """Idea, verdict, rewritten text, a picture."""
    return await recorded(opened, idea(text), verdict(), rewritten(text), picture_item(), end(), **facts)


def note(text: str) -> RunItem:
    """A last item that carries any text in its content and in its metadata."""
    from tests.storage.kit import item

    return item(ItemType.CONTEXT_PROMPT, text, metadata={text[:40]: {"deep": [text, 1, 2.5, True, None, {}]}})
