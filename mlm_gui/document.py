"""The session as a document: its notes, its file, whether it was changed, and saving it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from PySide6.QtCore import QObject, QSettings, Signal
from PySide6.QtWidgets import QSplitter

from mlm_gui.files import ask_to_save, say_saved
from mlm_gui.layout import lay_out, layout_of
from mlm_gui.settings import Settings
from solver import Refusal, steps
from solver.saving.session_file import SUFFIX, Manifest, Notes, now, write_session

if TYPE_CHECKING:
    from mlm_gui.main_window import MainWindow
    from mlm_gui.writer import Writer
    from solver import Analysis, Trace
    from solver.data.sources import Source


@dataclass(eq=False)
class Paper:
    """What is kept of one set of data besides its run.

    Attributes
    ----------
    source : Source
        Where the data come from; other choices for them are the same document.
    notes : Notes
    file : str
        Where it is saved; empty as long as it is nowhere.
    saved : (Choices, Notes) or None
        What is in the file; None where that is not known.
    """

    source: Source
    notes: Notes
    file: str = ""
    saved: tuple[object, Notes] | None = None


class Document(QObject):
    """What is saved besides the run: notes and layout; and where it is saved.

    Parameters
    ----------
    window : MainWindow
        Once it is filled.
    writer : Writer
        Writes the files.

    Signals
    -------
    changed : no value
        Something that is saved is different now.
    leaving : no value
        Another session is about to be opened: the present one is as it will be left.
    claimed : no value
        The data on screen were saved, or opened from a session.
    retitled : no value
        The name, or whether there are unsaved changes, may be different.
    """

    changed = Signal()
    leaving = Signal()
    claimed = Signal()
    retitled = Signal()

    def __init__(self, window: MainWindow, writer: Writer) -> None:
        super().__init__(window)
        self._window, self._writer = window, writer
        self._paper = Paper(window.session.analysis.choices.source, Notes())
        self._paper.saved = self._content()
        self._papers: WeakKeyDictionary[Trace, Paper] = WeakKeyDictionary()
        self._papers[window.session.trace] = self._paper
        window.session.started.connect(self._on_started)
        window.session.moved.connect(self.changed)
        window.workspace.arranged.connect(self.changed)
        for splitter in window.workspace.findChildren(QSplitter):
            splitter.splitterMoved.connect(self.changed)
        self.changed.connect(self.retitled)

    @property
    def notes(self) -> Notes:
        """What the reader wrote."""
        return self._paper.notes

    @property
    def file(self) -> str:
        """Where these data with their choices are saved; empty as long as they are nowhere."""
        return self._paper.file

    @property
    def name(self) -> str:
        """What the reader knows the session by: its file, or its data."""
        source = self._window.session.analysis.choices.source
        return Path(self.file).stem if self.file else source.title

    @property
    def modified(self) -> bool:
        """Whether choices or notes are other than when the session was opened or saved."""
        return self._paper.saved != self._content()

    def manifest(self) -> Manifest:
        """The session as it is now."""
        home = self._window.session.home
        return Manifest(
            home.analysis.choices,
            position=home.position,
            notes=self.notes,
            layout=layout_of(self._window.workspace),
            saved=now(),
            file=self.file,
        )

    def own(self) -> tuple[Manifest, Analysis]:
        """The reader's own session: the one on screen, or the one laid aside for a lesson."""
        aside = self._window.teaching.aside
        if aside is None:
            return self.manifest(), self._window.session.home.analysis
        paper, arrangement = self._papers[aside.trace], aside.arrangement
        layout = layout_of(self._window.workspace)
        layout |= {"plot": arrangement.plot, "hidden": " ".join(sorted(arrangement.hidden))}
        return Manifest(
            aside.analysis.choices,
            position=aside.position,
            notes=paper.notes,
            layout=layout,
            saved=now(),
            file=paper.file,
        ), aside.analysis

    @contextmanager
    def becoming(self, manifest: Manifest, file: str, unsaved: bool) -> Iterator[None]:
        """Become another session, whose run is opened inside; a refusal leaves this one."""
        self.leaving.emit()
        left, self._paper = self._paper, Paper(manifest.choices.source, manifest.notes, file)
        try:
            yield
        except Refusal:
            self._paper = left
            raise
        self._paper.saved = None if unsaved and self.file else self._content()
        lay_out(self._window.workspace, manifest.layout)
        self.claimed.emit()
        self.changed.emit()

    def note(self, notes: Notes) -> None:
        """Keep other notes."""
        if notes != self.notes:
            self._paper.notes = notes
            self.changed.emit()

    def save(self) -> None:
        """Save in the session's file; ask for one where there is none."""
        if self.file:
            self._save(self.file)
        else:
            self.save_as()

    def save_as(self) -> None:
        """Ask for a file and save in it."""
        suggested = self.file or f"{self.name.removesuffix(Path(self.name).suffix)}{SUFFIX}"
        path = self._ask(self.tr("Save the session"), suggested, SUFFIX, self.tr("Sessions"))
        if path:
            self._save(path)

    def save_trace(self) -> None:
        """Ask for a file and save the whole run in it."""
        from solver.saving.trace_file import SUFFIX as TRACE
        from solver.saving.trace_file import write_trace

        suggested = f"{self.name.removesuffix(Path(self.name).suffix)}{TRACE}"
        path = self._ask(self.tr("Save the trace"), suggested, TRACE, self.tr("Traces"))
        if path:
            analysis, trace, _ = self._window.session.home
            fresh = steps(analysis.problem, analysis.choices.options)
            run = list(trace) if trace.complete else fresh
            self._writer.write(
                lambda: write_trace(path, analysis, run), lambda refusal: self._said(path, refusal)
            )

    def _on_started(self) -> None:
        """Keep the file for the data that are in it; a run that comes back brings its own.

        A lesson's run has a paper to itself, even on the reader's data.
        """
        analysis, trace, _ = self._window.session.home
        source = analysis.choices.source
        known = trace in self._papers
        paper = self._papers[trace] if known else self._paper
        if not known and self._window.teaching.staging:
            paper = Paper(source, Notes(), saved=(analysis.choices, Notes()))
        elif paper.source != source:
            general = Notes(self.notes.general)
            paper = Paper(source, general, saved=(analysis.choices, Notes()))
        self._paper = self._papers[trace] = paper
        self.changed.emit()

    def _ask(self, title: str, suggested: str, suffix: str, kind: str) -> str:
        path, _ = ask_to_save(self._window, title, suggested, f"{kind} (*{suffix})")
        return path if not path or path.endswith(suffix) else path + suffix

    def _save(self, path: str) -> None:
        manifest, analysis = self.manifest(), self._window.session.home.analysis
        paper, content = self._paper, self._content()

        def done(refusal: Refusal | None) -> None:
            if refusal is None:
                paper.file, paper.saved = path, content
                if paper is self._paper:
                    self.claimed.emit()
                self.changed.emit()
            self._said(path, refusal)

        self._writer.write(lambda: write_session(path, manifest, analysis), done)

    def _said(self, path: str, refusal: Refusal | None) -> None:
        if refusal is None:
            Settings(QSettings()).add_recent(str(Path(path).absolute()))
            say_saved(self._window, path)
        else:
            self._window.show_message(str(refusal))

    def _content(self) -> tuple[object, Notes]:
        return self._window.session.home.analysis.choices, self.notes
