"""Formulas with numbers in them, set fast enough to step with: a few lines of text become boxes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from PySide6.QtGui import QFont, QFontDatabase, QFontInfo

from mlm_gui.theme import Theme
from mlm_gui.widgets.mathlayout import (
    Box,
    Face,
    Group,
    Placed,
    accented,
    fraction,
    row,
    scripts,
    space,
)
from mlm_gui.widgets.matrix_box import matrix_box
from mlm_gui.widgets.matrix_window import ROUNDING
from solver.formatting import exact, number, short


class Piece(NamedTuple):
    """A part of a line that may go to the next one as a whole.

    Attributes
    ----------
    box : Box
    glue : float
        Space before it where it does not begin a line.
    indent : float
        Space before it where it does, having been moved there.
    """

    box: Box
    glue: float = 0.0
    indent: float = 0.0


Line = Sequence[Piece]
"""One formula, or several that belong on one line if there is room."""


class Maths:
    """Sets formulas and numbers in the colours of a theme.

    Parameters
    ----------
    theme : Theme
    scale : float
        Size of the mathematics, as a multiple of the body text's.
    """

    def __init__(self, theme: Theme, scale: float = 1.3) -> None:
        self.theme = theme
        size = QFontInfo(theme.font()).pixelSize() * scale
        self.face = Face(math_font(size))
        self.script = Face(math_font(0.7 * size))
        self.names = Face(_sized(theme.font(), 0.6 * size))

    # -- words and numbers

    def words(self, text: str, colour: str = "") -> Box:
        """Text in the reading font, smaller than the mathematics."""
        return self.names.text(text, colour or self.theme.muted)

    def number(
        self,
        value: float,
        was: float | None = None,
        *,
        factor: bool = False,
        digits: int = 4,
        about: object = None,
    ) -> Box:
        """A number; all its digits when pointed at.

        Parameters
        ----------
        value : float
        was : float, optional
            What it was one step before: where that differs, the number is marked.
        factor : bool
            Whether it stands after an operator, so that a negative one needs brackets.
        digits : int
            Significant digits.
        about : Quantity, optional
            What it is.
        """
        text = number(value, digits)
        if factor and value < 0:
            text = f"({text})"
        box = self._number(text, value, was)[0]
        box.about = about
        return box

    def matrix(
        self,
        values: Sequence[Sequence[float]],
        row_names: Sequence[str] = (),
        column_names: Sequence[str] = (),
        was: Sequence[Sequence[float | None]] | None = None,
        about: Callable[[int, int], object] | None = None,
    ) -> Box:
        """A matrix of numbers, changed ones marked, names outside its brackets."""
        cells: list[list[Box]] = []
        points: list[list[float]] = []
        for i, line in enumerate(values):
            old: Sequence[float | None] = [None] * len(line) if was is None else was[i]
            set_line = [
                self._number(number(value), value, before)
                for value, before in zip(line, old, strict=True)
            ]
            cells.append([box for box, _ in set_line])
            for j, box in enumerate(cells[-1]):
                box.about = about(i, j) if about else None
            points.append([point for _, point in set_line])
        return matrix_box(
            cells,
            points,
            self.face,
            self.theme.ink,
            [self._name(name) for name in row_names],
            [self._name(name) for name in column_names],
        )

    def vector(
        self,
        values: Sequence[float],
        names: Sequence[str] = (),
        was: Sequence[float] | None = None,
        about: Callable[[int], object] | None = None,
    ) -> Box:
        """A column of numbers."""
        old: list[list[float | None]] | None = None if was is None else [[value] for value in was]
        of_cell = (lambda i, j: about(i)) if about else None
        return self.matrix([[value] for value in values], names, was=old, about=of_cell)

    def fraction(self, top: Box, bottom: Box) -> Box:
        """One box over another."""
        return fraction(top, bottom, self.face, self.theme.ink)

    # -- formulas

    def formula(self, pattern: str, *holes: Box, colour: str = "") -> Box:
        """A formula in plain characters, each ``{}`` in it replaced by a box.

        ``_`` makes the next character, ``{…}`` or box a subscript; ² ⁻¹ ᵀ are superscripts; single
        letters are variables and set in italics.
        """
        ink = colour or self.theme.ink
        return row([box for box, _ in self._atoms(pattern, iter(holes), self.face, ink)])

    def line(self, pattern: str, *holes: Box) -> Line:
        """A formula that may be broken before ``=`` and at wide spaces."""
        pieces: list[Piece] = []
        gathered: list[Box] = []
        glue = indent = 0.0
        em = self.face.em
        for box, kind in self._atoms(pattern, iter(holes), self.face, self.theme.ink):
            if kind in ("relation", "quad"):
                if gathered:
                    pieces.append(Piece(row(gathered), glue, indent))
                gathered = [box] if kind == "relation" else []
                glue, indent = (0.0, 1.2 * em) if kind == "relation" else (1.8 * em, 0.0)
            else:
                gathered.append(box)
        pieces.append(Piece(row(gathered), glue, indent))
        return pieces

    def _atoms(
        self, pattern: str, holes: Iterator[Box], face: Face, ink: str
    ) -> Iterator[tuple[Box, str]]:
        """The boxes of a formula, and what kind each is of."""
        em, after = face.em, ""
        tokens = list(_TOKEN.finditer(unicodedata.normalize("NFD", pattern)))
        k = 0
        while k < len(tokens):
            kind, text = str(tokens[k].lastgroup), tokens[k].group()
            k += 1
            if kind in ("hole", "letter", "word"):
                box = next(holes) if kind == "hole" else self._letters(kind, text, face, ink)
                above = below = None
                while k < len(tokens) and tokens[k].lastgroup in ("above", "below"):
                    script = tokens[k].group()
                    if tokens[k].lastgroup == "above":
                        above = self.script.text(script.translate(_FROM_SUPERSCRIPT), ink, script)
                    elif script == "_{}":
                        below = next(holes)
                    else:
                        inside = script.translate(_FROM_SUBSCRIPT).strip("_{}")
                        inner = self._atoms(inside, holes, self.script, ink)
                        below = row([atom for atom, _ in inner])
                    k += 1
                if above is not None or below is not None:
                    box = scripts(box, above, below, self.script if face is self.script else face)
                if kind == "word" and after in ("letter", "word", "hole"):
                    yield space(0.17 * em, " "), "space"
                yield box, kind
                if kind == "word" and _goes_on(tokens[k : k + 2]):
                    yield space(0.22 * em, " "), "space"
            elif kind == "relation":
                wide = space(0.3 * em, " ")
                yield row([wide, face.text(text, ink), wide]), kind
            elif kind == "operator":
                unary = after in ("", "relation", "operator", "open", "quad")
                gap = space(0.0 if unary else 0.2 * em, "" if unary else " ")
                yield row([gap, face.text(text, ink), gap]), kind
            elif kind == "given":
                yield row([space(0.2 * em, " "), face.text("|", ink), space(0.2 * em, " ")]), kind
            elif kind == "quad":
                yield space(0.0), kind
            elif kind != "space":
                yield face.text(text, ink), kind
                if kind == "comma":
                    yield space(0.2 * em, " "), "space"
            if kind != "space":
                after = kind

    def _letters(self, kind: str, text: str, face: Face, ink: str) -> Box:
        plain = unicodedata.normalize("NFC", text)
        if kind == "word":
            return face.text(text, ink, plain)
        letter, mark = face.text(_italic(text[0]), ink, plain), _MARKS.get(text[1:])
        return accented(letter, face.text(mark, ink), face) if mark else letter

    def _name(self, name: str) -> Box:
        """The name of a row or column: a symbol such as σ², or words, cut if long."""
        if not name.isascii() and len(name) <= 2:
            return self.formula(name, colour=self.theme.muted)
        return self.names.text(short(name, LONGEST), self.theme.muted, tooltip=name)

    def _number(self, text: str, value: float, was: float | None) -> tuple[Box, float]:
        """A number's box, and how far from its left the decimal point is."""
        box: Box = self.face.text(text, self.theme.ink, tooltip=exact(value))
        point = self.face.advance(text.partition(".")[0].partition("·")[0])
        if was is None or abs(value - was) <= ROUNDING * max(abs(value), abs(was)):
            return box, point
        up = value > was
        theme, pad, em = self.theme, 0.18 * self.face.em, self.face.em
        sign = self.names.text("▲" if up else "▼", theme.accent)
        marked = Group(
            width=box.width + sign.width + 2.5 * pad,
            ascent=0.82 * em,
            descent=0.28 * em,
            plain=f"{text} {sign.plain}",
            tooltip=f"{exact(was)} → {exact(value)}",
            parts=(Placed(box, pad), Placed(sign, box.width + 1.5 * pad, -0.06 * em)),
            wash=theme.accent_wash,
            pad=pad,
        )
        return marked, point + pad


LONGEST = 18
"""Characters of a name that are shown."""

_TOKEN = re.compile(
    r"(?P<hole>\{\})"
    r"|(?P<below>_\{[^}]*\}|_[a-z]{2}(?![a-z])|_.|[₀-₉]+)"
    r"|(?P<above>[⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺ᵀ]+)"
    r"|(?P<word>[a-z]{2,}|Var|ICC|MSW|MSB|OLS|EM)"
    r"|(?P<relation>[=≤≈←→~])"
    r"|(?P<operator>[+−·])"
    r"|(?P<quad> {2,})"
    r"|(?P<given> [|] )"
    r"|(?P<space> )"
    r"|(?P<open>[(\[|])"
    r"|(?P<comma>,)"
    r"|(?P<letter>.[\u0300-\u036f]*)"
)

_MARKS = {"\u0302": "\u02c6", "\u0304": "\u00af"}
"""Hat and bar that combine with a letter, as signs of their own."""

_FROM_SUPERSCRIPT = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺ᵀ", "0123456789−+𝖳")
_FROM_SUBSCRIPT = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")


def _goes_on(tokens: Sequence[re.Match[str]]) -> bool:
    """Whether a word is followed by a space and something that is not a sign."""
    kinds = [token.lastgroup for token in tokens]
    return kinds[:1] == ["space"] and kinds[1:] in (["letter"], ["word"], ["hole"], ["open"])


def _italic(letter: str) -> str:
    """A letter as a variable: its place in Unicode's mathematical italics."""
    for start, end, italic in (("a", "z", 0x1D44E), ("A", "Z", 0x1D434), ("α", "ω", 0x1D6FC)):
        if start <= letter <= end and letter != "h":
            return chr(italic + ord(letter) - ord(start))
    return {"h": "ℎ", "∂": "\U0001d715"}.get(letter, letter)


def math_font(size: float) -> QFont:
    """The font that ziamath sets formulas in, at a size in pixels; figures are tabular."""
    family = _math_family()
    font = QFont(family) if family else QFont()
    font.setPixelSize(max(round(size), 4))
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font


@cache
def _math_family() -> str:
    """Load the font from ziamath's files, without importing ziamath; empty if it is not there."""
    package = find_spec("ziamath")
    for folder in (package.submodule_search_locations or ()) if package else ():
        for file in sorted((Path(folder) / "fonts").glob("*.ttf")):
            loaded = QFontDatabase.addApplicationFont(str(file))
            families = QFontDatabase.applicationFontFamilies(loaded)
            if families:
                return str(families[0])
    return ""


def _sized(font: QFont, size: float) -> QFont:
    sized = QFont(font)
    sized.setPixelSize(max(round(size), 4))
    return sized
