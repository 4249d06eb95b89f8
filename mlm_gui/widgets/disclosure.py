"""A heading that opens and closes what stands under it."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QToolButton, QVBoxLayout, QWidget

from mlm_gui.theme import Theme
from mlm_gui.widgets.rich_text import rich_text


class Disclosure(QWidget):
    """Text that is there for who asks: the heading shows and hides it."""

    def __init__(self, heading: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.button = QToolButton()
        self.button.setText(heading)
        self.button.setCheckable(True)
        self.button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.button.setArrowType(Qt.ArrowType.RightArrow)
        self.button.toggled.connect(self._open)
        self.text = QLabel()
        self.text.setWordWrap(True)
        self.text.setVisible(False)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        self._column.addWidget(self.text)

    def set_text(self, text: str, terms: Mapping[str, str]) -> None:
        """Show other words, a paragraph a line, and below them terms with what they mean.

        It stays open or closed as it was.
        """
        paragraphs = [rich_text(line) for line in text.splitlines()]
        paragraphs += [f"<b>{rich_text(term)}</b> {rich_text(terms[term])}" for term in terms]
        self.text.setText("".join(f"<p>{paragraph}</p>" for paragraph in paragraphs))

    def apply_theme(self, theme: Theme) -> None:
        """Take on colours and sizes."""
        self.button.setFont(theme.font())
        self.button.setStyleSheet(
            f"QToolButton {{ border: none; padding: 0; color: {theme.muted}; }}"
            f"QToolButton:hover, QToolButton:focus {{ color: {theme.accent}; }}"
            "QToolButton:focus { text-decoration: underline; }"
        )
        self.text.setFont(theme.font())
        self._column.setSpacing(theme.unit // 2)
        self.text.setContentsMargins(2 * theme.unit, 0, 0, 0)

    def _open(self, opened: bool) -> None:
        self.button.setArrowType(Qt.ArrowType.DownArrow if opened else Qt.ArrowType.RightArrow)
        self.text.setVisible(opened)
