"""Keeps the session while the reader works, and offers it back after a crash.

Every process has a folder of its own below :func:`kept_folder`, with a lock; in it is the session
in the form of :mod:`solver.saving.session_file`. What changes is written within :data:`PACE`, the
data once for each table, always in the writer's thread. A folder whose owner is gone without having
closed it is offered at the next start.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLockFile, QObject, QStandardPaths, QTimer

from mlm_gui.widgets.offer_bar import OfferBar
from solver import Analysis, Problem, Refusal, Table
from solver.data.sources import ExampleSource
from solver.saving.loading import Opened
from solver.saving.session_file import (
    MANIFEST,
    MEMBER,
    Data,
    Manifest,
    clear_folder,
    pack_data,
    read_manifest,
    read_session,
    write_folder,
    write_member,
)

if TYPE_CHECKING:
    from mlm_gui.desk import Desk
    from mlm_gui.main_window import MainWindow
    from mlm_gui.theme import Theme

PACE = 300
"""Milliseconds within which a change is written."""

KEPT = 5
"""Sessions that are kept after they were left."""

LOCK = "lock"


def kept_folder() -> Path:
    """Where the sessions are kept on this computer."""
    place = QStandardPaths.StandardLocation.AppDataLocation
    return Path(QStandardPaths.writableLocation(place)) / "sessions"


class Autosave(QObject):
    """Writes the window's session after every change.

    Parameters
    ----------
    window : MainWindow
        Once it is filled.
    root : Path
        The folder of all kept sessions.
    """

    def __init__(self, window: MainWindow, desk: Desk, root: Path) -> None:
        super().__init__(desk)
        self._window, self._desk, self._root = window, desk, root
        self._folder: _Folder | None = None
        self._next: _Folder | None = None
        self._busy = self._late = self._failed = self._closed = False
        self._bar: OfferBar | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PACE)
        self._timer.timeout.connect(self._write)
        desk.document.changed.connect(self._on_changed)
        desk.document.leaving.connect(self._leave)
        window.session.started.connect(self._write)
        desk.closing.connect(self._close)
        if not isinstance(window.session.analysis.choices.source, ExampleSource):
            self._write()

    # -- writing

    def _on_changed(self) -> None:
        if not self._timer.isActive() and not self._closed:
            self._timer.start()

    def _write(self) -> None:
        """Hand the session as it is to the writer, or wait until it is done with the last one."""
        self._timer.stop()
        if self._busy:
            self._late = True
            return
        self._busy, self._late = True, False
        self._desk.writer.write(self._task(closed=False), self._on_written)

    def _task(self, closed: bool) -> Callable[[], None]:
        if self._folder is None:
            self._folder = _Folder.new(self._root)
        folder = self._folder
        manifest, analysis = self._desk.document.own()
        manifest = replace(manifest, closed=closed)
        return lambda: folder.write(manifest, analysis)

    def _on_written(self, refusal: Refusal | None) -> None:
        self._busy = False
        if refusal is not None and not self._failed:
            self._window.say(self.tr("The session cannot be kept: {}").format(refusal))
        self._failed = refusal is not None
        if self._late:
            self._write()

    def _leave(self) -> None:
        """Close the folder; what is opened next has another."""
        if self._folder is not None or self._timer.isActive():
            self._desk.writer.write(self._task(closed=True), lambda refusal: None)
            assert self._folder is not None
            self._desk.writer.write(self._folder.leave, lambda refusal: None)
        self._timer.stop()
        self._late = False
        self._folder, self._next = self._next, None

    def _close(self) -> None:
        self._closed = True
        self._leave()

    # -- coming back

    def offer(self) -> None:
        """Offer the last session that was interrupted, if there is one; clear old ones."""
        sessions = earlier_sessions(self._root)
        for folder, _ in sessions[KEPT:]:
            clear_folder(folder)
        interrupted = [entry for entry in sessions[:KEPT] if not entry[1].closed]
        if interrupted:
            self._show_offer(*interrupted[0])

    @property
    def can_reopen(self) -> bool:
        """Whether there is a session that was left or interrupted."""
        return bool(self._earlier())

    def reopen(self) -> None:
        """Open the last session that was left or interrupted."""
        sessions = self._earlier()
        if sessions:
            self._go_on(sessions[0][0])
        else:
            self._window.say(self.tr("There is no earlier session."))

    def _earlier(self) -> list[tuple[Path, Manifest]]:
        return earlier_sessions(self._root, self._folder.path if self._folder else None)

    def _show_offer(self, folder: Path, manifest: Manifest) -> None:
        title, method = manifest.choices.source.title, manifest.choices.options.method.upper()
        file = Path(manifest.file).stem
        text = self.tr("Go on where you were: {}, {}, step {}, {}").format(
            self.tr("{} (data: {})").format(file, title) if file else title,
            method,
            manifest.position,
            self._ago(manifest.when),
        )
        self._bar = OfferBar(text, self.tr("Go on"), self.tr("Start anew"))
        self._bar.accepted.connect(lambda: self._go_on(folder))
        self._bar.declined.connect(lambda: self._decline(folder, manifest))
        self._bar.apply_theme(self._desk.theme)
        self._window.show_bar(self._bar)

    def _go_on(self, path: Path) -> None:
        """Take over the folder of an earlier session, and open what is in it."""
        if self._bar is not None:
            self._bar.hide()
        folder = _Folder.taken(path)
        if folder is None:
            self._window.show_message(self.tr("Another window has that session open."))
            return
        try:
            manifest, analysis = read_session(path)
        except Refusal as refusal:
            folder.leave()
            self._window.show_message(str(refusal))
            return
        folder.know(manifest.data, analysis)
        self._next = folder
        self._desk.take(Opened(analysis, manifest), manifest.file, unsaved=True)

    def apply_theme(self, theme: Theme) -> None:
        """Take on colours and sizes."""
        if self._bar is not None:
            self._bar.apply_theme(theme)

    def _decline(self, folder: Path, manifest: Manifest) -> None:
        with contextlib.suppress(Refusal):
            write_folder(folder, replace(manifest, closed=True))

    def _ago(self, when: datetime | None) -> str:
        if when is None:
            return self.tr("some time ago")
        minutes = max(int((datetime.now(UTC) - when).total_seconds() // 60), 0)
        if minutes < 1:
            return self.tr("just now")
        if minutes < 60:
            one, more, count = self.tr("a minute ago"), self.tr("{} minutes ago"), minutes
        elif minutes < 24 * 60:
            one, more, count = self.tr("an hour ago"), self.tr("{} hours ago"), minutes // 60
        else:
            one, more, count = self.tr("a day ago"), self.tr("{} days ago"), minutes // (24 * 60)
        return one if count == 1 else more.format(count)


def earlier_sessions(root: Path, but: Path | None = None) -> list[tuple[Path, Manifest]]:
    """The kept sessions that no process has open, the last one first."""
    found = []
    for folder in root.iterdir() if root.is_dir() else ():
        lock = _lock(folder)
        if folder == but or not folder.is_dir() or not lock.tryLock(0):
            continue
        try:
            found.append((folder, read_manifest(folder)))
        except Refusal:
            if not (folder / MANIFEST).exists():
                clear_folder(folder)  # its owner was gone before the first session was in it
        lock.unlock()
    return sorted(found, key=lambda entry: entry[1].saved, reverse=True)


def _lock(folder: Path) -> QLockFile:
    lock = QLockFile(str(folder / LOCK))
    lock.setStaleLockTime(0)  # it is stale when its process is gone, however old it is
    return lock


class _Folder:
    """The folder of one session, which this process has locked; written to by one thread."""

    def __init__(self, path: Path, lock: QLockFile) -> None:
        self.path = path
        self._lock = lock
        self._data: Data | None = None
        self._of: Table | Problem | None = None
        self._packed = 0
        self._before = ""

    @classmethod
    def new(cls, root: Path) -> _Folder:
        """A folder that nobody has; it is made with the first writing."""
        path = root / f"{os.getpid()}-{os.urandom(4).hex()}"
        return cls(path, _lock(path))

    @classmethod
    def taken(cls, path: Path) -> _Folder | None:
        """The folder of an earlier session; None when another process has it."""
        lock = _lock(path)
        return cls(path, lock) if lock.tryLock(0) else None

    def know(self, data: Data | None, analysis: Analysis) -> None:
        """The data of an analysis are in the folder already."""
        self._data, self._of = data, _what(analysis)
        number = data.file.partition("-")[2].partition(".")[0] if data else ""
        self._packed = int(number or 0)
        self._before = data.file if data else ""

    def write(self, manifest: Manifest, analysis: Analysis) -> None:
        """Write the manifest, and the data before it if they are others than the last."""
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise Refusal(f"{self.path} cannot be made ({error.strerror or error}).") from error
        if not self._lock.isLocked():
            self._lock.tryLock(0)
        if self._of is not _what(analysis):
            self._packed += 1
            packed = pack_data(analysis, self._packed)
            if packed is not None:
                write_member(self.path, *packed)
            self._data, self._of = packed and packed[0], _what(analysis)
        write_folder(self.path, replace(manifest, data=self._data))
        present = self._data.file if self._data else ""
        for path in self.path.iterdir():
            if MEMBER.fullmatch(path.name) and path.name not in (present, self._before):
                path.unlink(missing_ok=True)
        self._before = present

    def leave(self) -> None:
        """Let others have it."""
        self._lock.unlock()


def _what(analysis: Analysis) -> Table | Problem:
    """What an analysis' data are a copy of."""
    return analysis.problem if analysis.read is None else analysis.read
