"""A print in any script: letters joined and stacked as their font shapes them, none lost unseen."""

import logging
import re
import zlib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import uharfbuzz
from fontTools.ttLib import TTFont

from bot.paper import Paper, Row, Section
from bot.pdf import FONTS, MISSING, NoFonts, make_pdf
from bot.scripts_of import runs_from_the_right, scripts_in

AT = datetime(2026, 11, 24, 10, tzinfo=UTC)

pytestmark = pytest.mark.skipif(
    not (FONTS / "NotoSans-Regular.ttf").exists(),
    reason="no Noto fonts on this machine; on Debian: apt-get install fonts-noto-core",
)


def paper(*texts: str) -> Paper:
    rows = tuple(Row("Words", text, is_words=True) for text in texts)
    return Paper("Safety plan", "7KM4-RDTX", (Section("Words", rows),), "Printed by Amira")


def streams_of(pdf: bytes) -> Iterator[bytes]:
    """Every stream of a PDF, unpacked where it is packed."""
    for packed in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            yield zlib.decompress(packed)
        except zlib.error:
            yield packed


def outlines(font: TTFont, names: Iterable[str]) -> set[tuple[tuple[int, int], ...]]:
    """The drawn shapes of some glyphs of a font; what draws nothing has none."""
    table = font["glyf"]
    shapes = (tuple(table[name].getCoordinates(table)[0]) for name in names)
    return {shape for shape in shapes if shape}


def drawn(pdf: bytes) -> set[tuple[tuple[int, int], ...]]:
    """The shapes of every glyph that was put into a PDF."""
    fonts = [TTFont(BytesIO(s)) for s in streams_of(pdf) if s[:4] == b"\x00\x01\x00\x00"]
    # A map of glyphs may begin with the same bytes as a font.
    whole = (font for font in fonts if "glyf" in font)
    return set().union(*(outlines(font, font.getGlyphOrder()) for font in whole))


def shaped(text: str, file: str) -> tuple[set[Any], set[Any]]:
    """The shapes of a text as HarfBuzz makes them of a font, and those of its letters alone."""
    font, buffer = TTFont(FONTS / file), uharfbuzz.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    uharfbuzz.shape(uharfbuzz.Font(uharfbuzz.Face((FONTS / file).read_bytes())), buffer)
    names, letters = font.getGlyphOrder(), font.getBestCmap()
    whole = outlines(font, {names[info.codepoint] for info in buffer.glyph_infos})
    return whole, outlines(font, {letters[ord(letter)] for letter in text})


@pytest.mark.parametrize(
    ("text", "file"),
    [
        ("هو يهددني كل يوم", "NotoSansArabic-Regular.ttf"),
        ("وہ مجھے مارتا ہے", "NotoSansArabic-Regular.ttf"),
        ("ક્ષત્રિય જ્ઞાન શ્રી", "NotoSansGujarati-Regular.ttf"),
        ("क्षत्रिय ज्ञान", "NotoSansDevanagari-Regular.ttf"),
        ("ক্ষতি প্রতিদিন", "NotoSansBengali-Regular.ttf"),
    ],
)
def test_letters_are_drawn_as_their_script_joins_them(text: str, file: str) -> None:
    whole, letters = shaped(text, file)
    assert whole - letters, "the text would show nothing: no letter of it changes its shape"
    assert whole <= drawn(make_pdf(paper(text), AT))


def test_polish_is_drawn_with_all_its_marks() -> None:
    whole, _ = shaped("Zażółć gęślą jaźń", "NotoSans-Regular.ttf")
    assert whole <= drawn(make_pdf(paper("Zażółć gęślą jaźń"), AT))


def test_a_text_of_several_scripts_has_a_font_for_each() -> None:
    pdf = make_pdf(paper('She said: "بعرف" and મને'), AT)
    for text, file in (
        ("بعرف", "NotoSansArabic-Regular.ttf"),
        ("મને", "NotoSansGujarati-Regular.ttf"),
    ):
        assert shaped(text, file)[0] <= drawn(pdf)


def test_letters_that_no_font_has_are_said_to_be_missing_and_never_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.DEBUG):
        whole, _ = shaped("J", "NotoSans-Regular.ttf")
        assert whole <= drawn(make_pdf(paper("日本"), AT)), MISSING
        assert not whole <= drawn(make_pdf(paper("words"), AT))
    assert "日" not in caplog.text


def test_a_text_of_many_pages_and_a_word_without_end_are_printed() -> None:
    long = "\n".join(f"line {n} of what happened" for n in range(300))
    pdf = make_pdf(paper(long, "x" * 4000, ""), AT)
    assert pdf.count(b"/Type /Page\n") > 4


def test_without_fonts_nothing_is_printed(tmp_path: Path) -> None:
    with pytest.raises(NoFonts):
        make_pdf(paper("words"), AT, fonts=tmp_path)


def test_a_pdf_says_of_itself_nothing_but_the_reference_and_the_time() -> None:
    pdf = make_pdf(paper("her own words"), AT)
    assert b"/CreationDate (D:20261124100000" in pdf
    assert b"Safety plan" not in pdf
    assert b"her own words" not in pdf


@pytest.mark.parametrize(
    ("text", "scripts", "side"),
    [
        ("Do mamy", ("",), "left"),
        ("هو English", ("", "Arabic"), "right"),
        ("07700 900123", (), "left"),
        ("મારી બહેન", ("Gujarati",), "left"),
        ("(2) שלום", ("Hebrew",), "right"),
    ],
)
def test_a_text_tells_its_scripts_and_its_side(
    text: str, scripts: tuple[str, ...], side: str
) -> None:
    found = "right" if runs_from_the_right(text) else "left"
    assert (scripts_in(text), found) == (scripts, side)
