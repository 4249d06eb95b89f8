"""Correct digits of the worst of β̂, SE, σ̂², τ̂² and ℓ on every reference set."""

from __future__ import annotations

import json
import math
from decimal import Decimal
from pathlib import Path

import pandas as pd

from solver import Fit, Options, Problem, fit

REFERENCE = Path(__file__).resolve().parents[1] / "reference"
ALGORITHMS = ("fisher", "ai", "newton", "em")


def main() -> None:
    """Print a row a data set and criterion."""
    heads = "".join(f"{name:>9}" for name in ALGORITHMS)
    print(f"{'data':<14}{'':<6}{heads}   outcome of em")
    for path in sorted(REFERENCE.glob("*.json")):
        reference = json.loads(path.read_text())
        model = reference["model"]
        frame = pd.read_csv(REFERENCE / model["data"])
        fixed = " + ".join(model["predictors"]) or "1"
        problem = Problem.from_frame(
            frame, f"{model['response']} ~ {fixed} + (1 | {model['group']})"
        )
        for method in ("reml", "ml"):
            fits = [fit(problem, Options(method, algorithm)) for algorithm in ALGORITHMS]
            cells = "".join(f"{worst(one, reference[method]):9.1f}" for one in fits)
            print(f"{path.stem:<14}{method:<6}{cells}   {fits[-1].outcome}")


def worst(result: Fit, right: dict[str, object]) -> float:
    """Correct digits of the worst of the estimates."""
    return min(
        *(digits(a, b) for a, b in zip(result.beta, right["beta"], strict=True)),
        *(digits(a, b) for a, b in zip(result.se, right["se"], strict=True)),
        digits(result.sigma2, right["sigma2"]),
        digits(result.tau2, right["tau2"]),
        digits(result.loglik, right["loglik"]),
    )


def digits(value: float, right: object) -> float:
    """Correct significant digits, at most the 16 that a double holds."""
    true = Decimal(str(right))
    error = abs(Decimal(float(value)) - true)
    if error == 0:
        return 16.0
    return min(16.0, -math.log10(float(error / abs(true) if true else error)))


if __name__ == "__main__":
    main()
