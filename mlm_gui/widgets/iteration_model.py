"""The iterations of a run as the rows of a table."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from mlm_gui.spotlight import HIDDEN, Question, asked_iterations
from mlm_gui.widgets.asking import Asked, Untold
from solver import Step, Trace
from solver.formatting import exact, number
from solver.lessons import words
from solver.quantity import Quantity
from solver.state import STEP_NAMES, Kind, State

Index = QModelIndex | QPersistentModelIndex

LOGLIK_DIGITS = 7
"""Significant digits of ℓ: of one that hardly rises any more, four would show nothing."""

FRACTIONS = {1.0: "1", 0.5: "½", 0.25: "¼", 0.125: "⅛"}

VARIANCES_KNOWN = STEP_NAMES[-2:]
"""The steps of an iteration after which its variances, score and trials are known."""


class Column(IntEnum):
    """The columns, in their order."""

    ITERATION = 0
    LOGLIK = 1
    CHANGE = 2
    SIGMA2 = 3
    TAU2 = 4
    SCORE_SIGMA2 = 5
    SCORE_TAU2 = 6
    FACTOR = 7
    TRIALS = 8
    RULES = 9
    LOGLIK_WAS = 10
    SIGMA2_WAS = 11
    TAU2_WAS = 12
    OUTCOME = 13


BESIDE = (Column.LOGLIK_WAS, Column.SIGMA2_WAS, Column.TAU2_WAS)
"""The columns of the run beside."""


QUANTITIES: dict[int, Quantity] = {
    Column.LOGLIK: Quantity("loglik"),
    Column.SIGMA2: Quantity("sigma2"),
    Column.TAU2: Quantity("tau2"),
    Column.SCORE_SIGMA2: Quantity("score", (0,)),
    Column.SCORE_TAU2: Quantity("score", (1,)),
    Column.CHANGE: Quantity("loglik_change"),
    Column.FACTOR: Quantity("trial"),
}
"""What the columns hold."""


def _update_of(step: Step) -> int:
    """The step of its iteration that updated the variances."""
    return step.index - (STEP_NAMES.index(step.name) - STEP_NAMES.index("update_variances"))


class IterationsModel(QAbstractTableModel):
    """One row for the start and one for each iteration that the trace has reached.

    A row belongs to the last step of its iteration that has been taken; what that step does not
    know yet stays empty. Rows are only ever added, until :meth:`set_trace` begins a new run.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._trace: Trace | None = None
        self._beside: Trace | None = None
        self._method = "reml"
        self._seen = 0
        self._last: list[Step] = []
        self._texts: dict[int, tuple[str, ...]] = {}
        self._concealed: Step | None = None
        self._answers: set[str] = set()

    def conceal(self, step: Step | None) -> None:
        """Put question marks in place of what a step and later ones tell; None for nothing."""
        if step is not self._concealed:
            self._concealed = step
            self._texts.clear()
            if self._last:
                last = self.index(len(self._last) - 1, Column.OUTCOME)
                self.dataChanged.emit(self.index(0, 0), last)

    def withhold(self, questions: Sequence[Question]) -> None:
        """Put question marks in place of numbers that are answers."""
        self._answers = {question.text for question in questions if question.value % 1}
        if asked_iterations(questions):
            self._answers.add(str(len(self._last) - 1))
        self._texts.clear()
        if self._last:
            last = self.index(len(self._last) - 1, Column.OUTCOME)
            self.dataChanged.emit(self.index(0, 0), last)

    @property
    def conceals(self) -> bool:
        """Whether a question mark stands for something."""
        return any(HIDDEN in self.texts(row) for row in range(len(self._last)))

    def set_trace(self, trace: Trace, method: str) -> None:
        """Begin with another run."""
        self.beginResetModel()
        self._trace, self._method, self._seen = trace, method, 0
        self._last, self._texts = [], {}
        self.endResetModel()

    def set_beside(self, beside: Trace | None) -> None:
        """Have the values of another run as well, or of none."""
        self._beside, self._texts = beside, {}

    def grow(self) -> range:
        """Take in the steps that were added to the trace; the rows that are new."""
        first = len(self._last)
        if self._trace is None or self._seen == len(self._trace):
            return range(first, first)
        added: list[Step] = []
        for step in map(self._trace.__getitem__, range(self._seen, len(self._trace))):
            if step.iteration == first + len(added):
                added.append(step)
            elif added:
                added[-1] = step
            else:
                self._last[-1] = step
        self._seen = len(self._trace)
        if first:
            self._texts.pop(first - 1, None)
            self.dataChanged.emit(self.index(first - 1, 0), self.index(first - 1, Column.OUTCOME))
        if added:
            self.beginInsertRows(QModelIndex(), first, first + len(added) - 1)
            self._last.extend(added)
            self.endInsertRows()
        return range(first, len(self._last))

    def step_to_go_to(self, row: int) -> int:
        """Index of the step that ends an iteration, taken or not; the first step for row 0."""
        step = self._last[row]
        if row == 0:
            return step.index
        return step.index + len(STEP_NAMES) - 1 - STEP_NAMES.index(step.name)

    def asked(self, row: int, column: int) -> Asked | Untold | None:
        """What a cell holds, and the step that it is of; None for what is not known."""
        if not self.texts(row)[column]:
            return None
        step = self._last[row]
        if column in BESIDE and self._beside is not None:
            shown = (Column.LOGLIK, Column.SIGMA2, Column.TAU2)[BESIDE.index(Column(column))]
            return Asked(QUANTITIES[shown], self._beside.reach(step.index).index, beside=True)
        if column not in QUANTITIES:
            return Untold(self._untold(column))
        if column == Column.FACTOR:
            last = len(step.state.trials) - 1
            return Asked(Quantity("trial", (last, "factor")), _update_of(step))
        return Asked(QUANTITIES[column], step.index)

    def _untold(self, column: int) -> str:
        """Why a cell has no account."""
        if column == Column.RULES:
            return self.tr("A count. Go to the check of that iteration: it explains each rule.")
        if column == Column.TRIALS:
            return self.tr("A count. Go to the update of that iteration: it explains each trial.")
        return self.tr("There is nothing to compute here. Ask about a number of the row.")

    # -- Qt's questions

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Iterations so far, and the start."""
        return 0 if parent.isValid() else len(self._last)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """The number of columns."""
        return 0 if parent.isValid() else len(Column)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """The columns' words, and what they mean."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(Column):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._heads()[section]
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._meanings()[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(section)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A cell's text, all its digits, and how a screen reader says it."""
        if not index.isValid():
            return None
        row, column = index.row(), index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self.texts(row)[column]
        if role == Qt.ItemDataRole.ToolTipRole:
            return "" if column in self._covered(row) else self._full(row, column)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            text = self.texts(row)[column] or self.tr("not yet known")
            return self.tr("iteration {0}, {1}, {2}").format(row, self._heads()[column], text)
        return None

    def texts(self, row: int) -> tuple[str, ...]:
        """The cells of a row."""
        texts = self._texts.get(row)
        if texts is None:
            covered = self._covered(row)
            texts = self._texts[row] = tuple(
                HIDDEN if text and (column in covered or text in self._answers) else text
                for column, text in enumerate(self._row(row))
            )
        return texts

    def _covered(self, row: int) -> range:
        """The columns of a row that are concealed."""
        step = self._concealed
        if step is None or row < step.iteration:
            return range(0)
        checked = row == step.iteration and step.name == STEP_NAMES[-1]
        return range(Column.RULES if checked else Column.LOGLIK, len(Column))

    # -- the words

    def _row(self, row: int) -> tuple[str, ...]:
        step = self._last[row]
        values = self._values(row)
        digits = [LOGLIK_DIGITS, 3, 4, 4, 3, 3]
        numbers = ["" if x is None else number(x, d) for x, d in zip(values, digits, strict=True)]
        state = step.state
        factor = trials = rules = ""
        if step.name in VARIANCES_KNOWN:
            trials = str(len(state.trials))
            taken = state.trials[-1]
            factor = FRACTIONS.get(taken.factor) or number(taken.factor, 2)
            if taken.refused is not None:
                factor = "–"
        if step.name == STEP_NAMES[-1]:
            always = [rule for rule in state.rules if rule.name != "rise_elsewhere"]
            met = sum(rule.met for rule in always)
            rules = self.tr("{0} of {1}").format(met, len(always))
        was = ["", "", ""]
        if numbers[0] and self._beside is not None:
            then = zip(self._values_beside(row), (LOGLIK_DIGITS, 4, 4), strict=True)
            was = [number(value, digits) for value, digits in then]
        return str(row), *numbers, factor, trials, rules, *was, self._happened(step, short=True)

    def _values_beside(self, row: int) -> tuple[float, float, float]:
        """ℓ, σ² and τ² of the run beside, at the same step or at its end."""
        assert self._beside is not None
        then = self._beside.reach(self._last[row].index).state
        return then.loglik, then.sigma2, then.tau2

    def _values(self, row: int) -> tuple[float | None, ...]:
        """ℓ, Δℓ, σ², τ² and the two scores; None where not known."""
        step = self._last[row]
        state = step.state
        if step.name not in (STEP_NAMES[0], *VARIANCES_KNOWN):
            return (None,) * 6
        if row == 0:
            return (state.loglik, None, state.sigma2, state.tau2, None, None)
        assert state.score is not None
        change = state.loglik - self._last[row - 1].state.loglik
        score = tuple(map(float, state.score))
        return (state.loglik, change, state.sigma2, state.tau2, *score)

    def _full(self, row: int, column: int) -> str:
        """All that is known about a cell."""
        step = self._last[row]
        if Column.LOGLIK <= column <= Column.SCORE_TAU2:
            value = self._values(row)[column - 1]
            return "" if value is None else f"{self._heads()[column]} = {exact(value)}"
        if column in (Column.FACTOR, Column.TRIALS) and step.name in VARIANCES_KNOWN:
            return _trials(step.state)
        if column == Column.RULES and step.name == STEP_NAMES[-1]:
            return _rules(step.state)
        if column in BESIDE and self._beside is not None and self.texts(row)[column]:
            was = self._values_beside(row)[BESIDE.index(Column(column))]
            return f"{self._heads()[column]} = {exact(was)}"
        if column == Column.OUTCOME:
            return self._happened(step, short=False)
        return ""

    def _happened(self, step: Step, *, short: bool) -> str:
        """Where a guard stopped the update, and why the run ended."""
        parts = []
        if step.name == STEP_NAMES[0]:
            parts.append(self.tr("start"))
        if step.name in VARIANCES_KNOWN and step.state.trials[-1].kind != Kind.STEP:
            parts.append(str(words()["trials"][step.state.trials[-1].kind]))
        if step.state.outcome is not None:
            sentence = str(words()["outcomes"][step.state.outcome])
            parts.append(sentence.partition(":")[0] if short else sentence)
        return " · ".join(parts)

    def _loglik(self) -> str:
        return str(words()["methods"][self._method]["loglik"])

    def _heads(self) -> tuple[str, ...]:
        symbol = self._loglik()
        return (
            self.tr("iteration"),
            symbol,
            f"Δ{symbol}",
            "σ²",
            "τ²",
            f"∂{symbol}/∂σ²",
            f"∂{symbol}/∂τ²",
            self.tr("factor"),
            self.tr("trials"),
            self.tr("rules met"),
            *(self.tr("{} was").format(s) if self._beside else "" for s in (symbol, "σ²", "τ²")),
            self.tr("outcome"),
        )

    def _meanings(self) -> tuple[str, ...]:
        name = words()["methods"][self._method]["long"]
        before = self.tr("The score that the update used: at the variances of the row above.")
        return (
            self.tr("Click a row to go to the end of that iteration."),
            self.tr("Log-likelihood after the iteration: {0}.").format(name),
            self.tr("How much the iteration raised it."),
            self.tr("Error variance after the iteration."),
            self.tr("Intercept variance after the iteration."),
            before,
            before,
            self.tr("The part of the full step that was taken."),
            self.tr("Steps that were tried until one was accepted."),
            self.tr("Convergence rules met; when all are, a higher peak is looked for as well."),
            *(self.tr("The run as it was, at the same step or at its end."),) * len(BESIDE),
            self.tr("A guard that acted, and why the run ended."),
        )


def _alignment(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignLeft if column == Column.OUTCOME else Qt.AlignmentFlag.AlignRight
    return side | Qt.AlignmentFlag.AlignVCenter


def _trials(state: State) -> str:
    lines = []
    for trial in state.trials:
        kind, refused = words()["trials"][trial.kind], ""
        if trial.refused is not None:
            refused = f" ✗ {words()['refused'][trial.refused]}"
        place = f"σ² = {number(trial.sigma2)}, τ² = {number(trial.tau2)}"
        lines.append(f"{number(trial.factor)} · {kind}: {place}{refused}")
    return "\n".join(lines)


def _rules(state: State) -> str:
    return "\n".join(
        f"{'✓' if rule.met else '✗'} {words()['rules'][rule.name]}: "
        f"{number(rule.value, 2)} {'≤' if rule.met else '>'} {number(rule.tolerance, 2)}"
        for rule in state.rules
    )
