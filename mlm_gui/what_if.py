"""What if: a branch of the run, shown beside the run that it has left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt

from mlm_gui.widgets.what_if_bar import WhatIfBar

if TYPE_CHECKING:
    from mlm_gui.main_window import MainWindow
    from mlm_gui.session import Session
    from mlm_gui.theme import Theme
    from solver.branch import WhatIf

IN_BRANCH = ("leave_branch", "keep_branch")
"""Actions that have a sense beside a branch only."""

NOT_IN_BRANCH = ("save_trace", "report", "save_code", "animation")
"""Actions that take a run along: they are of the run that is kept, and wait until one is alone."""


class WhatIfs(QObject):
    """Makes, changes, keeps and leaves the branch.

    Parameters
    ----------
    window : MainWindow
        Once it has its session and workspace.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.edits: tuple[WhatIf, ...] = ()
        self.bar: WhatIfBar | None = None
        window.workspace.what_if_requested.connect(self.add)

    def add(self, edit: WhatIf) -> None:
        """Show what the run would be with one edit more."""
        self._window.attempt(lambda: self._show((*self.edits, edit)))

    def take_off(self, edit: WhatIf) -> None:
        """Show the branch without an edit; without any, return."""
        rest = tuple(other for other in self.edits if other is not edit)
        self._window.attempt(lambda: self._show(rest))

    def ask(self) -> None:
        """Ask for edits."""
        from mlm_gui.what_if_dialog import WhatIfDialog

        dialog = WhatIfDialog(self._session.current, self._window.theme, self._window)
        dialog.accepted.connect(
            lambda: self._window.attempt(lambda: self._show((*self.edits, *dialog.edits)))
        )
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def leave(self) -> None:
        """Return to the run as it was."""
        self._session.leave_branch(self.tr("Back to the run as it was."))

    def keep(self) -> None:
        """Make the branch the run, as far as its choices can say how to make it again."""
        self._window.attempt(self._keep)

    def show(self) -> None:
        """Follow the session: the bar and the actions are there while a branch is."""
        on = self._session.beside is not None
        if not on:
            self.edits = ()
        actions = self._window.actions_by_name
        for name in (*IN_BRANCH, *NOT_IN_BRANCH):
            actions[name].setEnabled(on == (name in IN_BRANCH))
        if self.bar is None and not on:
            return
        self._bar.setVisible(on)
        if on:
            self._bar.show_edits(self.edits, self._session)

    def apply_theme(self, theme: Theme) -> None:
        """Take on colours and sizes."""
        if self.bar is not None:
            self.bar.apply_theme(theme)
            self.show()

    @property
    def _session(self) -> Session:
        return self._window.session

    @property
    def _bar(self) -> WhatIfBar:
        if self.bar is None:
            self.bar = WhatIfBar()
            self.bar.taken_off.connect(self.take_off)
            self.bar.left.connect(self.leave)
            self.bar.kept.connect(self.keep)
            self.bar.explain_requested.connect(self._window.explaining.explain)
            self.bar.apply_theme(self._window.theme)
            self._window.add_above(self.bar)
        return self.bar

    def _show(self, edits: tuple[WhatIf, ...]) -> None:
        from solver.branch import branch

        home = self._session.home
        made = branch(home.analysis, home.trace, edits)
        self.edits = made.edits
        if made.edits:
            self._session.show_branch(made, self.tr("What if: the run as it was is beside it."))
        else:
            self.leave()

    def _keep(self) -> None:
        from solver import Refusal
        from solver.branch import OtherVariances
        from solver.formatting import number

        if not all(isinstance(edit, OtherVariances) for edit in self.edits):
            raise Refusal(
                self.tr(
                    "A run on changed data cannot be kept here: what is saved would not say so. "
                    "Change the values in your file and open it, or return."
                )
            )
        edit = max(self.edits, key=lambda edit: edit.step)  # type: ignore[union-attr]
        start = (edit.sigma2, edit.tau2)  # type: ignore[union-attr]
        text = self.tr("New run from σ² = {}, τ² = {}.").format(*map(number, start))
        self._session.change(text, start=start)
