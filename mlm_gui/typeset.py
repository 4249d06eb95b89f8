"""LaTeX to drawings by ziamath, one piece of a formula at a time and only once.

A piece takes 5 to 50 ms, so pieces are set while nothing else happens, and kept. They are kept
without colour and size: a theme or a zoom sets nothing anew. Until a formula is set, its plain
characters stand in for it. ziamath itself is imported in a thread, for that takes half a second.
"""

from __future__ import annotations

import importlib
import re
import sys
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from threading import Thread

from PySide6.QtCore import QCoreApplication, QObject, QRectF, QTimer, Signal
from PySide6.QtGui import QFontInfo, QPainter
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QWidget

from mlm_gui.theme import Theme
from mlm_gui.widgets.math_view import MathView
from mlm_gui.widgets.mathlayout import Box
from mlm_gui.widgets.maths import Line, Maths, Piece

SCALE = 1.75
"""Size of a typeset formula, as a multiple of the body text's."""

EM = 24.0
"""Size that pieces are set at, in units of their own."""

PAUSE = 15
"""Milliseconds that the window has for itself between two pieces."""

REST = 400
"""Milliseconds without a step before pieces are set."""

INK, ACCENT = "#010203", "#040506"
"""What stands in a drawing for the theme's ink and accent; LaTeX says {\\color{accent} …}."""

BOLD_ONE = (r"\mathbf{1}", "\N{MATHEMATICAL BOLD DIGIT ONE}")
"""The column of ones: ziamath sets no digit bold."""


@dataclass(frozen=True, eq=False)
class Drawing:
    """A typeset piece: an SVG picture without colours, measured from its baseline at size EM."""

    svg: str
    left: float
    width: float
    ascent: float
    descent: float

    @classmethod
    def of(cls, svg: str) -> Drawing:
        """The drawing in a picture made by ziamath."""
        view_box = re.search(r'viewBox="([^"]*)"', svg)
        assert view_box is not None
        left, top, width, height = map(float, view_box[1].split())
        return cls(svg, left, width, -top, height + top)

    @property
    def frame(self) -> QRectF:
        """Its place when its baseline starts at (0, 0)."""
        return QRectF(self.left, -self.ascent, self.width, self.ascent + self.descent)


@dataclass(slots=True, eq=False, kw_only=True)
class DrawnBox(Box):
    """A typeset piece at a size, in the colours of a theme."""

    renderer: QSvgRenderer
    frame: QRectF
    scale: float

    def draw(self, painter: QPainter, x: float, y: float) -> None:
        """Draw the picture."""
        painter.save()
        painter.translate(x, y)
        painter.scale(self.scale, self.scale)
        self.renderer.render(painter, self.frame)
        painter.restore()


class Typesetter(QObject):
    """Sets pieces of LaTeX in idle time and remembers them.

    Signals
    -------
    advanced : no value
        One more piece is set.
    """

    advanced = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._drawings: dict[str, Drawing | None] = {}
        self._wanted: list[str] = []
        self._importing: Thread | None = None
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._tick)

    @property
    def busy(self) -> bool:
        """Whether pieces are waiting to be set."""
        return bool(self._wanted)

    def drawings(self, latex: Sequence[str], *, now: bool = False) -> list[Drawing | None]:
        """The pieces that are set; the others will be next, or are set now.

        A misspelt one stays None.
        """
        missing = dict.fromkeys(piece for piece in latex if piece not in self._drawings)
        self._wanted = list(dict.fromkeys([*missing, *self._wanted]))
        for _ in missing if now else ():
            self._set_next()
        if not self._timer.isActive():
            self.wait()
        return [self._drawings.get(piece) for piece in latex]

    def tried(self, latex: Sequence[str]) -> bool:
        """Whether each of these is set, or misspelt."""
        return all(piece in self._drawings for piece in latex)

    def prepare(self, pieces: Iterable[str]) -> None:
        """Set these too, when there is time."""
        known = {*self._drawings, *self._wanted}
        self._wanted += [latex for latex in dict.fromkeys(pieces) if latex not in known]
        self.wait()

    def wait(self) -> None:
        """The reader is busy: begin, or go on, after a rest."""
        if self._wanted:
            self._timer.start(REST)

    def hurry(self) -> None:
        """The reader is waiting: go on without a rest."""
        if self._wanted:
            self._timer.start(PAUSE)

    def finish(self) -> None:
        """Set all that is waiting, now: for pictures of the window."""
        if self._importing is not None:
            self._importing.join()
        while self._wanted:
            self._set_next()
        self._timer.stop()
        self.advanced.emit()

    def _tick(self) -> None:
        self._timer.start(PAUSE)
        if "ziamath" not in sys.modules and self._importing is None:
            self._importing = Thread(target=importlib.import_module, args=("ziamath",), daemon=True)
            self._importing.start()
        if self._importing is not None and self._importing.is_alive():
            return
        if self._wanted:
            self._set_next()
            self.advanced.emit()
        if not self._wanted:
            self._timer.stop()

    def _set_next(self) -> None:
        latex = self._wanted.pop(0)
        try:
            self._drawings[latex] = Drawing.of(_svg(latex))
        except Exception as error:  # whatever a misspelt formula does to ziamath
            self._drawings[latex] = None
            warnings.warn(f"cannot typeset {latex}: {error!r}", stacklevel=2)


@cache
def _svg(latex: str) -> str:
    from ziamath.config import config
    from ziamath.zmath import Latex

    config.svg2 = False
    coloured = latex.replace(r"\color{accent}", rf"\color{{{ACCENT}}}").replace(*BOLD_ONE)
    return str(Latex(coloured, size=EM, color=INK).svg())


def formula_svg(latex: Sequence[str], ink: str = "#000000", size: float = EM) -> str:
    """A picture of the lines of a formula under one another, its letters as outlines."""
    drawn = [Drawing.of(_svg(line)) for line in latex]
    leading = EM / 2
    width = max(drawing.width for drawing in drawn)
    height = sum(drawing.ascent + drawing.descent + leading for drawing in drawn) - leading
    parts, y = [], 0.0
    for drawing in drawn:
        inside = drawing.svg[drawing.svg.index(">") + 1 : drawing.svg.rindex("</svg>")]
        moved = f"translate({-drawing.left:.3f} {y + drawing.ascent:.3f})"
        parts.append(f'<g transform="{moved}">{inside}</g>')
        y += drawing.ascent + drawing.descent + leading
    scale = size / EM
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{scale * width:.2f}" '
        f'height="{scale * height:.2f}" viewBox="0 0 {width:.3f} {height:.3f}">'
        f"{''.join(parts)}</svg>"
    ).replace(INK, ink)


@cache
def typesetter() -> Typesetter:
    """The application's typesetter."""
    return Typesetter(QCoreApplication.instance())


def pieces(latex: str) -> tuple[str, ...]:
    """The parts of a formula that may stand on lines of their own, each with its comma."""
    return tuple(part.strip() for part in _WIDE_SPACE.split(latex) if part.strip())


_WIDE_SPACE = re.compile(r"(?<=,)\s*\\(?:qquad|quad|;)(?![A-Za-z])")


@cache
def renderer(drawing: Drawing, ink: str, accent: str) -> QSvgRenderer:
    """A drawing in colours."""
    return QSvgRenderer(drawing.svg.replace(INK, ink).replace(ACCENT, accent).encode())


class Formula(MathView):
    """A formula as in a book; in plain characters until it is typeset.

    Attributes
    ----------
    at_once : bool
        Whether it is typeset before it is shown, however long that takes.
    """

    def __init__(self, setter: Typesetter | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._setter = setter or typesetter()
        self._setter.advanced.connect(self._advanced)
        self._latex: Sequence[str] = ()
        self._in_words: Sequence[str] = ()
        self._theme: Theme | None = None
        self._waiting = False
        self.at_once = False
        self._set_before: dict[tuple[str, ...], list[Line]] = {}

    @property
    def lines_of_latex(self) -> Sequence[str]:
        """The lines of the formula."""
        return self._latex

    @property
    def latex(self) -> str:
        """The whole formula, as a document takes it."""
        body = " \\\\\n  ".join(self._latex)
        return f"\\begin{{gather*}}\n  {body}\n\\end{{gather*}}"

    @property
    def waiting(self) -> bool:
        """Whether the plain characters are still standing in."""
        return self._waiting

    def show_formula(self, latex: Sequence[str], plain: Sequence[str]) -> None:
        """Show lines of LaTeX; ``plain`` is the same for screen readers and until they are set."""
        if (latex, plain) != (self._latex, self._in_words):
            self._latex, self._in_words = latex, plain
            self._set()

    def apply_theme(self, theme: Theme) -> None:
        """Take on ink and size."""
        self._theme = theme
        self._set_before.clear()
        self._set()

    def _advanced(self) -> None:
        if self._waiting:
            self._set()

    def _set(self) -> None:
        if self._theme is None:
            return
        theme, latex = self._theme, tuple(self._latex)
        if latex in self._set_before:
            self._waiting = False
            self._show(self._set_before[latex], theme)
            return
        in_pieces = [pieces(line) for line in self._latex]
        asked = [piece for line in in_pieces for piece in line]
        drawings = self._setter.drawings(asked, now=self.at_once)
        self._waiting = None in drawings
        em = SCALE * QFontInfo(theme.font()).pixelSize()
        if self._waiting:
            maths = Maths(theme, SCALE)
            lines: list[Line] = [maths.line(plain) for plain in self._in_words]
        else:
            drawn = iter([_drawn(each, em / EM, theme) for each in drawings if each])
            lines = [[Piece(next(drawn), em) for _ in line] for line in in_pieces]
            self._set_before[latex] = lines
        self._show(lines, theme)

    def _show(self, lines: list[Line], theme: Theme) -> None:
        self.set_lines(lines, theme.unit)
        self.setAccessibleName("\n".join(self._in_words))


def _drawn(drawing: Drawing, scale: float, theme: Theme) -> DrawnBox:
    return DrawnBox(
        width=scale * drawing.width,
        ascent=scale * drawing.ascent,
        descent=scale * drawing.descent,
        renderer=renderer(drawing, theme.ink, theme.accent),
        frame=drawing.frame,
        scale=scale,
    )
