"""The File menu's reports, code and animations: written beside the window's other work."""

from __future__ import annotations

import contextlib
import io
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image
from plots import run
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialogButtonBox, QFileDialog, QMessageBox, QProgressDialog

from mlm_gui.app import main
from mlm_gui.exports.animation import AnimationSize, frames_of, save_animation
from mlm_gui.exports.animation_dialog import AnimationDialog
from solver import Refusal, fit, steps
from solver.saving.loading import load
from solver.saving.trace_file import write_trace

pytestmark = pytest.mark.filterwarnings("ignore:path is deprecated:DeprecationWarning")

ROOT = Path(__file__).resolve().parents[2]


def answer(monkeypatch, path, kind=""):
    asked = []

    def say(*arguments):
        asked.append(arguments[-1])
        return str(path), next((k for k in arguments[-1].split(";;") if kind in k), "")

    monkeypatch.setattr(QFileDialog, "getSaveFileName", say)
    return asked


def test_the_report_while_the_window_goes_on(opened, qtbot, monkeypatch, tmp_path):
    window = opened("handout")
    path = tmp_path / "walk.html"
    answer(monkeypatch, path)
    with qtbot.waitSignal(window.exports.written, timeout=60_000) as said:
        window.actions_by_name["report"].trigger()
        qtbot.keyClick(window, Qt.Key.Key_Right)
        assert window.session.position == 1
        assert not path.exists()
    assert said.args == [str(path)]
    assert path.read_bytes().startswith(b"<!DOCTYPE html>")
    assert window.session.position == 1
    assert window.workspace.timeline.notice == f"Saved as walk.html in {tmp_path}."
    assert window.exports.job is None


def test_a_report_can_be_called_off(opened, qtbot, monkeypatch, tmp_path):
    window = opened("handout")
    path = tmp_path / "walk.pdf"
    answer(monkeypatch, path)
    window.actions_by_name["report"].trigger()
    job = window.exports.job
    qtbot.waitUntil(lambda: job.bar.value() > 0)
    with qtbot.waitSignal(job.ended):
        job.bar.canceled.emit()
    assert window.exports.job is None
    assert not path.exists()
    qtbot.waitUntil(lambda: not window.findChildren(QProgressDialog))


def test_what_cannot_be_written_is_said(opened, qtbot, monkeypatch, tmp_path):
    window = opened("handout")
    answer(monkeypatch, tmp_path / "none" / "walk.pdf")
    window.actions_by_name["report"].trigger()
    qtbot.waitUntil(lambda: window.findChild(QMessageBox, "refusal") is not None)
    box = window.findChild(QMessageBox, "refusal")
    assert "There is no folder" in box.text()
    box.close()


@pytest.mark.parametrize(
    ("kind", "suffix", "holds"),
    [
        ("lme4", ".R", "lmer("),
        ("statsmodels", ".py", "smf.mixedlm("),
        ("StepREML", ".py", "Choices("),
        ("notebook", ".ipynb", "nbformat_minor"),
    ],
)
def test_code_of_every_kind(opened, qtbot, monkeypatch, tmp_path, kind, suffix, holds):
    window = opened("radon")
    asked = answer(monkeypatch, tmp_path / "fit", kind)
    with qtbot.waitSignal(window.exports.written, timeout=20_000):
        window.actions_by_name["save_code"].trigger()
    text = (tmp_path / f"fit{suffix}").read_text(encoding="utf-8")
    assert holds in text
    assert asked[0].count(";;") == 3
    if kind == "StepREML":
        left = {}
        with contextlib.redirect_stdout(io.StringIO()):
            exec(compile(text, "fit.py", "exec"), left)
        assert left["result"].loglik == fit(load("radon").problem).loglik
    elif kind == "notebook":
        assert json.loads(text)["cells"]
    else:
        assert (tmp_path / "fit.csv").exists()


def test_an_animation_has_a_frame_for_every_step(tmp_path):
    trace = run("handout")
    path = tmp_path / "run.gif"
    parts = [p.part for p in save_animation(trace, path, AnimationSize(480, 300, 0.2))]
    assert parts == sorted(parts)
    with Image.open(path) as picture:
        assert picture.size == (480, 300)
        times, looks = [], set()
        for k in range(picture.n_frames):
            picture.seek(k)
            times.append(picture.info["duration"])
            looks.add(picture.convert("RGB").tobytes())
    assert sum(times) == 200 * (len(trace) - 1) + 800
    assert len(looks) > 20


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="needs ffmpeg")
def test_a_film(tmp_path):
    path = tmp_path / "run.mp4"
    for _ in save_animation(run("handout"), path, AnimationSize(401, 301, 0.1, ("surface",))):
        pass
    assert path.read_bytes()[4:8] == b"ftyp"
    with pytest.raises(Refusal, match="cannot be written"):
        list(save_animation(run("handout"), tmp_path / "no" / "run.mp4", AnimationSize(320, 240)))


def test_long_runs_lose_frames_evenly():
    trace = run("dyestuff2", algorithm="em", max_iterations=600)
    steps = list(trace)
    shown = frames_of(steps)
    assert shown[0] is steps[0]
    assert shown[-1] is steps[-1]
    assert 100 < len(shown) <= 242


def test_animations_that_cannot_be(tmp_path, monkeypatch):
    trace = run("handout")
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(Refusal, match="needs the program ffmpeg"):
        list(save_animation(trace, tmp_path / "run.mp4", AnimationSize()))
    with pytest.raises(Refusal, match=r"\.gif or \.mp4"):
        list(save_animation(trace, tmp_path / "run.avi", AnimationSize()))
    with pytest.raises(Refusal, match="cannot be written"):
        list(save_animation(trace, tmp_path / "no" / "run.gif", AnimationSize(320, 240)))
    with pytest.raises(Refusal, match="320 to 3840"):
        AnimationSize(10, 10)


def test_the_animation_dialog(opened, qtbot, monkeypatch, tmp_path):
    window = opened("handout")
    window.actions_by_name["animation"].trigger()
    dialog = window.findChild(AnimationDialog)
    dialog.width_box.setValue(400)
    dialog.height_box.setValue(300)
    dialog.plots.setCurrentIndex(2)
    answer(monkeypatch, tmp_path / "run")
    save = dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Save)
    with qtbot.waitSignal(window.exports.written, timeout=60_000):
        qtbot.mouseClick(save, Qt.MouseButton.LeftButton)
    with Image.open(tmp_path / "run.gif") as picture:
        assert picture.size == (400, 300)


def test_the_command_writes_a_report_without_a_display(tmp_path):
    out = tmp_path / "walk.pdf"
    done = subprocess.run(
        [sys.executable, "main.py", "report", "handout", "--method", "ml", "--out", str(out)],
        cwd=ROOT, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert out.read_bytes().startswith(b"%PDF-")
    refused = subprocess.run(
        [sys.executable, "main.py", "report", "handout", "--out", str(tmp_path / "a.doc")],
        cwd=ROOT, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert refused.returncode == 2
    assert "Change the name's end" in refused.stderr


def test_a_trace_without_its_data_is_reported_all_the_same(tmp_path):
    table = tmp_path / "people.csv"
    table.write_bytes((ROOT / "assets/examples/handout.csv").read_bytes())
    formula = "LOOK_HRS ~ HOURS + (1 | INDUSTRY)"
    kept, out = tmp_path / "run.trace.jsonl", tmp_path / "walk.html"
    analysis = load(str(table), formula)
    write_trace(kept, analysis, steps(analysis.problem))
    table.unlink()
    assert main(["report", str(kept), "--out", str(out)]) == 0
    assert "cannot be read" in out.read_text(encoding="utf-8")
