"""The notes: one text on the session and one on each bookmarked step, beside the window."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from mlm_gui.place import place_of
from mlm_gui.theme import Theme
from mlm_gui.widgets.bookmark_list import BookmarkList
from solver import Step
from solver.lessons import step_lessons
from solver.saving.session_file import Notes


class NotesDialog(QDialog):
    """Stays open while the window goes on, and follows the cursor.

    Signals
    -------
    changed : Notes
        The reader wrote something.
    step_requested : int
        Go to the step with this index.
    bookmark_toggled : no value
        Bookmark the present step, or take its bookmark off.
    bookmark_removed : int
        Take the bookmark off the step with this index.
    """

    changed = Signal(object)
    step_requested = Signal(int)
    bookmark_toggled = Signal()
    bookmark_removed = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("notes")
        self.setWindowTitle(self.tr("Notes and bookmarks"))
        self._notes = Notes()
        self._step = 0
        self._marked_by_writing = False
        self._general_label, self._step_label = QLabel(self.tr("On the session")), QLabel()
        self.general, self.on_step = QPlainTextEdit(), QPlainTextEdit()
        self.general.setObjectName("general_note")
        self.on_step.setObjectName("step_note")
        self.bookmark = QCheckBox(self.tr("Bookmark"))
        self.bookmark.setObjectName("bookmark_step")
        self.bookmark.setToolTip(self.tr("Mark this step on the timeline [Ctrl+B]"))
        self.bookmark.clicked.connect(self.bookmark_toggled)
        self._list_label, self.bookmarks = QLabel(self.tr("Bookmarks")), BookmarkList()
        self._list_label.setBuddy(self.bookmarks.rows)
        self.bookmarks.step_requested.connect(self.step_requested)
        self.bookmarks.removed.connect(self.bookmark_removed)
        self.bookmarks.renamed.connect(self._rename)
        self._layout = QVBoxLayout(self)
        for label, edit in ((self._general_label, self.general), (self._step_label, self.on_step)):
            label.setBuddy(edit)
            edit.setTabChangesFocus(True)
            edit.textChanged.connect(self._read)
            head = QHBoxLayout()
            self._layout.addLayout(head)
            head.addWidget(label, 1)
            if edit is self.on_step:
                head.addWidget(self.bookmark)
            self._layout.addWidget(edit, 2)
        self.general.setAccessibleName(self.tr("Notes on the session"))
        self.general.setPlaceholderText(self.tr("What this session is for"))
        self.on_step.setPlaceholderText(self.tr("What to say or to ask here"))
        self._layout.addWidget(self._list_label)
        self._layout.addWidget(self.bookmarks, 3)

    def showEvent(self, event: QShowEvent) -> None:
        """Begin in the note on a step that is bookmarked."""
        super().showEvent(event)
        marked = self._step in self._notes.bookmarks
        (self.on_step if marked else self.general).setFocus()

    def show_notes(self, notes: Notes) -> None:
        """Show what is written so far."""
        self._notes = notes
        _write(self.general, notes.general)
        self._show_step_note()

    def show_step(self, step: Step) -> None:
        """The cursor is on a step: its note can be written."""
        if step.index != self._step:
            self._step, self._marked_by_writing = step.index, False
        place, title = place_of(step), step_lessons()[step.name].title
        self._step_label.setText(self.tr("On “{}”, {}").format(title, place))
        self.on_step.setAccessibleName(self.tr("Notes on “{}”, {}").format(title, place))
        self._show_step_note()

    def apply_theme(self, theme: Theme) -> None:
        """Take on colours and sizes."""
        self.setFont(theme.font())
        self.bookmarks.apply_theme(theme)
        for label in (self._general_label, self._step_label, self._list_label):
            label.setFont(theme.font("small"))
            label.setStyleSheet(f"color: {theme.muted};")
        self._layout.setContentsMargins(*[2 * theme.unit] * 4)
        self._layout.setSpacing(theme.unit)
        self.resize(60 * theme.unit, 64 * theme.unit)

    def _show_step_note(self) -> None:
        _write(self.on_step, self._notes.at(self._step))
        self._list()

    def _list(self) -> None:
        self.bookmark.setChecked(self._step in self._notes.bookmarks)
        self.bookmarks.show_notes(self._notes)
        self._list_label.setVisible(bool(self._notes.steps))
        self.bookmarks.setVisible(bool(self._notes.steps))

    def _read(self) -> None:
        """Take up what is written; a step is bookmarked by writing on it."""
        notes = Notes(self.general.toPlainText(), self._notes.steps)
        text, marked = self.on_step.toPlainText(), self._step in notes.bookmarks
        if text.strip():
            self._marked_by_writing |= not marked
            notes = notes.noted(self._step, text)
        elif marked:
            notes = notes.noted(self._step, None if self._marked_by_writing else "")
        self._notes = notes
        self._list()
        self.changed.emit(notes)

    def _rename(self, index: int, line: str) -> None:
        """Put another first line into a note."""
        _, end, rest = self._notes.at(index).strip().partition("\n")
        self.changed.emit(self._notes.noted(index, f"{line.strip()}{end}{rest}".strip()))


def _write(edit: QPlainTextEdit, text: str) -> None:
    """Put a text into a field, unless it stands there; the reader's own undo goes with it."""
    if edit.toPlainText() != text:
        edit.blockSignals(True)
        edit.setPlainText(text)
        edit.blockSignals(False)
