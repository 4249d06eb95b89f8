"""What every test of the window needs: settings of its own, one font, and no leaks."""

from __future__ import annotations

import gc
import os
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import matplotlib
import pytest

FONTS = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_QPA_FONTDIR", str(FONTS))


@pytest.fixture(scope="session", autouse=True)
def font(qapp) -> Iterator[None]:
    """The font and style that the program has offscreen, whatever the machine has."""
    from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication

    for name in ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"):
        assert QFontDatabase.addApplicationFont(str(FONTS / name)) >= 0
    qapp.setFont(QFont("DejaVu Sans", 10))
    qapp.setStyle("Fusion")
    qapp.setApplicationName("StepREML")
    qapp.setOrganizationName("StepREML")
    yield
    QGuiApplication.clipboard().clear()


@pytest.fixture(autouse=True)
def settings(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """Keep the reader's own settings out of the tests, and the tests out of them."""
    from PySide6.QtCore import QSettings

    folder = tmp_path_factory.mktemp("settings")
    monkeypatch.setenv("XDG_DATA_HOME", str(folder))
    before = QSettings.defaultFormat()
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(folder))
    yield folder
    QSettings.setDefaultFormat(before)


@pytest.fixture(scope="session", autouse=True)
def layouts_are_added_empty() -> Iterator[None]:
    """Fail where a layout is filled before it is added to another.

    PySide then keeps an object for each item. When Qt has deleted the item, the object goes on to
    answer for whatever Qt makes at its address: a scroll bar comes back as a ``QWidgetItem``.
    """
    from PySide6.QtWidgets import QBoxLayout, QLayout

    add = QBoxLayout.addLayout

    def add_empty(outer: QBoxLayout, inner: QLayout, *stretch: int) -> None:
        assert inner.count() == 0, "add the layout first, then fill it"
        add(outer, inner, *stretch)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(QBoxLayout, "addLayout", add_empty)
        yield


@pytest.fixture(autouse=True)
def nothing_is_left(request, qapp, font) -> Iterator[None]:
    """Fail when a test leaves windows, threads or pyplot figures behind."""
    palette = qapp.palette()
    before = {*qapp.topLevelWidgets(), *threading.enumerate()}
    yield
    for thread in threading.enumerate():
        if thread.name == "stepreml-task" and thread not in before:
            thread.join(20)
    left = leavings(qapp, before)
    if left:
        gc.collect()
        left = leavings(qapp, before)
    for thing in left:
        if not isinstance(thing, threading.Thread):
            thing.close()
            thing.deleteLater()
    qapp.setPalette(palette)
    assert not left
    if "matplotlib.pyplot" in sys.modules:
        assert not sys.modules["matplotlib.pyplot"].get_fignums()


def leavings(application, before: set) -> list:
    """Top-level widgets and threads that were not there before."""
    from PySide6.QtCore import QCoreApplication, QEvent

    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    imports = {getattr(_typesetter(), "_importing", None)}
    threads = [t for t in threading.enumerate() if t not in before and t not in imports]
    shared = ("QTipLabel", "QComboBoxPrivateContainer")
    widgets = [
        widget
        for widget in application.topLevelWidgets()
        if widget not in before and widget.metaObject().className() not in shared
    ]
    return [*threads, *widgets]


def _typesetter():
    from mlm_gui.typeset import typesetter

    return typesetter()


@pytest.fixture
def opened(qtbot) -> Iterator[Callable]:
    """Open the window on some arguments, shown, with the keyboard; it is closed at the end."""
    from mlm_gui.app import create

    windows = []

    def open_window(*arguments: str, size: tuple[int, int] = (1440, 900)):
        _, window = create(list(arguments))
        qtbot.addWidget(window)
        windows.append(window)
        window.resize(*size)
        with qtbot.waitActive(window):
            window.show()
            window.activateWindow()
        return window

    yield open_window
    for window in windows:
        window.session.pause()
