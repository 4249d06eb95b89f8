"""Every control has a name, the Tab key reaches it, and no text is cut off unsaid."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QButtonGroup,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollBar,
    QTreeWidget,
    QVBoxLayout,
    QWidget,
)

from mlm_gui.keys import KeyKeeper
from mlm_gui.start_dialog import StartDialog
from mlm_gui.widgets.chip import Chip

CONTROLS = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
)


def controls(window: QWidget) -> list[QWidget]:
    """What one can operate, without the parts that Qt's own controls are made of."""
    return [
        widget
        for widget in window.findChildren(QWidget)
        if widget.isVisible()
        and (isinstance(widget, CONTROLS) or widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
        and not isinstance(widget, QScrollBar | QHeaderView)
        and not widget.objectName().startswith("qt_")
        and not isinstance(widget.parentWidget(), QComboBox | QAbstractSpinBox | QHeaderView)
    ]


def whose(widget: QWidget) -> str:
    chain = []
    while widget is not None:
        chain.append(widget.objectName() or type(widget).__name__)
        widget = widget.parentWidget()
    return " < ".join(chain)


def name_of(widget: QWidget) -> str:
    text = widget.text() if isinstance(widget, QAbstractButton) else ""
    return (widget.accessibleName() or text).strip()


def test_every_control_has_a_name(opened):
    window = opened("handout")
    window.workspace.deck.choose("all")
    for position in (0, 3, 5):
        window.session.go(position)
        QApplication.processEvents()
        assert not [whose(widget) for widget in controls(window) if not name_of(widget)]


def test_buttons_without_text_have_a_tooltip(opened):
    window = opened("handout")
    window.workspace.deck.choose("all")
    QApplication.processEvents()
    silent = [
        whose(widget)
        for widget in controls(window)
        if isinstance(widget, QAbstractButton) and not widget.text() and not widget.toolTip()
    ]
    assert not silent
    for name in ("first", "back", "step", "run", "reset"):
        button = window.controls.button(name)
        assert window.actions_by_name[name].shortcut().toString() in button.toolTip()


def test_tab_reaches_every_control(opened):
    window = opened("handout")
    window.session.go(5)
    QApplication.processEvents()
    wanted = {
        widget
        for widget in controls(window)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.isEnabled()
        and not _in_group_of_another(widget)
    }
    reached = set()
    for _ in range(3 * len(wanted)):
        focused = QApplication.focusWidget() or window
        reached.add(focused)
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    assert not {whose(widget) for widget in wanted - reached}


def test_tab_comes_back_to_the_tool_bar(opened):
    window = opened("handout")
    window.session.go(5)
    QApplication.processEvents()
    order: list[QWidget] = []
    while len(order) < 200 and (not order or order[-1] not in order[:-1]):
        focused = QApplication.focusWidget() or window
        QTest.keyClick(focused, Qt.Key.Key_Tab)
        focused = QApplication.focusWidget()
        assert focused is not None
        order.append(focused)
    assert order[-1] is order[0]
    assert window.controls.isAncestorOf(order[0])
    names = [widget.accessibleName() for widget in order]
    chips = [k for k, widget in enumerate(order) if isinstance(widget, Chip)]
    assert max(chips) < names.index("Add a matrix") < names.index("Significant digits")


def _in_group_of_another(widget: QWidget) -> bool:
    """An exclusive group is one stop; the arrows move inside it."""
    group = widget.group() if isinstance(widget, QAbstractButton) else None
    return group is not None and group.exclusive() and not widget.isChecked()


@pytest.mark.parametrize("zoom", [1.0, 2.0])
@pytest.mark.parametrize("data", ["handout", "ceis"])
def test_no_text_is_cut_off_unsaid(opened, zoom, data):
    window = opened(data, size=(1024, 768))
    window.look.set_zoom(zoom)
    for position in (0, 3, 5):
        window.session.go(position)
        for _ in range(3):
            QApplication.processEvents()
        cut = {
            (whose(widget), widget.text())
            for widget in window.findChildren(QWidget)
            if isinstance(widget, QLabel | QAbstractButton)
            and widget.isVisible()
            and not widget.toolTip()
            and widget.text()
            and is_cut(widget)
        }
        assert not cut


def is_cut(widget: QLabel | QAbstractButton) -> bool:
    if isinstance(widget, QLabel) and widget.wordWrap():
        return widget.height() < widget.heightForWidth(widget.width())
    return widget.width() < widget.minimumSizeHint().width()


def test_dialog_of_start_values(opened):
    window = opened("handout")
    window.actions_by_name["start"].trigger()
    dialog = window.findChild(StartDialog)
    assert all(name_of(widget) for widget in controls(dialog))
    dialog.reject()


def test_arrows_move_inside_a_group_of_buttons(opened):
    window = opened("handout")
    reml = window.controls.methods["reml"]
    reml.setFocus()
    QTest.keyClick(reml, Qt.Key.Key_Right)
    assert window.session.options.method == "ml"
    deck = window.workspace.deck
    button = deck.buttons["group_lines"]
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Right)
    assert deck.choice == "likelihood"


def test_a_button_that_the_focus_fell_to_leaves_the_arrows_to_the_window(qtbot, qapp):
    window = QWidget()
    qtbot.addWidget(window)
    listed, group = QTreeWidget(), QButtonGroup(window)
    buttons = [QPushButton(text) for text in ("one", "two")]
    layout = QVBoxLayout(window)
    for widget in (listed, *buttons):
        layout.addWidget(widget)
    for button in buttons:
        button.setCheckable(True)
        group.addButton(button)
    KeyKeeper(qapp, window)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()

    def keeps_arrows() -> bool:
        assert window.focusWidget() in buttons
        pressed, plain = QEvent.Type.ShortcutOverride, Qt.KeyboardModifier.NoModifier
        right = QKeyEvent(pressed, Qt.Key.Key_Right, plain)
        right.ignore()
        QApplication.sendEvent(window.focusWidget(), right)
        return right.isAccepted()

    listed.setFocus()
    listed.hide()
    assert not keeps_arrows()
    listed.show()
    listed.setFocus()
    QTest.keyClick(listed, Qt.Key.Key_Tab)
    assert keeps_arrows()
