"""An unexpected error: a dialog with a report to copy, and a window that goes on."""

from __future__ import annotations

import sys

import pytest
from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton

from mlm_gui.errors import NAME, install


@pytest.fixture
def installed(opened, monkeypatch):
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    window = opened("handout", size=(700, 500))
    window.session.go(3)
    install(window)
    return window


def raised() -> None:
    try:
        raise ZeroDivisionError("the fault")
    except ZeroDivisionError:
        sys.excepthook(*sys.exc_info())


def test_a_dialog_with_a_report_and_the_window_goes_on(installed, capsys):
    raised()
    box = installed.findChild(QMessageBox, NAME)
    assert box.isVisible()
    assert "the fault" in box.text()
    assert "ZeroDivisionError" in capsys.readouterr().err
    copy = box.findChild(QPushButton, "copy_report")
    QTest.mouseClick(copy, Qt.MouseButton.LeftButton)
    report = QApplication.clipboard().text()
    assert "Traceback" in report
    assert "Python" in report
    assert box.isVisible()
    box.close()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    assert installed.isVisible()
    QTest.keyClick(installed, Qt.Key.Key_Right)
    assert installed.session.position == 4


def test_many_errors_open_one_dialog(installed, capsys):
    for _ in range(5):
        raised()
    assert len(installed.findChildren(QMessageBox, NAME)) == 1
    assert capsys.readouterr().err.count("Traceback") == 5
    installed.findChild(QMessageBox, NAME).close()


@pytest.mark.qt_no_exception_capture
def test_an_error_in_a_slot_is_caught(installed, qtbot, capsys):
    QTimer.singleShot(0, lambda: 1 / 0)
    qtbot.waitUntil(lambda: installed.findChild(QMessageBox, NAME) is not None)
    assert "division" in installed.findChild(QMessageBox, NAME).text()
    installed.findChild(QMessageBox, NAME).close()
    capsys.readouterr()
