"""The notes: one text on the session and one on each step, beside the window."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from mlm_gui.theme import Theme
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
    """

    changed = Signal(object)
    step_requested = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("notes")
        self.setWindowTitle(self.tr("Notes"))
        self._notes = Notes()
        self._step = 0
        self._general_label, self._step_label = QLabel(self.tr("On the session")), QLabel()
        self.general, self.on_step = QPlainTextEdit(), QPlainTextEdit()
        self.general.setObjectName("general_note")
        self.on_step.setObjectName("step_note")
        self.others = QLabel()
        self.others.setObjectName("noted_steps")
        self.others.setWordWrap(True)
        self.others.linkActivated.connect(lambda link: self.step_requested.emit(int(link)))
        self._layout = QVBoxLayout(self)
        for label, edit in ((self._general_label, self.general), (self._step_label, self.on_step)):
            label.setBuddy(edit)
            edit.setTabChangesFocus(True)
            edit.textChanged.connect(self._read)
            self._layout.addWidget(label)
            self._layout.addWidget(edit, 1)
        self.general.setAccessibleName(self.tr("Notes on the session"))
        self.general.setPlaceholderText(self.tr("What this session is for"))
        self.on_step.setPlaceholderText(self.tr("What to say or to ask here"))
        self._layout.addWidget(self.others)

    def show_notes(self, notes: Notes) -> None:
        """Show what is written so far."""
        self._notes = notes
        _write(self.general, notes.general)
        self._show_step_note()

    def show_step(self, step: Step) -> None:
        """The cursor is on a step: its note can be written."""
        self._step = step.index
        title = self.tr("On step {}: {}").format(step.index, step_lessons()[step.name].title)
        self._step_label.setText(title)
        self.on_step.setAccessibleName(self.tr("Notes on step {}").format(step.index))
        self._show_step_note()

    def apply_theme(self, theme: Theme) -> None:
        """Take on colours and sizes."""
        self.setFont(theme.font())
        for label in (self._general_label, self._step_label, self.others):
            label.setFont(theme.font("small"))
            label.setStyleSheet(f"color: {theme.muted};")
        self._layout.setContentsMargins(*[2 * theme.unit] * 4)
        self._layout.setSpacing(theme.unit)
        self.resize(44 * theme.unit, 44 * theme.unit)

    def _show_step_note(self) -> None:
        _write(self.on_step, self._notes.at(self._step))
        self._list_steps()

    def _list_steps(self) -> None:
        links = " · ".join(f'<a href="{k}">{k}</a>' for k, _ in self._notes.steps)
        self.others.setText(self.tr("Steps with a note: {}").format(links) if links else "")
        self.others.setVisible(bool(links))

    def _read(self) -> None:
        written = Notes(self.general.toPlainText(), self._notes.steps)
        self._notes = written.noted(self._step, self.on_step.toPlainText())
        self._list_steps()
        self.changed.emit(self._notes)


def _write(edit: QPlainTextEdit, text: str) -> None:
    """Put a text into a field, unless it stands there; the reader's own undo goes with it."""
    if edit.toPlainText() != text:
        edit.blockSignals(True)
        edit.setPlainText(text)
        edit.blockSignals(False)
