"""Where the content of the app lives: examples, lessons, themes, icons."""

from pathlib import Path

ASSETS = Path(__file__).resolve().parents[1] / "assets"
