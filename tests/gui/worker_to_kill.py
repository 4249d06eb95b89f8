"""A window at work, to be killed: ``python worker_to_kill.py FOLDER LOG SEED [DATA [FORMULA]]``.

Does what a reader does, by real events, and writes each state that it reaches into LOG before
anybody can keep it, and each state that is on the disk after.
"""

from __future__ import annotations

import json
import os
import random
import sys
import time
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from mlm_gui.app import create

Key, Modifier = Qt.Key, Qt.KeyboardModifier


def state_of(window) -> list:
    """What must come back."""
    manifest = window.desk.document.manifest()
    options = manifest.choices.options
    title = manifest.choices.source.title
    return [title, options.method, options.algorithm, manifest.position, manifest.notes.general]


def main(folder: str, log: str, seed: str, *data: str) -> None:
    """Work until killed."""
    chance = random.Random(int(seed))
    application, window = create(list(data))
    window.show()
    desk, file = window.desk, os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def note(kind: str, value: object) -> None:
        os.write(file, f"{json.dumps([kind, time.monotonic(), value])}\n".encode())

    note("begun", None)
    note("reached", state_of(window))
    desk.document.changed.connect(lambda: note("reached", state_of(window)))
    desk.keep(Path(folder))
    offer = window.findChild(QWidget, "offer")
    if offer is not None:
        QTest.mouseClick(offer.accept, Qt.MouseButton.LeftButton)
    tell_what_is_kept(desk.writer, note)
    print("ready", flush=True)
    while True:
        act(window, chance)
        QTest.qWait(chance.choice((0, 0, 5, 40)))
        application.processEvents()


def tell_what_is_kept(writer, note) -> None:
    """Have every writing that has ended told."""
    write = writer.write

    def watched(task, then):
        def told(refusal):
            note("kept" if refusal is None else "refused", str(refusal))
            then(refusal)

        note("handed", None)
        write(task, told)

    writer.write = watched


def act(window, chance: random.Random) -> None:
    """One thing that a reader does."""
    match chance.randrange(14):
        case 0:
            methods = list(window.controls.methods.values())
            QTest.mouseClick(chance.choice(methods), Qt.MouseButton.LeftButton)
        case 1:
            QTest.keyClick(window.controls.algorithm, chance.choice((Key.Key_Down, Key.Key_Up)))
        case 2:
            QTest.keyClick(window.controls.data, chance.choice((Key.Key_Down, Key.Key_Up)))
        case 3:
            window.desk.show_notes()
            note = window.findChild(QWidget, "general_note")
            QTest.keyClicks(note, chance.choice("a7 "))
        case 4:
            QTest.keyClick(window, Key.Key_Z, Modifier.ControlModifier)
        case 5:
            QTest.keyClick(window, Key.Key_End)
        case 6:
            QTest.keyClick(window, Key.Key_Right, Modifier.ShiftModifier)
        case 7 | 8:
            QTest.keyClick(window, Key.Key_Left)
        case _:
            QTest.keyClick(window, Key.Key_Right)


if __name__ == "__main__":
    main(*sys.argv[1:])
