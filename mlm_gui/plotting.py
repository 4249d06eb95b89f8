"""What every plot has in common: made for looking, still while stepping, quick to follow.

Matplotlib is imported when a plot is first seen, so that the window need not wait for it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from mlm_gui.panels.panel import Panel
from mlm_gui.spotlight import HIDDEN, SYMBOLS, Spot
from mlm_gui.theme import Theme
from mlm_gui.widgets.asking import Asked, Untold
from mlm_gui.widgets.layer_bar import Layer, LayerBar
from mlm_gui.widgets.plot_frame import PlotFrame
from mlm_gui.widgets.plot_label import Label
from mlm_gui.widgets.plot_layout import count, place_rows, titles
from mlm_gui.widgets.plot_pointer import Pointed
from solver import Problem, Step, Trace
from solver.formatting import number
from solver.lessons import step_lessons, symbols, words
from solver.quantity import Quantity

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.backend_bases import MouseEvent
    from matplotlib.figure import Figure

    from mlm_gui.widgets.plot_canvas import PlotCanvas


class PlotPanel(Panel):
    """A pane with a plot. What it draws is said in the methods under "what a plot is".

    Nothing is drawn while the pane cannot be seen; it catches up when it is shown.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.problem: Problem | None = None
        self.trace: Trace | None = None
        self.beside: Trace | None = None
        self.step: Step | None = None
        self._cursor: Step | None = None
        self.lit_symbol = ""
        self._concealed = self._marked = self._bare = False
        self.theme: Theme | None = None
        self.lit: int | None = None
        self.y_title = self.x_title = ""
        self._lit_shown: int | None = None
        self._pinned: int | None = None
        self._emitting = False
        self._built = False
        self._shown: Step | None = None
        self._left = 0.0
        self.layers = LayerBar(self.layer_list(), self.tr("Layers"), self)
        self.layers.changed.connect(self.layer_changed)
        self._asked: Asked | Untold | None = None
        self.frame = PlotFrame(
            self.name(),
            self.layers,
            self.controls(),
            self,
            lambda: self.lay_out() if self._built else None,
            lambda: self._labels() if self._built and self._shown else (),
            self.save,
            self,
        )
        self.frame.size_asked.connect(self._ask_size)
        self.view = self.frame.view
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.frame)
        self.setAccessibleName(self.name())

    # -- what a plot is

    def name(self) -> str:
        """What the plot is called."""
        raise NotImplementedError

    def layer_list(self) -> Sequence[Layer]:
        """The layers to tick."""
        return ()

    def controls(self) -> Sequence[QWidget]:
        """Controls beside the layers."""
        return ()

    def layer_changed(self, key: str) -> None:
        """A layer was ticked or unticked."""
        self.rebuild()

    def build(self) -> None:
        """Make axes and artists for the problem and the theme; the axes stand still from then on.

        Artists that move are appended to ``canvas.moving``, in the order in which to draw them.
        """
        raise NotImplementedError

    def update_step(self, new: Step, old: Step | None) -> bool:
        """Bring the moving artists to a step; whether anything changed."""
        raise NotImplementedError

    def changed(self, new: Step, old: Step) -> bool:
        """Whether the plot of one step is other than that of another."""
        return True

    def light(self) -> None:
        """Bring the moving artists to the lit group."""

    def lay_out(self) -> None:
        """Place the axes in the canvas."""
        self.place(self.figure.axes)

    def labels(self) -> Iterable[Label]:
        """The words on the plot, for the step and the view."""
        return self.titles()

    def point(self, at: MouseEvent) -> Pointed | None:
        """What is under the pointer."""
        return None

    def group_text(self, j: int) -> str:
        """A group's size, mean residual and û, as HTML."""
        data, state = self.data, self.now.state
        text = f"{html.escape(data.group)} <b>{html.escape(self.group_name(j))}</b>"
        text += f" · n<sub>j</sub> = {count(int(data.group_sizes[j]))}"
        if state.mean_residuals is None or state.shrinkage is None:
            return text
        names = symbols()
        u, share = number(float(state.u[j])), number(float(state.shrinkage[j]))
        mean = number(float(state.mean_residuals[j]))
        return (
            f"{text}<br>{names['u'].symbol}<sub>j</sub> = {u} = "
            f"{names['shrinkage'].symbol}<sub>j</sub> {names['mean_residuals'].symbol}<sub>j</sub>"
            f" = {share} · {mean}"
        )

    def click(self, at: MouseEvent) -> None:
        """The reader clicked where nothing is pointed at."""

    def view_changed(self) -> None:
        """Another part of the plot is in view."""

    def empty_text(self) -> str:
        """What to do before there is something to see; empty when there is."""
        return ""

    def description(self) -> str:
        """What is plotted at the step, in words."""
        return ""

    def notes(self) -> list[str]:
        """What a reader of the picture must know beside the criterion, such as a sample drawn."""
        return []

    def least_size(self) -> tuple[float, float]:
        """Letters and lines of text that the plot needs; where there is less, it is scrolled."""
        return 24.0, 7.0

    # -- the contract of a pane

    def show_problem(self, problem: Problem, trace: Trace) -> None:
        """A new run begins."""
        self.problem, self.trace = problem, trace
        self.step = self._cursor = self._shown = None
        self.lit = self._pinned = None
        self._built = False

    def show_beside(self, beside: Trace | None) -> None:
        """Draw another run as well, or none."""
        self.beside = beside
        self._built = False

    def show_step(self, new: Step, old: Step | None) -> None:
        """The cursor has moved."""
        self._cursor = new
        self._follow()

    def conceal(self, concealed: bool) -> None:
        """Stay at the step before the cursor, with a question mark, or follow the cursor."""
        if concealed != self._concealed:
            self._concealed = concealed
            self._follow()

    @property
    def conceals(self) -> bool:
        """Whether the plot at the cursor is other than what is shown."""
        held, cursor = self.step, self._cursor
        return held is not None and cursor is not held and self.changed(cursor or held, held)

    @property
    def hides_later(self) -> bool:
        """Whether what lies after the cursor is not to be seen: always so on a projector."""
        return self._bare or self.conceals

    def show_spot(self, spot: Spot) -> None:
        """Light a symbol in the titles."""
        if spot.symbol != self.lit_symbol:
            self.lit_symbol = spot.symbol
            if self._built:
                self.canvas.refresh()

    def show_group(self, group: int | None) -> None:
        """Light a group, or none."""
        if not self._emitting:
            self._pinned = None
        if group == self.lit:
            return
        self.lit = group
        if self._built and self.isVisible():
            self._light()

    def set_bare(self, bare: bool) -> None:
        """Show the plot alone, or with its controls."""
        self.frame.set_bare(bare)
        if bare != self._bare:
            self._bare = bare
            self.rebuild()

    def turn(self, by: int) -> bool:
        """Scroll a plot that needs more lines than there are."""
        return self.frame.turn(by)

    def apply_theme(self, theme: Theme) -> None:
        """Take on colours and sizes."""
        self.theme = theme
        self.frame.apply_theme(theme)
        self.rebuild()

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what happened while the pane was not seen."""
        super().showEvent(event)
        self._show()

    # -- for the plots

    @property
    def canvas(self) -> PlotCanvas:
        """The canvas; matplotlib is loaded when it is first asked for."""
        return self.frame.canvas

    @property
    def figure(self) -> Figure:
        """The figure on the canvas."""
        return self.canvas.figure

    @property
    def look(self) -> Theme:
        """The theme; there is one before anything is shown."""
        assert self.theme is not None
        return self.theme

    @property
    def data(self) -> Problem:
        """The problem; there is one before anything is shown."""
        assert self.problem is not None
        return self.problem

    @property
    def now(self) -> Step:
        """The step that is shown: that under the cursor, or the one before while it conceals."""
        assert self.step is not None
        return self.step

    @property
    def then(self) -> Step | None:
        """The step of the run beside, where there is one."""
        return self.beside.reach(self.now.index) if self.beside is not None else None

    @property
    def other_data(self) -> bool:
        """Whether the run beside is of other data than this one."""
        return self.beside is not None and self.beside[0].problem is not self.problem

    @property
    def method(self) -> str:
        """The criterion in use, as a reader knows it: REML or ML."""
        return str(words()["methods"][self.now.options.method]["name"])

    def rebuild(self) -> None:
        """Make the plot anew: the problem, the theme or a choice of the reader changed."""
        self._built, self._shown = False, None
        if self.isVisible():
            self._show()

    def group_name(self, j: int) -> str:
        """A group's label, with its sign where signs tell the groups apart."""
        label = self.data.group_labels[j]
        if len(self.look.groups) < self.data.J:
            return label
        return f"{self.look.group(j, self.data.J).sign} {label}"

    def point_group(self, group: int | None, *, pin: bool = False) -> None:
        """Say which group the pointer is on; a pinned one stays lit when the pointer leaves."""
        if pin:
            self._pinned = group
        elif group is None:
            group = self._pinned
        if group != self.lit:
            self._emitting = True
            self.group_pointed.emit(group)
            self._emitting = False

    def place(
        self, rows: Sequence[Axes], weights: Sequence[float] | None = None, **room: float
    ) -> None:
        """Place axes under one another; see :func:`~mlm_gui.widgets.plot_layout.place_rows`."""
        if self.view.zoomed:
            room["left"] = max(room.get("left", 0.0), self._left)
        self._left = place_rows(self.canvas, self.look.unit, rows, weights, **room)

    def titles(self) -> Iterable[Label]:
        """The titles of the axes, and the line that names the criterion."""
        caption = " · ".join([self.method, *self.notes()])
        unit, muted, corner = self.look.unit, self.look.muted, self.frame.corner
        words = titles(self.canvas, unit, muted, self.y_title, self.x_title, caption, corner)
        for label in words:
            lit = self.lit_symbol in SYMBOLS and self.lit_symbol in re.split(r"[^\w²]+", label.text)
            yield replace(label, colour=self.look.accent) if lit else label

    def save(self, path: Path) -> None:
        """Write the picture to a file: PNG, SVG or PDF, by its suffix."""
        self.canvas.save(path, self.footer)

    @property
    def footer(self) -> str:
        """The model, the criterion and the step: what a saved picture says below."""
        parts = [self.data.formula, self.method, self._where()]
        if self.beside is not None:
            parts.append(self.tr("grey, dashed: as it was before a change"))
        return " · ".join(parts)

    def take_choices(self, other: PlotPanel) -> None:
        """Take on the layers and controls of another pane of the same plot."""
        for own, chosen in zip(self.layers.boxes, other.layers.boxes, strict=True):
            own.setChecked(chosen.isChecked())
        for control, chooser in zip(self.frame.controls, other.frame.controls, strict=True):
            if isinstance(control, QComboBox) and isinstance(chooser, QComboBox):
                control.setCurrentIndex(chooser.currentIndex())
                control.activated.emit(control.currentIndex())

    def _ask_size(self) -> None:
        from mlm_gui.exports.figure_dialog import FigureDialog

        dialog = FigureDialog(self)
        dialog.setFont(self.look.font())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    # -- the pointer

    def pointer_moved(self, at: MouseEvent) -> None:
        """Show the values under the pointer, and light their group."""
        place = QPointF(at.x / self.canvas.ratio, self.canvas.height() - at.y / self.canvas.ratio)
        pointed = self._label_at(place) or self.point(at)
        self._asked = _asked(pointed)
        self.point_group(pointed.group if pointed else None)
        self.frame.show_hover(pointed.text if pointed else "", place)

    def pointer_left(self) -> None:
        """Nothing is pointed at."""
        self._asked = None
        self.frame.hover.hide()
        self.point_group(None)

    def pointed_number(self) -> Asked | Untold | None:
        """The number under the pointer; a group that is kept lit counts as pointed at."""
        if self._asked is None and self._pinned is not None:
            return Asked(Quantity("u", (self._pinned,)))
        if self._asked is None:
            return Untold(
                self.tr(
                    "No number of the fit is here: the figures along the axes are their scale. "
                    "Point at a mark, a line or a value, and press E."
                )
            )
        return self._asked

    def clicked(self, at: MouseEvent) -> None:
        """Go to the step, or keep the group lit, that was clicked."""
        place = QPointF(at.x / self.canvas.ratio, self.canvas.height() - at.y / self.canvas.ratio)
        pointed = self._label_at(place) or self.point(at)
        if pointed is not None and pointed.step is not None:
            self.step_requested.emit(pointed.step)
        elif pointed is not None and pointed.group is not None:
            self.point_group(None if pointed.group == self._pinned else pointed.group, pin=True)
        else:
            self.point_group(None, pin=True)
            self.click(at)

    def view_moved(self) -> None:
        """Another part of the plot is in view."""
        self.frame.view_moved()
        self.view_changed()
        self.canvas.draw_anew()

    def take_hold(self, at: MouseEvent) -> bool:
        """Whether the mark under the pointer can be moved up and down."""
        return False

    def move_held(self, at: MouseEvent) -> None:
        """Move the mark that is held."""

    def let_go(self, dropped: bool) -> None:
        """Leave the mark that is held where it is, or put it back."""

    def escaped(self) -> None:
        """Let go of what is lit."""
        self.point_group(None, pin=True)

    def _label_at(self, place: QPointF) -> Pointed | None:
        """A group's label, or one whose text had no room."""
        found = self.canvas.label_at(place)
        if found is None:
            return None
        if found.label.asked is not None:
            group = found.label.group
            text = "" if group is None else self.group_text(group)
            return Pointed(text, group, asked=found.label.asked)
        if found.label.group is not None:
            return Pointed(self.group_text(found.label.group), found.label.group)
        return Pointed(html.escape(found.label.text)) if found.elided else None

    # -- showing

    def _follow(self) -> None:
        """Take the step that is to be shown."""
        self.step = self._cursor
        if self._concealed and self._cursor is not None and self._cursor.index:
            assert self.trace is not None
            self.step = self.trace[self._cursor.index - 1]
        if self.isVisible():
            self._show()

    def _labels(self) -> Iterable[Label]:
        """The words on the plot, and a question mark for what it conceals."""
        yield from self.labels()
        if self.conceals:
            x = self.canvas.box(self.figure.axes[0]).right()
            yield Label(HIDDEN, x, 0.0, self.look.accent, "large", across=1.0, down=0.0)

    def _show(self) -> None:
        """Bring the plot to the step."""
        if self.step is None or self.theme is None:
            return
        empty = self.empty_text()
        if empty and self.conceals:
            empty = HIDDEN
        self.frame.set_empty(empty)
        if empty:
            self._shown = None
            return
        new = self.step
        if not self._built:
            self._build()
            self.update_step(new, None)
            self._light()
            self.canvas.draw_anew()
        else:
            if self.update_step(new, self._shown) or self._marked != self.conceals:
                self.canvas.refresh()
            if self._lit_shown != self.lit:
                self._light()
        self._shown, self._marked = new, self.conceals
        parts = [self.name(), self.method, self._where(), self.description()]
        self.canvas.setAccessibleDescription(". ".join(filter(None, parts)))

    def _light(self) -> None:
        self._lit_shown = self.lit
        self.light()
        self.canvas.refresh()

    def _build(self) -> None:
        self.frame.hover.hide()
        for axes in self.figure.axes:
            axes.remove()  # clear() by itself would set up each anew before it goes
        self.figure.clear()
        self.canvas.moving.clear()
        self.view.clear()
        self.frame.set_least_size(*self.least_size())
        self.build()
        self._built = True
        self.frame.view_moved()

    def _where(self) -> str:
        where = self.tr("iteration %1, %2").replace("%1", str(self.now.iteration))
        return where.replace("%2", step_lessons()[self.now.name].title)


def _asked(pointed: Pointed | None) -> Asked | Untold | None:
    """The number that what is pointed at stands for."""
    if pointed is None or pointed.asked is not None:
        return pointed and pointed.asked
    return None if pointed.group is None else Asked(Quantity("u", (pointed.group,)))
