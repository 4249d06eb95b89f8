"""A searchable list of groups, to light one of many."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, QStringListModel, Qt, Signal
from PySide6.QtWidgets import QComboBox, QCompleter, QListView, QWidget


class GroupChoice(QComboBox):
    """Lists the groups by label; typing any part of one finds it.

    Signals
    -------
    chosen : object
        Group j (an int) was chosen, or none (None).
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(12)
        self._list = QListView(self)
        self._list.setUniformItemSizes(True)
        self.setView(self._list)
        self._names = QStringListModel(self)
        self.setModel(self._names)
        completer = QCompleter(self._names, self)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self.setCompleter(completer)
        self.activated.connect(self.chosen.emit)
        edit = self.lineEdit()
        assert edit is not None
        edit.setClearButtonEnabled(True)
        edit.textChanged.connect(self._text_changed)

    def set_groups(self, labels: tuple[str, ...], hint: str) -> None:
        """List other groups, none of them chosen; ``hint`` stands in the empty field."""
        with QSignalBlocker(self):
            self._names.setStringList(list(labels))
            self.setCurrentIndex(-1)
            self.clearEditText()
        edit = self.lineEdit()
        assert edit is not None
        edit.setPlaceholderText(hint)
        self.setAccessibleName(hint)

    def show_group(self, group: int | None) -> None:
        """Show the group that is lit, unless the reader is typing."""
        edit = self.lineEdit()
        assert edit is not None
        if edit.hasFocus() and edit.text():
            return
        with QSignalBlocker(self), QSignalBlocker(edit):
            self.setCurrentIndex(-1 if group is None else group)
            if group is None:
                self.clearEditText()

    def _text_changed(self, text: str) -> None:
        if not text:
            self.chosen.emit(None)
