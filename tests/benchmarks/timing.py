"""Medians of repeated calls, and the data that the benchmarks share."""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from time import perf_counter

import numpy as np
import pandas as pd

FORMULA = "y ~ x + (1 | g)"


def seconds(*calls: Callable[[], object], repeats: int = 9) -> list[float]:
    """Median seconds of each call, all of them taking turns, after one turn that is not counted."""
    times: list[list[float]] = [[] for _ in calls]
    for turn in range(repeats + 1):
        for call, taken in zip(calls, times, strict=True):
            start = perf_counter()
            call()
            if turn:
                taken.append(perf_counter() - start)
    return [median(taken) for taken in times]


def simulated(n: int, J: int, seed: int = 0) -> pd.DataFrame:
    """A table of n rows in J groups: y = 1 + x + u + ε, all variances 1."""
    rng = np.random.default_rng(seed)
    g = np.concatenate([np.arange(J), rng.integers(0, J, n - J)])
    x = rng.normal(size=n)
    y = 1 + x + rng.normal(size=J)[g] + rng.normal(size=n)
    return pd.DataFrame({"y": y, "x": x, "g": g})


def bare_pass(frame: pd.DataFrame, J: int) -> Callable[[], None]:
    """Three ``np.bincount`` and three dot products: the least that any method must do."""
    y, x, g = (frame[name].to_numpy() for name in ("y", "x", "g"))

    def run() -> None:
        np.bincount(g, minlength=J)
        np.bincount(g, x, J)
        np.bincount(g, y, J)
        _ = x @ x, x @ y, y @ y

    return run
