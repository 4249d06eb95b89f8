"""Killed at any moment, the session is offered at the next start as it was."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from worker_to_kill import state_of

from mlm_gui.autosave import earlier_sessions
from solver.saving.session_file import write_folder

ROOT = Path(__file__).resolve().parents[2]
KILLS = int(os.environ.get("STEPREML_KILLS", "2"))
FORMULA = "y ~ x + (1 | g)"


@pytest.mark.skipif(sys.platform == "win32", reason="kills by a signal")
def test_a_killed_window_comes_back_as_it_was(opened, qtbot, tmp_path):
    chance = random.Random(KILLS)
    data = [(), ("ceis",), (str(_table(tmp_path / "people.csv")), FORMULA)]
    folder, log = tmp_path / "kept", tmp_path / "log"
    ages = []
    for k in range(KILLS):
        killed = _work_and_kill(folder, log, k, data[k % 3], chance.uniform(0.02, 1.5))
        events = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
        states = [(when, state) for kind, when, state in events if kind == "reached"]
        assert not [value for kind, _, value in events if kind == "refused"]
        found = _come_back(opened, qtbot, folder)
        if found is None:
            assert not [kind for kind, *_ in events if kind == "kept"]
            continue
        places = [i for i, (_, state) in enumerate(states) if state == found]
        assert places, (k, found)
        assert places[-1] >= _surely_kept(events), (k, found)
        gone = [when for when, _ in states[places[-1] + 1 :]]
        ages.append(killed - gone[0] if gone else 0.0)
    print(f"{len(ages)} came back; the oldest change lost was {max(ages, default=0):.3f} s old")


def _surely_kept(events: list) -> int:
    """The last state that had been handed to the writer whose end was told."""
    reached, handed, kept = -1, [], -1
    for kind, *_ in events:
        if kind == "reached":
            reached += 1
        elif kind == "begun":
            handed = []
        elif kind == "handed":
            handed.append(reached)
        elif kind == "kept":
            kept = handed.pop(0)
    return kept


def _work_and_kill(folder: Path, log: Path, seed: int, data: tuple, seconds: float) -> float:
    """When it was killed."""
    command = [sys.executable, str(Path(__file__).with_name("worker_to_kill.py"))]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"}
    environment |= {"XDG_CONFIG_HOME": str(folder.parent / "settings")}
    process = subprocess.Popen(
        [*command, str(folder), str(log), str(seed), *data],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        said = process.stdout.readline()
        time.sleep(seconds)
        process.kill()
        when = time.monotonic()
        errors = process.stderr.read().splitlines()
    assert said == "ready\n", errors
    errors = [line for line in errors if "This plugin does not support" not in line]
    assert not errors, "\n".join(errors)
    return when


def _come_back(opened, qtbot, folder: Path) -> list | None:
    """What the next start offers, once it is accepted; it is interrupted again at once."""
    window = opened("rail")
    window.desk.keep(folder)
    offer = window.findChild(QWidget, "offer")
    if offer is None:
        return None
    QTest.mouseClick(offer.accept, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not window.session.running, timeout=20_000)
    found = state_of(window)
    window.close()
    (path, manifest), *_ = earlier_sessions(folder)
    write_folder(path, replace(manifest, closed=False))
    return found


def _table(path: Path) -> Path:
    rng = np.random.default_rng(1)
    rows = zip(
        rng.normal(size=20_000), rng.normal(size=20_000), rng.integers(0, 50, 20_000), strict=True
    )
    path.write_text("y,x,g\n" + "".join(f"{y},{x},{g}\n" for y, x, g in rows))
    return path
