"""What is kept while the reader works, and what is offered at the next start."""

from __future__ import annotations

import sys
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from plots import many
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox, QWidget

from mlm_gui import autosave
from mlm_gui.app import create
from mlm_gui.autosave import earlier_sessions
from solver import Choices, Table, analyse
from solver.data.sources import FileSource
from solver.saving.loading import load
from solver.saving.session_file import (
    MANIFEST,
    PREVIOUS,
    Manifest,
    Notes,
    read_manifest,
    read_session,
    write_folder,
)

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def kept(tmp_path):
    return tmp_path / "kept"


@pytest.fixture
def opened(qtbot):
    """Open the window on some arguments, not shown: nothing has to be drawn."""

    def open_window(*arguments):
        _, window = create(list(arguments))
        qtbot.addWidget(window)
        return window

    return open_window


def settled(window, qtbot):
    """Wait until everything is on the disk."""
    keeper = window.desk._autosave
    qtbot.waitUntil(lambda: not keeper._timer.isActive() and not keeper._busy)


def interrupted(window, qtbot, kept):
    """Close a window, and leave what it kept as a crash would."""
    settled(window, qtbot)
    window.close()
    (path, manifest), *_ = earlier_sessions(kept)
    write_folder(path, replace(manifest, closed=False))
    return path


def offer_of(window):
    return window.findChild(QWidget, "offer")


def test_nothing_is_written_before_something_changes(opened, qtbot, kept):
    window = opened("handout")
    window.desk.keep(kept)
    settled(window, qtbot)
    assert not kept.exists()
    assert offer_of(window) is None
    window.actions_by_name["step"].trigger()
    settled(window, qtbot)
    (folder,) = kept.iterdir()
    assert read_manifest(folder).position == 1
    assert not read_manifest(folder).closed


def test_a_table_of_ones_own_is_kept_at_once_and_only_once(opened, qtbot, kept, tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("y,g\n1,a\n2,a\n4,b\n5,b\n")
    window = opened(str(path), "y ~ 1 + (1 | g)")
    window.desk.keep(kept)
    settled(window, qtbot)
    (folder,) = kept.iterdir()
    (member,) = folder.glob("*.parquet")
    first = member.stat().st_mtime_ns
    path.unlink()
    for change in ({"method": "ml"}, {"algorithm": "em"}):
        window.session.change("", **change)
        settled(window, qtbot)
    assert [p.stat().st_mtime_ns for p in folder.glob("*.parquet")] == [first]
    assert read_session(folder)[1].problem.n == 4
    if sys.platform != "win32":
        assert folder.stat().st_mode & 0o077 == 0  # nobody else reads the data
    window.open_data("rail")
    settled(window, qtbot)
    assert read_session(folder)[1].problem.group == "Rail"


def test_notes_layout_and_place_are_kept(opened, qtbot, kept):
    window = opened("handout")
    window.desk.keep(kept)
    window.desk.document.note(Notes("Hello"))
    window.workspace.set_hidden("matrices", hidden=True)
    window.session.go(9)
    settled(window, qtbot)
    (folder,) = kept.iterdir()
    manifest = read_manifest(folder)
    assert (manifest.notes.general, manifest.position) == ("Hello", 9)
    assert "matrices" in manifest.layout["hidden"]


def test_an_interrupted_session_is_offered_and_goes_on(opened, qtbot, kept):
    first = opened("ceis")
    first.desk.keep(kept)
    first.session.change("", method="ml")
    first.session.go(12)
    first.desk.document.note(Notes("kept"))
    folder = interrupted(first, qtbot, kept)
    window = opened("handout")
    window.desk.keep(kept)
    offer = offer_of(window)
    assert "ceis, ML, step 12, just now" in offer.label.text()
    assert window.session.problem.n == 7
    QTest.mouseClick(offer.accept, LEFT)
    assert offer.isHidden()
    assert window.session.position == 12
    assert window.session.options.method == "ml"
    assert window.desk.document.notes.general == "kept"
    window.session.go(13)
    settled(window, qtbot)
    assert [path for path in kept.iterdir() if path.is_dir()] == [folder]
    assert read_manifest(folder).position == 13
    window.actions_by_name["undo"].trigger()
    assert window.session.problem.n == 7


def test_to_start_anew_leaves_it_to_be_reopened(opened, qtbot, kept):
    first = opened("ceis")
    first.desk.keep(kept)
    first.session.go(5)
    interrupted(first, qtbot, kept)
    window = opened("handout")
    window.desk.keep(kept)
    QTest.mouseClick(offer_of(window).decline, LEFT)
    assert window.session.problem.n == 7
    window.close()
    again = opened("handout")
    again.desk.keep(kept)
    assert offer_of(again) is None
    again.actions_by_name["reopen"].trigger()
    assert (again.desk.document.name, again.session.position) == ("ceis", 5)


def file_menu(window):
    return window.menuBar().actions()[0].menu()


def test_a_closed_session_is_not_offered_but_reopened(opened, qtbot, kept):
    first = opened("rail")
    first.desk.keep(kept)
    first.session.go(4)
    first.close()
    (folder,) = kept.iterdir()
    assert read_manifest(folder).closed
    assert read_manifest(folder).position == 4
    window = opened("handout")
    window.desk.keep(kept)
    assert offer_of(window) is None
    window.session.go(3)
    file_menu(window).aboutToShow.emit()
    window.actions_by_name["reopen"].trigger()
    assert (window.desk.document.name, window.session.position) == ("rail", 4)
    settled(window, qtbot)
    window.actions_by_name["reopen"].trigger()  # and the other way round
    assert (window.desk.document.name, window.session.position) == ("handout", 3)


def test_without_an_earlier_session_there_is_none(opened, kept):
    window = opened("handout")
    window.actions_by_name["reopen"].trigger()
    window.desk.keep(kept)
    window.actions_by_name["reopen"].trigger()
    assert window.workspace.timeline.notice == "There is no earlier session."
    file_menu(window).aboutToShow.emit()
    assert not window.actions_by_name["reopen"].isEnabled()


def test_two_windows_keep_apart(opened, qtbot, kept):
    windows = [opened("handout"), opened("rail")]
    for window in windows:
        window.desk.keep(kept)
        window.session.go(3)
        settled(window, qtbot)
    assert len(list(kept.iterdir())) == 2
    assert earlier_sessions(kept) == []
    assert all(offer_of(window) is None for window in windows)
    windows[0].close()
    ((_, manifest),) = earlier_sessions(kept)
    assert manifest.choices.source.title == "handout"
    windows[1].session.go(4)
    settled(windows[1], qtbot)
    assert len(list(kept.iterdir())) == 2


def test_an_open_session_of_another_window_is_not_taken(opened, qtbot, kept):
    first = opened("ceis")
    first.desk.keep(kept)
    first.session.go(5)
    interrupted(first, qtbot, kept)
    one, two = opened("handout"), opened("handout")
    for window in (one, two):
        window.desk.keep(kept)
    QTest.mouseClick(offer_of(one).accept, LEFT)
    QTest.mouseClick(offer_of(two).accept, LEFT)
    assert "Another window" in two.findChild(QMessageBox).text()
    assert two.session.problem.n == 7


@pytest.mark.parametrize("spoil", ["manifest", "both", "data"])
def test_a_damaged_session_is_refused_and_the_good_one_kept(opened, qtbot, kept, tmp_path, spoil):
    path = tmp_path / "t.csv"
    path.write_text("y,g\n1,a\n2,a\n4,b\n5,b\n")
    first = opened(str(path), "y ~ 1 + (1 | g)")
    first.desk.keep(kept)
    first.session.go(5)
    folder = interrupted(first, qtbot, kept)
    (folder / MANIFEST).write_bytes((folder / MANIFEST).read_bytes()[:99])
    if spoil == "both":
        (folder / PREVIOUS).write_bytes(b"")
    if spoil == "data":
        (folder / "table-1.parquet").write_bytes(b"PAR1")
    window = opened("handout")
    window.desk.keep(kept)
    offer = offer_of(window)
    if spoil == "both":
        assert offer is None
        return
    if offer is None:  # the manifest before says that the session was closed
        window.actions_by_name["reopen"].trigger()
    else:
        QTest.mouseClick(offer.accept, LEFT)
    if spoil == "data":
        assert window.session.problem.n == 7
        assert "damaged" in window.findChild(QMessageBox).text()
        assert folder.exists()
    else:
        assert window.session.position == 5


def test_only_the_last_five_are_kept(opened, kept):
    choices = load("handout").choices
    for position in range(1, 9):
        (kept / str(position)).mkdir(parents=True)
        saved = f"2026-01-0{position}T10:00:00+00:00"
        write_folder(kept / str(position), Manifest(choices, position=position, saved=saved))
    (kept / "half").mkdir()
    (kept / "half" / "table-1.parquet").write_bytes(b"")
    window = opened("handout")
    window.desk.keep(kept)
    assert sorted(path.name for path in kept.iterdir()) == ["4", "5", "6", "7", "8"]
    assert "step 8" in offer_of(window).label.text()


def test_a_full_disk_is_said_once(opened, qtbot, kept, monkeypatch):
    kept.write_text("a file where the folder should be")
    window = opened("handout")
    window.desk.keep(kept)
    window.session.change("", method="ml")
    settled(window, qtbot)
    qtbot.waitUntil(lambda: "cannot be kept" in window.workspace.timeline.notice)
    window.say("")
    window.session.change("", method="reml")
    settled(window, qtbot)
    assert "cannot be kept" not in window.workspace.timeline.notice
    kept.unlink()
    window.session.change("", method="ml")
    settled(window, qtbot)
    assert len(list(kept.iterdir())) == 1


def test_the_data_are_written_in_another_thread(opened, qtbot, kept, monkeypatch):
    import pandas as pd

    threads = []
    pack = autosave.pack_data
    monkeypatch.setattr(
        autosave,
        "pack_data",
        lambda *a: threads.append(threading.current_thread()) or pack(*a),
    )
    problem = many(50, 5000)
    frame = pd.DataFrame({"y": problem.y, "g": problem.codes})
    window = opened("handout")
    window.desk.keep(kept)
    window.open(analyse(Choices(FileSource("x"), "y ~ 1 + (1 | g)"), Table(frame)))
    settled(window, qtbot)
    assert threads
    assert threading.main_thread() not in threads


def test_a_session_file_opened_begins_another_folder(opened, qtbot, kept, tmp_path):
    window = opened("rail")
    window.desk.keep(kept)
    window.session.go(3)
    window.desk.document.note(Notes("of the rails"))
    window.desk.document._save(str(tmp_path / "x.stepreml"))
    qtbot.waitUntil(lambda: window.desk.document.file != "")
    window.desk.document.note(Notes("newer"))
    window.open_data(str(tmp_path / "x.stepreml"))
    assert window.desk.document.notes.general == "of the rails"
    window.desk.document.note(Notes("third"))
    settled(window, qtbot)
    ((_, left),) = earlier_sessions(kept)
    assert (left.closed, left.notes.general) == (True, "newer")
    assert len(list(kept.iterdir())) == 2


def test_how_long_ago(opened, kept):
    window = opened("handout")
    window.desk.keep(kept)
    ago = window.desk._autosave._ago
    for seconds, said in {
        5: "just now",
        70: "a minute ago",
        400: "6 minutes ago",
        4000: "an hour ago",
        9000: "2 hours ago",
        100_000: "a day ago",
        900_000: "10 days ago",
    }.items():
        assert ago(datetime.now(UTC) - timedelta(seconds=seconds)) == said
    assert ago(None) == "some time ago"


def test_a_crash_in_a_lesson_offers_the_readers_own_session(opened, qtbot, kept):
    window = opened("rail")
    window.desk.keep(kept)
    window.session.go(2)
    window.workspace.set_hidden("iterations", hidden=True)
    settled(window, qtbot)
    window.teaching.classroom.show((0, 2))
    window.session.step()
    window.teaching.toggle_lecture()
    settled(window, qtbot)
    (folder,) = kept.iterdir()
    manifest, analysis = read_session(folder)
    assert analysis.choices.source.title == "rail"
    assert (manifest.position, manifest.closed) == (2, False)
    assert manifest.layout["hidden"] == "iterations"
    window.teaching.close()
    settled(window, qtbot)
    assert read_manifest(folder).position == 2
