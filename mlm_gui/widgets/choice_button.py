"""A flat button that is one of several: the chosen one is underlined."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton

from mlm_gui.theme import Theme


class ChoiceButton(QToolButton):
    """One choice of a row of them; ``name`` is for tests and ``title`` for a screen reader."""

    def __init__(self, name: str, text: str, title: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setText(text)
        self.setAccessibleName(title)
        self.setCheckable(True)
        self.setAutoRaise(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def apply_theme(self, theme: Theme, chosen: str) -> None:
        """Take on colours and sizes; ``chosen`` is the style of the chosen one's words."""
        above, beside = theme.unit // 2, theme.unit // 4
        self.setFont(theme.font())
        self.setStyleSheet(
            f"QToolButton {{ border: none; padding: {above}px {beside}px; color: {theme.muted}; }}"
            f"QToolButton:checked {{ {chosen} border-bottom: 2px solid {theme.accent}; }}"
            f"QToolButton:focus {{ background: {theme.accent_wash}; }}"
        )
