from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from kiosk.storage.export import report_xml
from tests.storage import older_exports
from tests.storage.export.kit import CONTROLS, NASTY, note, packed, recorded, usual_run
from tests.storage.kit import end, idea, library

N = f"{{{report_xml.NAMESPACE}}}"


def judged(data: bytes) -> Any:
    root = etree.fromstring(data)
    report_xml.schema().assertValid(root)
    return root


def read_back(element: Any) -> str:
    text: str = element.text or ""
    if element.get("escaped") != "backslash":
        return text
    return unescaped(text)


def unescaped(text: str) -> str:
    parts = text.split("\\\\")
    return "\\".join("".join(_codes(part)) for part in parts)


def _codes(part: str) -> list[str]:
    first, *rest = part.split("\\u")
    return [first, *(chr(int(piece[:4], 16)) + piece[4:] for piece in rest)]


async def test_a_run_is_valid_and_holds_every_item(tmp_path: Path) -> None:
    async with library(tmp_path) as opened:
        folder = await usual_run(opened)
    run = packed(folder)
    root = judged(report_xml.document(run, []))
    assert root.findtext(f"{N}run_id") == run.metadata.run_id
    items = root.find(f"{N}items")
    assert [item.get("item_type") for item in items] == [str(item.item_type) for item in run.record.items]
    image = next(item for item in items if item.get("item_type") == "output_image")
    assert image.find(f"{N}file").get("sha256") == run.metadata.entities[-1].sha256
    assert {value.get("name"): value.text for value in image.find(f"{N}metadata")}["seed"] == "7"


@pytest.mark.parametrize("text", [NASTY, CONTROLS, "\\u0041 \x01", "a" * 100_000, " \n ", "]]>"])
async def test_any_text_is_text_and_comes_back_as_it_was(tmp_path: Path, text: str) -> None:
    async with library(tmp_path) as opened:
        folder = await recorded(opened, idea(text), note(text), end())
    root = judged(report_xml.document(packed(folder), [text]))
    contents = list(root.iter(f"{N}content"))
    assert [read_back(element) for element in contents] == [text, text]
    assert read_back(root.find(f"{N}damage")) == text
    deep = [value for value in root.iter(f"{N}value") if value.get("name") == "deep"]
    assert read_back(deep[0][0]) == text
    assert unescaped(deep[0].getparent().get("name")) == text[:40]
    assert len(list(root.iter(f"{N}item"))) == 4
    assert not {"script", f"{N}script"} & {element.tag for element in root.iter()}


@pytest.mark.parametrize("older", ["flat_2025", "flat_january", "nested", "canvas", "lab", "history_record"])
def test_runs_of_older_programs_are_valid_too(tmp_path: Path, older: str) -> None:
    folder = getattr(older_exports, older)(tmp_path)
    judged(report_xml.document(packed(folder), ["missing"]))


def test_a_run_of_the_media_store_is_valid_too(tmp_path: Path) -> None:
    judged(report_xml.document(packed(older_exports.media_store(tmp_path)), []))


async def test_the_schema_refuses_what_is_no_run(tmp_path: Path) -> None:
    async with library(tmp_path) as opened:
        folder = await usual_run(opened)
    data = report_xml.document(packed(folder), [])
    changed = data.replace(b'item_type="user_input_text"', b'item_type="anything"')
    assert changed != data
    assert not report_xml.schema().validate(etree.fromstring(changed))
