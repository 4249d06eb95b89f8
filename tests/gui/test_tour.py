"""The tour: offered once, walked by keys and by doing, and nothing is left of it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QLineEdit, QPlainTextEdit

from mlm_gui.settings import Settings
from mlm_gui.theme import THEMES
from mlm_gui.tour.callout import Callout, Pointer, beside
from mlm_gui.widgets.offer_bar import OfferBar
from solver.course import first_course
from solver.lessons import tour_stops

LEFT = Qt.MouseButton.LeftButton
Key = Qt.Key


@pytest.fixture
def touring(opened):
    """A window with a tour on some stop."""

    def begin(stop=0, **more):
        window = opened("handout", **more)
        window.actions_by_name["tour"].trigger()
        tour = window.teaching._tour
        for _ in range(stop):
            tour.next()
        QApplication.processEvents()
        return window, tour

    return begin


def press(window, key):
    QTest.keyClick(QApplication.focusWidget() or window, key)


def test_the_stops_are_few_and_short():
    stops = tour_stops()
    assert len(stops) <= 6
    assert [stop.at for stop in stops] == ["steps", "step", "card", "matrices", "plots", "learn"]
    for stop in stops:
        assert len(stop.text) < 190
        assert first_course().allows(stop.heading + stop.text)
        assert stop.waits in ("", "step")


def test_it_is_offered_until_there_is_an_answer(opened):
    window = opened("handout")
    window.teaching.offer_tour()
    QApplication.processEvents()
    assert window.findChild(OfferBar).isVisible()
    assert window.teaching._tour is None
    window.close()
    again = opened("handout")
    again.teaching.offer_tour()
    QTest.mouseClick(again.findChild(OfferBar).decline, LEFT)
    QApplication.processEvents()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    assert again.findChild(OfferBar) is None
    assert again.teaching._tour is None
    third = opened("handout")
    third.teaching.offer_tour()
    assert third.findChild(OfferBar) is None


@pytest.mark.parametrize(("key", "takes"), [(Key.Key_Return, True), (Key.Key_Escape, False)])
def test_the_offer_is_answered_by_the_keys_that_it_names(opened, key, takes):
    window = opened("handout")
    window.teaching.offer_tour()
    assert window.focusWidget() is window.findChild(OfferBar).accept
    press(window.focusWidget(), key)
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    assert window.findChild(OfferBar) is None
    assert (window.teaching._tour is not None) == takes


def test_the_offer_begins_the_tour_and_has_the_simple_view(opened):
    window = opened("handout")
    window.teaching.offer_tour()
    bar = window.findChild(OfferBar)
    tick = bar.findChild(QCheckBox, "offer_simple")
    QTest.mouseClick(tick, LEFT, Qt.KeyboardModifier.NoModifier, QPoint(8, tick.height() // 2))
    assert window.actions_by_name["simple"].isChecked()
    window.look.set_theme("dark")
    QTest.mouseClick(bar.accept, LEFT)
    assert window.findChild(Callout).isVisible()


def test_enter_and_arrows_walk_through_it_and_nothing_is_left(touring):
    window, tour = touring()
    callout = window.findChild(Callout)
    assert not callout.back.isEnabled()
    seen = [callout.heading.text()]
    press(window, Key.Key_Right)
    seen.append(callout.heading.text())
    assert window.session.position == 0
    press(window, Key.Key_Return)
    for _ in range(3):
        seen.append(callout.heading.text())
        press(window, Key.Key_Right)
    seen.append(callout.heading.text())
    assert seen == [stop.heading for stop in tour.stops]
    assert callout.next.text() == "Done"
    press(window, Key.Key_Left)
    assert callout.heading.text() == tour.stops[4].heading
    press(window, Key.Key_Right)
    press(window, Key.Key_Right)
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    assert window.findChild(Callout) is None
    assert window.findChild(Pointer) is None
    assert window.session.position == 0
    press(window, Key.Key_Right)
    assert window.session.position == 1


def test_the_stop_of_the_step_goes_on_when_the_reader_takes_one(touring, qtbot):
    window, tour = touring(1)
    press(window, Key.Key_Right)
    assert window.session.position == 1
    qtbot.waitUntil(lambda: tour.at == 2)
    tour.back()
    press(window, Key.Key_Left)
    assert (window.session.position, tour.at) == (0, 1)
    QTest.mouseClick(window.controls.button("step"), LEFT)
    qtbot.waitUntil(lambda: tour.at == 2)
    window.session.step()
    QApplication.processEvents()
    assert tour.at == 2


def test_at_the_end_of_a_run_the_arrow_goes_on_all_the_same(touring, qtbot):
    window, tour = touring()
    window.session.last()
    qtbot.waitUntil(lambda: window.session.at_end)
    tour.next()
    press(window, Key.Key_Right)
    assert tour.at == 2


@pytest.mark.parametrize("stop", range(6))
def test_escape_ends_it_anywhere_and_the_panes_are_as_they_were(touring, stop):
    window, tour = touring()
    tour.close()
    window.workspace.set_hidden("card", hidden=True)
    window.workspace.maximise(window.workspace.panes["matrices"])
    before = window.workspace.arrangement
    window.actions_by_name["tour"].trigger()
    for _ in range(stop):
        window.teaching._tour.next()
    assert window.workspace.panes["card"].isVisible()
    press(window, Key.Key_Escape)
    assert window.teaching._tour is None
    assert window.workspace.arrangement == before


def test_a_cell_can_be_clicked_and_keys_stay_with_what_is_written_in(touring):
    window, tour = touring(3)
    view = window.workspace.panes["matrices"].panel.view("V")
    view.cell_asked.emit("V", 0, 0)
    assert window.workspace.panes["matrices"].panel._explained.explanation.isVisible()
    assert tour.at == 3
    search = window.findChild(QLineEdit)
    search.setFocus()
    QTest.keyClick(search, Key.Key_Right)
    QTest.keyClick(search, Key.Key_Left)
    assert tour.at == 3
    window.actions_by_name["notes"].trigger()
    note = window.findChild(QPlainTextEdit, "general_note")
    note.setFocus()
    QTest.keyClicks(note, "a b")
    QTest.keyClick(note, Key.Key_Right)
    assert (tour.at, note.toPlainText()) == (3, "a b")


@pytest.mark.parametrize(
    ("size", "zoom"),
    [((1440, 900), 1.0), ((1024, 768), 1.0), ((1024, 768), 2.0), ((640, 480), 1.5)],
)
def test_every_callout_is_whole_and_inside_the_window(touring, qtbot, size, zoom):
    window, tour = touring(size=size)
    window.look.set_zoom(zoom)
    for stop in tour.stops:
        QApplication.processEvents()
        callout, target = tour.callout.geometry(), tour.pointer.target
        assert window.rect().contains(callout), stop.at
        assert window.rect().contains(target), stop.at
        assert not target.isEmpty()
        for label in (tour.callout.text, tour.callout.heading):
            assert label.height() >= label.heightForWidth(label.width()), stop.at
        if zoom == 1.0:
            assert not callout.intersects(target), stop.at
        tour.next()


def test_it_follows_the_window_and_the_theme(touring, qtbot):
    window, tour = touring(4)
    before = tour.pointer.target
    window.resize(1100, 700)
    qtbot.waitUntil(lambda: tour.pointer.target != before)
    deck = window.workspace.deck
    qtbot.waitUntil(lambda: tour.pointer.target.topLeft() == deck.mapTo(window, QPoint(0, 0)))
    assert tour.pointer.geometry() == window.rect()
    for theme in THEMES:
        window.look.set_theme(theme)
        assert window.theme.accent in tour.callout.styleSheet()


def test_it_says_what_it_shows_to_a_screen_reader(touring):
    window, tour = touring()
    callout = tour.callout
    assert callout.accessibleName() == "Tour, stop 1 of 6: The six steps"
    assert tour.stops[0].text in callout.next.accessibleDescription()
    assert callout.next.hasFocus()
    QTest.keyClick(callout.next, Key.Key_Space)
    assert tour.at == 1
    assert not window.session.running


def test_a_lesson_and_a_lecture_make_room_for_it(opened):
    window = opened("handout")
    window.actions_by_name["lessons"].trigger()
    window.actions_by_name["lecture"].trigger()
    window.actions_by_name["tour"].trigger()
    assert not window.teaching.lecturing
    assert not window.teaching.classroom.opened
    window.actions_by_name["tour"].trigger()
    assert len(window.findChildren(Callout)) == 1
    window.close()
    assert window.teaching._tour is None


def test_a_callout_without_a_place_stands_in_the_middle():
    place = beside(QRect(), QSize(100, 50), QRect(0, 0, 400, 300), 8)
    assert abs(place.center().x() - 200) <= 1
    assert abs(place.center().y() - 150) <= 1


def test_the_answer_is_kept(settings):
    from PySide6.QtCore import QSettings

    store = Settings(QSettings())
    assert not store.asked
    store.asked = True
    assert Settings(QSettings()).asked


def test_it_begins_at_the_first_step_and_with_the_lines_and_leads_back(opened):
    window = opened("handout")
    window.session.go(9)
    window.workspace.deck.choose("surface")
    window.actions_by_name["tour"].trigger()
    assert window.session.position == 0
    assert window.workspace.deck.choice == "group_lines"
    window.teaching._tour.close()
    assert window.session.position == 9
    assert window.workspace.deck.choice == "surface"
