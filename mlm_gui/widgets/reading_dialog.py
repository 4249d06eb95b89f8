"""A page to read beside the window: it scrolls, and its text can be copied."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

from mlm_gui.theme import Theme


class ReadingDialog(QDialog):
    """Rich text under a title; the window goes on beside it."""

    def __init__(self, title: str, text: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFont(theme.font())
        self.page = QTextBrowser()
        self.page.setAccessibleName(title)
        self.page.setFrameShape(QTextBrowser.Shape.NoFrame)
        self.page.setPalette(theme.palette)
        self.page.document().setDocumentMargin(2 * theme.unit)
        self.page.setHtml(text)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.close)
        layout = QVBoxLayout(self)
        layout.addWidget(self.page)
        layout.addWidget(buttons)
        self.resize(76 * theme.unit, 68 * theme.unit)

    def text(self) -> str:
        """What can be read on the page."""
        return self.page.toPlainText()
