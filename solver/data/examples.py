"""The built-in examples: one data file and one description each, in ``assets/examples``."""

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from assets import ASSETS
from solver.errors import Refusal

if TYPE_CHECKING:
    import pandas as pd

_NAMES = (
    "handout",
    "ceis",
    "ceis_raw",
    "salaries",
    "radon",
    "exam",
    "hsb82",
    "sleepstudy",
    "orthodont",
    "rail",
    "dyestuff",
    "dyestuff2",
)


@dataclass(frozen=True)
class Variable:
    """One column of an example.

    Attributes
    ----------
    name : column name in the data file
    meaning : what was measured
    unit : its unit, empty for codes and names
    kind : its part in the default formula
    labels : names of the codes, by the code as it is written in the file
    missing : reserve codes, which stand for "no answer" and are not values
    """

    name: str
    meaning: str
    unit: str
    kind: Literal["response", "predictor", "group", "other"]
    labels: Mapping[str, str] = field(default_factory=dict, hash=False)
    missing: tuple[int, ...] = ()


@dataclass(frozen=True)
class Example:
    """A data set with what there is to say about it.

    Attributes
    ----------
    name : short name, as in :func:`example_names`
    title : one line for menus; says so when the data are simulated or made up
    source : who collected or simulated the data, where and when
    rights : what is known about rights in the data
    formula : the model to start with
    rows, groups : size of the file; reserve codes do not count as groups
    look_for : what a student should look for in the fit
    simulated : drawn by a computer or constructed, not observed
    variables : one for each column, in the order of the file
    path : the data file
    """

    name: str
    title: str
    source: str
    rights: str
    formula: str
    rows: int
    groups: int
    look_for: str
    simulated: bool
    variables: tuple[Variable, ...]
    path: Path

    def frame(self) -> "pd.DataFrame":
        """Read the data file as it is, reserve codes included."""
        import pandas as pd

        return pd.read_csv(self.path)


def example_names() -> tuple[str, ...]:
    """Return the names of the built-in examples, in the order in which to offer them."""
    return _NAMES


def load_example(name: str) -> Example:
    """Return the description of a built-in example.

    Raises
    ------
    Refusal
        If there is no example of that name.
    """
    if name not in _NAMES:
        near = difflib.get_close_matches(name.lower(), _NAMES, n=1)
        hint = f"Did you mean '{near[0]}'? " if near else ""
        raise Refusal(f"There is no example '{name}'. {hint}The examples are: {', '.join(_NAMES)}.")
    path = ASSETS / "examples" / f"{name}.csv"
    about: dict[str, Any] = tomllib.loads(path.with_suffix(".toml").read_text(encoding="utf-8"))
    return Example(
        name=name,
        title=about["title"],
        source=about["source"].strip(),
        rights=about["rights"],
        formula=about["formula"],
        rows=about["rows"],
        groups=about["groups"],
        look_for=about["look_for"].strip(),
        simulated=about["simulated"],
        variables=tuple(_variable(entry) for entry in about["variables"]),
        path=path,
    )


def _variable(entry: dict[str, Any]) -> Variable:
    return Variable(**entry | {"missing": tuple(entry.get("missing", ()))})
