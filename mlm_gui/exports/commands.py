"""What the File menu writes: the report, the code and the animation of the run on screen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QMessageBox, QWidget

from mlm_gui.exports.progress import Job, Progress, finish
from mlm_gui.files import ask_to_save, say_saved
from mlm_gui.session import Session
from solver import Analysis, Trace, steps
from solver.saving.session_file import Notes


class Exports(QObject):
    """Asks for a file, and writes it beside the window's other work.

    Parameters
    ----------
    session : Session
        Whose run is written.
    window : QWidget
    show : callable
        Shows a sentence to the reader.
    font : callable
        The window's font, at its present size.

    Signals
    -------
    written : str
        A file is complete; its path.
    """

    written = Signal(str)

    def __init__(
        self,
        session: Session,
        window: QWidget,
        show: Callable[[str], QMessageBox],
        font: Callable[[], QFont],
    ) -> None:
        super().__init__(window)
        self._session, self._window, self._show, self._font = session, window, show, font
        self.job: Job | None = None

    def save_picture(self) -> None:
        """Ask for a file and write the window as it is into it."""
        path, _ = ask_to_save(
            self._window, self.tr("Save a picture"), "stepreml.png", self.tr("Pictures (*.png)")
        )
        if not path:
            return
        if self._window.grab().save(path):
            say_saved(self._window, path)
        else:
            self._show(self.tr("{} could not be written.").format(path))

    def save_report(self, notes: Notes) -> None:
        """Ask for a file and write the report, with the reader's notes."""
        kinds = {self.tr("PDF document"): "pdf", self.tr("Web page"): "html"}
        path = self._ask(self.tr("Report of the whole walk"), "report", kinds)
        if path is not None:
            from mlm_gui.report.build import save_report

            analysis, trace = self._run()
            work = save_report(analysis, trace, path, notes)
            self._begin(work, self.tr("Writing the report"), path)

    def save_code(self) -> None:
        """Ask for a file and write the code."""
        kinds = {
            self.tr("R with lme4"): "R",
            self.tr("Python with statsmodels"): "py",
            self.tr("Python with StepREML"): "py",
            self.tr("Jupyter notebook"): "ipynb",
        }
        languages = dict(zip(kinds, ("r", "statsmodels", "stepreml", "notebook"), strict=True))
        path = self._ask(self.tr("Code that gets the same answer"), "fit", kinds)
        if path is not None:
            analysis, trace = self._run()
            work = save_code(analysis, trace, path, languages[self._kind])
            self._begin(work, self.tr("Writing the code"), path)

    def save_animation(self) -> None:
        """Ask how, and write the animation."""
        from mlm_gui.exports.animation import save_animation
        from mlm_gui.exports.animation_dialog import AnimationDialog

        dialog = AnimationDialog(self._window)
        dialog.setFont(self._font())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

        def begin() -> None:
            kinds = {dialog.suffix.upper(): dialog.suffix}
            path = self._ask(self.tr("Animation of the run"), "run", kinds)
            if path is not None:
                _, trace = self._run()
                work = save_animation(trace, path, dialog.size_chosen)
                self._begin(work, self.tr("Writing the animation"), path)

        dialog.accepted.connect(begin)
        dialog.open()

    def _run(self) -> tuple[Analysis, Trace]:
        """The run that is kept; one that has not ended is taken anew, the window keeps its own."""
        analysis, trace, _ = self._session.home
        if trace.complete:
            return analysis, trace
        return analysis, Trace(steps(analysis.problem, analysis.choices.options))

    def _ask(self, title: str, name: str, kinds: dict[str, str]) -> Path | None:
        """A path with the end that belongs to the kind chosen."""
        filters = {f"{kind} (*.{suffix})": kind for kind, suffix in kinds.items()}
        chosen, taken = ask_to_save(
            self._window, title, f"{name}.{next(iter(kinds.values()))}", ";;".join(filters)
        )
        if not chosen:
            return None
        self._kind = filters.get(taken, next(iter(kinds)))
        path = Path(chosen)
        ends = {f".{suffix}".lower() for suffix in kinds.values()}
        if path.suffix.lower() in ends:
            if path.suffix[1:].lower() != kinds[self._kind].lower():
                suffix = path.suffix[1:].lower()
                self._kind = next(k for k, end in kinds.items() if end.lower() == suffix)
            return path
        return path.with_name(f"{path.name}.{kinds[self._kind]}")

    def _begin(self, work: Iterator[Progress], title: str, path: Path) -> None:
        self.job = Job(work, title, self._window)
        self.job.bar.setFont(self._font())
        self.job.refused.connect(lambda text: self._show(text).setObjectName("refusal"))
        self.job.done.connect(lambda: say_saved(self._window, path))
        self.job.done.connect(lambda: self.written.emit(str(path)))
        self.job.ended.connect(self._forget)

    def _forget(self) -> None:
        self.job = None


def save_code(analysis: Analysis, trace: Trace, path: Path, language: str) -> Iterator[Progress]:
    """Write a script or a notebook, and the files that it needs beside it.

    Raises
    ------
    Refusal
        When the formula has no counterpart, or a file cannot be written.
    """
    from solver.exports.code_export import export_code
    from solver.exports.notebook import export_notebook
    from solver.fit import Fit

    yield from finish(trace)
    fit = Fit(trace[-1])
    if language == "notebook":
        export_notebook(analysis, fit, path.stem).save(path)
    else:
        export_code(language, analysis, fit, path.stem).save(path)  # type: ignore[arg-type]
