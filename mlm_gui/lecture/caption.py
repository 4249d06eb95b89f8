"""The text cut to a line, large, with a question mark for each number that is still to come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent

from mlm_gui.lessons_view.scene_page import ScenePage
from mlm_gui.spotlight import HIDDEN, Question
from mlm_gui.theme import Theme
from mlm_gui.typeset import Drawing, typesetter
from solver.scenes.text import Block, Part
from solver.scenes.values import Shown


class Caption(ScenePage):
    """A title, small, over one line of text, large."""

    def __init__(self) -> None:
        super().__init__("large")
        self.setObjectName("caption")
        self.setAccessibleName(self.tr("What this is about"))
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hidden: list[str] = []
        self._all: Mapping[str, Shown] = {}
        self.document().documentLayout().documentSizeChanged.connect(self._fit)

    def show_line(self, title: str, line: Sequence[Part], values: Mapping[str, Shown]) -> None:
        """Show a line whose numbers are hidden."""
        self.hidden = [part.text for part in line if part.kind == "value"]
        self._all = values
        self.show_text(title, [Block("paragraph", tuple(line))], self._seen())

    def show_numbers(self, values: Mapping[str, Shown]) -> None:
        """Show other numbers; what is hidden stays so."""
        self._all = values
        self.show_values(self._seen())

    @property
    def questions(self) -> tuple[Question, ...]:
        """The numbers that are still to come."""
        shown = ((name, self._all.get(name)) for name in self.hidden)
        return tuple(
            Question(name, value.text, value.value)
            for name, value in shown
            if value is not None and value.value is not None
        )

    def reveal(self) -> bool:
        """Show the next number; whether there was one."""
        if not self.hidden:
            return False
        self.hidden.pop(0)
        self.show_values(self._seen())
        return True

    def reveal_all(self) -> None:
        """Show every number."""
        while self.reveal():
            pass

    def _drawings(self, latex: Sequence[str]) -> list[Drawing | None]:
        """Nothing is on the wall before it is typeset."""
        return typesetter().drawings(latex, now=True)

    def apply_theme(self, theme: Theme) -> None:
        """Take on colours and sizes."""
        super().apply_theme(theme)
        self.document().setDocumentMargin(theme.unit)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Be as high as the line, when it is broken, too."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        height = round(self.document().size().height())
        if height != self.height():
            self.setFixedHeight(height)

    def _seen(self) -> dict[str, Shown]:
        return {name: Shown(HIDDEN) if name in self.hidden else v for name, v in self._all.items()}
