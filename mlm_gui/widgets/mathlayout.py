"""Boxes that mathematics is set in: each knows its size, draws itself, and has its plain text.

A box sits on a baseline: it rises by ``ascent`` above it and hangs by ``descent`` below it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen

SLANT = 0.1
"""How far the top of an italic letter lies to the right of its middle, by its height."""

REMEMBERED = 4096
"""Texts whose widths a face keeps."""


@dataclass(slots=True, eq=False, kw_only=True)
class Box:
    """A piece of mathematics with a size.

    Attributes
    ----------
    width, ascent, descent : float
        In pixels.
    plain : str
        What it says, in plain characters.
    tooltip : str
        What it says when it is pointed at.
    key : object
        What it is about, for whoever asks what was pointed at: the index of a group.
    about : object
        The :class:`~solver.accounts.Quantity` that the number is, for who asks where it comes from.
    """

    width: float
    ascent: float
    descent: float
    plain: str = ""
    tooltip: str = ""
    key: object = None
    about: object = None

    @property
    def height(self) -> float:
        """From top to bottom."""
        return self.ascent + self.descent

    def draw(self, painter: QPainter, x: float, y: float) -> None:
        """Draw it with its left end at x on the baseline y."""

    def trail(self, x: float, y: float) -> list[Box]:
        """The boxes at a point, from this one inwards; y counts downwards from the baseline."""
        inside = 0 <= x <= self.width and -self.ascent <= y <= self.descent
        return [self] if inside else []


class Placed(NamedTuple):
    """A box inside another: shifted right by x and down by y."""

    box: Box
    x: float
    y: float = 0.0


@dataclass(slots=True, eq=False, kw_only=True)
class Group(Box):
    """Boxes put together, with a ground of their own if ``wash`` has a colour."""

    parts: Sequence[Placed] = ()
    wash: str = ""
    pad: float = 0.0

    def draw(self, painter: QPainter, x: float, y: float) -> None:
        """Draw the ground and then the parts."""
        if self.wash:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self.wash))
            ground = QRectF(x, y - self.ascent, self.width, self.height)
            painter.drawRoundedRect(ground, self.pad, self.pad)
        for part in self.parts:
            part.box.draw(painter, x + part.x, y + part.y)

    def trail(self, x: float, y: float) -> list[Box]:
        """The box itself and those inside it at the point."""
        found = Box.trail(self, x, y)
        for part in self.parts if found else ():
            found += part.box.trail(x - part.x, y - part.y)
        return found


@dataclass(slots=True, eq=False, kw_only=True)
class Text(Box):
    """Characters in one font and colour."""

    text: str
    font: QFont = field(repr=False)
    colour: str

    def draw(self, painter: QPainter, x: float, y: float) -> None:
        """Draw the characters."""
        painter.setFont(self.font)
        painter.setPen(QColor(self.colour))
        painter.drawText(QPointF(x, y), self.text)


@dataclass(slots=True, eq=False, kw_only=True)
class Bar(Box):
    """A horizontal line, of a fraction."""

    colour: str

    def draw(self, painter: QPainter, x: float, y: float) -> None:
        """Draw the line."""
        painter.fillRect(QRectF(x, y - self.ascent, self.width, self.height), QColor(self.colour))


@dataclass(slots=True, eq=False, kw_only=True)
class Bracket(Box):
    """A square bracket as tall as what it encloses."""

    opening: bool
    line: float
    colour: str

    def draw(self, painter: QPainter, x: float, y: float) -> None:
        """Draw the three lines."""
        half = self.line / 2
        spine, tip = (half, self.width - half) if self.opening else (self.width - half, half)
        path = QPainterPath(QPointF(x + tip, y - self.ascent + half))
        path.lineTo(x + spine, y - self.ascent + half)
        path.lineTo(x + spine, y + self.descent - half)
        path.lineTo(x + tip, y + self.descent - half)
        pen = QPen(QColor(self.colour), self.line)
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(path)


class Face:
    """A font at a size, with what laying out needs to know of it."""

    def __init__(self, font: QFont) -> None:
        self.font = font
        self.em = float(font.pixelSize())
        self.ascent = 0.76 * self.em
        self.descent = 0.24 * self.em
        self._metrics = QFontMetricsF(font)
        self._advances: dict[str, float] = {}
        self._inks: dict[str, QRectF] = {}

    def advance(self, text: str) -> float:
        """The width of a text."""
        width = self._advances.get(text)
        if width is None:
            if len(self._advances) > REMEMBERED:
                self._advances.clear()
            width = self._advances[text] = self._metrics.horizontalAdvance(text)
        return width

    def ink(self, text: str) -> QRectF:
        """Where the strokes of a text are, from its left end on the baseline."""
        if text not in self._inks:
            strokes = QPainterPath()
            strokes.addText(0.0, 0.0, self.font, text)
            self._inks[text] = strokes.boundingRect()
        return self._inks[text]

    def text(self, text: str, colour: str, plain: str | None = None, tooltip: str = "") -> Text:
        """Characters as a box."""
        return Text(
            width=self.advance(text),
            ascent=self.ascent,
            descent=self.descent,
            plain=text if plain is None else plain,
            tooltip=tooltip,
            text=text,
            font=self.font,
            colour=colour,
        )


def space(width: float, plain: str = "") -> Box:
    """Nothing, of a width."""
    return Box(width=width, ascent=0.0, descent=0.0, plain=plain)


def row(boxes: Sequence[Box], tooltip: str = "", key: object = None) -> Group:
    """Boxes side by side on one baseline."""
    parts, x = [], 0.0
    for box in boxes:
        parts.append(Placed(box, x))
        x += box.width
    return Group(
        width=x,
        ascent=max((box.ascent for box in boxes), default=0.0),
        descent=max((box.descent for box in boxes), default=0.0),
        plain="".join(box.plain for box in boxes),
        tooltip=tooltip,
        key=key,
        parts=parts,
    )


def accented(letter: Text, mark: Text, face: Face) -> Group:
    """A sign in the middle over a slanted letter."""
    below, above = face.ink(letter.text), face.ink(mark.text)
    x = below.center().x() + SLANT * below.height() - above.center().x()
    y = below.top() - 0.07 * face.em - above.bottom()
    return Group(
        width=letter.width,
        ascent=max(letter.ascent, -(y + above.top())),
        descent=letter.descent,
        plain=letter.plain,
        parts=(Placed(letter, 0.0), Placed(mark, x, y)),
    )


def scripts(nucleus: Box, above: Box | None, below: Box | None, face: Face) -> Group:
    """A superscript and a subscript after a box, one over the other."""
    tall = nucleus.height > 1.5 * face.em
    parts, x = [Placed(nucleus, 0.0)], nucleus.width + (0.1 if tall else 0.04) * face.em
    ascent, descent, width, plain = nucleus.ascent, nucleus.descent, 0.0, nucleus.plain
    if below is not None:
        drop = max(nucleus.descent - face.descent, 0.0) + 0.22 * face.em
        parts.append(Placed(below, x, drop))
        descent = max(descent, drop + 0.6 * below.descent)
        width = below.width
        plain += f"_{below.plain}"
    if above is not None:
        rise = max(nucleus.ascent - face.ascent, 0.0) + 0.36 * face.em
        parts.append(Placed(above, x, -rise))
        ascent = max(ascent, rise + 0.8 * above.ascent)
        width = max(width, above.width)
        plain += above.plain
    x += width + (0.15 * face.em if tall else 0.0)
    return Group(width=x, ascent=ascent, descent=descent, plain=plain, parts=parts)


def fraction(top: Box, bottom: Box, face: Face, colour: str) -> Group:
    """One box over another, with a line between."""
    thick, gap, axis = max(1.0, 0.05 * face.em), 0.16 * face.em, 0.27 * face.em
    width = max(top.width, bottom.width) + 0.3 * face.em
    line = Bar(width=width, ascent=thick, descent=0.0, colour=colour)
    up = axis + thick + gap + top.descent
    down = -axis + gap + bottom.ascent
    parts = [
        Placed(top, (width - top.width) / 2, -up),
        Placed(line, 0.0, -axis),
        Placed(bottom, (width - bottom.width) / 2, down),
    ]
    numerator, denominator = _in_brackets(top.plain), _in_brackets(bottom.plain)
    return Group(
        width=width,
        ascent=up + top.ascent,
        descent=down + bottom.descent,
        plain=f"{numerator}/{denominator}",
        parts=parts,
    )


def _in_brackets(text: str) -> str:
    return f"({text})" if any(sign in text for sign in " +−·") else text
