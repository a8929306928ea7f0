"""A paper as a PDF, in any script that has a font here: letters joined, stacked and in order.

The fonts are Debian's Noto (fonts-noto-core). Where they are missing it refuses to print rather
than print boxes. Nothing of a paper is ever logged.
"""

import logging
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import Align, XPos, YPos

from bot.paper import Paper, Row, Section
from bot.scripts_of import LATIN, runs_from_the_right, scripts_in
from handoff.refusals import SaysWhy

FONTS = Path("/usr/share/fonts/truetype/noto")
MISSING = "Some letters have no font on this machine and are left out. The JSON file has them."
MARGIN, LABEL, SIZE = 16.0, 62.0, 9.5
"""Millimetres from the edge, millimetres for a label, points of the text."""

# It would name the letters that a font lacks, and with them what somebody wrote.
logging.getLogger("fpdf").setLevel(logging.CRITICAL)
logging.getLogger("fontTools").setLevel(logging.CRITICAL)


class NoFonts(SaysWhy):
    """This machine has no fonts to print with. Whoever runs it has to install fonts-noto-core."""

    code = "no-fonts"


class _Sheet(FPDF):
    """A page with its foot."""

    def __init__(self, paper: Paper) -> None:
        super().__init__(format="A4")
        self.paper = paper
        self.set_margin(MARGIN)
        self.set_auto_page_break(auto=True, margin=MARGIN + 4)

    def footer(self) -> None:
        self.set_y(-MARGIN)
        self.set_font("noto", size=7.5)
        self.set_text_color(90)
        foot = f"{self.paper.reference}   {self.paper.foot}   {self.page_no()}/{{nb}}"
        self.cell(0, 4, foot, align=Align.L)
        self.set_text_color(0)


def make_pdf(paper: Paper, printed_at: datetime, fonts: Path = FONTS) -> bytes:
    """The paper as a PDF. It takes up to a second of a processor. Raises ``NoFonts``."""
    sheet = _Sheet(paper)
    sheet.set_creation_date(printed_at)
    sheet.set_title(paper.reference)
    _add_fonts(sheet, paper, fonts)
    sheet.set_text_shaping(use_shaping_engine=True)
    sheet.add_page()
    sheet.set_font("noto", style="B", size=15)
    sheet.multi_cell(0, 8, paper.title, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    sheet.set_font("noto", size=11)
    sheet.cell(0, 6, paper.reference, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    for section in (*paper.sections, *_of_missing(sheet, paper)):
        _draw_section(sheet, section)
    return bytes(sheet.output())


def _texts(paper: Paper) -> Iterator[str]:
    yield from (paper.title, paper.foot)
    for section in paper.sections:
        yield section.title
        for row in section.rows:
            yield from (row.label, row.text)


def _add_fonts(sheet: FPDF, paper: Paper, fonts: Path) -> None:
    """The first font in both weights, and one for each other script that is in the paper."""
    wanted = {script for text in _texts(paper) for script in scripts_in(text)} - {LATIN}
    for style, weight in (("", "Regular"), ("B", "Bold")):
        _add_font(sheet, "noto", style, fonts / f"NotoSans-{weight}.ttf")
    for script in sorted(wanted):
        for style, weight in (("", "Regular"), ("B", "Bold")):
            _add_font(sheet, script.lower(), style, fonts / f"NotoSans{script}-{weight}.ttf")


def _add_font(sheet: FPDF, family: str, style: str, file: Path) -> None:
    if not file.exists():
        raise NoFonts
    sheet.add_font(family, style="B" if style else "", fname=file)


def _of_missing(sheet: FPDF, paper: Paper) -> Iterator[Section]:
    """Says that letters are missing, where they are: a gap that nobody sees would be a lie."""
    held = {code for font in sheet.fonts.values() for code in getattr(font, "cmap", ())}
    letters = {letter for text in _texts(paper) for letter in text if letter.isprintable()}
    if any(ord(letter) not in held for letter in letters):
        yield Section("Not printed", (Row("", MISSING),), is_first_of_all=True)


def _draw_section(sheet: FPDF, section: Section) -> None:
    sheet.ln(3)
    if sheet.will_page_break(16):
        sheet.add_page()
    top, page = sheet.get_y(), sheet.page_no()
    sheet.set_font("noto", style="B", size=10.5)
    sheet.cell(0, 6, section.title, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    for row in section.rows:
        _draw_row(sheet, row)
    if section.is_first_of_all and sheet.page_no() == page:
        sheet.set_line_width(0.5)
        width = sheet.w - 2 * MARGIN + 4
        sheet.rect(MARGIN - 2, top - 1, width, sheet.get_y() - top + 2.5)
        sheet.ln(2)


def _draw_row(sheet: FPDF, row: Row) -> None:
    """The label on the left and the text beside it; a long text of one row runs on below."""
    if sheet.will_page_break(6):
        sheet.add_page()
    top, page = sheet.get_y(), sheet.page_no()
    sheet.set_draw_color(200)
    sheet.set_line_width(0.1)
    sheet.line(MARGIN, top, sheet.w - MARGIN, top)
    sheet.set_draw_color(0)
    below = top
    if row.label:
        sheet.set_text_color(80)
        _write(sheet, row.label, LABEL - 2)
        sheet.set_text_color(0)
        below = sheet.get_y()
        if sheet.page_no() == page:
            sheet.set_xy(MARGIN + LABEL, top)
    _write(sheet, row.text, 0, is_words=row.is_words)
    if sheet.page_no() == page:
        sheet.set_y(max(below, sheet.get_y()))
    sheet.set_x(MARGIN)


def _write(sheet: FPDF, text: str, width: float, *, is_words: bool = False) -> None:
    """A text of any script, each of its lines from its own side."""
    left = sheet.get_x()
    for line in text.split("\n") or [""]:
        scripts = scripts_in(line) or (LATIN,)
        first, *others = (_family(script) for script in (*scripts, LATIN))
        sheet.set_font(first, size=SIZE + (0.5 if is_words else 0))
        sheet.set_fallback_fonts([family for family in dict.fromkeys(others) if family != first])
        is_right = runs_from_the_right(line)
        sheet.set_x(left)
        sheet.multi_cell(
            width,
            5.2 if scripts[0] == LATIN else 6.2,
            line,
            align=Align.R if is_right else Align.L,
            new_x=XPos.LMARGIN,
            new_y=YPos.NEXT,
        )
    sheet.set_fallback_fonts([])


def _family(script: str) -> str:
    return script.lower() or "noto"
