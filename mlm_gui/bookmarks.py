"""Bookmarks: steps that the reader has marked, to come back to, each with a note or without."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from mlm_gui.history import Change
from mlm_gui.place import place_at, position_of

if TYPE_CHECKING:
    from mlm_gui.document import Document
    from mlm_gui.history import History
    from mlm_gui.main_window import MainWindow


class Bookmarks(QObject):
    """Sets bookmarks, takes them off, and goes to them; shows them on the timeline.

    Parameters
    ----------
    window : MainWindow
        Once it has its session and workspace.
    document : Document
        Whose notes they are.
    history : History
        In which setting and taking off can be undone.
    """

    def __init__(self, window: MainWindow, document: Document, history: History) -> None:
        super().__init__(window)
        self._window, self._document, self._history = window, document, history
        document.changed.connect(self._show)

    def toggle(self) -> None:
        """Bookmark the present step, or take its bookmark off."""
        index = self._window.session.position
        if index in self._document.notes.bookmarks:
            self.remove(index)
        else:
            place = place_at(*position_of(index))
            self._put(index, "", self.tr("bookmark at {}").format(place))
            self._window.say(self.tr("Bookmark at {}. N writes a note on it.").format(place))

    def remove(self, index: int) -> None:
        """Take the bookmark off a step, and its note with it; both can come back."""
        place = place_at(*position_of(index))
        self._put(index, None, self.tr("bookmark taken off {}").format(place))
        self._window.say(self.tr("Bookmark taken off {}; Ctrl+Z brings it back.").format(place))

    def next(self) -> None:
        """On to the next bookmark."""
        here = self._window.session.position
        after = [index for index in self._document.notes.bookmarks if index > here]
        self._go(after[:1], self.tr("There is no bookmark after this step."))

    def previous(self) -> None:
        """Back to the bookmark before."""
        here = self._window.session.position
        before = [index for index in self._document.notes.bookmarks if index < here]
        self._go(before[-1:], self.tr("There is no bookmark before this step."))

    def go(self, index: int) -> None:
        """To a bookmarked step; where the run ends before it, to the end."""
        session = self._window.session
        session.go(index)
        if session.position < index:
            place = place_at(*position_of(index))
            self._window.say(self.tr("This run ends before {}.").format(place))

    def _go(self, found: list[int], otherwise: str) -> None:
        if found:
            self.go(found[0])
        else:
            self._window.say(otherwise)

    def _put(self, index: int, text: str | None, what: str) -> None:
        notes = self._document.notes
        before = notes.at(index) if index in notes.bookmarks else None
        self._note(index, text)
        change = Change(lambda: self._note(index, before), lambda: self._note(index, text))
        self._history.keep(what, change)

    def _note(self, index: int, text: str | None) -> None:
        self._document.note(self._document.notes.noted(index, text))

    def _show(self) -> None:
        self._window.workspace.timeline.show_notes(self._document.notes)
