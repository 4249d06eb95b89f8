"""The tables of two steps: each trial of the guards, and each rule of the convergence check."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from mlm_gui.widgets.fact_table import Cell, FactTable
from solver.criterion import Method
from solver.formatting import exact, number
from solver.lessons import words
from solver.quantity import Quantity
from solver.state import Rule, Trial

RUN = 4
"""Refused trials in a row from which on they are folded."""


class TrialTable(FactTable):
    """Every candidate for the next (σ², τ²): where it leads, and why it was refused."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__((1, 2, 3, 4), parent)

    def show_trials(self, trials: Sequence[Trial], method: Method) -> None:
        """Show the trials of an update; a long run of refused ones is one row, to be opened."""
        rows: list[Sequence[Cell]] = []
        inside: dict[int, Sequence[Sequence[Cell]]] = {}
        for run in folded(trials):
            if len(run) > 1:
                inside[len(rows)] = [_trial_row(trial) for trial in run]
                rows.append(_run_row(run))
            else:
                rows.append(_trial_row(run[0]))
        heads = [self.tr("trial"), self.tr("factor"), "σ²", "τ²"]
        heads += [words()["methods"][method]["loglik"], self.tr("verdict")]
        accepted = bool(trials) and trials[-1].refused is None
        self.set_rows(heads, rows, inside, len(rows) - 1 if accepted else None)
        self.set_quantities(_asked(trials))


class RuleTable(FactTable):
    """Each rule of the convergence check: what is measured, its limit, and whether it is met."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self._rules: Sequence[Rule] = ()
        super().__init__((1, 2), parent)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)

    def show_rules(self, rules: Sequence[Rule]) -> None:
        """Show the rules of a check."""
        said = words()["rules"]
        rows = [
            (
                (said[rule.name], said[rule.name]),
                (number(rule.value), exact(rule.value)),
                (number(rule.tolerance), exact(rule.tolerance)),
                (self.tr("✓ met") if rule.met else self.tr("✗ not met"), ""),
            )
            for rule in rules
        ]
        heads = [self.tr("rule"), self.tr("value"), self.tr("at most"), ""]
        self._rules = rules
        self.set_rows(heads, rows)
        self._name_rules()
        self.set_quantities(
            [
                (None, Quantity("rule", (k, "value")), Quantity("rule", (k, "tolerance")))
                for k in range(len(rules))
            ]
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Name the rules in words where there is room, by their symbols else."""
        super().resizeEvent(event)
        self._name_rules()

    def _name_rules(self) -> None:
        for names in (words()["rules"], words()["rule_symbols"]):
            for k, rule in enumerate(self._rules):
                item = self.topLevelItem(k)
                assert item is not None
                item.setText(0, names[rule.name])
            if self.natural_width() <= self.viewport().width():
                break
        self._fit()


def folded(trials: Sequence[Trial]) -> list[Sequence[Trial]]:
    """Trials one by one, but a long run of refused ones as one, less its first."""
    runs: list[list[Trial]] = []
    for trial in trials:
        if runs and trial.refused and runs[-1][-1].refused:
            runs[-1].append(trial)
        else:
            runs.append([trial])
    result: list[Sequence[Trial]] = []
    for run in runs:
        if len(run) < RUN:
            result += [[trial] for trial in run]
        else:
            result += [run[:1], run[1:]]
    return result


def factor_text(factor: float) -> str:
    """A power of two as a reader knows it, such as ½ or 2⁻⁴."""
    known = {1.0: "1", 0.5: "½", 0.25: "¼", 0.125: "⅛"}
    mantissa, exponent = math.frexp(factor)
    if factor in known or mantissa != 0.5:
        return known.get(factor) or number(factor)
    return f"2{str(exponent - 1).translate(_SUPERSCRIPT)}"


def _asked(trials: Sequence[Trial]) -> list[Sequence[Quantity | None]]:
    """What the cells of the trials hold, in the order of the rows; the folded ones come last."""

    def cells(t: int) -> list[Quantity | None]:
        known = trials[t].loglik is not None
        whats = ("factor", "sigma2", "tau2", "loglik" if known else "")
        return [None, *(Quantity("trial", (t, what)) if what else None for what in whats)]

    shown: list[Sequence[Quantity | None]] = []
    inside: list[Sequence[Quantity | None]] = []
    t = 0
    for run in folded(trials):
        rows = [cells(k) for k in range(t, t + len(run))]
        t += len(run)
        if len(run) > 1:
            shown.append(())
            inside += rows
        else:
            shown += rows
    return [*shown, *inside]


def _trial_row(trial: Trial) -> list[Cell]:
    if trial.refused:
        reason = words()["refused"][trial.refused]
        verdict = _tr("✗ {reason}").format(reason=reason)
    else:
        verdict = _tr("✓ accepted")
    return [
        (words()["trials"][trial.kind], words()["trials"][trial.kind]),
        (factor_text(trial.factor), exact(trial.factor)),
        (number(trial.sigma2), exact(trial.sigma2)),
        (number(trial.tau2), exact(trial.tau2)),
        (number(trial.loglik, 7), exact(trial.loglik)),
        (verdict, verdict),
    ]


def _run_row(run: Sequence[Trial]) -> list[Cell]:
    """One row for many refused trials."""
    reasons = dict.fromkeys(words()["refused"][trial.refused] for trial in run if trial.refused)
    verdict = _tr("✗ {reason}").format(reason="; ".join(reasons))
    return [
        (_tr("{number} more trials").format(number=len(run)), _tr("Click to see each of them")),
        (f"… {factor_text(run[-1].factor)}", ""),
        ("…", ""),
        ("…", ""),
        ("…", ""),
        (verdict, verdict),
    ]


def _tr(text: str) -> str:
    return QCoreApplication.translate("TrialTable", text)


_SUPERSCRIPT = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
