"""Fixtures that several test modules share."""

import csv
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent / "reference"


@dataclass(frozen=True)
class Reference:
    """A reference data set as decimal strings, and its fits to 25 digits under "reml" and "ml"."""

    y: list
    X: list
    labels: list
    fits: dict


@cache
def _reference(name):
    fits = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    model = fits.pop("model")
    with (FOLDER / model["data"]).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return Reference(
        y=[row[model["response"]] for row in rows],
        X=[["1", *(row[name] for name in model["predictors"])] for row in rows],
        labels=[row[model["group"]] for row in rows],
        fits=fits,
    )


@pytest.fixture(scope="session")
def reference():
    """A reader of the reference sets in ``tests/reference``, by name."""
    return _reference
