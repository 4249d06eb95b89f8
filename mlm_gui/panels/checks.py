"""Plots to look at before trusting a fit; a click on a point finds its row."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QComboBox, QLabel, QVBoxLayout, QWidget

from mlm_gui.plotting import PlotPanel
from mlm_gui.theme import Theme
from mlm_gui.widgets.asking import Asked
from mlm_gui.widgets.observation_name import observation_name
from mlm_gui.widgets.plot_label import Label
from mlm_gui.widgets.plot_layout import count, subscript
from mlm_gui.widgets.plot_pointer import Pointed
from solver import Problem, Results, Step, Trace
from solver.formatting import number, short
from solver.inference.checks import CHECKS, Check
from solver.lessons import Head, result_words, words
from solver.quantity import Quantity

if TYPE_CHECKING:
    from matplotlib.backend_bases import MouseEvent

    from mlm_gui.panels.check_artists import CloudArtists, CurveArtists

NEAR = 10.0
"""Pixels within which the pointer is on a point."""

VALUES = 6
"""Columns of X whose values are told of a row."""

NAME = 24
"""Letters of a name."""


class ChecksPanel(PlotPanel):
    """One check at a time, chosen from a list."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("checks")
        self.results: Results | None = None
        self.chosen: int | None = None
        self._cloud: CloudArtists | None = None
        self._curve: CurveArtists | None = None
        self.meaning = QLabel()
        self.found = QLabel()
        for label in (self.meaning, self.found):
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.found.setTextFormat(Qt.TextFormat.RichText)
        self.found.setAccessibleName(self.tr("The row that was found"))
        column = self.layout()
        assert isinstance(column, QVBoxLayout)
        column.insertWidget(0, self.meaning)
        column.addWidget(self.found)

    # -- what the plot is

    def name(self) -> str:
        """What the plot is called."""
        return self.tr("Checks")

    def controls(self) -> Sequence[QWidget]:
        """Which check."""
        self.check_choice = QComboBox(self)
        for check in CHECKS:
            self.check_choice.addItem(result_words("reml")[check].name, check)
        self.check_choice.setAccessibleName(self.tr("Which check"))
        self.check_choice.setToolTip(self.check_choice.accessibleName())
        self.check_choice.currentIndexChanged.connect(self._choose)
        return (self.check_choice,)

    @property
    def check(self) -> Check:
        """The check that is chosen."""
        chosen: Check = self.check_choice.currentData()
        return chosen

    @property
    def head(self) -> Head:
        """The check's name and what to look for."""
        return result_words(self.now.options.method)[self.check]

    @property
    def cloud(self) -> CloudArtists:
        """The points; there are some while the check has any."""
        assert self._cloud is not None
        return self._cloud

    @property
    def curve(self) -> CurveArtists:
        """The profile; there is one while it is chosen."""
        assert self._curve is not None
        return self._curve

    @property
    def said(self) -> Results:
        """The results; there are some before anything is shown."""
        assert self.results is not None
        return self.results

    def show_problem(self, problem: Problem, trace: Trace) -> None:
        """A new run begins."""
        super().show_problem(problem, trace)
        self.results = self.chosen = None
        self._cloud = self._curve = None
        self._say_found()

    def show_results(self, results: Results) -> None:
        """Show the checks of a run that has ended."""
        step = results.fit.step
        self.show_problem(step.problem, Trace([step]))
        self.results = results
        self.show_step(step, None)

    def look_at(self, results: Results, check: Check) -> None:
        """Take results and a check, to be shown with the next step."""
        self.results = results
        with QSignalBlocker(self.check_choice):
            self.check_choice.setCurrentIndex(self.check_choice.findData(check))

    def take_choices(self, other: PlotPanel) -> None:
        """Take on the results, the check and the point of another pane."""
        assert isinstance(other, ChecksPanel)
        self.look_at(other.said, other.check)
        self.chosen = other.chosen

    def show_step(self, new: Step, old: Step | None) -> None:
        """The run has ended."""
        super().show_step(new, old)
        self.meaning.setText(self.head.meaning)
        self.found.setHidden(self.is_profile)

    def empty_text(self) -> str:
        """Where there is nothing to look at."""
        if self.is_profile and not self.said.fit.converged:
            return result_words(self.now.options.method)["not_converged"].meaning
        if self.check in ("caterpillar", "qq_u") and self.now.state.at_boundary:
            return self.tr(
                "Every û is 0, because τ² is estimated as 0: there is nothing to look at here."
            )
        return ""

    @property
    def is_profile(self) -> bool:
        """Whether the check is a curve, and not points."""
        return self.check.startswith("profile")

    def least_size(self) -> tuple[float, float]:
        """Room for the axes."""
        return 24.0, 9.0

    def build(self) -> None:
        """The points or the curve."""
        from mlm_gui.panels.check_artists import CloudArtists, CurveArtists
        from solver.inference.checks import points, profile_of

        axes = self.figure.add_subplot()
        self._cloud = self._curve = None
        self.x_title, self.y_title = self._titles()
        if self.is_profile:
            profile = profile_of(self.said, self.check)
            assert profile is not None
            self._curve = CurveArtists(axes, profile, self.look)
            self.canvas.moving.extend(self._curve.moving)
        else:
            found = points(self.said, self.check)
            self._cloud = CloudArtists(axes, found, self.data, self.look)
            if self.check == "residuals_group":
                self._cloud.spread()
            if self.check in ("caterpillar", "residuals_group"):
                self._cloud.name_groups()
            self.canvas.moving.extend(self._cloud.moving)
            self._cloud.choose(self.chosen)
        self.view.watch(axes)

    def update_step(self, new: Step, old: Step | None) -> bool:
        """There is one step to show, the last."""
        return False

    def light(self) -> None:
        """Show the lit group's points above the others."""
        if self._cloud is not None:
            self._cloud.light(self.lit)

    def apply_theme(self, theme: Theme) -> None:
        """Take on colours and sizes."""
        unit = theme.unit
        for label in (self.meaning, self.found):
            label.setFont(theme.font("small"))
            label.setContentsMargins(unit, unit // 2, unit, unit // 2)
            label.setStyleSheet(f"color: {theme.muted if label is self.meaning else theme.ink};")
        self.found.setMinimumHeight(2 * self.found.fontMetrics().lineSpacing() + 2 * (unit // 2))
        super().apply_theme(theme)

    # -- words

    def labels(self) -> Iterable[Label]:
        """Titles, and the ends of the interval of a profile."""
        yield from self.titles()
        if self._curve is None:
            return
        canvas, axes, theme = self.canvas, self.curve.axes, self.look
        for which, end in zip(("low", "high"), self.curve.profile.interval, strict=True):
            x, y = canvas.to_widget(axes, end, axes.get_ylim()[1])
            y += 0.8 * canvas.metrics().height()
            asked = Asked(Quantity("profile_end", (self.check.removeprefix("profile_"), which)))
            text, ground = number(end), theme.sheet
            yield Label(text, x, y, theme.ink, across=0.5, ground=ground, asked=asked)

    def notes(self) -> list[str]:
        """That a sample is drawn."""
        if self._cloud is None:
            return []
        found = self.cloud.points
        if len(found.x) == found.total:
            return []
        text = self.tr("%1 of %2 points drawn").replace("%1", count(len(found.x)))
        return [text.replace("%2", count(found.total))]

    def description(self) -> str:
        """What is plotted, in words."""
        return f"{self.head.name}. {self.head.meaning}"

    def row_text(self, row: int) -> str:
        """A row's number, values, fitted value and residual, as HTML."""
        problem, fit = self.data, self.said.fit
        j = int(problem.codes[row])
        values = [(problem.response, float(problem.y[row]))]
        values += [
            (name, float(value))
            for name, value in zip(problem.fixed_names, problem.X[row], strict=True)
            if name != "(Intercept)"
        ][:VALUES]
        values += [(self.tr("fitted"), float(fit.fitted[row]))]
        values += [(self.tr("residual"), float(fit.residuals[row]))]
        told = " · ".join(
            f"{html.escape(short(name, NAME))} = {number(value)}" for name, value in values
        )
        group = f"{html.escape(problem.group)} {html.escape(self.group_name(j))}"
        return f"<b>{observation_name(problem, row)}</b> · {group}<br>{told}"

    # -- the pointer

    def point(self, at: MouseEvent) -> Pointed | None:
        """The row, group or value that the pointer is on."""
        if at.inaxes is None:
            return None
        if self._curve is not None:
            nearest, curve = self.curve.near(at.x), self.curve.curve
            place = f"at {float(curve.sigma2[nearest])!r} {float(curve.tau2[nearest])!r}"
            asked = Asked(Quantity("loglik", (), place), self.now.index)
            return Pointed(self._curve_text(nearest), asked=asked)
        k = self.cloud.near(at.x, at.y, NEAR * self.canvas.ratio)
        if k is None:
            return None
        found = self.cloud.points
        j = int(found.groups[k])
        if found.rows is not None:
            row = int(found.rows[k])
            name = "Xβ + Zu" if self.check == "observed_fitted" else "ε̂"
            asked = Asked(Quantity("entry", (name, row, 0)), self.now.index)
            return Pointed(self.row_text(row), j, asked=asked)
        low, high = self.said.u_intervals[j]
        interval = self.tr("95 %: %1 to %2").replace("%1", number(low)).replace("%2", number(high))
        asked = Asked(Quantity("u", (j,)), self.now.index)
        return Pointed(f"{self.group_text(j)}<br>{interval}", j, asked=asked)

    def clicked(self, at: MouseEvent) -> None:
        """Find the row that was clicked, and keep its group lit."""
        k = None
        if self._cloud is not None and at.inaxes is not None:
            k = self.cloud.near(at.x, at.y, NEAR * self.canvas.ratio)
        rows = self.cloud.points.rows if self._cloud is not None else None
        super().clicked(at)
        self._find(int(rows[k]) if k is not None and rows is not None else None)

    def escaped(self) -> None:
        """Let go of the row and of what is lit."""
        self._find(None)
        super().escaped()

    def _find(self, row: int | None) -> None:
        self.chosen = row
        self._say_found()
        if self._cloud is not None:
            self.cloud.choose(row)
            self.canvas.refresh()

    def _say_found(self) -> None:
        """The row that was found, or how to find one; always two lines, so that nothing jumps."""
        if self.chosen is not None:
            self.found.setText(self.row_text(self.chosen))
        else:
            self.found.setText(self.tr("Click a point to find its row, or to keep its group lit."))

    # -- inside

    def _choose(self) -> None:
        if self.results is not None:
            self.meaning.setText(self.head.meaning)
            self.found.setHidden(self.is_profile)
            self.rebuild()

    def _titles(self) -> tuple[str, str]:
        residual, fitted = self.tr("residuals"), self.tr("fitted values")
        normal = self.tr("normal scores")
        loglik = subscript(words()["methods"][self.now.options.method]["loglik"])
        match self.check:
            case "caterpillar":
                return self.tr("groups, in the order of û"), "û"
            case "qq_u":
                return normal, "û"
            case "qq_residuals":
                return normal, residual
            case "residuals_fitted":
                return fitted, residual
            case "residuals_group":
                return self.data.group, residual
            case "observed_fitted":
                return fitted, self.data.response
            case "profile_tau":
                return "τ", loglik
            case "profile_sigma":
                return "σ", loglik
        return "ICC", loglik

    def _curve_text(self, k: int) -> str:
        curve = self.curve.curve
        symbol = subscript(words()["methods"][self.now.options.method]["loglik"])
        return (
            f"{self.x_title} = <b>{number(float(curve.values[k]))}</b> · "
            f"{symbol} = {number(float(curve.loglik[k]), 7)}<br>"
            f"σ² = {number(float(curve.sigma2[k]))} · τ² = {number(float(curve.tau2[k]))}"
        )
