"""One run as a text to work on: DOCX with real styles and headings, alternative texts and its language.

What it says comes from `report_facts`, the same as on the page. Runs in a process of its own (`workshop`).
"""

import datetime as dt
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_COLOR_INDEX
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from kiosk import i18n
from kiosk.records import MediaType
from kiosk.settings import assets_dir
from kiosk.storage.export import RunInPackage, paper
from kiosk.storage.export.differences import Part
from kiosk.storage.export.report_facts import Fact, Report, Row, Work, report_of
from kiosk.storage.export.report_words import ReportWords

_INK = RGBColor(0x17, 0x23, 0x3F)
_INK_2 = RGBColor(0x47, 0x51, 0x6B)
_FACE = "Atkinson Hyperlegible Next"
_POSTER = "Dela Gothic One"
_WIDTH = Mm(170)
_TALL = Mm(120)
_ONE_OF_SEVERAL = Mm(80)
_SOUND = Mm(28)
_LOW = Mm(50)
_HEARD = (MediaType.AUDIO, MediaType.MUSIC)
_SMALL = "Small"
_CHECK_HEADS = ("what", "verdict", "method", "model", "level")
_CHECK_WIDTHS = (48, 44, 30, 30, 18)
_STEP_HEADS = ("number", "time", "what", "by", "seconds")
_STEP_WIDTHS = (12, 26, 56, 56, 20)


def write(run: RunInPackage, words: ReportWords, target: Path) -> None:
    """Write the report; its folder is used as a bench. Raises `OSError`."""
    said = report_of(run, words, i18n.load(assets_dir() / "i18n"))
    document = Document()
    _set_up(document, said, run)
    _Writer(document, said, run.folder, target.parent).write()
    _turn(document)
    document.save(str(target))


class _Writer:
    def __init__(self, document: Any, said: Report, folder: Path, bench: Path) -> None:
        self._document = document
        self._said = said
        self._folder = folder
        self._bench = bench

    def write(self) -> None:
        said, document = self._said, self._document
        document.add_paragraph(f"{said.lens}, {said.date}" if said.date else said.lens, style="Subtitle")
        document.add_paragraph(said.title.removeprefix(f"{said.lens}: "), style="Title")
        if said.notice:
            document.add_paragraph(said.notice, style="Intense Quote")
        if said.damage:
            note = f"{said.says['damage']}. {said.says['damage.how']} {' '.join(said.damage)}"
            document.add_paragraph(note, style="Intense Quote")
        pictures = [work for work in said.works if work.media_type not in _HEARD]
        tall = _TALL if len(pictures) < 2 else _ONE_OF_SEVERAL
        for number, work in enumerate(said.works):
            self._work(work, f"picture-{number}", f"{self._title(work)}. {work.by}", tall)
        self._section("idea", said.idea)
        self._section("rewritten", said.rewritten)
        if said.parts is not None:
            self._heading("changes")
            document.add_paragraph(said.says["changes.how"], style=_SMALL).paragraph_format.keep_with_next = True
            _compare(document.add_paragraph(), said.parts)
        self._section("rules", said.rules, style="Quote")
        self._wordings()
        if said.others:
            self._heading("on_the_way")
        for number, work in enumerate(said.others[: paper.MOST_PICTURES]):
            self._work(work, f"other-{number}", work.by, _LOW)
        self._made()
        self._table("checks", [f"check.{name}" for name in _CHECK_HEADS], said.checks, _CHECK_WIDTHS)
        self._table("steps", [f"step.{name}" for name in _STEP_HEADS], said.steps, _STEP_WIDTHS)
        self._heading("run")
        self._facts(said.facts)
        self._section("cite", said.cite)

    def _heading(self, key: str) -> None:
        self._document.add_heading(self._said.says[key], level=1)

    def _section(self, key: str, text: str, style: str = "Normal") -> None:
        if text:
            self._heading(key)
            self._document.add_paragraph(text, style=style)

    def _work(self, work: Work, name: str, caption: str, height: int) -> None:
        picture = None
        if work.file is not None and self._folder.is_dir():
            edge = paper.PICTURE_EDGE if height != _LOW else paper.SMALL_EDGE
            picture = paper.picture_of(self._folder / work.file, work.media_type, self._bench / name, edge)
        paragraph = self._document.add_paragraph()
        paragraph.paragraph_format.keep_with_next = True
        if picture is None:
            paragraph.add_run(self._said.says["no_picture"])
        else:
            placed = paragraph.add_run().add_picture(str(picture))
            if work.media_type in _HEARD:
                placed.width, placed.height = _WIDTH, _SOUND
            else:
                share = min(_WIDTH / placed.width, height / placed.height)
                placed.width, placed.height = round(placed.width * share), round(placed.height * share)
            inline = placed._inline  # noqa: SLF001 - the library has no way of its own for alternative texts
            # Left out, some programs take a distance of their own.
            for side in ("distT", "distB", "distL", "distR"):
                inline.set(side, "0")
            properties = inline.docPr
            properties.set("descr", work.alt)
            properties.set("name", caption)
        self._document.add_paragraph(caption, style="Caption")

    def _title(self, work: Work) -> str:
        return self._said.says[f"work.{work.media_type}"].replace("{n}", str(work.n))

    def _wordings(self) -> None:
        if len(self._said.wordings) < 2:
            return
        self._heading("wordings")
        for wording in self._said.wordings:
            if wording.text == self._said.rules:
                continue
            self._document.add_heading(f"{wording.number} {wording.title}", level=2)
            if wording.by:
                self._document.add_paragraph(wording.by, style=_SMALL).paragraph_format.keep_with_next = True
            paragraph = self._document.add_paragraph()
            if wording.parts is not None:
                _compare(paragraph, wording.parts)
            else:
                paragraph.add_run(wording.text)

    def _made(self) -> None:
        if not self._said.works:
            return
        self._heading("works")
        for work in self._said.works:
            self._document.add_heading(self._title(work), level=2)
            self._facts([Fact(self._said.says["step.by"], work.by), *work.facts])

    def _facts(self, facts: Sequence[Fact]) -> None:
        table = self._document.add_table(rows=0, cols=2, style="Table Grid")
        for fact in facts:
            cells = table.add_row().cells
            cells[0].text, cells[1].text = fact.name, fact.value
        _set_widths(table, (40, 130))
        _small(table)

    def _table(self, key: str, heads: Sequence[str], rows: Sequence[Row], widths: Sequence[int]) -> None:
        if not rows:
            return
        self._heading(key)
        table = self._document.add_table(rows=1, cols=len(heads), style="Table Grid")
        for cell, head in zip(table.rows[0].cells, heads, strict=True):
            cell.text = ""
            cell.paragraphs[0].add_run(self._said.says[head]).bold = True
        repeated = OxmlElement("w:tblHeader")
        repeated.set(qn("w:val"), "true")
        table.rows[0]._tr.get_or_add_trPr().append(repeated)  # noqa: SLF001 - as above, for a head on every page
        for row in rows:
            for cell, text in zip(table.add_row().cells, row.cells, strict=True):
                cell.text = text
        _set_widths(table, widths)
        _small(table)


def _set_up(document: Any, said: Report, run: RunInPackage) -> None:
    """Paper, styles and properties."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(20)
    section.top_margin = section.bottom_margin = Mm(20)
    section.footer.paragraphs[0].text = run.record.run_id
    styles = document.styles
    for name, face, size, colour in (
        ("Normal", _FACE, 11, _INK),
        ("Title", _POSTER, 24, _INK),
        ("Subtitle", _FACE, 11, _INK_2),
        ("Heading 1", _POSTER, 14, _INK),
        ("Heading 2", _FACE, 11, _INK),
        ("Quote", _FACE, 10, _INK),
        ("Intense Quote", _FACE, 11, _INK),
        ("Caption", _FACE, 9, _INK_2),
    ):
        _dress(styles[name], face, size, colour)
    _dress(styles.add_style(_SMALL, WD_STYLE_TYPE.PARAGRAPH), _FACE, 9, _INK_2)
    language = styles.element.find(f".//{qn('w:rPrDefault')}//{qn('w:lang')}")
    for name in ("w:val", "w:eastAsia"):
        language.set(qn(name), said.language)
    facts = document.core_properties
    facts.title, facts.subject, facts.author = said.title[:255], said.lens[:255], "Atelier Kiosk"
    facts.keywords, facts.language, facts.comments = run.record.run_id, said.language, said.cite[:255]
    facts.identifier = run.record.run_id
    facts.created = facts.modified = dt.datetime.now(dt.UTC).replace(tzinfo=None)
    facts.last_modified_by = "Atelier Kiosk"


def _dress(style: Any, face: str, size: int, colour: RGBColor) -> None:
    style.font.name, style.font.size, style.font.color.rgb = face, Pt(size), colour
    # A style of the template may name a theme's font for each script, which would win.
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in list(fonts.attrib):
        if name.endswith("Theme"):
            del fonts.attrib[name]
    for name in ("w:ascii", "w:hAnsi"):
        fonts.set(qn(name), face)


def _compare(paragraph: Any, parts: Sequence[Part]) -> None:
    for part in parts:
        run = paragraph.add_run(part.text)
        if part.kind == "new":
            run.font.highlight_color = WD_COLOR_INDEX.YELLOW
        elif part.kind == "gone":
            run.font.strike = True
            run.font.color.rgb = _INK_2


def _set_widths(table: Any, widths: Sequence[int]) -> None:
    """Columns of so many millimetres; some programs read the grid, others each cell."""
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)


def _turn(document: Any) -> None:
    """Each paragraph in the direction of its first letter, whatever the language of the report."""
    for element in document.element.body.iter(qn("w:p")):
        paragraph = Paragraph(element, document)
        ways = (unicodedata.bidirectional(sign) for sign in paragraph.text)
        if next((way for way in ways if way in ("L", "R", "AL")), "L") == "L":
            continue
        # The schema wants it before these (ECMA-376, 17.3.1.6).
        after = ("w:spacing", "w:ind", "w:jc", "w:outlineLvl", "w:rPr", "w:sectPr")
        element.get_or_add_pPr().insert_element_before(OxmlElement("w:bidi"), *after)
        for run in paragraph.runs:
            run.font.rtl = True


def _small(table: Any) -> None:
    for row in table.rows:
        for cell in row.cells:
            for paragraph in cell.paragraphs:
                paragraph.style = _SMALL
