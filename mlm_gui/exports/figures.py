"""Plots drawn afresh at a chosen size: the same panes, laid out for paper instead of the screen."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TypeVar

import numpy as np
from PySide6.QtCore import QCoreApplication, QSize, Qt
from PySide6.QtWidgets import QWidget

from mlm_gui.panels.checks import ChecksPanel
from mlm_gui.plotting import PlotPanel
from mlm_gui.theme import load_theme
from solver import Refusal, Results, Step, Trace
from solver.inference.checks import Check

Panel = TypeVar("Panel", bound=PlotPanel)

MM = 25.4
"""Millimetres in an inch."""

MOST_MARKS = 1000
"""Marks or lines of one artist that are written as lines."""


@dataclass(frozen=True)
class FigureSize:
    """How large a figure is.

    Attributes
    ----------
    width, height : millimetres
    dpi : dots in an inch, for a picture of dots
    """

    width: float = 160.0
    height: float = 100.0
    dpi: float = 300.0

    def __post_init__(self) -> None:
        across, up = (side / MM * self.dpi for side in (self.width, self.height))
        if not (20 <= self.width <= 1500 and 20 <= self.height <= 1500 and 30 <= self.dpi <= 2400):
            raise Refusal(
                "A figure is 20 to 1500 mm wide and high, and has 30 to 2400 dots an inch."
            )
        if across * up > 2e8:
            raise Refusal(
                f"{across:.0f} × {up:.0f} dots are too many for a picture. "
                "Choose fewer dots an inch, or SVG or PDF, which have none."
            )


@contextmanager
def drawn(
    kind: type[PlotPanel],
    trace: Trace,
    step: Step,
    size: FigureSize,
    like: PlotPanel | None = None,
    foot: bool = False,
) -> Iterator[PlotPanel]:
    """A pane with a plot of a step at a size, in the light theme, never seen on the screen.

    Parameters
    ----------
    kind : type of PlotPanel
        Which plot.
    trace, step : Trace, Step
        The run, and the step to show.
    size : FigureSize
    like : PlotPanel, optional
        A pane whose layers, axis and part in view are taken on.
    foot : bool
        Whether room is left for the line that names model and step.

    Raises
    ------
    Refusal
        When the size is too small for the plot, or there is nothing to draw.
    """
    with _unseen(kind) as panel:
        panel.show_problem(step.problem, trace)
        if like is not None:
            panel.take_choices(like)
        panel.show_step(step, None)
        _draw(panel, size, foot, like)
        yield panel


@contextmanager
def checked(results: Results, check: Check, size: FigureSize) -> Iterator[PlotPanel]:
    """A pane with a check of the results, like :func:`drawn`."""
    with _unseen(ChecksPanel) as panel:
        step = results.fit.step
        panel.show_problem(step.problem, Trace([step]))
        panel.look_at(results, check)
        panel.show_step(step, None)
        _draw(panel, size, False, None)
        yield panel


@contextmanager
def _unseen(kind: type[Panel]) -> Iterator[Panel]:
    """A pane that is shown nowhere."""
    host = QWidget()
    host.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
    panel = kind(host)
    try:
        panel.apply_theme(load_theme("light"))
        yield panel
    finally:
        host.hide()
        host.deleteLater()


def _draw(panel: PlotPanel, size: FigureSize, foot: bool, like: PlotPanel | None) -> None:
    """Lay a pane out at a size, and draw it."""
    panel.window().show()
    if panel.empty_text():
        raise Refusal(panel.empty_text())
    _fit(panel, size, foot)
    if like is not None:
        panel.view.take(like.view)
    panel.canvas.draw()


def _fit(panel: PlotPanel, size: FigureSize, foot: bool) -> None:
    """Give the pane the size at which its plot has the size asked for."""
    canvas = panel.canvas
    dots = panel.logicalDpiY() / MM
    below = canvas.foot_height if foot else 0.0
    wanted = QSize(round(size.width * dots), round(size.height * dots - below))
    least = canvas.minimumSize()
    if wanted.width() < least.width() or wanted.height() < least.height():
        width, height = least.width() / dots, (least.height() + below) / dots
        raise Refusal(
            f"This plot needs at least {math.ceil(width)} × {math.ceil(height)} mm. "
            "Choose a larger size."
        )
    canvas.setFixedSize(wanted)
    QCoreApplication.sendPostedEvents()


def save_figure(panel: PlotPanel, path: Path, size: FigureSize, trace: Trace | None = None) -> None:
    """Draw what a pane shows afresh at a size, with a line below that names model and step.

    Parameters
    ----------
    panel : PlotPanel
        A pane on the screen.
    path : Path
        PNG, SVG or PDF, by its suffix.
    size : FigureSize
    trace : Trace, optional
        Its run; the pane's own without.

    Raises
    ------
    Refusal
        When the size cannot be, or the file cannot be written.
    """
    run = trace or panel.trace
    assert run is not None
    with drawn(type(panel), run, panel.now, size, panel, foot=True) as afresh:
        try:
            write(afresh, path, path.suffix[1:].lower(), size, afresh.footer)
        except OSError as error:
            raise Refusal(
                f"{path} cannot be written: {error.strerror or error}. "
                "Choose another folder or name."
            ) from None


def svg_of(panel: PlotPanel) -> str:
    """A drawn plot as an SVG element, its words as text."""
    picture = io.BytesIO()
    write(panel, picture, "svg", FigureSize(), "", words_as_text=True)
    text = picture.getvalue().decode()
    text = re.sub(r"<metadata>.*?</metadata>", "", text[text.index("<svg") :], flags=re.S)
    return re.sub(r"font(-family)?: ([^;\"]*?)'DejaVu Sans'[^;\"]*", _family, text)


def _family(found: re.Match[str]) -> str:
    """A list of fonts of nearly the same widths, whichever a computer has."""
    family = "'DejaVu Sans', Verdana, 'Bitstream Vera Sans', sans-serif"
    return f"font{found[1] or ''}: {found[2]}{family}"


def write(
    panel: PlotPanel,
    to: Path | IO[bytes],
    kind: str,
    size: FigureSize,
    footer: str,
    words_as_text: bool = False,
) -> None:
    """Write a drawn plot; the words of an SVG are outlines unless they shall be text."""
    import matplotlib as mpl

    with mpl.rc_context():
        mpl.rcParams["svg.fonttype"] = "none" if words_as_text else "path"
        mpl.rcParams["svg.hashsalt"] = panel.objectName()
        mpl.rcParams["pdf.fonttype"] = 42
        _rasterise(panel)
        panel.canvas.save(to, footer, kind=kind, dpi=size.dpi)


def _rasterise(panel: PlotPanel) -> None:
    """Draw artists of very many marks or lines as dots: as lines they would fill megabytes."""
    from matplotlib.collections import Collection, LineCollection
    from matplotlib.lines import Line2D

    for axes in panel.figure.axes:
        for artist in axes.get_children():
            if isinstance(artist, Line2D):
                marks = np.size(artist.get_xdata(orig=False))
            elif isinstance(artist, LineCollection):
                marks = len(artist.get_segments())
            elif isinstance(artist, Collection):
                marks = np.shape(artist.get_offsets())[0]
            else:
                continue
            artist.set_rasterized(marks > MOST_MARKS)
