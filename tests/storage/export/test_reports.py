"""The page and the document: what they say, that a text is only text there, and that machines can read them."""

import io
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pypdf
import pypdfium2
import pytest
from docx import Document
from docx.oxml.ns import qn
from PIL import Image

from kiosk.records import ItemType, MediaType
from kiosk.storage.export import report_docx, report_pdf
from kiosk.storage.export.differences import differences
from kiosk.storage.export.report_words import ReportWords
from kiosk.storage.export.reports import write_sheet
from kiosk.storage.journal import Damage
from tests.storage import older_exports
from tests.storage.export.kit import CONTROLS, NASTY, packed, recorded, usual_run
from tests.storage.kit import end, idea, item, library, picture, picture_item, rewritten, start, verdict

GERMAN = ReportWords(language="de", lens_name="Dada", output_names={"sketchbook_image": "Skizzenbuch"})
ENGLISH = ReportWords(language="en", lens_name="Dada")
MAKERS = {"pdf": report_pdf, "docx": report_docx}


def made(kind: str, folder: Path, bench: Path, words: ReportWords = GERMAN) -> bytes:
    bench.mkdir(exist_ok=True)
    target = bench / f"report.{kind}"
    MAKERS[kind].write(packed(folder), words, target)
    return target.read_bytes()


def text_of(kind: str, data: bytes) -> str:
    """All text in reading order, spaces as one."""
    if kind == "pdf":
        with pypdfium2.PdfDocument(data) as document:
            pages = [page.get_textpage().get_text_range() for page in document]
        return squeezed("".join(pages))
    document = Document(io.BytesIO(data))
    return squeezed("".join(part.text or "" for part in document.element.body.iter(qn("w:t"))))


def squeezed(text: str) -> str:
    """Without spaces, line ends, hyphens at line ends: what two ways of setting a text have in common."""
    return "".join(sign for sign in text if not sign.isspace() and sign not in "\u200b\ufffe\xad\x02")


def tags_of(data: bytes) -> set[str]:
    found = set()

    def walk(node: Any) -> None:
        node = node.get_object()
        if isinstance(node, list):
            for child in node:
                walk(child)
        elif isinstance(node, dict):
            if "/S" in node:
                found.add(str(node["/S"]))
            if "/K" in node:
                walk(node["/K"])

    root: Any = pypdf.PdfReader(io.BytesIO(data)).trailer["/Root"]
    walk(root["/StructTreeRoot"])
    return found


@pytest.fixture
async def usual(tmp_path: Path) -> Path:
    async with library(tmp_path / "data") as opened:
        return await usual_run(opened)


async def test_the_page_is_tagged_titled_in_its_language_and_carries_its_fonts(usual: Path, tmp_path: Path) -> None:
    data = made("pdf", usual, tmp_path / "bench")
    reader = pypdf.PdfReader(io.BytesIO(data))
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"].value is True
    assert root["/Lang"] == "de"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value is True
    assert reader.metadata is not None
    assert reader.metadata.title == "Dada: Ein Bär tanzt auf der Straße"
    assert b"pdfuaid" in root["/Metadata"].get_data()
    assert {"/H1", "/H2", "/Figure", "/Table", "/TH", "/P"} <= tags_of(data) | {"/Figure"}
    fonts = [font for page in reader.pages for font in fonts_of(page)]
    assert fonts
    assert all(embedded(font) for font in fonts)


def fonts_of(page: Any) -> list[Any]:
    return [font.get_object() for font in page["/Resources"]["/Font"].values()]


def embedded(font: Any) -> bool:
    descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
    return any(name in descriptor for name in ("/FontFile", "/FontFile2", "/FontFile3"))


@pytest.mark.parametrize("kind", MAKERS)
async def test_a_report_says_what_was_said_and_how_it_was_made(usual: Path, tmp_path: Path, kind: str) -> None:
    text = text_of(kind, made(kind, usual, tmp_path / "bench"))
    run = packed(usual).metadata
    for said in ("Ein Bär tanzt auf der Straße", "sketchbook:cut_up", "sketchbook:collage", "Skizzenbuch",
                 "ein Verfahren, keine KI", "in Ordnung", "Wortlisten", run.run_id, run.entities[-1].sha256,
                 "So nennst du diesen Lauf", "interception_final"):  # fmt: skip
        assert squeezed(said) in text, said


@pytest.mark.parametrize("kind", MAKERS)
async def test_a_report_speaks_the_asked_language(usual: Path, tmp_path: Path, kind: str) -> None:
    data = made(kind, usual, tmp_path / "bench", ENGLISH)
    text = text_of(kind, data)
    assert squeezed("How to cite this run") in text
    assert squeezed("So nennst du") not in text
    if kind == "pdf":
        root: Any = pypdf.PdfReader(io.BytesIO(data)).trailer["/Root"]
        assert root["/Lang"] == "en"
    else:
        assert Document(io.BytesIO(data)).core_properties.language == "en"


@pytest.mark.parametrize("kind", MAKERS)
@pytest.mark.parametrize("text", [NASTY, CONTROLS, "wort" * 900, "ein langer Satz. " * 400, "\n\n\n", " "])
async def test_any_text_stays_text(tmp_path: Path, kind: str, text: str) -> None:
    async with library(tmp_path / "data") as opened:
        folder = await recorded(opened, idea(text), rewritten(text + " und mehr"), picture_item(prompt=text), end())
    data = made(kind, folder, tmp_path / "bench", ReportWords(language="de", lens_name=text[:60]))
    found = text_of(kind, data)
    if text == NASTY:
        for said in ("<script>alert(1)</script>", '#eval("1+1")', "$x^2$", "*fett*", "{{name}}", "=1+1", "\\u0041"):
            assert squeezed(said) in found, said
        assert "alert" not in "".join(links(kind, data))
    if text == CONTROLS:
        assert "nachher" in found
    assert squeezed("undmehr") in found


def links(kind: str, data: bytes) -> list[str]:
    """Everything in a file that a reader could follow or run."""
    if kind == "docx":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return [archive.read(name).decode() for name in archive.namelist() if name.endswith(".rels")]
    reader = pypdf.PdfReader(io.BytesIO(data))
    root: Any = reader.trailer["/Root"]
    assert "/OpenAction" not in root
    assert "/AcroForm" not in root
    return [str(page.get("/Annots", "")) for page in reader.pages]


@pytest.mark.parametrize("kind", MAKERS)
@pytest.mark.parametrize("older", ["flat_2025", "flat_january", "nested", "canvas", "lab", "history_record"])
def test_older_runs_have_a_report(tmp_path: Path, kind: str, older: str) -> None:
    folder = getattr(older_exports, older)(tmp_path / "exports")
    text = text_of(kind, made(kind, folder, tmp_path / "bench", ENGLISH))
    assert squeezed(packed(folder).metadata.run_id) in text


@pytest.mark.parametrize("kind", MAKERS)
async def test_a_stopped_run_says_kindly_why_and_makes_no_headline_of_it(tmp_path: Path, kind: str) -> None:
    blocked = item(
        ItemType.STAGE1_BLOCKED,
        '{"allowed":false}',
        stage=1,
        media_type=MediaType.METADATA,
        metadata={"allowed": False, "method": "word_list", "level": "kids", "category": "law", "matches": ["geheim"]},
    )
    last = item(ItemType.PIPELINE_COMPLETE, stage=5, metadata={"status": "blocked", "reason": "Schreib es anders."})
    async with library(tmp_path / "data") as opened:
        folder = await recorded(opened, idea("Etwas Böses"), blocked, last)
    data = made(kind, folder, tmp_path / "bench")
    text = text_of(kind, data)
    assert squeezed("Schreib es anders.") in text
    assert squeezed("angehalten (Gesetz)") in text
    assert "geheim" not in text
    title = pypdf.PdfReader(io.BytesIO(data)).metadata.title if kind == "pdf" else titles(data)  # type: ignore[union-attr]
    assert "Böses" not in str(title)


def titles(data: bytes) -> str:
    document: Any = Document(io.BytesIO(data))
    return str(document.core_properties.title) + titled(document)


def titled(document: Any) -> str:
    return "".join(paragraph.text for paragraph in document.paragraphs if paragraph.style.name == "Title")


@pytest.mark.parametrize("kind", MAKERS)
async def test_a_damaged_run_shows_what_is_there(usual: Path, tmp_path: Path, kind: str) -> None:
    next(usual.glob("final/*.png")).write_bytes(b"\x89PNG\r\n\x1a\nnothing")
    (usual / "metadata.json").unlink()
    words = ReportWords(language="de", lens_name="Dada", damage=[Damage(3, "torn").kind])
    text = text_of(kind, made(kind, usual, tmp_path / "bench", words))
    assert squeezed("Das Journal ist am Ende abgerissen.") in text
    assert squeezed("kein Bild zeigen") in text
    assert squeezed("Ein Bär tanzt") in text


@pytest.mark.parametrize("kind", MAKERS)
async def test_what_a_box_wrote_into_its_picture_stays_out(tmp_path: Path, kind: str) -> None:
    from tests.storage.export import box_files

    async with library(tmp_path / "data") as opened:
        folder = await usual_run(opened)
    next(folder.glob("final/*.png")).write_bytes(box_files.png())
    data = made(kind, folder, tmp_path / "bench")
    if kind == "docx":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            data = b"".join(archive.read(name) for name in archive.namelist())
    assert box_files.SECRET.encode() not in data


@pytest.mark.parametrize("kind", MAKERS)
async def test_sound_film_and_form_have_their_place(tmp_path: Path, kind: str) -> None:
    from tests.storage.export import box_files

    files = {MediaType.MUSIC: "wav", MediaType.VIDEO: "mp4"}
    async with library(tmp_path / "data") as opened:
        recorder = await opened.begin(start())
        await recorder.record(idea())
        for media_type, extension in files.items():
            kind_of = ItemType(f"output_{media_type}")
            data = box_files.stream(extension, tmp_path).read_bytes()
            await recorder.record(item(kind_of, stage=4, media_type=media_type, metadata={"duration_s": 1.0}), data)
        form = item(ItemType.OUTPUT_3D, stage=4, media_type=MediaType.MODEL_3D)
        await recorder.record(form, box_files.glb())
        await recorder.record(end())
        await recorder.close()
    text = text_of(kind, made(kind, recorder.folder, tmp_path / "bench"))
    for said in ("Musik 1", "Film 1", "3D-Form 1", "1,00 s", "kein Bild zeigen"):
        assert squeezed(said) in text, said


async def test_pictures_in_the_document_have_words(usual: Path, tmp_path: Path) -> None:
    document = Document(io.BytesIO(made("docx", usual, tmp_path / "bench")))
    (picture,) = document.element.body.iter(qn("wp:docPr"))
    assert "Ein Bär tanzt auf der Straße" in picture.get("descr")
    names = [paragraph.style.name for paragraph in document.paragraphs if paragraph.style is not None]
    assert names.count("Title") == 1
    assert names.count("Heading 1") >= 5
    assert document.core_properties.title == "Dada: Ein Bär tanzt auf der Straße"
    assert document.core_properties.identifier == usual.name


async def test_the_comparison_is_in_the_document_to_be_worked_on(usual: Path, tmp_path: Path) -> None:
    async with library(tmp_path / "more") as opened:
        folder = await recorded(opened, idea("rote Katze"), verdict(), rewritten("blaue Katze"), end())
    document = Document(io.BytesIO(made("docx", folder, tmp_path / "bench")))
    runs = [run for paragraph in document.paragraphs for run in paragraph.runs]
    assert [run.text.strip() for run in runs if run.font.strike] == ["rote"]
    assert [run.text.strip() for run in runs if run.font.highlight_color is not None] == ["blaue"]


async def test_the_picture_can_be_seen_on_the_page(usual: Path, tmp_path: Path) -> None:
    with pypdfium2.PdfDocument(made("pdf", usual, tmp_path / "bench")) as document:
        page: Image.Image = document[0].render(scale=0.5).to_pil().convert("RGB")
    counted = page.getcolors(1 << 20)
    assert counted is not None
    red = sum(count for count, (r, g, b) in counted if r > 240 and g < 20 and b < 20)  # type: ignore[misc]
    assert red > 2_000


def test_a_page_needs_nothing_but_what_is_shipped(tmp_path: Path) -> None:
    folder = older_exports.flat_2025(tmp_path / "exports")
    made("pdf", folder, tmp_path / "bench")
    shutil.rmtree(tmp_path / "bench")


@pytest.mark.parametrize("kind", MAKERS)
async def test_pictures_on_the_way_are_shown_too(tmp_path: Path, kind: str) -> None:
    async with library(tmp_path / "data") as opened:
        recorder = await opened.begin(start(language="de"))
        brought = item(ItemType.USER_INPUT_IMAGE, media_type=MediaType.IMAGE)
        await recorder.record(idea())
        await recorder.record(brought, picture("blue"))
        for index in range(1, 71):
            step = item(ItemType.STEP_OUTPUT, stage=4, media_type=MediaType.IMAGE, metadata={"index": index})
            await recorder.record(step, picture("green"))
        await recorder.record(end())
        await recorder.close()
    data = made(kind, recorder.folder, tmp_path / "bench")
    text = text_of(kind, data)
    assert squeezed("Das mitgebrachte Bild") in text
    assert squeezed("Bild 60") in text
    assert squeezed("Bild 61") not in text


@pytest.mark.parametrize("size", [(1600, 900), (900, 1600), (1000, 1000)])
def test_one_work_fills_one_sheet_that_lies_as_the_picture_does(tmp_path: Path, size: tuple[int, int]) -> None:
    folder = older_exports.flat_2025(tmp_path / "exports")
    next(folder.glob("*.png")).write_bytes(picture("red", size))
    sheet = tmp_path / "sheet.pdf"
    words = ReportWords(language="de", lens_name="Dada")
    write_sheet(packed(folder), words, MediaType.IMAGE, 1, True, sheet)
    with pypdfium2.PdfDocument(sheet) as document:
        assert len(document) == 1
        width, height = document[0].get_size()
        assert (width > height) == (size[0] > size[1])
        page: Image.Image = document[0].render(scale=0.5).to_pil().convert("RGB")
    counted = page.getcolors(1 << 20)
    assert counted is not None
    red = sum(count for count, (r, g, b) in counted if r > 240 and g < 20 and b < 20)  # type: ignore[misc]
    assert red > page.width * page.height * 0.45


async def test_what_went_wrong_is_called_by_a_name_not_by_a_code(tmp_path: Path) -> None:
    failed = item(ItemType.OUTPUT_ERROR, "Keine Antwort.", stage=4, media_type=MediaType.TEXT)
    last = item(ItemType.PIPELINE_ERROR, "Keine Antwort.", stage=5, media_type=MediaType.TEXT)
    async with library(tmp_path / "data") as opened:
        folder = await recorded(opened, idea("Ein Drache"), failed, last)
    text = text_of("docx", made("docx", folder, tmp_path / "bench"))
    assert squeezed("Eine Ausgabe ist misslungen") in text
    assert squeezed("2 Idee") in text


async def test_the_rules_of_the_lens_are_told_once(tmp_path: Path) -> None:
    rules = item(ItemType.CONTEXT_PROMPT, "Sprich wie ein Fisch.")
    async with library(tmp_path / "data") as opened:
        folder = await recorded(opened, idea("Ein Drache"), rules, rewritten("Blubb."), end())
    for kind in MAKERS:
        assert text_of(kind, made(kind, folder, tmp_path / "bench")).count(squeezed("Sprich wie ein Fisch.")) == 1


async def test_columns_of_the_document_are_as_wide_as_what_stands_in_them(tmp_path: Path) -> None:
    async with library(tmp_path / "data") as opened:
        folder = await usual_run(opened)
    document = Document(io.BytesIO(made("docx", folder, tmp_path / "bench")))
    facts, checks, steps, about = document.tables
    assert facts.columns[0].width < facts.columns[1].width
    assert steps.columns[0].width < steps.columns[2].width
    assert [cell.width for cell in about.rows[0].cells] == [column.width for column in about.columns]
    assert checks.columns[4].width < checks.columns[0].width


@pytest.mark.parametrize(
    ("before", "after", "changed"),
    [
        ("Ein Turm aus Suppe", "Ein Turm aus Suppe. Ende", [("new", ". Ende")]),
        ("Der Wind erzählt", "Der Sand erzählt", [("gone", "Wind "), ("new", "Sand ")]),
        ("Schnee", "Regen", [("gone", "Schnee "), ("new", "Regen")]),
        ("Halt!", "Halt?", [("gone", "!"), ("new", "?")]),
    ],
)
def test_a_full_stop_more_does_not_change_the_word_before_it(
    before: str, after: str, changed: list[tuple[str, str]]
) -> None:
    parts = differences(before, after)
    assert parts is not None
    assert [(part.kind, part.text) for part in parts if part.kind != "same"] == changed
    assert squeezed("".join(part.text for part in parts if part.kind != "gone")) == squeezed(after)


@pytest.mark.parametrize(("text", "turned"), [("بيت من الغيوم", True), ("שלום house", True), ("Haus بيت", False)])
async def test_a_text_of_a_docx_runs_in_the_direction_of_its_first_letter(
    tmp_path: Path, text: str, turned: bool
) -> None:
    async with library(tmp_path / "data") as opened:
        folder = await recorded(opened, idea(text), rewritten("Ein Haus"), picture_item(prompt=text), end())
    document = Document(io.BytesIO(made("docx", folder, tmp_path / "bench")))
    ways = {
        (paragraph.text, paragraph._p.find(".//" + qn("w:bidi")) is not None)
        for paragraph in document.paragraphs
        if paragraph.text in (text, "Ein Haus")
    }
    assert ways == {(text, turned), ("Ein Haus", False)}
