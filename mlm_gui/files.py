"""Asking for a file in the folder used last, and saying what was written or copied."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol, runtime_checkable

from PySide6.QtCore import QCoreApplication, QSettings
from PySide6.QtWidgets import QFileDialog, QMainWindow, QWidget

from mlm_gui.settings import Settings


@runtime_checkable
class Sayer(Protocol):
    """What has a place for a sentence to the reader: the main window."""

    def say(self, text: str) -> None:
        """Say something."""


def ask_to_save(parent: QWidget, title: str, name: str, kinds: str) -> tuple[str, str]:
    """The path chosen, empty when none was, and the kind chosen.

    Parameters
    ----------
    parent : QWidget
    title : str
    name : str
        The name to offer: in the folder used last, unless it is a whole path.
    kinds : str
        As the file dialog wants them, such as ``"PDF (*.pdf);;PNG (*.png)"``.
    """
    settings = Settings(QSettings())
    offered = str(Path(settings.folder) / name)
    path, kind = QFileDialog.getSaveFileName(parent, title, offered, kinds)
    if path:
        settings.folder = str(Path(path).absolute().parent)
    return path, kind


def ask_to_open(parent: QWidget, title: str, kinds: str) -> str:
    """The path chosen, empty when none was."""
    settings = Settings(QSettings())
    path, _ = QFileDialog.getOpenFileName(parent, title, settings.folder, kinds)
    if path:
        settings.folder = str(Path(path).absolute().parent)
    return path


def ask_to_open_several(parent: QWidget, title: str, kinds: str) -> list[str]:
    """The paths chosen."""
    settings = Settings(QSettings())
    paths, _ = QFileDialog.getOpenFileNames(parent, title, settings.folder, kinds)
    if paths:
        settings.folder = str(Path(paths[0]).absolute().parent)
    return paths


def say_saved(widget: QWidget, path: str | Path) -> None:
    """Say in the main window that a file is written."""
    path = Path(path).absolute()
    said = QCoreApplication.translate("files", "Saved as {} in {}.")
    say(widget, said.format(path.name, path.parent))


def say(widget: QWidget, text: str) -> None:
    """Say something in the main window that a widget, or the window of it, belongs to."""
    place: QWidget | None = widget
    while place is not None and not isinstance(place, QMainWindow):
        place = place.parentWidget()
    if isinstance(place, Sayer):
        place.say(text)
