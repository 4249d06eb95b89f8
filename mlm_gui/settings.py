"""What the window remembers from one day to the next: layout, panes, theme, zoom and speed."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

from mlm_gui.theme import THEMES

RECENT = 8
"""Files that are remembered."""


class Settings:
    """A typed view of the user's settings; what is missing or spoilt reads as its default.

    Parameters
    ----------
    store : QSettings
        Where they are kept.
    """

    def __init__(self, store: QSettings) -> None:
        self._store = store

    @property
    def theme(self) -> str:
        """Name of the theme."""
        value = str(self._store.value("theme", THEMES[0]))
        return value if value in THEMES else THEMES[0]

    @theme.setter
    def theme(self, value: str) -> None:
        self._store.setValue("theme", value)

    @property
    def zoom(self) -> float:
        """Size of everything, 1 being the system's."""
        try:
            return min(max(float(str(self._store.value("zoom", 1.0))), 0.5), 3.0)
        except ValueError:
            return 1.0

    @zoom.setter
    def zoom(self, value: float) -> None:
        self._store.setValue("zoom", value)

    @property
    def plot(self) -> str:
        """Name of the plot that is shown, ``all``, or nothing."""
        return str(self._store.value("plot", ""))

    @plot.setter
    def plot(self, value: str) -> None:
        self._store.setValue("plot", value)

    @property
    def hidden(self) -> set[str]:
        """Names of the panes that are hidden."""
        return set(str(self._store.value("hidden", "")).split())

    @hidden.setter
    def hidden(self, value: set[str]) -> None:
        self._store.setValue("hidden", " ".join(sorted(value)))

    @property
    def speed(self) -> int:
        """Place of the speed slider, 0 to 100."""
        try:
            return min(max(int(str(self._store.value("speed", 30))), 0), 100)
        except ValueError:
            return 30

    @speed.setter
    def speed(self, value: int) -> None:
        self._store.setValue("speed", value)

    @property
    def motion(self) -> bool:
        """Whether lines may move from one place to another before the reader's eyes."""
        return str(self._store.value("motion", "on")) == "on"

    @motion.setter
    def motion(self, value: bool) -> None:
        self._store.setValue("motion", "on" if value else "off")

    @property
    def simple(self) -> bool:
        """Whether only what a first course needs is shown."""
        return str(self._store.value("simple", "off")) == "on"

    @simple.setter
    def simple(self, value: bool) -> None:
        self._store.setValue("simple", "on" if value else "off")

    @property
    def asked(self) -> bool:
        """Whether the reader has said if the tour is wanted."""
        return str(self._store.value("asked", "no")) == "yes"

    @asked.setter
    def asked(self, value: bool) -> None:
        self._store.setValue("asked", "yes" if value else "no")

    @property
    def scene(self) -> tuple[int, int]:
        """The lesson and the scene that were read last, counted from 0."""
        try:
            lesson, scene = map(int, str(self._store.value("scene", "0.0")).split("."))
        except ValueError:
            return 0, 0
        return max(lesson, 0), max(scene, 0)

    @scene.setter
    def scene(self, value: tuple[int, int]) -> None:
        self._store.setValue("scene", f"{value[0]}.{value[1]}")

    @property
    def recent(self) -> list[str]:
        """The files opened last, the latest first."""
        value = self._store.value("recent", [])
        paths = value if isinstance(value, list) else [value] if value else []
        return [str(path) for path in paths][:RECENT]

    def add_recent(self, path: str) -> None:
        """Remember that a file was opened."""
        others = [other for other in self.recent if other != path]
        self._store.setValue("recent", [path, *others][:RECENT])

    @property
    def folder(self) -> str:
        """The folder of the file opened or saved last; empty when it is gone."""
        usual = str(Path(self.recent[0]).parent) if self.recent else ""
        folder = str(self._store.value("folder", usual))
        return folder if Path(folder).is_dir() else ""

    @folder.setter
    def folder(self, value: str) -> None:
        self._store.setValue("folder", value)

    def layout(self, part: str) -> QByteArray | None:
        """A saved geometry or splitter state."""
        value = self._store.value(f"layout/{part}")
        return value if isinstance(value, QByteArray) else None

    def set_layout(self, part: str, state: QByteArray) -> None:
        """Save a geometry or splitter state."""
        self._store.setValue(f"layout/{part}", state)
