"""What the reader chooses for a run: data, criterion, algorithm, start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt

if TYPE_CHECKING:
    from mlm_gui.controls import Controls
    from mlm_gui.main_window import MainWindow
    from mlm_gui.session import Session
    from solver import Choices


class RunChoices(QObject):
    """Begins a run when the reader has chosen something else.

    Parameters
    ----------
    window : MainWindow
        Once it has its session and workspace.
    controls : Controls
        Where the choices are shown.
    """

    def __init__(self, window: MainWindow, controls: Controls) -> None:
        super().__init__(window)
        self._window, self._controls = window, controls
        controls.data_chosen.connect(self._choose_data)
        controls.method_chosen.connect(self._choose_method)
        controls.algorithm_chosen.connect(self._choose_algorithm)
        window.workspace.start_requested.connect(self._start_at)

    def show(self) -> None:
        """Show the choices of the present run."""
        analysis = self._session.home.analysis
        self._controls.show_choice(analysis.choices, analysis.as_it_comes)

    def change_data(self) -> None:
        """Ask what to do with the present data."""
        analysis = self._session.home.analysis
        self._window.opening.ask(analysis.choices.source, analysis.choices, analysis.read)

    def ask_start(self) -> None:
        """Ask for the values that a run begins from."""
        from mlm_gui.start_dialog import StartDialog

        session, window = self._session, self._window
        dialog = StartDialog(session.home.analysis.choices.options, window.theme, window)
        text = self.tr("New run with the values chosen.")
        dialog.accepted.connect(
            lambda: window.attempt(
                lambda: session.open(session.home.analysis.with_options(dialog.options), text)
            )
        )
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    @property
    def _session(self) -> Session:
        return self._window.session

    def _choose_data(self, data: str | Choices) -> None:
        if isinstance(data, str):
            self._window.open_data(data)
        else:
            self._window.opening.again(data)

    def _choose_method(self, method: str) -> None:
        if method != self._session.options.method:
            text = self.tr("New run by {}.").format(self._controls.methods[method].text())
            self._change(text, method=method)

    def _choose_algorithm(self, algorithm: str) -> None:
        if algorithm != self._session.options.algorithm:
            text = self.tr("New run by {}.").format(self._controls.algorithm.currentText())
            self._change(text, algorithm=algorithm)

    def _start_at(self, sigma2: float, tau2: float) -> None:
        from solver.formatting import number

        text = self.tr("New run from σ² = {}, τ² = {}.").format(number(sigma2), number(tau2))
        self._change(text, start=(sigma2, tau2))

    def _change(self, text: str, **options: object) -> None:
        self._window.attempt(lambda: self._session.change(text, **options))
