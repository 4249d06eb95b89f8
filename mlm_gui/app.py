"""Starting the window: arguments, the display, the first paint, and then the data."""

from __future__ import annotations

import argparse
import ctypes
import importlib.util
import os
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from mlm_gui.main_window import MainWindow

FIRST_EXAMPLE = "handout"
PLOTS = ("group_lines", "likelihood", "surface", "shrinkage", "results", "all")
LAYOUTS = 8
"""Turns of the event loop in which every layout settles: one may ask for another."""

REFUSED = 2
"""Exit status when the input cannot be used."""


def main(arguments: Sequence[str]) -> int:
    """Open the window, or do what ``screenshot``, ``report`` and ``smoke`` ask.

    Parameters
    ----------
    arguments : sequence of str
        As after ``main.py``: ``[DATA [FORMULA]]``, ``screenshot OUT.png …``,
        ``report DATA … --out FILE`` or ``smoke …``.

    Returns
    -------
    int
        The exit status: 0, or 2 when the input was refused.
    """
    try:
        match list(arguments):
            case ["screenshot", *rest]:
                return _screenshot(rest)
            case ["smoke", *rest]:
                return _smoke(rest)
            case ["report", *rest]:
                return _report(rest)
        chosen = _parser("stepreml").parse_args(arguments)
        obstacle = missing_display()
        if obstacle:
            return _in_terminal(obstacle, arguments)
        return _run(chosen)
    except Exception as error:
        from solver.errors import Refusal  # not at the start: the solver takes longer than Qt

        if not isinstance(error, Refusal):
            raise
        print(error, file=sys.stderr)
        return REFUSED


def create(arguments: Sequence[str]) -> tuple[QApplication, MainWindow]:
    """Build the window with its data, without running the event loop.

    Parameters
    ----------
    arguments : sequence of str
        ``[DATA [FORMULA]]``; the first example without.

    Raises
    ------
    Refusal
        When the data or the formula cannot be used.
    """
    chosen = _parser("stepreml").parse_args(list(arguments))
    application = _application()
    window = _window()
    _fill(window, chosen)
    return application, window


def missing_display() -> str:
    """Why no window can be opened here, in a sentence; empty when one can.

    Qt ends the process when it finds no display, so this has to be known before.
    """
    if not sys.platform.startswith("linux") or os.environ.get("QT_QPA_PLATFORM"):
        return _missing_library(wayland=True) if sys.platform.startswith("linux") else ""
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return "There is no display to open a window on."
    return _missing_library(wayland=bool(os.environ.get("WAYLAND_DISPLAY")))


def _missing_library(wayland: bool) -> str:
    needed = {"libEGL.so.1": "libegl1"}
    if not wayland:
        needed["libxcb-cursor.so.0"] = "libxcb-cursor0"
    for library, package in needed.items():
        try:
            ctypes.CDLL(library)
        except OSError:
            return (
                f"The window needs the library {library}, which is not installed: "
                f"install the package {package}."
            )
    return ""


def _in_terminal(obstacle: str, arguments: Sequence[str]) -> int:
    from solver.saving.loading import open_any
    from solver.terminal import main as terminal

    named = list(arguments) or [FIRST_EXAMPLE]
    formula = named[1] if len(named) > 1 else None
    open_any(named[0], formula)  # what cannot be used is refused before anything is said
    print(f"{obstacle} Here is the fit in the terminal.\n", flush=True)
    return terminal(["walk", *named])


def _run(chosen: argparse.Namespace) -> int:
    from PySide6.QtCore import QTimer

    from mlm_gui.errors import install

    signal.signal(signal.SIGINT, signal.SIG_DFL)
    application = _application()
    window = _window()
    install(window)
    window.show()
    QTimer.singleShot(0, lambda: _fill_or_leave(application, window, chosen))
    return application.exec()


def _fill_or_leave(
    application: QApplication, window: MainWindow, chosen: argparse.Namespace
) -> None:
    from PySide6.QtCore import QTimer

    from solver.errors import Refusal
    from solver.saving.loading import is_saved

    try:
        asked = chosen.formula is None and Path(chosen.data).is_file()
        if asked and not is_saved(chosen.data):
            _fill(window, argparse.Namespace(data=FIRST_EXAMPLE, formula=None))
            window.opening.open_file(chosen.data)
        else:
            _fill(window, chosen)
    except Refusal as refusal:
        print(refusal, file=sys.stderr)
        application.exit(REFUSED)
    else:
        QTimer.singleShot(0, lambda: window.desk.keep())
        QTimer.singleShot(0, lambda: window.teaching.offer_tour())


def _fill(window: MainWindow, chosen: argparse.Namespace) -> None:
    from solver.saving.loading import open_any

    opened = open_any(chosen.data, chosen.formula)
    window.take(opened, chosen.data if opened.manifest else "")


def _application() -> QApplication:
    from PySide6.QtWidgets import QApplication

    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    application = QApplication(["stepreml"])
    application.setApplicationName("StepREML")
    application.setOrganizationName("StepREML")
    application.setStyle("Fusion")
    _load_font(application)
    application.aboutToQuit.connect(_leave_text)
    return application


def _leave_text() -> None:
    """Leave what was copied as plain text.

    Qt deletes the clipboard's data after Python has ended, and data made in Python crash then.
    """
    from PySide6.QtGui import QGuiApplication
    from shiboken6 import createdByPython

    clipboard = QGuiApplication.clipboard()
    data = clipboard.mimeData()
    if data is not None and createdByPython(data):
        clipboard.setText(data.text())


def _load_font(application: QApplication) -> None:
    """Load DejaVu Sans, which has every sign that we use, and write in it where Qt has no fonts."""
    from PySide6.QtGui import QFont, QFontDatabase

    package = importlib.util.find_spec("matplotlib")
    if package is None or package.origin is None:
        return
    folder = Path(package.origin).parent / "mpl-data" / "fonts" / "ttf"
    for name in ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"):
        QFontDatabase.addApplicationFont(str(folder / name))
    if application.platformName() == "offscreen":
        application.setFont(QFont("DejaVu Sans", 10))


def _window() -> MainWindow:
    from PySide6.QtCore import QSettings

    from mlm_gui.main_window import MainWindow
    from mlm_gui.settings import Settings

    return MainWindow(Settings(QSettings()))


def _screenshot(arguments: Sequence[str]) -> int:
    """Render the window offscreen into a PNG file."""
    parser = _Parser(prog="stepreml screenshot", description="Save a picture of the window.")
    parser.add_argument("out", metavar="OUT.png")
    _add_data(parser)
    parser.add_argument("--steps", type=_count, default=0, help="steps taken before")
    parser.add_argument("--size", type=_size, default="1440x900", help="width x height")
    parser.add_argument("--theme", choices=("light", "dark", "contrast"), default="light")
    parser.add_argument("--scale", type=_between(0.5, 4), default=1.0, help="pixels for each point")
    parser.add_argument("--zoom", type=_between(0.5, 3), default=1.0, help="size of everything")
    parser.add_argument("--plot", choices=PLOTS, default=PLOTS[0], help="the plot to show")
    chosen = parser.parse_args(arguments)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ["QT_SCALE_FACTOR"] = str(chosen.scale)

    from tempfile import TemporaryDirectory

    from PySide6.QtCore import QSettings

    from mlm_gui.main_window import MainWindow
    from mlm_gui.settings import Settings
    from mlm_gui.typeset import typesetter
    from solver.errors import Refusal

    application = _application()
    with TemporaryDirectory() as folder:
        store = QSettings(str(Path(folder) / "settings.ini"), QSettings.Format.IniFormat)
        window = MainWindow(Settings(store))
        window.look.set_theme(chosen.theme)
        window.look.set_zoom(chosen.zoom)
        _fill(window, chosen)
        window.resize(*chosen.size)
        window.workspace.deck.choose(chosen.plot)
        window.show()
        window.session.go(chosen.steps)
        if window.session.position != chosen.steps:
            last = window.session.position
            print(f"The run ends at step {last}: the picture shows that one.", file=sys.stderr)
        application.processEvents()
        typesetter().finish()
        for _ in range(LAYOUTS):
            application.processEvents()
        if not window.grab().save(chosen.out):
            raise Refusal(
                f"{chosen.out} could not be written. "
                "Check the folder, and that the name ends in .png."
            )
        window.close()
    return 0


def _report(arguments: Sequence[str]) -> int:
    """Write the report of a run, without a display."""
    from solver.terminal import add_model, joined, loaded

    parser = _Parser(prog="stepreml report", description="Write the whole walk as PDF or HTML.")
    add_model(parser)
    parser.add_argument("--out", metavar="FILE", required=True, help="a file .pdf or .html")
    chosen = parser.parse_args(joined(arguments))
    os.environ["QT_QPA_PLATFORM"] = "offscreen"

    from mlm_gui.report.build import save_report
    from mlm_gui.report.content import NO_NOTES
    from solver.steps import steps
    from solver.trace import Trace

    opened = loaded(chosen)
    analysis = opened.analysis
    _application()
    trace = opened.trace or Trace(steps(analysis.problem, analysis.choices.options))
    notes = opened.manifest.notes if opened.manifest else NO_NOTES
    for progress in save_report(analysis, trace, Path(chosen.out), notes):
        if sys.stderr.isatty():
            print(f"\r{progress.part:4.0%}  {progress.doing:<30}", end="", file=sys.stderr)
    if sys.stderr.isatty():
        print(file=sys.stderr)
    return 0


def _size(text: str) -> tuple[int, int]:
    try:
        width, height = map(int, text.lower().split("x"))
    except ValueError:
        said = f"'{text}' is not WIDTHxHEIGHT in pixels, such as 1440x900"
        raise argparse.ArgumentTypeError(said) from None
    if not (320 <= width <= 10000 and 240 <= height <= 10000):
        raise argparse.ArgumentTypeError(f"{text} is not between 320x240 and 10000x10000")
    return width, height


def _count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"'{text}' is not a number of steps, 0 or more")
    return int(text)


def _between(low: float, high: float) -> Callable[[str], float]:
    def number(text: str) -> float:
        value = float(text)
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(f"{text} is not between {low:g} and {high:g}")
        return value

    return number


def _smoke(arguments: Sequence[str]) -> int:
    """Start, and leave as soon as the window (or a finished step) is painted."""
    from PySide6.QtCore import QTimer

    parser = _Parser(prog="stepreml smoke", description="Start, paint, and leave.")
    parser.add_argument("--until", choices=("window", "ready"), default="ready")
    _add_data(parser)
    chosen = parser.parse_args(arguments)
    obstacle = missing_display()
    if obstacle:
        return _in_terminal(obstacle, [chosen.data])
    application = _application()
    window = _window()
    window.show()
    application.processEvents()
    if chosen.until == "window":
        return 0
    _fill(window, chosen)
    QTimer.singleShot(0, application.quit)
    application.exec()
    return 0


def _parser(name: str) -> argparse.ArgumentParser:
    parser = _Parser(prog=name, description="A random-intercept model by REML, step by step.")
    _add_data(parser)
    return parser


def _add_data(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("data", nargs="?", default=FIRST_EXAMPLE, metavar="DATA")
    parser.add_argument("formula", nargs="?", metavar="FORMULA")


class _Parser(argparse.ArgumentParser):
    """A parser whose refusals are sentences."""

    def error(self, message: str) -> NoReturn:
        from solver.errors import Refusal

        raise Refusal(f"{message[:1].upper()}{message[1:]}. See: {self.prog} --help")
