"""The ways to other data: a file, the clipboard, a simulation, and back to those before."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QMimeData, QObject, Qt, Signal
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from mlm_gui.files import ask_to_open
from mlm_gui.settings import Settings
from mlm_gui.theme import Theme

if TYPE_CHECKING:
    from solver import Analysis, Choices, Options
    from solver.data.inspection import Inspection
    from solver.data.sources import Source
    from solver.data.tables import Table
    from solver.data.text_tables import Progress

NEEDED = ("pandas", "formulaic")
"""Libraries that read tables and formulas, and take a while to load."""

SUFFIXES = (
    "csv tsv txt dat xlsx xlsm xlsb xls ods sav zsav por dta sas7bdat xpt parquet pq stepreml jsonl"
)
"""Ends of the names of files that hold tables, sessions and traces."""


class Opening(QObject):
    """Reads beside the window, asks what is to be made of it, and says what came of that.

    Parameters
    ----------
    window : QWidget
        The window that dialogs stand on.
    settings : Settings
        Where recent files are kept.
    theme, options : callable
        The present theme, and how to fit.

    Signals
    -------
    opened : Analysis
        The reader wants this fitted.
    saved : str
        The reader wants this session or trace opened.
    refused : str
        A source cannot be read.
    """

    opened = Signal(object)
    saved = Signal(str)
    refused = Signal(str)

    def __init__(
        self,
        window: QWidget,
        settings: Settings,
        theme: Callable[[], Theme],
        options: Callable[[], Options],
    ) -> None:
        super().__init__(window)
        self._window, self._settings = window, settings
        self._theme, self._options = theme, options

    # -- where data come from

    def choose_file(self) -> None:
        """Ask for a file; what reads it is loaded meanwhile."""
        from mlm_gui.data.task import Task

        Task(lambda progress: [importlib.import_module(name) for name in NEEDED]).start()
        tables = " ".join(f"*.{suffix}" for suffix in SUFFIXES.split())
        path = ask_to_open(
            self._window,
            self.tr("Open data"),
            self.tr("Tables and sessions ({});;All files (*)").format(tables),
        )
        if path:
            self.open_file(path)

    def open_file(self, path: str) -> None:
        """Read a file and ask what is to be made of it; a session or a trace is opened as it is."""
        from solver.data.sources import FileSource
        from solver.saving.loading import is_saved

        if is_saved(path):
            self._settings.add_recent(str(Path(path).absolute()))
            self.saved.emit(path)
            return
        self.ask(FileSource(str(Path(path).absolute())))

    def paste(self) -> None:
        """Take the table, or the file, that was copied elsewhere."""
        self.take(QApplication.clipboard().mimeData() or QMimeData())

    def take(self, data: QMimeData) -> None:
        """Take a file or a table that was copied or dropped."""
        from solver.data.sources import PastedSource

        path = dropped_file(data)
        if path:
            self.open_file(path)
        elif data.hasText() and data.text().strip():
            self.ask(PastedSource(data.text()))
        else:
            self.refused.emit(
                self.tr(
                    "There is no table on the clipboard. Copy its cells in a spreadsheet, the row "
                    "of names included, and paste again."
                )
            )

    def simulate(self, present: Choices | None) -> None:
        """Ask what to draw data from."""
        from mlm_gui.data.simulation_dialog import SimulationDialog
        from solver.data.simulation import Simulation

        source = present.source if present else None
        drawn = source if isinstance(source, Simulation) else Simulation()
        dialog = SimulationDialog(drawn, self._theme(), self._options(), self._window)
        self._open(dialog, lambda: dialog.analysis)

    # -- what is made of them

    def ask(
        self, source: Source, present: Choices | None = None, table: Table | None = None
    ) -> None:
        """Read a source and ask what is to be made of it.

        Parameters
        ----------
        source : Source
        present : Choices, optional
            What was chosen for it before.
        table : Table, optional
            What reading it gave.
        """
        from solver.data.inspection import inspect

        def show(inspection: Inspection) -> None:
            from mlm_gui.data.data_dialog import DataDialog

            if source.kind == "file":
                self._settings.add_recent(source.path)
            dialog = DataDialog(inspection, self._theme(), self._options(), present, self._window)
            self._open(dialog, lambda: dialog.analysis)

        self._read(lambda progress: inspect(source, progress, table), source, show)

    def again(self, choices: Choices) -> None:
        """Read and fit once more what was chosen before."""
        from solver import analyse

        chosen = replace(choices, options=self._options())
        self._read(
            lambda progress: analyse(chosen, chosen.source.read(progress)),
            chosen.source,
            self.opened.emit,
        )

    def _read(
        self,
        work: Callable[[Progress], object],
        source: Source,
        then: Callable[[Any], object],
    ) -> None:
        from mlm_gui.data.reading import Reading

        for earlier in self._window.findChildren(Reading):
            earlier.cancel()
        reading = Reading(work, source.title, self._theme(), self._window)
        reading.done.connect(then)
        reading.refused.connect(self.refused)

    def _open(self, dialog: QDialog, result: Callable[[], Analysis | None]) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: self.opened.emit(result()))
        dialog.open()


def dropped_file(data: QMimeData) -> str:
    """The first file of what was copied or dropped; empty if there is none."""
    return next((url.toLocalFile() for url in data.urls() if url.isLocalFile()), "")
