"""The menu Help: keys, words, data, and what this program is."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from mlm_gui.main_window import MainWindow


class Help(QObject):
    """Opens the pages of the help over a window.

    Parameters
    ----------
    window : MainWindow
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window

    def handlers(self) -> dict[str, Callable[[], object]]:
        """What the actions of the menu do."""
        return {
            "keys": self._show_keys,
            "words": self._show_words,
            "about_data": self._show_data,
            "about": self._show_about,
        }

    def _show_keys(self) -> None:
        from mlm_gui.help_pages import keys_page

        self._read(self.tr("Keys and mouse"), keys_page(self._window.actions_by_name))

    def _show_words(self) -> None:
        from mlm_gui.help_pages import words_page

        self._read(self.tr("Words and symbols"), words_page(self._window.course))

    def _show_data(self) -> None:
        from mlm_gui.help_pages import data_page

        self._read(self.tr("About these data"), data_page(self._window.session.analysis))

    def _show_about(self) -> None:
        from solver.saving.records import program_version

        text = self.tr(
            "<p><b>StepREML {}</b></p>"
            "<p>A random-intercept model fitted by REML, one named step at a time.</p>"
            "<p>MIT licence</p>"
        )
        self._window.show_message(text.format(program_version()), self.tr("About StepREML"))

    def _read(self, title: str, text: str) -> None:
        from mlm_gui.widgets.reading_dialog import ReadingDialog

        ReadingDialog(title, text, self._window.theme, self._window).open()
