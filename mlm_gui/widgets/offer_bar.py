"""A bar at the top of the window that offers something once, and is in nobody's way."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from mlm_gui.keys import ENTER
from mlm_gui.theme import Theme


class OfferBar(QFrame):
    """One sentence and two answers; it goes away with either.

    Parameters
    ----------
    text, accept, decline : str
    extra : QWidget, optional
        Stands before the answers.

    Signals
    -------
    accepted, declined : no value
    """

    accepted = Signal()
    declined = Signal()

    def __init__(self, text: str, accept: str, decline: str, extra: QWidget | None = None) -> None:
        super().__init__()
        self.setObjectName("offer")
        self.label = QLabel(text)
        self.label.setWordWrap(True)
        self.accept, self.decline = QPushButton(accept), QPushButton(decline)
        self.accept.setObjectName("accept")
        self.decline.setObjectName("decline")
        self._row = QHBoxLayout(self)
        self._row.addWidget(self.label, 1)
        self._extra = extra
        if extra is not None:
            self._row.addWidget(extra)
        for button, signal in ((self.accept, self.accepted), (self.decline, self.declined)):
            button.setAutoDefault(False)
            button.clicked.connect(self.hide)
            button.clicked.connect(signal)
            self._row.addWidget(button)
        self.setAccessibleName(text)

    def event(self, event: QEvent) -> bool:
        """Keep Esc and Enter from the window's shortcuts."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            event.setAccepted(event.key() in (Qt.Key.Key_Escape, *ENTER))
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the answer that has the focus; Esc declines."""
        focus = self.focusWidget()
        if event.key() == Qt.Key.Key_Escape:
            self.decline.click()
        elif event.key() in ENTER and focus in (
            self.accept,
            self.decline,
        ):
            focus.click()
        else:
            super().keyPressEvent(event)

    def apply_theme(self, theme: Theme) -> None:
        """Take on colours and sizes."""
        unit = theme.unit
        self._row.setContentsMargins(2 * unit, unit // 2, 2 * unit, unit // 2)
        self._row.setSpacing(unit)
        for widget in (self.label, self._extra, self.accept, self.decline):
            if widget is not None:
                widget.setFont(theme.font())
        self.setStyleSheet(
            f"#offer {{ background: {theme.accent_wash};"
            f" border-bottom: 1px solid {theme.hairline}; }}"
            f"#offer QLabel {{ color: {theme.ink}; }}"
        )
