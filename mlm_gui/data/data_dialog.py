"""The dialog between a table and a fit: parts, codes, rows, formula, and what will be fitted."""

from __future__ import annotations

from contextlib import suppress

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from mlm_gui.data.checker import Checker
from mlm_gui.data.codes_box import CodesBox, listed
from mlm_gui.data.columns_model import ColumnsModel
from mlm_gui.data.columns_view import ColumnsView
from mlm_gui.data.rows_box import RowsBox
from mlm_gui.data.words import heading, tint, wrapped
from mlm_gui.theme import Theme
from solver import Analysis, Choices, Options, Preparation, Refusal
from solver.data.inspection import Inspection
from solver.data.roles import Roles, formula_of, roles_of
from solver.formatting import number, quoted
from solver.formula import parse_formula

ROOM = 0.94
"""The part of the screen that the dialog takes at most."""

FEW_GROUPS = 5

MANY_COLUMNS = 12
"""Columns from which on there is a field to find one."""


class DataDialog(QDialog):
    """Ask what is to be made of a table.

    Parameters
    ----------
    inspection : Inspection
        The table.
    theme : Theme
    options : Options
        How to fit.
    present : Choices, optional
        What was chosen for it before.

    Attributes
    ----------
    analysis : Analysis or None
        What the present choices make; None while they make nothing.
    """

    def __init__(
        self,
        inspection: Inspection,
        theme: Theme,
        options: Options,
        present: Choices | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("data_dialog")
        self.setWindowTitle(self.tr("Data: {}").format(inspection.source.title))
        self.setFont(theme.font())
        self._inspection, self._theme, self._options = inspection, theme, options
        self.analysis: Analysis | None = None
        self._roles = Roles()
        self.model = ColumnsModel(inspection.columns, self)
        self.columns = ColumnsView(self.model, theme)
        self.codes = CodesBox(inspection.table, inspection.proposals, theme)
        self.rows = RowsBox(inspection, theme)
        self.search = QLineEdit()
        self.search.setObjectName("find_column")
        self.search.setPlaceholderText(self.tr("Find a column"))
        self.search.setAccessibleName(self.search.placeholderText())
        self.search.setClearButtonEnabled(True)
        self.search.setPalette(theme.edged_palette)
        self.search.setFixedWidth(26 * theme.unit)
        self.search.setVisible(len(inspection.columns) > MANY_COLUMNS)
        self.formula = QLineEdit()
        self.formula.setObjectName("formula")
        self.formula.setAccessibleName(self.tr("Formula"))
        self.formula.setPalette(theme.edged_palette)
        self.formula.setPlaceholderText(self.tr("response ~ predictor + (1 | group)"))
        self.refusal = wrapped(theme, theme.fall)
        self.refusal.setObjectName("wrong")
        room = self.refusal.sizePolicy()
        room.setRetainSizeWhenHidden(True)
        self.refusal.setSizePolicy(room)
        self.refusal.setMinimumHeight(2 * self.refusal.fontMetrics().lineSpacing())
        self.refusal.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.refusal.setTextFormat(Qt.TextFormat.PlainText)
        self.refusal.setAccessibleName(self.tr("What is wrong"))
        self.verdict = wrapped(theme)
        self.verdict.setObjectName("verdict")
        self.verdict.setTextFormat(Qt.TextFormat.PlainText)
        self.verdict.setAccessibleName(self.tr("What will be fitted"))
        self.verdict.setMinimumHeight(4 * theme.unit + theme.unit // 2)
        self.verdict.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.buttons = QDialogButtonBox()
        self.fit = self.buttons.addButton(
            self.tr("Fit this"), QDialogButtonBox.ButtonRole.AcceptRole
        )
        self.fit.setObjectName("fit_this")
        self.buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.checker = Checker(inspection.table, self)
        self._lay_out()
        self._connect()
        self._begin(present)
        self._resize()

    # -- building

    def _lay_out(self) -> None:
        theme, unit = self._theme, self._theme.unit
        counts = self.tr(
            "%1 rows, %2 columns. Click the marks to say which column plays which part."
        )
        shape = self._inspection.table.frame.shape
        counts = counts.replace("%1", number(shape[0], 9)).replace("%2", number(shape[1], 9))
        intro = wrapped(theme, theme.muted)
        intro.setText(counts)
        label = heading(self.tr("Formula"), theme)
        label.setBuddy(self.formula)
        page = _Page()
        upper, top, line, below = QVBoxLayout(page), QHBoxLayout(), QHBoxLayout(), QGridLayout()
        upper.setContentsMargins(0, 0, 0, 0)
        upper.setSpacing(unit)
        upper.addLayout(top)
        top.addWidget(intro, 1)
        top.addWidget(self.search)
        upper.addWidget(self.columns, 5)
        upper.addLayout(line)
        line.addWidget(label)
        line.addWidget(self.formula, 1)
        upper.addWidget(self.refusal)
        upper.addWidget(_rule(theme))
        upper.addLayout(below, 6)
        below.setHorizontalSpacing(3 * unit)
        below.addWidget(self.codes, 0, 0)
        below.addWidget(self.rows, 0, 1)
        below.setColumnStretch(0, 3)
        below.setColumnStretch(1, 2)
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(page)
        column, last = QVBoxLayout(self), QHBoxLayout()
        column.setContentsMargins(2 * unit, 2 * unit, 2 * unit, unit)
        column.setSpacing(unit)
        column.addWidget(scroll, 1)
        column.addWidget(_rule(theme))
        column.addLayout(last)
        last.addWidget(self.verdict, 1)
        last.addWidget(self.buttons, 0, Qt.AlignmentFlag.AlignBottom)
        for small in (self.codes.tree, self.rows.levels_list):
            small.setMinimumHeight(11 * unit)

    def _connect(self) -> None:
        self.search.textChanged.connect(self.columns.show_only)
        self.model.roles_chosen.connect(self._on_roles)
        self.formula.textEdited.connect(self._on_formula)
        self.codes.changed.connect(self._on_codes)
        self.rows.changed.connect(self._check)
        self.checker.usable.connect(self._on_usable)
        self.checker.refused.connect(self._on_refused)

    def _begin(self, present: Choices | None) -> None:
        self.columns.setFocus()
        formula = self._inspection.guess if present is None else present.formula
        if not formula:
            self.model.set_roles(self._inspection.roles)
            self._on_roles(self._inspection.roles)
            return
        if present is not None:
            self.codes.set_missing(present.preparation.missing)
            with suppress(Refusal):
                self.rows.set_choices(present.preparation, parse_formula(formula).group)
        self.formula.setText(formula)
        self._on_formula(formula)
        self.columns.go_to_response()

    def _resize(self) -> None:
        unit = self._theme.unit
        screen = self.screen() or QGuiApplication.primaryScreen()
        parent = self.parentWidget()
        room = parent.window().size() if parent else screen.availableGeometry().size()
        wide = min(136 * unit, round(ROOM * room.width()))
        high = min(92 * unit, round(ROOM * room.height()))
        self.resize(wide, high)

    # -- what the reader chooses

    @property
    def choices(self) -> Choices:
        """The present choices."""
        return Choices(
            self._inspection.source,
            self.formula.text(),
            Preparation(self.codes.missing, self.rows.levels, self.rows.sample, self.rows.named),
            self._options,
        )

    def _on_roles(self, roles: Roles) -> None:
        before, self._roles = self._roles, roles
        self.formula.setText(formula_of(roles))
        if roles.complete:
            self._show_used()
            self._check()
            return
        self._forget()
        lacking = [
            *([self.tr("a response")] if not roles.response else []),
            *([self.tr("a group")] if not roles.group else []),
        ]
        said = self.tr("Choose {}.").format(self.tr(" and ").join(lacking))
        if not roles.response and before.response and before.response == roles.group:
            said = self.tr("{} cannot be both response and group; choose another response.")
            said = said.format(quoted(roles.group))
        elif not roles.group and before.group and before.group == roles.response:
            said = self.tr("{} cannot be both response and group; choose another group.")
            said = said.format(quoted(roles.response))
        self._on_refused(said)

    def _on_formula(self, formula: str) -> None:
        try:
            roles = roles_of(formula)
        except Refusal as refusal:
            self._forget()
            self._on_refused(str(refusal))
            return
        self.model.set_roles(roles)
        self._roles = roles or Roles()
        self._show_used()
        self._check()

    def _on_codes(self) -> None:
        self._show_used()
        self._check()

    def _show_used(self) -> None:
        """Let the boxes below follow the columns of the formula."""
        try:
            parsed = parse_formula(self.formula.text())
        except Refusal:
            return
        self.codes.set_used(dict.fromkeys([*parsed.columns, parsed.group]))
        self.rows.follow(parsed.group, self.codes.missing)

    # -- what comes of it

    def _check(self) -> None:
        self._forget()
        self.checker.look_at(self.choices)

    def _forget(self) -> None:
        self.checker.stop()
        self.analysis = None
        self.fit.setEnabled(False)

    def _on_refused(self, sentence: str) -> None:
        sentence = sentence.removeprefix(f"{self._inspection.source.title}: ")
        self._say(wrong=sentence, verdict=self.tr("Nothing to be fitted yet."))
        tint(self.verdict, self._theme.muted)

    def _on_usable(self, analysis: Analysis) -> None:
        self.analysis = analysis
        self.fit.setEnabled(True)
        self.fit.setDefault(True)
        self._say(wrong="", verdict=self.summary(analysis))
        tint(self.verdict, self._theme.ink)

    def _say(self, wrong: str, verdict: str) -> None:
        self.refusal.setText(wrong)
        self.refusal.setVisible(bool(wrong))
        self.formula.setAccessibleDescription(wrong)
        self.verdict.setText(verdict)

    def summary(self, analysis: Analysis) -> str:
        """What will be fitted, what is left out, and what to think of first."""
        problem, kept = analysis.problem, analysis.prepared
        lines = [
            self.tr("Will be fitted: n = %1 rows in J = %2 groups of %3.")
            .replace("%1", number(problem.n, 9))
            .replace("%2", number(problem.J, 9))
            .replace("%3", problem.group)
        ]
        left = []
        for account in kept.accounts:
            if account.what == "levels" and account.rows:
                left.append(self.tr("%1 by the values kept").replace("%1", str(account.rows)))
            elif account.what == "sample" and account.rows:
                left.append(self.tr("%1 outside the sample").replace("%1", str(account.rows)))
        if problem.rows_dropped:
            missing = ", ".join(
                f"{number(rows, 9)} in {quoted(name)}" for name, rows in problem.missing.items()
            )
            text = self.tr("%1 without a value (%2)").replace("%1", number(problem.rows_dropped, 9))
            left.append(text.replace("%2", missing))
        if left:
            lines[0] += " " + self.tr("Left out: %1.").replace("%1", "; ".join(left))
        doubtful = self.codes.untouched
        if doubtful:
            names = ", ".join(
                f"{listed(found.values)} in {quoted(found.column)}" for found in doubtful
            )
            text = self.tr("Still read as numbers, though they look like codes: %1.")
            lines.append(text.replace("%1", names))
        if problem.J < FEW_GROUPS:
            lines.append(self.tr("With fewer than 5 groups τ² is hard to tell."))
        if self.model.roles is None:
            lines.append(self.tr("The formula says more than the marks above can show."))
        return "\n".join(lines)

    def accept(self) -> None:
        """Take the choices, once they are known to make a problem."""
        if self.analysis is not None:
            super().accept()

    def done(self, result: int) -> None:
        """Look at nothing more."""
        self.checker.stop()
        super().done(result)


class _Page(QWidget):
    """A page that is scrolled only when its parts are at their smallest."""

    def heightForWidth(self, width: int) -> int:
        """The least height, which a scroll area takes for all that is needed."""
        layout = self.layout()
        return layout.minimumHeightForWidth(width) if layout else -1


def _rule(theme: Theme) -> QFrame:
    rule = QFrame()
    rule.setFixedHeight(1)
    rule.setStyleSheet(f"background: {theme.hairline};")
    return rule
