"""The student's own mark of an answer in words, point by point of the model answer."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QLabel, QRadioButton, QVBoxLayout, QWidget

from mlm_gui.theme import Theme
from mlm_gui.widgets.flow_layout import FlowLayout
from mlm_gui.widgets.rich_text import hatted, rich_text
from solver.lessons import practice_words
from solver.practice.journal import OWN_MARKS


class SelfMark(QWidget):
    """What a good answer says, and for each point whether the student's said it.

    Signals
    -------
    compared : no value
        A point was marked.
    """

    compared = Signal()

    def __init__(self, parts: Sequence[str], own: Sequence[str]) -> None:
        super().__init__()
        self.head, self.total = QLabel(), QLabel()
        self.head.setText(self.tr("Does your answer say this? Arrow keys choose, Tab goes on."))
        self.head.setWordWrap(True)
        self._texts = [QLabel(rich_text(part)) for part in parts]
        self._rooms: list[FlowLayout] = []
        self.choices: list[dict[str, QRadioButton]] = []
        self._groups: list[QButtonGroup] = []
        said = practice_words()["own"]
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self.head)
        for k, (part, text) in enumerate(zip(parts, self._texts, strict=True)):
            text.setWordWrap(True)
            group, room = QButtonGroup(self), FlowLayout()
            self._column.addWidget(text)
            self._column.addLayout(room)
            buttons = {mark: QRadioButton(said[mark]) for mark in OWN_MARKS}
            for mark, button in buttons.items():
                button.setAccessibleName(f"{part} {said[mark]}")
                button.setChecked(k < len(own) and own[k] == mark)
                group.addButton(button)
                room.addWidget(button)
                button.clicked.connect(self._changed)
            self._rooms.append(room)
            self._groups.append(group)
            self.choices.append(buttons)
        self._column.addWidget(self.total)
        self._show_total()

    @property
    def own(self) -> tuple[str, ...]:
        """The mark of each point; nothing where there is none yet."""
        return tuple(
            next((mark for mark, button in buttons.items() if button.isChecked()), "")
            for buttons in self.choices
        )

    def fields(self) -> list[QWidget]:
        """What the Tab key leads through: the chosen button of each point, or its first."""
        return [
            next((b for b in buttons.values() if b.isChecked()), next(iter(buttons.values())))
            for buttons in self.choices
        ]

    def apply_theme(self, theme: Theme) -> None:
        """Take on colours and sizes."""
        for label in (self.head, self.total):
            label.setFont(theme.font("small"))
            label.setStyleSheet(f"color: {theme.muted};")
        for text in self._texts:
            text.setFont(hatted(theme.font()))
        for buttons in self.choices:
            for button in buttons.values():
                button.setFont(theme.font())
                button.setPalette(theme.edged_palette)
        for room in self._rooms:
            room.setContentsMargins(2 * theme.unit, 0, 0, theme.unit // 2)
            room.setSpacing(2 * theme.unit)
        self._column.setSpacing(theme.unit // 2)

    def _changed(self) -> None:
        self._show_total()
        self.compared.emit()

    def _show_total(self) -> None:
        points = sum(OWN_MARKS.get(mark, 0) for mark in self.own)
        text = self.tr("Your own mark: {} of {}. It is kept apart from the points.")
        self.total.setText(text.format(f"{points:g}", len(self.own)) if any(self.own) else "")
