"""Finds the codes that survey files put where there is no answer, such as 96 to 99 for hours.

They are only proposed. A code is proposed when its label says that there is no answer, or when it
is one of the customary codes and stands apart from every other value of its column.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from solver.data.tables import Table, Value
from solver.moments import Floats

Reason = Literal["label", "described", "apart", "negative", "words", "given"]
"""Why a code is proposed: its label says so; the description of the data does; it is a customary
code far from the other values; it is a customary code and only such are below zero; it is itself
a phrase like "Don't know"; or the reader gave it."""

WIDEST = 10
"""Digits of the widest field whose customary codes are known."""

ALONE = 3.0
"""How many times the widest step between neighbouring values the codes must be away from them."""

LEAST = 0.1
"""How far away they must be, as a part of the range of the other values."""

SPIKE = 5.0
"""How many times as frequent as the values near the end codes must be that are less far away."""

ENOUGH = 20
"""Rows that a column needs before a code of one digit can be seen to stand apart."""

_PHRASES = (
    r"(valid |legitimate )?skip(ped|s)?", r"not? appl\w*", r"inap\w*", r"n ?a", r"does not apply",
    r"(i )?(don t|dont|do not|does not|doesn t|didn t|did not) know", r"dk", r"unknown",
    r"refus(al|als|ed|es|e|ee|ees)?", r"(a )?refuse( de repondre)?", r"declined( to answer)?",
    r"(non|not|un) ?stated", r"(item )?(non|no) ?(response|answer|reponse|declared?)",
    r"(item |question )?not? (available|answered|reported|asked|recorded|specified|known)",
    r"(item |question )?not? (ascertained|declared)",
    r"no (data|opinion|value|information)", r"((user|system) )?missing( value| data| values)?",
    r"unspecified|undetermined|undeclared|unreported|unavailable|blank|rf|nr|ns|ns nr|dk na",
    r"sans (objet|reponse)", r"(ne )?(sait|sais|savent) pas|nsp", r"pas de reponse",
    r"non (declaree?s?|determinee?s?|disponibles?|precisee?s?|renseignee?s?|applicables?)",
    r"(non|pas) (repondu|reponse)|inconnue?s?|manquante?s?|(valeur|donnee)s? manquantes?",
    r"(enchainement|saut)( valide)?|ne s applique pas",
)  # fmt: skip
_PHRASE = re.compile("|".join(f"(?:{phrase})" for phrase in _PHRASES))
_PARTS = re.compile(r"\s*(?:[/,;:()\[\]–—|]|\s-\s|\bor\b|\bou\b|\band\b|\bet\b)\s*")


@dataclass(frozen=True)
class ReserveCode:
    """A value that seems to stand for "no answer".

    Attributes
    ----------
    value : the code as it stands in the column
    rows : rows that have it
    reason : why it is proposed
    label : what the file calls it; empty where it does not
    """

    value: Value
    rows: int
    reason: Reason
    label: str = ""


@dataclass(frozen=True)
class Spread:
    """Some values of a column in short; nan where there are none, or no numbers.

    Attributes
    ----------
    n : values that are there
    mean, sd, low, high : of numbers
    """

    n: int
    mean: float = float("nan")
    sd: float = float("nan")
    low: float = float("nan")
    high: float = float("nan")


@dataclass(frozen=True)
class Proposal:
    """The reserve codes of one column, with what the column looks like with and without them.

    Attributes
    ----------
    column : str
    codes : tuple of ReserveCode
        In the order of the values.
    before, after : Spread
        Of the values with the codes, and without.
    """

    column: str
    codes: tuple[ReserveCode, ...]
    before: Spread
    after: Spread

    @property
    def values(self) -> tuple[Value, ...]:
        """The codes, as :class:`solver.data.preparation.Preparation` takes them."""
        return tuple(code.value for code in self.codes)

    @property
    def rows(self) -> int:
        """Rows that have one of the codes."""
        return sum(code.rows for code in self.codes)


def propose(table: Table, columns: Iterable[str] | None = None) -> tuple[Proposal, ...]:
    """Propose reserve codes.

    Parameters
    ----------
    table : Table
    columns : names, optional
        Where to look; in every column without.

    Returns
    -------
    tuple of Proposal
        One for each column that seems to have any, in the order of the table.
    """
    wanted = table.frame.columns if columns is None else columns
    found = (proposed(table, name) for name in wanted)
    return tuple(proposal for proposal in found if proposal is not None)


def proposed(table: Table, name: str) -> Proposal | None:
    """The reserve codes that one column seems to have."""
    column = table.frame[name].dropna()
    labels = table.value_labels.get(name, {})
    described = table.reserve_codes.get(name, ())
    if column.dtype.kind in "iuf":
        values = column.to_numpy()
        said = {*described, *(value for value, label in labels.items() if says_no_answer(label))}
        reasons = _told(values, labels, described)
        reasons |= _apart(values, reasons, labels.keys() - said)
    else:
        reasons = _worded(column.unique().tolist(), labels, described)
    return _proposal(table, name, reasons) if reasons else None


def given(table: Table, name: str, values: Iterable[Value]) -> Proposal:
    """What the reader's own codes touch in a column, as if they had been proposed."""
    return _proposal(table, name, dict.fromkeys(values, "given"))


def _proposal(table: Table, name: str, reasons: Mapping[Value, Reason]) -> Proposal:
    column, labels = table.frame[name].dropna(), table.value_labels.get(name, {})
    touched = column.isin([*reasons])
    counts = column[touched].value_counts().to_dict()
    codes = [
        ReserveCode(_plain(value), counts.get(value, 0), reasons[value], labels.get(value, ""))
        for value in sorted(reasons, key=lambda value: (isinstance(value, str), value))
    ]
    return Proposal(name, tuple(codes), spread(column), spread(column[~touched]))


def spread(column: Any) -> Spread:
    """Describe the values of a column that are there."""
    there = column.dropna()
    if there.dtype.kind not in "iuf" or not len(there):
        return Spread(len(there))
    numbers = there.to_numpy(np.float64)
    with np.errstate(over="ignore", invalid="ignore"):
        sd = float(numbers.std(ddof=1)) if len(numbers) > 1 else float("nan")
        return Spread(
            len(there), float(numbers.mean()), sd, float(numbers.min()), float(numbers.max())
        )


def says_no_answer(label: str) -> bool:
    """Whether a label says that there is no answer: in English or French, however it is written.

    Every part of it must, brackets after the first aside: "Not applicable (no children)" does, and
    "Refuse collection" and "Other, not stated" do not.
    """
    plain = unicodedata.normalize("NFKD", str(label)).casefold()
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    plain = re.sub(r"^\W*\d*\W*", "", plain)
    plain = re.sub(r"\b(n/a|ns/nr|dk/na)\b", lambda found: found[0].replace("/", " "), plain)
    if len(plain) > 200:
        return False
    outside = re.split(r"[(\[]", plain)[0] or plain
    parts = [re.sub(r"[^a-z0-9]+", " ", part).strip() for part in _PARTS.split(outside)]
    parts = [part for part in parts if part]
    return bool(parts) and all(_PHRASE.fullmatch(part) for part in parts)


def _told(
    values: Any, labels: Mapping[Value, str], described: Iterable[Value]
) -> dict[Value, Reason]:
    """The codes whose label, or the description of the data, says that there is no answer."""
    reasons: dict[Value, Reason] = dict.fromkeys(described, "described")
    reasons |= {v: "label" for v, label in labels.items() if says_no_answer(label)}
    present = {float(v) for v in np.unique(values[np.isin(values, _numbers(reasons))])}
    return {v: r for v, r in reasons.items() if not isinstance(v, str) and float(v) in present}


def _numbers(values: Iterable[Value]) -> Floats:
    return np.array([float(v) for v in values if not isinstance(v, str)], dtype=np.float64)


def _worded(
    values: list[Any], labels: Mapping[Value, str], described: Iterable[Value]
) -> dict[Value, Reason]:
    """The values of a column of text that are no answers, by their labels or by themselves."""
    reasons: dict[Value, Reason] = {}
    for value in values:
        if value in described:
            reasons[value] = "described"
        elif value in labels:
            if says_no_answer(labels[value]):
                reasons[value] = "label"
        elif isinstance(value, str) and says_no_answer(value):
            reasons[value] = "words"
    return reasons


def _apart(values: Any, told: Iterable[Value], meant: Iterable[Value]) -> dict[Value, Reason]:
    """The customary codes at either end that stand apart from the other numbers of a column.

    Codes already ``told`` are set aside before the distances are looked at; a value whose label
    means something (``meant``) is no code.
    """
    values = values[~np.isin(values, _numbers(told))]
    if not len(values) or not any(map(_families, (float(values.max()), -float(values.min())))):
        return {}
    places, rows = np.unique(values.astype(np.float64), return_counts=True)
    real = _numbers(meant)
    found = _codes_above(places, rows, real)
    below = _codes_above(-places[::-1], rows[::-1], -real)
    found |= {-value: reason for value, reason in below.items()}
    return {_plain(value): reason for value, reason in found.items()}


def _plain(value: Value) -> Value:
    """A whole number without decimals."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _families(end: float) -> list[list[float]]:
    """The sets of customary codes that the greatest value of a column belongs to."""
    families = [[float(k) for k in range(1, 10)]]
    for digits in range(2, WIDEST + 1):
        families.append([float(str(k) * digits) for k in (6, 7, 8, 9)])
        families += [
            [(10**digits - k) / 10**decimals for k in (4, 3, 2, 1)]
            for decimals in range(min(digits, 3))
        ]
    return [family for family in families if end in family]


def _codes_above(places: Floats, rows: Any, real: Floats) -> dict[float, Reason]:
    """The customary codes above all other values, where they stand apart from these.

    Parameters
    ----------
    places, rows : (k,)
        The different values from the lowest, and how many rows have each.
    real : array
        Values that mean something.
    """
    for family in _families(float(places[-1])):
        codes = np.isin(places, family) & ~np.isin(places, real)
        first = len(places) - int(np.argmin(codes[::-1])) if not codes.all() else 1
        for k in range(max(first, 1), len(places)):
            other_sign = places[k - 1] <= 0 < places[k]
            if other_sign and places[k] >= 10:
                return dict.fromkeys(places[k:].tolist(), "negative")
            if (other_sign or places[k] >= 6) and _stand_apart(places, rows, k):
                return dict.fromkeys(places[k:].tolist(), "apart")
    return {}


def _stand_apart(places: Floats, rows: Any, k: int) -> bool:
    """Whether the values from the k-th on are far from those before, as these lie together."""
    rest, codes = places[:k], int(rows[k:].sum())
    if len(rest) < 2:
        return False
    gap = float(places[k] - rest[-1])
    if not gap >= LEAST * float(rest[-1] - rest[0]):
        return False
    narrow = places[-1] < 10
    if narrow and (rows.sum() < ENOUGH or codes < 2):
        return False
    if narrow and rest[-1] > 0 and _whole(places[k:]) > _whole(rest):
        return False
    if gap >= ALONE * float(np.diff(rest).max()):
        return True
    near = int(rows[:k][rest >= rest[-1] - gap].sum())
    return not narrow and codes >= SPIKE * near


def _whole(values: Floats) -> bool:
    return bool((values == np.rint(values)).all())
