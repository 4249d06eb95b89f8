"""The window's commands, each in a process of its own: screenshot, smoke, and no display."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from mlm_gui import app

ROOT = Path(__file__).resolve().parents[2]


def call(*arguments: object, **variables: str) -> subprocess.CompletedProcess:
    environment = {
        key: value
        for key, value in os.environ.items()
        if key not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    }
    return subprocess.run(
        [sys.executable, "main.py", *map(str, arguments)],
        cwd=ROOT,
        env=environment | variables,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_screenshot_with_every_option(tmp_path):
    out = tmp_path / "out.png"
    options = ("--steps 6", "--size 1024x768", "--theme dark", "--scale 2", "--zoom 1.2")
    parts = [part for option in options for part in option.split()]
    kept = tmp_path / "kept"
    done = call("screenshot", out, "dyestuff2", *parts, "--plot", "all", XDG_DATA_HOME=str(kept))
    assert (done.returncode, done.stderr) == (0, "")
    picture = QImage(str(out))
    assert (picture.width(), picture.height()) == (2048, 1536)
    assert picture.pixelColor(3, 3).lightness() < 80
    assert not kept.exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--size", "big"], "size"),
        (["--size", "3x3"], "size"),
        (["--size", "big"], "WIDTHxHEIGHT"),
        (["--steps", "-1"], "0 or more"),
        (["--theme", "pink"], "pink"),
        (["--scale", "0"], "scale"),
        (["--zoom", "x"], "zoom"),
        (["--plot", "no"], "plot"),
        (["--steps", "x"], "steps"),
    ],
)
def test_screenshot_refuses_in_one_line(tmp_path, capsys, arguments, said):
    assert app.main(["screenshot", str(tmp_path / "x.png"), *arguments]) == 2
    refusal = capsys.readouterr().err
    assert refusal.count("\n") == 1
    assert said in refusal
    assert not (tmp_path / "x.png").exists()


def test_screenshot_into_nowhere(tmp_path):
    done = call("screenshot", tmp_path / "no" / "x.png")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "could not be written" in done.stderr


@pytest.mark.parametrize("until", ["window", "ready"])
def test_smoke(until, tmp_path):
    kept = tmp_path / "kept"
    done = call("smoke", "--until", until, QT_QPA_PLATFORM="offscreen", XDG_DATA_HOME=str(kept))
    assert (done.returncode, done.stderr) == (0, "")
    assert not kept.exists()


def test_without_a_display_the_same_data_in_the_terminal():
    done = call("rail")
    assert done.returncode == 0
    assert "no display" in done.stdout
    assert "Rail" in done.stdout


def test_bad_data_for_the_window():
    done = call("nix.csv", QT_QPA_PLATFORM="offscreen")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "nix.csv" in done.stderr


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux' libraries")
@pytest.mark.parametrize(
    ("library", "package"),
    [("libxcb-cursor.so.0", "libxcb-cursor0"), ("libEGL.so.1", "libegl1")],
)
def test_a_missing_library_is_named(monkeypatch, capsys, library, package):
    def load(name: str) -> None:
        if name == library:
            raise OSError(name)

    monkeypatch.setattr(ctypes, "CDLL", load)
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert package in app.missing_display()
    assert app.main(["rail"]) == 0
    said = capsys.readouterr().out
    assert package in said
    assert "Rail" in said


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux' libraries")
def test_wayland_needs_no_xcb(monkeypatch):
    def load(name: str) -> None:
        if "xcb" in name:
            raise OSError(name)

    monkeypatch.setattr(ctypes, "CDLL", load)
    monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    assert app.missing_display() == ""
