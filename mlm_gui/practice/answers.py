"""Where a student answers: a kind of widget for each kind of exercise, all used in the same way."""

from __future__ import annotations

import random
from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QLabel,
    QListWidget,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from mlm_gui.keys import lead_to
from mlm_gui.practice.blank import SIGNS, Blank
from mlm_gui.theme import Theme
from mlm_gui.widgets.flow_layout import FlowLayout
from mlm_gui.widgets.rich_text import hatted, rich_text
from solver.practice.exercise import Grid
from solver.practice.marking import Marked, Verdict
from solver.practice.targets import Target


class AnswerView(QWidget):
    """An answer being given.

    Signals
    -------
    typing : str, str
        The text of the blank that has the focus, and which one of a matrix it is.
    edited : no value
        Something was changed, so that marks are no longer true.
    reshaped : no value
        There are other fields than before.
    """

    typing = Signal(str, str)
    edited = Signal()
    reshaped = Signal()

    def __init__(self, goal: Target) -> None:
        super().__init__()
        self.goal = goal

    def answer(self) -> Grid:
        """What is filled in, as rows of cells."""
        raise NotImplementedError

    def fill(self, answer: Grid) -> None:
        """Fill an answer in."""
        raise NotImplementedError

    def fields(self) -> Sequence[QWidget]:
        """What the Tab key leads through, in this order."""
        raise NotImplementedError

    def show_marks(self, marked: Marked) -> None:
        """Say what is right."""

    def apply_theme(self, theme: Theme) -> None:
        """Take on colours and sizes."""

    def begin(self) -> None:
        """Take the focus where one begins."""

    def watch(self, blank: Blank, name: str = "") -> None:
        """Pass on what is typed into a blank."""
        blank.entered.connect(lambda: self.typing.emit(blank.text(), name))
        blank.textEdited.connect(lambda text: self.typing.emit(text, name))
        blank.textEdited.connect(self.edited)

    def settle(self) -> None:
        """Let the answer stand as it is."""
        self.setEnabled(False)


class BlanksAnswer(AnswerView):
    """Blanks under one another, each with its name: numbers and formulas."""

    def __init__(self, goal: Target) -> None:
        super().__init__(goal)
        ems = 46.0 if goal.exercise.kind == "formula" else 16.0
        self._labels = [QLabel(rich_text(text)) for text in goal.labels]
        self.blanks = [Blank(text, ems, shrinks=True) for text in goal.labels]
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for row, (label, blank) in enumerate(zip(self._labels, self.blanks, strict=True)):
            layout.addWidget(label, row, 0)
            layout.addWidget(blank, row, 1)
            blank.left_by.connect(lambda down, _, row=row: self._go(row + down))
            self.watch(blank)
        layout.setColumnStretch(2, 1)

    def answer(self) -> Grid:
        """One blank a row."""
        return tuple((blank.text(),) for blank in self.blanks)

    def fields(self) -> Sequence[QWidget]:
        """What the Tab key leads through."""
        return self.blanks

    def fill(self, answer: Grid) -> None:
        """Fill the blanks in."""
        for blank, row in zip(self.blanks, answer, strict=False):
            blank.setText(row[0])

    def show_marks(self, marked: Marked) -> None:
        """A sign in each blank."""
        for blank, row in zip(self.blanks, marked.verdicts, strict=False):
            blank.show_verdict(row[0])

    def apply_theme(self, theme: Theme) -> None:
        """Take on colours and sizes."""
        for blank in self.blanks:
            blank.apply_theme(theme)
        for label in self._labels:
            label.setFont(hatted(theme.font()))
        layout = self.layout()
        assert isinstance(layout, QGridLayout)
        layout.setSpacing(theme.unit)

    def begin(self) -> None:
        """The first blank that is empty."""
        next((b for b in self.blanks if not b.text()), self.blanks[0]).setFocus()

    def _go(self, row: int) -> None:
        if 0 <= row < len(self.blanks):
            self.blanks[row].setFocus()


class ChoiceAnswer(AnswerView):
    """A choice for each blank."""

    def __init__(self, goal: Target) -> None:
        super().__init__(goal)
        self._labels = [QLabel(rich_text(text)) for text in goal.labels]
        self._signs = [QLabel() for _ in goal.labels]
        self.choices = [QComboBox() for _ in goal.labels]
        self._theme: Theme | None = None
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for row, choice in enumerate(self.choices):
            choice.setAccessibleName(goal.labels[row])
            choice.addItems(["", *goal.options])
            choice.currentIndexChanged.connect(lambda _, row=row: self._clear(row))
            for column, widget in enumerate((self._labels[row], choice, self._signs[row])):
                layout.addWidget(widget, row, column)
        layout.setColumnStretch(3, 1)

    def answer(self) -> Grid:
        """The words chosen."""
        return tuple((choice.currentText(),) for choice in self.choices)

    def fields(self) -> Sequence[QWidget]:
        """What the Tab key leads through."""
        return self.choices

    def fill(self, answer: Grid) -> None:
        """Choose."""
        for choice, row in zip(self.choices, answer, strict=False):
            choice.setCurrentText(row[0])

    def show_marks(self, marked: Marked) -> None:
        """A sign beside each choice."""
        for sign, row in zip(self._signs, marked.verdicts, strict=False):
            show_sign(sign, row[0], self._theme)

    def apply_theme(self, theme: Theme) -> None:
        """Take on colours and sizes."""
        self._theme = theme
        for widget in (*self._labels, *self._signs, *self.choices):
            widget.setFont(hatted(theme.font()))
        for choice in self.choices:
            choice.setPalette(theme.edged_palette)
        layout = self.layout()
        assert isinstance(layout, QGridLayout)
        layout.setSpacing(theme.unit)

    def begin(self) -> None:
        """The first choice."""
        lead_to(self.choices[0])

    def _clear(self, row: int) -> None:
        self._signs[row].clear()
        self.edited.emit()


class OrderAnswer(AnswerView):
    """Lines to be put in order, by dragging or by the two buttons."""

    def __init__(self, goal: Target) -> None:
        super().__init__(goal)
        self.lines = QListWidget()
        self.lines.setAccessibleName(self.tr("Lines to put in order"))
        self.lines.setDragDropMode(QListWidget.DragDropMode.InternalMove)
        self.lines.model().rowsMoved.connect(self._changed)
        mixed = list(goal.options)
        random.Random(goal.case.seed).shuffle(mixed)
        self.lines.addItems(mixed)
        self.up, self.down = QPushButton(self.tr("Move up")), QPushButton(self.tr("Move down"))
        for button, keys in ((self.up, "Alt+Up"), (self.down, "Alt+Down")):
            button.setShortcut(keys)
            button.setToolTip(f"{button.text().replace('&', '')}  [{keys}]")
        self.up.clicked.connect(lambda: self._move(-1))
        self.down.clicked.connect(lambda: self._move(1))
        self._keys = QLabel(self.tr("or drag a line, or press Alt+Up and Alt+Down"))
        self._keys.setWordWrap(True)
        layout, buttons = QVBoxLayout(self), FlowLayout()
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.lines)
        layout.addLayout(buttons)
        for button in (self.up, self.down):
            button.setAutoDefault(False)
            buttons.addWidget(button)
        layout.addWidget(self._keys)

    def answer(self) -> Grid:
        """The lines in their present order."""
        return tuple((self._text(row),) for row in range(self.lines.count()))

    def fields(self) -> Sequence[QWidget]:
        """What the Tab key leads through."""
        return (self.lines, self.up, self.down)

    def fill(self, answer: Grid) -> None:
        """Put the lines in an order."""
        texts = [row[0] for row in answer]
        if sorted(texts) == sorted(self.goal.options):
            self.lines.clear()
            self.lines.addItems(texts)

    def show_marks(self, marked: Marked) -> None:
        """A sign before each line."""
        for row, verdicts in enumerate(marked.verdicts):
            self.lines.item(row).setText(f"{SIGNS.get(verdicts[0], '')} {self._text(row)}")

    def apply_theme(self, theme: Theme) -> None:
        """Take on colours and sizes; as tall as its lines."""
        for widget in (self.lines, self.up, self.down):
            widget.setFont(theme.font())
        self._keys.setFont(theme.font("small"))
        self._keys.setStyleSheet(f"color: {theme.muted};")
        self.lines.setSpacing(theme.unit // 4)
        height = self.lines.sizeHintForRow(0) + theme.unit // 2
        self.lines.setFixedHeight(self.lines.count() * height + theme.unit)

    def begin(self) -> None:
        """The first line."""
        self.lines.setCurrentRow(0)
        self.lines.setFocus()

    def _text(self, row: int) -> str:
        text = self.lines.item(row).text()
        return text[2:] if text[:2] in {f"{sign} " for sign in SIGNS.values()} else text

    def _move(self, by: int) -> None:
        row = self.lines.currentRow()
        if row >= 0 and 0 <= row + by < self.lines.count():
            self.lines.insertItem(row + by, self.lines.takeItem(row))
            self.lines.setCurrentRow(row + by)
            self._changed()

    def _changed(self, *_: object) -> None:
        for row in range(self.lines.count()):
            self.lines.item(row).setText(self._text(row))
        self.edited.emit()


class WordsAnswer(AnswerView):
    """A text in the student's own words, and how they compare it with the model answer."""

    def __init__(self, goal: Target) -> None:
        super().__init__(goal)
        self.text = QPlainTextEdit()
        self.text.setAccessibleName(self.tr("Your answer"))
        self.text.setPlaceholderText(self.tr("In your own words, in two or three sentences"))
        self.text.setTabChangesFocus(True)
        self.text.textChanged.connect(self.edited)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.text)

    def answer(self) -> Grid:
        """The text."""
        return ((self.text.toPlainText().strip(),),)

    def fields(self) -> Sequence[QWidget]:
        """What the Tab key leads through."""
        return (self.text,)

    def fill(self, answer: Grid) -> None:
        """Write a text."""
        self.text.setPlainText(answer[0][0] if answer and answer[0] else "")

    def apply_theme(self, theme: Theme) -> None:
        """Take on colours and sizes."""
        self.text.setFont(theme.font())
        self.text.setFixedHeight(11 * theme.unit)

    def begin(self) -> None:
        """The text."""
        self.text.setFocus()


def show_sign(label: QLabel, verdict: Verdict, theme: Theme | None) -> None:
    """Say by a sign how a choice was marked."""
    label.setText(SIGNS.get(verdict, ""))
    if theme is not None:
        colour = theme.fall if verdict is Verdict.WRONG else theme.good
        label.setStyleSheet(f"color: {colour};")
