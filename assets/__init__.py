"""What the program shows and is not code: examples, lessons, themes, icons."""

from pathlib import Path

ASSETS = Path(__file__).resolve().parent
"""The folder that they are in."""
