"""Choices in one line: those for which there is no room stand in a menu at its end."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QMenu, QToolButton, QWidget

from mlm_gui.theme import Theme
from mlm_gui.widgets.choice_button import ChoiceButton


class ChoiceRow(QWidget):
    """Buttons of which one is chosen; that one is always seen.

    Parameters
    ----------
    buttons : mapping
        The buttons by their names; the first is chosen at the start.
    """

    def __init__(self, buttons: Mapping[str, ChoiceButton], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.buttons = dict(buttons)
        self._withheld: frozenset[str] = frozenset()
        self.more = QToolButton()
        self.more.setText(self.tr("more"))
        self.more.setAccessibleName(self.tr("More choices"))
        self.more.setAutoRaise(True)
        self.more.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu = QMenu(self.more)
        self._menu.aboutToShow.connect(self._fill)
        self.more.setMenu(self._menu)
        group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for button in self.buttons.values():
            group.addButton(button)
            row.addWidget(button)
            button.toggled.connect(self._arrange)
        row.addWidget(self.more)
        row.addStretch(1)
        next(iter(self.buttons.values())).setChecked(True)

    @property
    def choice(self) -> str:
        """The name of the chosen one."""
        return next(name for name, button in self.buttons.items() if button.isChecked())

    def choose(self, name: str) -> None:
        """Choose one by its name."""
        self.buttons[name].setChecked(True)

    def withhold(self, names: Collection[str]) -> None:
        """Offer all but these; the chosen one is seen all the same."""
        self._withheld = frozenset(names)
        self._arrange()

    def apply_theme(self, theme: Theme) -> None:
        """Take on colours and sizes."""
        for button in self.buttons.values():
            button.apply_theme(theme, f"color: {theme.ink};")
        half = theme.unit // 2
        self.more.setFont(theme.font())
        self.more.setStyleSheet(
            f"QToolButton {{ border: none; color: {theme.muted};"
            f" padding: {half}px {2 * theme.unit}px {half}px {half}px; }}"
            f"QToolButton:focus {{ background: {theme.accent_wash}; }}"
            "QToolButton::menu-indicator {"
            f" subcontrol-position: right center; width: {theme.unit}px; right: {half}px; }}"
        )
        self._menu.setFont(theme.font())
        self._arrange()

    def minimumSizeHint(self) -> QSize:
        """The widest choice and the menu."""
        widest = max(button.sizeHint().width() for button in self.buttons.values())
        return QSize(widest + self.more.sizeHint().width(), self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show those for which there is room."""
        super().resizeEvent(event)
        self._arrange()

    def showEvent(self, event: QShowEvent) -> None:
        """Show those for which there is room."""
        super().showEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        widths = {
            name: button.sizeHint().width()
            for name, button in self.buttons.items()
            if name not in self._withheld or button.isChecked()
        }
        seen = set(widths)
        if sum(widths.values()) > self.width():
            left = self.width() - self.more.sizeHint().width() - widths[self.choice]
            seen = {self.choice}
            for name, width in widths.items():
                if name == self.choice:
                    continue
                left -= width
                if left < 0:
                    break
                seen.add(name)
        for name, button in self.buttons.items():
            button.setVisible(name in seen)
        self.more.setVisible(len(seen) < len(widths))

    def _fill(self) -> None:
        self._menu.clear()
        for name, button in self.buttons.items():
            if button.isHidden() and name not in self._withheld:
                self._menu.addAction(button.text(), button.click)
