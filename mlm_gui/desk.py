"""What surrounds the run on screen: its file, notes, undo, and the session kept for tomorrow."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from mlm_gui.bookmarks import Bookmarks
from mlm_gui.document import Document
from mlm_gui.history import History
from mlm_gui.writer import Writer
from solver.saving.loading import Opened

if TYPE_CHECKING:
    from mlm_gui.autosave import Autosave
    from mlm_gui.main_window import MainWindow
    from mlm_gui.notes import NotesDialog
    from mlm_gui.theme import Theme
    from solver import Analysis


class Desk(QObject):
    """Opens what was saved, and sees to what is to be saved.

    Parameters
    ----------
    window : MainWindow
        Once it has its session and workspace.
    theme : Theme

    Attributes
    ----------
    writer : Writer
        Writes every file.
    document : Document
        Notes, file, and whether there are unsaved changes.
    history : History
        The runs before, to be gone back to.
    bookmarks : Bookmarks
        The marked steps.

    Signals
    -------
    closing : no value
        The window is being closed.
    """

    closing = Signal()

    def __init__(self, window: MainWindow, theme: Theme) -> None:
        super().__init__(window)
        self._window, self._theme = window, theme
        self.writer = Writer(self)
        self.document = Document(window, self.writer)
        self.document.retitled.connect(self._retitle)
        actions = window.actions_by_name
        self.history = History(window.session, actions["undo"], actions["redo"])
        self.history.said.connect(window.say)
        self.bookmarks = Bookmarks(window, self.document, self.history)
        self._autosave: Autosave | None = None
        self._notes: NotesDialog | None = None

    def take(self, opened: Opened, file: str = "", unsaved: bool = False) -> None:
        """Show what was opened: a table, a trace, or a session with its notes and layout.

        Parameters
        ----------
        opened : Opened
        file : str, optional
            The file that a session is saved in.
        unsaved : bool, optional
            Whether the session may hold more than that file.

        Raises
        ------
        Refusal
            When the run cannot begin; the present one stays.
        """
        session, analysis, manifest = self._window.session, opened.analysis, opened.manifest
        if manifest is None:
            session.open(analysis, opened.notice or self._announced(analysis), opened.trace)
            return
        with self.document.becoming(manifest, file, unsaved):
            session.open(analysis, self.tr("Here is your session."), None, manifest.position)

    def _announced(self, analysis: Analysis) -> str:
        said = self.tr("New data: {}.").format(analysis.choices.source.title)
        if analysis.as_it_comes and analysis.reserved:
            said += " " + self.tr("Some values are codes for “no answer”: Ctrl+D sets them aside.")
        return said

    def keep(self, root: Path | None = None) -> None:
        """From now on keep the session on this computer; offer the one that was interrupted."""
        from mlm_gui.autosave import Autosave, kept_folder

        self._autosave = Autosave(self._window, self, root or kept_folder())
        self._autosave.offer()

    @property
    def can_reopen(self) -> bool:
        """Whether there is a session before this one."""
        return self._autosave is not None and self._autosave.can_reopen

    def reopen(self) -> None:
        """Open the session before this one."""
        if self._autosave is not None:
            self._autosave.reopen()

    def show_notes(self) -> None:
        """Open the notes, which follow the cursor."""
        from mlm_gui.notes import NotesDialog

        session, document = self._window.session, self.document
        if self._notes is None:
            notes = self._notes = NotesDialog(self._window)
            notes.apply_theme(self._theme)
            notes.changed.connect(document.note)
            notes.step_requested.connect(self.bookmarks.go)
            notes.bookmark_toggled.connect(self.bookmarks.toggle)
            notes.bookmark_removed.connect(self.bookmarks.remove)
            session.moved.connect(notes.show_step)
            document.changed.connect(lambda: notes.show_notes(document.notes))
        self._notes.show_step(session.current)
        self._notes.show_notes(document.notes)
        self._notes.show()
        marked = session.current.index in document.notes.bookmarks
        (self._notes.on_step if marked else self._notes.general).setFocus()
        self._notes.activateWindow()

    def apply_theme(self, theme: Theme) -> None:
        """Take on colours and sizes."""
        self._theme = theme
        for part in (self._notes, self._autosave):
            if part is not None:
                part.apply_theme(theme)

    @property
    def theme(self) -> Theme:
        """The present one."""
        return self._theme

    def close(self) -> None:
        """Write what is still to be written."""
        self.closing.emit()
        self.writer.finish()

    def _retitle(self) -> None:
        formula = self._window.session.problem.formula
        self._window.setWindowTitle(f"{self.document.name}[*] — {formula} — StepREML")
        self._window.setWindowModified(self.document.modified)
