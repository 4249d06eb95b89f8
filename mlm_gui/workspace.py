"""How the panes stand: rail, card over matrices, plots over the iteration table, timeline."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from PySide6.QtCore import QByteArray, Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from mlm_gui.panels.card import CardPanel
from mlm_gui.panels.group_lines import GroupLinesPanel
from mlm_gui.panels.iterations import IterationsPanel
from mlm_gui.panels.likelihood import LikelihoodPanel
from mlm_gui.panels.matrices import MatricesPanel
from mlm_gui.panels.panel import Panel
from mlm_gui.panels.results import ResultsPanel
from mlm_gui.panels.shrinkage import ShrinkagePanel
from mlm_gui.panels.steps_rail import StepsPanel
from mlm_gui.panels.surface import SurfacePanel
from mlm_gui.panels.timeline import TimelinePanel
from mlm_gui.spotlight import Question, Spot
from mlm_gui.theme import Theme
from mlm_gui.widgets.deck import ALL, Deck
from mlm_gui.widgets.pane import Pane
from mlm_gui.widgets.share_splitter import ShareSplitter
from solver import Problem, Step, Trace
from solver.course import Course

PLOTS = ("group_lines", "likelihood", "surface", "shrinkage", "results")

ROOMY = (ALL, "results")
"""Choices of the deck that ask for more room than one plot does."""

RAIL, LEAST_RAIL, COLUMN, ROW = 26, 22, 28, 20
"""Width of the rail, and least widths and height of the panes, in units of the theme."""

SMALL = 150
"""Width in units of the theme up to which the window is a small one."""


class Arrangement(NamedTuple):
    """Which panes are shown: the choice of plot, those hidden, and the one that is alone."""

    plot: str
    hidden: frozenset[str]
    alone: str | None


class Layout(NamedTuple):
    """The sizes of the panes in each splitter, and whether the reader has chosen them."""

    sizes: dict[str, tuple[list[int], bool]]


class Workspace(QWidget):
    """All panes, and the splitters between them.

    Signals
    -------
    step_requested : int
    start_requested : float, float
    what_if_requested : WhatIf
    explain_requested : Asked
    spot_requested : Spot
        As those of :class:`~mlm_gui.panels.panel.Panel`, from whichever pane.
    arranged : no value
        Panes were hidden or shown.
    """

    step_requested = Signal(int)
    start_requested = Signal(float, float)
    what_if_requested = Signal(object)
    explain_requested = Signal(object)
    spot_requested = Signal(object)
    arranged = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.timeline = TimelinePanel()
        titled: dict[str, tuple[type[Panel], str]] = {
            "steps": (StepsPanel, self.tr("The six steps")),
            "card": (CardPanel, self.tr("This step")),
            "matrices": (MatricesPanel, self.tr("Matrices")),
            "group_lines": (GroupLinesPanel, self.tr("Group lines")),
            "likelihood": (LikelihoodPanel, self.tr("Likelihood")),
            "surface": (SurfacePanel, self.tr("Surface")),
            "shrinkage": (ShrinkagePanel, self.tr("Shrinkage")),
            "results": (ResultsPanel, self.tr("Results")),
            "iterations": (IterationsPanel, self.tr("Iterations")),
        }
        self.panes = {name: Pane(kind(), title) for name, (kind, title) in titled.items()}
        self._alone: str | None = None
        self._hidden: set[str] = set()
        self._withheld: frozenset[str] = frozenset()
        self._before_all: list[list[int]] = []
        self._stage: tuple[str, ...] = ()
        self._moved: dict[str, QByteArray] = {}
        self._unit = 0
        self.deck = Deck({name: self.panes[name] for name in PLOTS}, apart={"results"})
        self._middle = ShareSplitter(
            Qt.Orientation.Vertical,
            [self.panes["card"], self.panes["matrices"]],
            lambda size: _parted(size, 0.5 if self._stage else 0.625),
        )
        self._right = ShareSplitter(
            Qt.Orientation.Vertical,
            [self.deck, self.panes["iterations"]],
            self._right_parts,
        )
        self._across = ShareSplitter(
            Qt.Orientation.Horizontal,
            [self.panes["steps"], self._middle, self._right],
            self._columns,
        )
        self._scroll = QScrollArea()
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(self._across)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._scroll, 1)
        layout.addWidget(self.timeline)
        self.deck.chosen.connect(self._on_plot_chosen)
        for panel in self.panels:
            panel.step_requested.connect(self.step_requested)
            panel.start_requested.connect(self.start_requested)
            panel.what_if_requested.connect(self.what_if_requested)
            panel.explain_requested.connect(self.explain_requested)
            panel.spot_requested.connect(self.spot_requested)
            panel.group_pointed.connect(self.show_group)
        for pane in self.panes.values():
            pane.maximise_requested.connect(self.maximise)
            pane.hide_requested.connect(self.hide_pane)
        self._arrange()

    @property
    def panels(self) -> list[Panel]:
        """Every panel, the timeline last."""
        return [*(pane.panel for pane in self.panes.values()), self.timeline]

    def show_run(self, problem: Problem, trace: Trace, beside: Trace | None = None) -> None:
        """A new run begins, beside another one or alone."""
        self.timeline.show_problem(problem, trace)
        for pane in self.panes.values():
            pane.show_run(problem, trace, beside)

    def show_step(self, step: Step) -> None:
        """The cursor is on a step."""
        self.timeline.show_step(step, None)
        for pane in self.panes.values():
            pane.show_step(step)

    def show_group(self, group: int | None) -> None:
        """Light a group everywhere, or none."""
        for pane in self.panes.values():
            pane.show_group(group)

    def apply_theme(self, theme: Theme) -> None:
        """Take on colours and sizes."""
        for splitter in (self._across, self._middle, self._right):
            splitter.set_colour(theme.hairline)
        self.deck.apply_theme(theme)
        self.timeline.apply_theme(theme)
        for pane in self.panes.values():
            pane.apply_theme(theme)
        self._resize(theme.unit)

    def maximise(self, pane: Pane) -> None:
        """Show one pane alone, or all of them again."""
        name = next(name for name, other in self.panes.items() if other is pane)
        self._alone = None if self._alone == name else name
        self._arrange()

    def hide_pane(self, pane: Pane) -> None:
        """Hide a pane until it is asked for again."""
        name = next(name for name, other in self.panes.items() if other is pane)
        self.set_hidden(name, True)

    def set_hidden(self, name: str, hidden: bool) -> None:
        """Hide a pane, or show it again; a plot that the deck does not show is chosen there."""
        (self._hidden.add if hidden else self._hidden.discard)(name)
        self._alone = None
        if name in PLOTS and not hidden and not self.deck.wants(name):
            self.deck.choose(name)
        self._arrange()

    def is_hidden(self, name: str) -> bool:
        """Whether a pane is not among those that are shown."""
        return name in self._hidden or (name in PLOTS and not self.deck.wants(name))

    @property
    def hidden(self) -> set[str]:
        """Names of the panes that the reader has hidden."""
        return set(self._hidden)

    @property
    def alone(self) -> str | None:
        """Name of the pane that is shown alone."""
        return self._alone

    @property
    def arrangement(self) -> Arrangement:
        """Which panes are shown."""
        return Arrangement(self.deck.choice, frozenset(self._hidden), self._alone)

    def rearrange(self, arrangement: Arrangement) -> None:
        """Show the panes of an arrangement."""
        self.deck.choose(arrangement.plot)
        self._hidden = set(arrangement.hidden)
        self._alone = arrangement.alone
        self._arrange()

    def show_only(self, names: Collection[str]) -> None:
        """Show these panes and no others; several plots stand under one another."""
        plots = [name for name in PLOTS if name in names]
        plot = self.deck.choice if not plots else plots[0] if len(plots) == 1 else ALL
        self.rearrange(Arrangement(plot, frozenset(self.panes) - set(names), None))

    def restore(self) -> None:
        """Leave the pane that is shown alone; where there is none, show the hidden ones again."""
        if self._alone is None:
            self._hidden.clear()
        self._alone = None
        self._arrange()

    @property
    def layout_state(self) -> Layout:
        """The sizes of all panes."""
        return Layout({n: (s.sizes(), s.by_hand) for n, s in self._splitters.items()})

    @layout_state.setter
    def layout_state(self, layout: Layout) -> None:
        for name, (sizes, by_hand) in layout.sizes.items():
            self._splitters[name].setSizes(sizes)
            self._splitters[name].by_hand = by_hand

    def show_spot(self, spot: Spot) -> None:
        """Light a symbol or entries everywhere, or nothing."""
        for panel in self.panels:
            panel.show_spot(spot)
        self.show_group(spot.group)

    def set_course(self, course: Course) -> None:
        """Show what a course needs; panes that it hides are as if there were none."""
        self._withheld = course.hidden_panes
        for panel in self.panels:
            panel.set_course(course)
        self.deck.bar.withhold({*self._withheld, ALL} if self._withheld else ())
        if self._alone in self._withheld:
            self._alone = None
        if self.deck.choice in self._withheld:
            self.deck.choose(PLOTS[0])
        self._arrange()

    def bring_into_sight(self, widget: QWidget) -> None:
        """Scroll to a pane where the window is too small for all of them."""
        if self._scroll.isAncestorOf(widget):
            self._scroll.ensureWidgetVisible(widget, 0, 0)

    def is_withheld(self, name: str) -> bool:
        """Whether a pane is not in the present course."""
        return name in self._withheld

    def conceal(self, concealed: bool) -> None:
        """Put question marks in place of what the step has just changed, or show it."""
        for panel in self.panels:
            panel.conceal(concealed)

    def withhold(self, questions: Sequence[Question]) -> None:
        """Show no number that answers one of these questions."""
        for panel in self.panels:
            panel.withhold(questions)

    @property
    def conceals(self) -> bool:
        """Whether a question mark can be seen."""
        return any(panel.conceals and panel.isVisible() for panel in self.panels)

    def turn(self, by: int) -> bool:
        """Turn a page of what is too long for a projector; whether there was one."""
        return any(panel.isVisible() and panel.turn(by) for panel in self.panels)

    @property
    def stage(self) -> tuple[str, ...]:
        """The panes that a projector shows in place of those arranged; none without one."""
        return self._stage

    def set_stage(self, names: Sequence[str]) -> None:
        """Show some panes alone, bare and side by side; without any, all as they were arranged."""
        if names and not self._stage:
            self._moved = self.save_layout()
        bare, self._stage = bool(names), tuple(names)
        for pane in self.panes.values():
            pane.set_bare(bare)
        self.timeline.set_bare(bare)
        across = Qt.Orientation.Horizontal if bare else Qt.Orientation.Vertical
        for splitter in (self._middle, self._right):
            splitter.setOrientation(across)
        if bare:
            for splitter in self._splitters.values():
                splitter.by_hand = False
        self._arrange()
        for splitter in self._splitters.values():
            splitter.share()

    def save_layout(self) -> dict[str, QByteArray]:
        """The states of the splitters that the reader has moved, by their names."""
        if self._stage:
            return dict(self._moved)
        return {
            name: splitter.saveState()
            for name, splitter in self._splitters.items()
            if splitter.by_hand
        }

    def restore_layout(self, name: str, state: QByteArray) -> None:
        """Bring a splitter back to a saved state."""
        self._splitters[name].restore(state)

    @property
    def _splitters(self) -> dict[str, ShareSplitter]:
        return {"across": self._across, "middle": self._middle, "right": self._right}

    def _on_plot_chosen(self, name: str) -> None:
        """Share the room anew; what the reader chose comes back when the four plots go."""
        splitters = (self._across, self._right)
        if name == ALL and not self._before_all:
            self._before_all = [splitter.sizes() for splitter in splitters]
        self._hidden -= set(PLOTS) if name == ALL else {name}
        self._arrange()
        for splitter in splitters:
            splitter.share()
        if name != ALL:
            for splitter, sizes in zip(splitters, self._before_all, strict=False):
                if splitter.by_hand:
                    splitter.setSizes(sizes)
            self._before_all = []

    def _arrange(self) -> None:
        """Show the panes that are wanted, and the splitters that hold one."""
        wanted = set(self._stage) - self._withheld or {
            name
            for name in self.panes
            if name not in self._withheld
            and (name == self._alone if self._alone else name not in self._hidden)
            and (name not in PLOTS or self._alone == name or self.deck.wants(name))
        }
        for name, pane in self.panes.items():
            pane.setVisible(name in wanted)
        self.deck.arrange(wanted, across=bool(self._stage))
        self.deck.offer(set(PLOTS) - self._hidden - self._withheld)
        arranged = not self._stage and self._alone is None
        deck = bool(wanted & set(PLOTS)) or (arranged and not self._hidden.issuperset(PLOTS))
        self.deck.setVisible(deck)
        self.deck.bar.setVisible(arranged)
        self._middle.setVisible(bool(wanted & {"card", "matrices"}))
        self._right.setVisible(deck or "iterations" in wanted)
        self.arranged.emit()

    def _resize(self, unit: int) -> None:
        """Keep the least sizes of all panes, and the rail's width, in proportion to the text."""
        if unit == self._unit:
            return
        self.panes["steps"].setMinimumWidth(LEAST_RAIL * unit)
        for name in ("card", "matrices", "iterations"):
            self.panes[name].setMinimumSize(COLUMN * unit, ROW * unit)
        self.deck.setMinimumSize(COLUMN * unit, ROW * unit)
        before, self._unit = self._unit, unit
        sizes = self._across.sizes()
        total = sum(sizes)
        if self._across.by_hand and before and total:
            rail = round(sizes[0] * unit / before)
            share = (total - rail) / max(total - sizes[0], 1)
            self._across.setSizes([rail, *(round(size * share) for size in sizes[1:])])
        self._across.share()

    def _right_parts(self, size: int) -> list[int]:
        """Deck and iteration table; evenly side by side on a projector."""
        if self._stage:
            return _parted(size, 0.5)
        return _parted(size, 0.78 if self.deck.choice in ROOMY else 0.7)

    def _columns(self, width: int) -> list[int]:
        """Rail, middle and right: where there is little room, most of it is the middle's.

        On a projector those that are shown are equally wide. Four plots and the results take more
        than one plot does.
        """
        unit = max(self._unit, 1)
        rail = RAIL * unit
        small = width < SMALL * unit
        if self._stage:
            return [width // 3] * 3
        part = 0.61 if small else 0.53
        if self.deck.choice in ROOMY:
            part = 0.53 if small and self.deck.choice != ALL else 0.44
        middle = round(part * (width - rail))
        return [rail, middle, width - rail - middle]


def _parted(height: int, part: float) -> list[int]:
    """The heights of two panes, of which the upper has this part."""
    upper = round(part * height)
    return [upper, height - upper]
