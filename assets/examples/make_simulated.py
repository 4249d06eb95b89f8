"""Make the simulated examples again: ceis.csv, ceis_raw.csv and salaries.csv.

    uv run assets/examples/make_simulated.py

writes the three files next to this script, byte for byte what is there now. All randomness
comes from ``numpy.random.RandomState``, whose stream numpy promises never to change.

The seeds were searched for, so that the simulated data show what they are there to show: SEED_CEIS
so that the least-squares line lands close to the one printed in the lecture and the shrinkage of
the small industries can be seen, SEED_SALARIES so that the smallest department stands far from the
others and its own line misleads. Nobody here is a real person.
"""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray

Ints = NDArray[np.int64]

SEED_CEIS = 116148
SEED_RAW = 2023
SEED_SALARIES = 8943

# ---------------------------------------------------------------------------------------- ceis
#: The true model: LOOK_HRS = 8 + 0.00135 HOURS + u + error, Var(u) = 2.4², Var(error) = 7.4².
BETA0, BETA1, TAU, SIGMA = 8.0, 0.00135, 2.4, 7.4
#: Respondents in each INDUSTRY, and the most common number of insurable hours there.
RESPONDENTS = {1: 15, 2: 268, 3: 121, 4: 357, 5: 449, 6: 44}
USUAL_HOURS = {1: 500, 2: 1500, 3: 900, 4: 1300, 5: 1700, 6: 1100}
#: The intercept the lecture prints, and how near to land: a quarter of its last digit.
PRINTED_INTERCEPT, NEAR = 8.1108, 0.000025


def survey(rng: RandomState, industry: Ints, u: NDArray[np.float64]) -> tuple[Ints, Ints]:
    """Draw LOOK_HRS and HOURS for people in the given industries.

    The error is an exponential variable less its mean, so it is skewed to the right and has
    standard deviation SIGMA. Hours are rounded, and the few below 0 are set to 0.
    """
    usual = np.array([USUAL_HOURS[j] for j in industry])
    hours = np.rint(rng.triangular(0, usual, 2600)).astype(np.int64)
    error = SIGMA * (rng.standard_exponential(len(industry)) - 1)
    look = np.rint(BETA0 + BETA1 * hours + u[industry - 1] + error)
    return np.maximum(look, 0).astype(np.int64), hours


def land_on_printed_line(look: Ints, hours: Ints) -> tuple[Ints, int]:
    """Change LOOK_HRS by one hour in as few rows as needed to print the lecture's intercept.

    The least-squares intercept is Σ c_i y_i / D with c_i = Σx² − x_i Σx and D = nΣx² − (Σx)², whole
    numbers all. Each round takes the row and the sign (never below 0 hours) that bring it nearest.

    Returns
    -------
    look : the adjusted hours
    changes : how many rows were changed
    """
    look = look.copy()
    c = (hours**2).sum() - hours * hours.sum()
    d = c.sum()
    signs = np.array([1, -1])
    changes = 0
    while abs(gap := PRINTED_INTERCEPT * d - c @ look) > NEAR * d:
        miss = np.abs(gap - np.outer(signs, c))
        miss[1, look == 0] = np.inf
        sign, row = np.unravel_index(np.argmin(miss), miss.shape)
        look[row] += signs[sign]
        changes += 1
    return look, changes


def ceis(seed: int = SEED_CEIS) -> tuple[Ints, Ints, Ints, NDArray[np.float64], int]:
    """Simulate the stand-in survey, sorted by industry.

    Returns
    -------
    look, hours, industry : the columns
    u : the true industry effects
    changes : how many values of look were moved by one hour
    """
    rng = RandomState(seed)
    u = TAU * rng.standard_normal(len(RESPONDENTS))
    industry = np.repeat(list(RESPONDENTS), list(RESPONDENTS.values()))
    look, hours = survey(rng, industry, u)
    look, changes = land_on_printed_line(look, hours)
    return look, hours, industry, u, changes


# ------------------------------------------------------------------------------------ ceis_raw
EXTRA = 412  #: respondents with a reserve code in LOOK_HRS, HOURS or INDUSTRY
#: code 0 stands for "keep the value"
LOOK_CODES = {0: 0.28, 96: 0.60, 97: 0.05, 98: 0.02, 99: 0.05}
HOURS_CODES = {0: 0.66, 9996: 0.12, 9997: 0.13, 9998: 0.03, 9999: 0.06}
INDUSTRY_CODES = {0: 0.92, 9: 0.08}
PROVINCES = {
    10: 0.05, 11: 0.03, 12: 0.05, 13: 0.05, 24: 0.20, 35: 0.27, 46: 0.08,
    47: 0.07, 48: 0.10, 59: 0.10,
}  # fmt: skip
AGE_GROUPS = {1: 0.21, 2: 0.42, 3: 0.17, 4: 0.20}
SEXES = {1: 0.53, 2: 0.47}
REASONS = {1: 0.41, 2: 0.17, 3: 0.09, 4: 0.08, 5: 0.14, 6: 0.06, 7: 0.02, 8: 0.01, 9: 0.02}


def draw(rng: RandomState, chances: dict[int, float], size: int) -> Ints:
    """Draw codes with the given chances."""
    return np.array(rng.choice(list(chances), size=size, p=list(chances.values())), dtype=np.int64)


def ceis_raw() -> list[tuple[object, ...]]:
    """Put respondents with reserve codes among those of ceis, add columns, and shuffle."""
    look, hours, industry, u, _ = ceis()
    rng = RandomState(SEED_RAW)
    more_industry = industry[rng.randint(0, len(industry), size=EXTRA, dtype=np.int64)]
    more_look, more_hours = survey(rng, more_industry, u)

    look_code = draw(rng, LOOK_CODES, EXTRA)
    hours_code = draw(rng, HOURS_CODES, EXTRA)
    industry_code = draw(rng, INDUSTRY_CODES, EXTRA)
    look_code[(look_code == 0) & (hours_code == 0) & (industry_code == 0)] = 96

    n = len(look) + EXTRA
    order = rng.permutation(n)
    columns = [
        np.concatenate([look, np.where(look_code, look_code, more_look)])[order],
        np.concatenate([hours, np.where(hours_code, hours_code, more_hours)])[order],
        np.concatenate([industry, np.where(industry_code, industry_code, more_industry)])[order],
    ]
    others = [draw(rng, chances, n) for chances in (PROVINCES, AGE_GROUPS, SEXES, REASONS)]
    weight = [f"{w:.2f}" for w in np.exp(5.2 + 0.6 * rng.standard_normal(n))]
    numbers = range(100001, 100001 + n)
    return list(zip(numbers, *others, *columns, weight, strict=True))


# ------------------------------------------------------------------------------------ salaries
#: The true model: SALARY = 64000 + 1200 EXPERIENCE + u + error, SDs of u and error below.
START, A_YEAR, TAU_SALARY, SIGMA_SALARY = 64000, 1200, 11000, 12000
STAFF = {
    "Chemistry": 31, "Computing": 38, "Economics": 27, "History": 22,
    "Law": 19, "Music": 15, "Philosophy": 4,
}  # fmt: skip


def salaries(seed: int = SEED_SALARIES) -> tuple[Ints, Ints, list[str]]:
    """Simulate salaries in whole dollars by years of experience, sorted by department."""
    rng = RandomState(seed)
    u = TAU_SALARY * rng.standard_normal(len(STAFF))
    index = np.repeat(np.arange(len(STAFF)), list(STAFF.values()))
    experience = rng.randint(0, 36, size=len(index), dtype=np.int64)
    error = SIGMA_SALARY * rng.standard_normal(len(index))
    salary = np.rint(START + A_YEAR * experience + u[index] + error).astype(np.int64)
    return salary, experience, [list(STAFF)[j] for j in index]


# --------------------------------------------------------------------------------------- files
def save(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write one comma-separated file, with the same line ends on every system."""
    with path.open("w", encoding="ascii", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(header)
        table.writerows(rows)


def write(folder: Path) -> None:
    """Write the three simulated data files into a folder."""
    look, hours, industry, _, _ = ceis()
    model = ["LOOK_HRS", "HOURS", "INDUSTRY"]
    save(folder / "ceis.csv", model, zip(look, hours, industry, strict=True))
    extra = ["ID", "PROV", "AGEGRP", "SEX", "REASON"]
    save(folder / "ceis_raw.csv", [*extra, *model, "WEIGHT"], ceis_raw())
    salary = ["SALARY", "EXPERIENCE", "DEPARTMENT"]
    save(folder / "salaries.csv", salary, zip(*salaries(), strict=True))


if __name__ == "__main__":
    write(Path(__file__).resolve().parent)
