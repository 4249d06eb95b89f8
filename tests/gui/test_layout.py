"""What must be in sight at the usual sizes of a window, without scrolling."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from mlm_gui.widgets.iteration_model import BESIDE, Column
from mlm_gui.widgets.matrix_texts import entry_texts
from mlm_gui.widgets.matrix_window import Density, Display
from solver.formatting import number

SIZES = [(1024, 768), (1440, 900), (1920, 1080)]
UPDATE = 4


@pytest.fixture
def window(opened):
    return opened("handout")


@pytest.fixture(params=SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def sized(request, window):
    window.resize(*request.param)
    window.session.go(UPDATE)
    QApplication.processEvents()
    return window


def test_a_seven_by_seven_matrix_is_seen_whole(sized):
    panel = sized.workspace.panes["matrices"].panel
    for name in ("P", "V", "ZZᵀ"):
        seen = panel.view(name).table.window_in_sight()
        assert len(seen.columns) == 7
        assert not panel.view(name)._across.isVisible()
    table = panel.view("P").table
    assert len(table.window_in_sight().rows) == 7
    assert panel.rect().contains(QRect(table.mapTo(panel, QPoint(0, 0)), table.size()))


def test_the_trials_are_above_the_fold(sized):
    card = sized.workspace.panes["card"].panel
    bottom = card.trials.mapTo(card, QPoint(0, card.trials.height())).y()
    assert bottom <= card.height()


def test_the_iteration_table_shows_its_last_column(sized):
    view = sized.workspace.panes["iterations"].panel._view
    last = view.model().columnCount() - 1
    assert view.columnViewportPosition(last) + view.columnWidth(last) <= view.viewport().width()
    assert not view.horizontalScrollBar().isVisible()
    for column in (0, 1, 3, 4):
        assert not view.isColumnHidden(column)


def test_all_columns_of_the_iteration_table_are_back_where_there_is_room(window):
    window.session.go(UPDATE)
    pane = window.workspace.panes["iterations"]
    view = pane.panel._view
    window.resize(1024, 768)
    QApplication.processEvents()
    assert any(view.isColumnHidden(k) for k in range(view.model().columnCount()))
    assert "double-click" in view.toolTip()
    window.workspace.maximise(pane)
    QApplication.processEvents()
    assert not any(view.isColumnHidden(k) for k in Column if k not in BESIDE)
    assert view.toolTip() == ""


def test_a_matrix_with_fewer_digits_says_so_and_keeps_them_all_in_its_tooltip(window):
    window.resize(1024, 768)
    window.session.go(UPDATE)
    QApplication.processEvents()
    view = window.workspace.panes["matrices"].panel.view("P")
    entry = view.model.index(0, 3)
    assert view.model.display.density is Density.TIGHT
    assert "2 digits or more" in view._remarks
    value = window.session.current.matrix("P").value(0, 3)
    assert repr(value).replace("-", "−") in entry.data(Qt.ItemDataRole.ToolTipRole)


def test_more_digits_are_shown_when_they_are_asked_for(window):
    window.resize(1024, 768)
    window.session.go(UPDATE)
    panel = window.workspace.panes["matrices"].panel
    panel._bar._digits.setValue(6)
    QApplication.processEvents()
    value = window.session.current.matrix("P").value(0, 0)
    assert panel.view("P").model.index(0, 0).data() == number(value, 6)


def test_close_entries_have_the_decimals_that_the_largest_of_their_column_needs():
    values = np.array([[0.60631, 250.0], [-0.0953512, 1234.5], [0.0000423, 0.0]])
    display = Display(density=Density.CLOSE)
    first, second = zip(*entry_texts(values, display), strict=True)
    assert first == ("0.6063", "−0.0954", number(0.0000423))
    assert second == ("250", number(1234.5), "0")
    tight = entry_texts(values, Display(density=Density.TIGHT))
    assert [row[0] for row in tight[:2]] == ["0.606", "−0.095"]


@pytest.mark.parametrize(("density", "text"), [(Density.CLOSE, "0.110"), (Density.TIGHT, "0.11")])
def test_no_entry_has_fewer_digits_than_are_announced(density, text):
    written = entry_texts(np.array([[0.1103], [-295.5]]), Display(density=density))
    assert written[0] == [text]


def test_the_reader_s_own_layout_stays(window):
    window.resize(1440, 900)
    QApplication.processEvents()
    across = window.workspace._across
    handle = across.handle(2)
    middle = handle.rect().center()
    QTest.mousePress(handle, Qt.MouseButton.LeftButton, pos=middle)
    QTest.mouseMove(handle, middle - QPoint(100, 0))
    QTest.mouseRelease(handle, Qt.MouseButton.LeftButton, pos=middle - QPoint(100, 0))
    chosen = across.sizes()
    assert across.by_hand
    across.share()
    assert across.sizes() == chosen
    assert set(window.workspace.save_layout()) == {"across"}


@pytest.mark.parametrize("position", [0, 3, 4, 5])
@pytest.mark.parametrize("size", [(1440, 900), (1024, 768)])
def test_at_double_size_the_card_is_as_wide_as_its_pane(window, position, size):
    window.resize(*size)
    window.look.set_zoom(2.0)
    window.session.go(position)
    QApplication.processEvents()
    card = window.workspace.panes["card"].panel
    assert card._page.horizontalScrollBar().maximum() == 0
    for label in (card.title, card.place):
        right = label.mapTo(card, QPoint(label.width(), 0)).x()
        assert right <= card.width()
    metrics = card.place.fontMetrics()
    assert card.place.width() >= metrics.horizontalAdvance(card.place.text())


def test_all_four_plots_have_more_room(window):
    across = window.workspace._across
    before = across.sizes()[2]
    window.workspace.deck.choose("all")
    assert across.sizes()[2] > before
    window.workspace.deck.choose("surface")
    assert across.sizes()[2] == before


@pytest.mark.parametrize("by_hand", [False, True])
def test_the_columns_come_back_when_the_four_plots_go(window, by_hand):
    window.resize(1024, 768)
    QApplication.processEvents()
    space = window.workspace
    if by_hand:
        across = space._across
        handle, middle = across.handle(2), across.handle(2).rect().center()
        QTest.mousePress(handle, Qt.MouseButton.LeftButton, pos=middle)
        QTest.mouseMove(handle, middle + QPoint(40, 0))
        QTest.mouseRelease(handle, Qt.MouseButton.LeftButton, pos=middle + QPoint(40, 0))
    before = {name: splitter.sizes() for name, splitter in space._splitters.items()}
    QTest.mouseClick(space.deck.buttons["all"], Qt.MouseButton.LeftButton)
    QApplication.processEvents()
    QTest.mouseClick(space.deck.buttons["surface"], Qt.MouseButton.LeftButton)
    QApplication.processEvents()
    assert {name: splitter.sizes() for name, splitter in space._splitters.items()} == before


@pytest.mark.parametrize("zoom", [1.0, 1.3])
def test_the_algorithm_is_named_whole(window, zoom):
    window.resize(1440, 900)
    window.look.set_zoom(zoom)
    QApplication.processEvents()
    box = window.controls.algorithm
    assert box.width() >= box.sizeHint().width()
