"""Reserve codes are proposed where a reader would see them, and nowhere else."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from solver import Choices, Preparation, Table, analyse, fit, load_example
from solver.data.reserve_codes import propose, says_no_answer
from solver.data.sources import ExampleSource, FileSource

FAMILIES = [
    [96, 97, 98, 99], [996, 997, 998, 999], [9996, 9997, 9998, 9999], [99996, 99997, 99998, 99999],
    [66, 77, 88, 99], [777, 888, 999], [9.6, 9.7, 9.8, 9.9], [99.6, 99.7, 99.8, 99.9], [999.6],
    [99.96, 99.99],
]  # fmt: skip


def table(*values, labels=None):
    return Table(pd.DataFrame({"v": np.concatenate(values)}), value_labels={"v": labels or {}})


def found(*values, labels=None):
    """The codes proposed, or () where there are none."""
    proposals = propose(table(*values, labels=labels))
    return proposals[0].values if proposals else ()


def full(low, high):
    return np.arange(low, high + 1).repeat(3)


LABELS = """
Valid skip | VALID SKIP | Don't know | Don’t know | dont know | 97 Don't know | (-8) Don't Know
Refusal | Refused | REFUS | Not stated | Not Stated / Refusal | Not applicable | N/A | Inap.
Not applicable (no children) | Missing | System missing | No answer | Unknown | Item not ascertained
Sans objet | sans objet | Ne sait pas | NE SAIT PAS / REFUS | Non déclaré | NON DÉCLARÉE | refus
Enchaînement valide | Non réponse | Sans réponse | Don't know, not stated | Don't know or refused
"""
REAL = """
Refuse collection | Other | Other, not stated | Missing persons unit | Unknown soldier | Yes | No
Non | None | Never | Sait lire | 99 or more | 96 hours | Skipper | Not at all | Do not agree | Nil
Refuse | A refusé la vaccination deux fois | Knows | Not working | 0 | Valid | Answered
"""


def split(text):
    return [label.strip() for line in text.strip().splitlines() for label in line.split("|")]


@pytest.mark.parametrize("label", split(LABELS))
def test_labels_that_say_there_is_no_answer(label):
    assert says_no_answer(label)


@pytest.mark.parametrize("label", [label for label in split(REAL) if label != "Refuse"])
def test_labels_that_mean_something(label):
    assert not says_no_answer(label)


@given(st.text(max_size=60))
def test_any_label_is_judged(label):
    assert says_no_answer(label) in (True, False)


@pytest.mark.parametrize("codes", FAMILIES, ids=str)
def test_customary_codes_above_a_column_that_ends_well_before(codes):
    top = int(codes[0] * 0.6)
    rest = full(0, top) if codes[0] == int(codes[0]) else full(0, top) + 0.5
    assert found(rest, np.repeat(codes, 4)) == tuple(codes)
    assert found(rest, codes[-1:] * 2) == tuple(codes[-1:])


@pytest.mark.parametrize(
    ("rest", "codes"),
    [
        (full(1, 2), [6, 7, 8, 9]),
        (full(1, 5), [9]),
        (full(1, 6), [9]),
        (full(18, 90), [-1]),
        (full(18, 90), [-9, -8]),
        (full(0, 5), [-9]),
        (full(0, 50000)[::97], [-99, -97]),
        (full(0, 5000), [-9999]),
        (full(-50, 50), [-999]),
        (full(-50, 50), [9999]),
        (np.linspace(20, 70, 101).repeat(2), [-9]),
    ],
)
def test_codes_of_one_digit_and_below_zero(rest, codes):
    assert found(rest, np.repeat(codes, 9)) == tuple(codes)


@pytest.mark.parametrize(
    "values",
    [
        full(1, 9),  # industries
        full(1, 6),
        full(1, 7),
        full(0, 10),
        np.array([1, 1, 5, 5, 5, 6, 6] * 9),
        np.array([1, 2, 3, 4, 6] * 9),
        full(15, 99),  # ages
        full(0, 99),
        full(0, 98),
        full(90, 99),
        full(-9, 30),  # degrees
        full(-3, 3),
        full(1950, 1999),
        np.arange(0, 10, 0.1),
        np.arange(0, 100, 0.1),
        np.array([9.0] * 30),
        np.array([99, 99, 99]),
        np.array([1, 9]),
        np.array([]),
        np.array([1.5, 2.5, 9.0] * 9),
    ],
    ids=lambda values: f"{values.min()}-{values.max()}" if len(values) else "none",
)
def test_real_values_are_left_alone(values):
    assert found(values) == ()


@given(st.integers(0, 40), st.integers(50, 9999), st.integers(1, 5))
def test_a_column_without_gaps_has_no_codes(low, high, times):
    assert found(np.arange(low, high + 1).repeat(times)) == ()


@given(st.lists(st.floats(-1e6, 1e6), max_size=60), st.randoms())
def test_what_is_proposed_is_at_the_ends_and_counted(values, dice):
    column = np.array([*values, *dice.choices([9, 99, 96, -9, -99, 9.6, 999], k=9)])
    for proposal in propose(table(column)):
        for code in proposal.codes:
            assert code.rows == (column == code.value).sum() > 0
        rest = column[~np.isin(column, proposal.values)].astype(np.float64)
        assert proposal.after.n == len(rest) == proposal.before.n - proposal.rows
        low, high = rest.min(initial=np.inf), rest.max(initial=-np.inf)
        assert all(v > high or v < low for v in proposal.values)


def test_a_label_outweighs_the_place():
    labels = {96: "Valid skip", 98: "Refusal", 99: "99 or more", 97: "Don't know"}
    assert found(full(0, 97), [96] * 5, labels={96: "Valid skip"}) == (96,)
    assert found(full(0, 50), [96, 97, 98, 99] * 5, labels=labels) == (96, 97, 98)
    assert found(full(1, 9), labels={9: "Not stated"}) == (9,)
    assert found(full(1, 5), [9] * 5, labels={9: "Public administration"}) == ()


def test_words_among_words():
    columns = pd.DataFrame({"g": ["North", "South", "Don't know", "Refused", "North", None]})
    (proposal,) = propose(Table(columns))
    assert proposal.values == ("Don't know", "Refused")
    assert (proposal.before.n, proposal.after.n) == (5, 3)


def test_an_absent_code_is_not_proposed():
    assert found(full(0, 50), labels={99: "Not stated"}) == ()


@pytest.mark.parametrize("columns", [pd.DataFrame(), pd.DataFrame({"a": [np.nan, np.nan]})])
def test_a_table_of_nothing(columns):
    assert propose(Table(columns)) == ()


@pytest.mark.parametrize("name", ["handout", "salaries", "radon", "exam", "hsb82", "sleepstudy"])
def test_clean_examples_have_none(name):
    assert propose(ExampleSource(name).read()) == ()


RAW = load_example("ceis_raw")


@pytest.mark.parametrize("source", [FileSource(str(RAW.path)), ExampleSource("ceis_raw")])
def test_the_raw_survey_gives_the_fit_of_the_clean_one_to_all_digits(source):
    table = source.read()
    proposals = propose(table, ["LOOK_HRS", "HOURS", "INDUSTRY"])
    preparation = Preparation({p.column: p.values for p in proposals})
    assert preparation.missing == {
        "LOOK_HRS": (96, 97, 98, 99), "HOURS": (9996, 9997, 9998, 9999), "INDUSTRY": (9,)
    }  # fmt: skip
    raw = analyse(Choices(source, RAW.formula, preparation), table).problem
    clean = load_example("ceis")
    same = analyse(Choices(ExampleSource("ceis"), clean.formula)).problem
    assert raw.n == same.n == 1254
    for one, other in ((raw.y, same.y), (raw.X, same.X), (raw.codes, same.codes)):
        assert sorted(map(repr, one.tolist())) == sorted(map(repr, other.tolist()))
    one, other = fit(raw), fit(same)
    for name in ("beta", "se", "u", "sigma2", "tau2", "loglik"):
        np.testing.assert_allclose(getattr(one, name), getattr(other, name), rtol=1e-13)


def test_what_the_column_looks_like_with_and_without():
    (proposal,) = propose(table(np.array([1.0, 2, 3, 4, 5] * 5), [99] * 5))
    assert (proposal.before.n, proposal.before.high) == (30, 99)
    assert (proposal.after.n, proposal.after.mean, proposal.after.high) == (25, 3, 5)
    assert proposal.after.sd == pytest.approx(np.std([1, 2, 3, 4, 5] * 5, ddof=1))
    assert [code.reason for code in proposal.codes] == ["apart"]
