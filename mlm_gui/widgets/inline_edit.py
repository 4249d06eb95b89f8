"""A field that stands over a value until another one is entered."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPoint, QRect, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QLineEdit, QToolTip, QWidget

from solver import Refusal

COMMIT = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class InlineEdit(QObject):
    """Enter takes the text, Esc and a click elsewhere put the field away.

    Parameters
    ----------
    over : QWidget
        The field stands on it.
    place : QRect
        Where the value is; the field may be larger.
    name : str
        What is edited, for a screen reader.
    text : str
        The present value.
    entered : callable
        Takes the text; a Refusal is said beside the field, which stays.
    choices : sequence of str, optional
        Offered in a list; others may be typed as well.
    """

    def __init__(
        self,
        over: QWidget,
        place: QRect,
        name: str,
        text: str,
        entered: Callable[[str], None],
        choices: tuple[str, ...] = (),
    ) -> None:
        super().__init__(over)
        self._entered, self._back = entered, over
        self.said = ""
        self.field: QLineEdit | QComboBox
        if choices:
            box = QComboBox(over)
            box.setEditable(True)
            box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
            box.addItems(list(choices))
            box.setCurrentText(text)
            box.activated.connect(lambda: self._take(box.currentText()))
            line = box.lineEdit()
            assert line is not None
            self.field, self.line = box, line
        else:
            self.field = self.line = QLineEdit(text, over)
        self.field.setAccessibleName(name)
        self.field.setFont(over.font())
        self.line.selectAll()
        wanted = self.field.sizeHint()
        width = max(place.width(), min(wanted.width(), 14 * over.fontMetrics().averageCharWidth()))
        if choices:
            width = max(width, wanted.width())
        height = max(place.height(), wanted.height())
        left = min(place.left(), max(over.width() - width, 0))
        top = min(max(place.center().y() - height // 2, 0), max(over.height() - height, 0))
        self.field.setGeometry(left, top, width, height)
        self.line.installEventFilter(self)
        self.field.show()
        self.field.raise_()
        self.line.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep Enter and Esc from the window, and do what they say."""
        kind = event.type()
        if isinstance(event, QKeyEvent) and event.key() in (*COMMIT, Qt.Key.Key_Escape):
            if kind == QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if kind == QEvent.Type.KeyPress:
                if event.key() in COMMIT:
                    self._take(self.line.text())
                else:
                    self.close()
                return True
        elif kind == QEvent.Type.FocusOut and not self._choosing():
            self._away()
        return super().eventFilter(watched, event)

    def close(self) -> None:
        """Put the field away, and give the keyboard back."""
        if not self.field.isHidden():
            self._away()
            self._back.setFocus()

    def _choosing(self) -> bool:
        return isinstance(self.field, QComboBox) and self.field.view().isVisible()

    def _take(self, text: str) -> None:
        if self.field.isHidden():
            return
        try:
            self._entered(text)
        except Refusal as refusal:
            self.said = str(refusal)
            place = self.field.mapToGlobal(QPoint(0, self.field.height()))
            QToolTip.showText(place, self.said, self.field)
            self.line.setAccessibleDescription(self.said)
            self.line.selectAll()
        else:
            self.close()

    def _away(self) -> None:
        if not self.field.isHidden():
            self.line.removeEventFilter(self)
            self.field.hide()
            self.field.deleteLater()
            self.deleteLater()


def read_number(text: str, name: str) -> float:
    """The number that was typed; a comma counts as a decimal point.

    Raises
    ------
    Refusal
        When it is none.
    """
    try:
        return float(text.strip().replace(",", ".").replace("−", "-"))
    except ValueError:
        said = QCoreApplication.translate(
            "InlineEdit", "{} is a number, and '{}' is none. Type one such as 12.5."
        )
        raise Refusal(said.format(name, text.strip())) from None
