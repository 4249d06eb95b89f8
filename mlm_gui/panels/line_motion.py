"""How the group lines go from one picture to the next: a scene's change told as one movement."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEasingCurve, QObject, QVariantAnimation

from solver import Problem
from solver.moments import Floats

if TYPE_CHECKING:
    from matplotlib.collections import LineCollection
    from matplotlib.lines import Line2D

Move = Callable[[float], None]
"""Brings something to where it is after a part of the way, from 0 to 1."""


@dataclass(frozen=True, eq=False)
class Drawn:
    """What a reader sees of the group lines.

    Attributes
    ----------
    problem : Problem
    layers : frozenset of str
    lines : (groups, 2, 2) or None
        The ends of the lines in whose place others may come.
    """

    problem: Problem
    layers: frozenset[str]
    lines: Floats | None


class LineMotion(QVariantAnimation):
    """Some moves at once.

    Parameters
    ----------
    refresh : callable
        Shows where things are.
    """

    def __init__(self, refresh: Callable[[], None], parent: QObject) -> None:
        super().__init__(parent)
        self._refresh = refresh
        self._moves: Sequence[Move] = ()
        self.setStartValue(0.0)
        self.setEndValue(1.0)
        self.setEasingCurve(QEasingCurve.Type.InOutQuad)
        self.valueChanged.connect(self._go)

    def begin(self, moves: Sequence[Move], milliseconds: int) -> None:
        """Make some moves in place of those under way, which arrive at once."""
        self.finish()
        if moves and milliseconds:
            self._moves = moves
            self._go(0.0)
            self.setDuration(milliseconds)
            self.start()

    def finish(self) -> None:
        """Bring everything to where it goes."""
        self.stop()
        moves, self._moves = self._moves, ()
        for move in moves:
            move(1.0)

    def forget(self) -> None:
        """Stop: what moves is there no more."""
        self.stop()
        self._moves = ()

    def _go(self, part: float) -> None:
        for move in self._moves:
            move(part)
        if self._moves:
            self._refresh()


def gliding(lines: LineCollection, start: Floats, end: Floats) -> list[Move]:
    """Lines whose ends go from one place to another; nan where there is no line."""
    if start.shape != end.shape:
        return []
    start = np.where(np.isnan(start), end, start)
    if np.array_equal(start, end, equal_nan=True):
        return []

    def move(part: float) -> None:
        lines.set_segments(list(end if part >= 1 else start + part * (end - start)))

    return [move]


def growing(line: Line2D) -> list[Move]:
    """A line drawn from its left end to its right one."""
    x, y = (np.asarray(values, dtype=np.float64) for values in line.get_data())
    if not len(x):
        return []
    return [lambda part: line.set_data(x[0] + part * (x - x[0]), y[0] + part * (y - y[0]))]


def colouring(marks: Sequence[Line2D], neutral: str) -> list[Move]:
    """Marks from a neutral colour to their own."""
    from mlm_gui.widgets.plot_look import mix

    colours = [str(mark.get_color()) for mark in marks]

    def move(part: float) -> None:
        for mark, colour in zip(marks, colours, strict=True):
            mark.set_color(colour if part >= 1 else mix(neutral, colour, part))

    return [move]
