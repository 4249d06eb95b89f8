"""Choices go into JSON and come back the same; what is not a record of them is refused."""

import json
import math
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solver import Choices, Options, Preparation, Refusal
from solver.data.preparation import Sample
from solver.data.simulation import Simulation
from solver.data.sources import ExampleSource, FileSource, Source
from solver.saving.jsonable import from_json, to_json
from solver.saving.records import check_format, restore

values = st.one_of(st.integers(), st.floats(allow_nan=False), st.text(), st.booleans())
codes = st.dictionaries(st.text(), st.lists(values).map(tuple))
amounts = st.floats(1e-9, 1e9)
simulations = st.builds(
    Simulation,
    groups=st.integers(2, 30),
    smallest=st.integers(1, 9),
    largest=st.integers(9, 40),
    intercept=amounts | st.just(-2),
    slope=amounts,
    sigma2=amounts,
    tau2=amounts | st.just(0),
    seed=st.integers(0, 2**64),
)
checked = {Simulation: simulations}
"""How to draw a source that not every value of a field makes."""

sources = st.one_of([checked.get(kind, st.from_type(kind)) for kind in get_args(Source)])
variances = st.floats(1e-300, 1e300)
options = st.builds(
    Options,
    method=st.sampled_from(["reml", "ml"]),
    algorithm=st.sampled_from(["fisher", "ai", "newton", "em"]),
    start=st.sampled_from(["moments", "half"]) | st.tuples(variances, variances | st.just(0.0)),
    tolerance=st.floats(0, 1, exclude_min=True, exclude_max=True),
    max_iterations=st.integers(1, 10**6),
)
preparations = st.builds(
    Preparation,
    missing=codes,
    levels=codes,
    sample=st.none() | st.builds(Sample, st.integers(0, 10**6), st.integers(0, 2**32), st.text()),
    named=st.lists(st.text()).map(tuple),
)
choices = st.builds(Choices, sources, st.text(), preparations, options)


def through_json(given_choices):
    return restore(Choices, from_json(to_json(given_choices)), "choices")


@given(choices)
def test_choices_come_back_the_same_with_the_types_of_their_codes(given_choices):
    found = through_json(given_choices)
    assert found == given_choices
    assert repr(found) == repr(given_choices)  # 1 is not 1.0, nor True
    assert type(found.source) is type(given_choices.source)


def test_a_path_that_is_no_text_comes_back():
    odd = Choices(FileSource("data-\udcff.csv"), "y ~ 1 + (1 | g)")
    assert through_json(odd) == odd


@given(st.floats())
def test_a_float_keeps_all_its_digits(number):
    found = from_json(to_json([number]))[0]
    assert found == number or (math.isnan(found) and math.isnan(number))
    assert math.copysign(1, found) == math.copysign(1, number) or math.isnan(number)


FOUND = json.loads(to_json(Choices(ExampleSource("ceis"), "y ~ x + (1 | g)")))


def spoilt(*path, value=None, remove=False):
    found = json.loads(json.dumps(FOUND))
    at = found
    for step in path[:-1]:
        at = at[step]
    if remove:
        del at[path[-1]]
    else:
        at[path[-1]] = value
    return found


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ([], "choices is a list"),
        (None, "choices is 'None'"),
        (spoilt("formula", value=7), "choices.formula is '7'"),
        (spoilt("formula", remove=True), "choices lacks its entry 'formula'"),
        (spoilt("more", value=1), "choices has an entry 'more', which is not known"),
        (
            spoilt("source", "kind", value="oracle"),
            "choices.source.kind is 'oracle'; known are file",
        ),
        (spoilt("source", "kind", remove=True), "choices.source.kind is 'None'"),
        (spoilt("source", value="ceis"), "choices.source is 'ceis'"),
        (spoilt("options", "method", value="mle"), "choices.options.method is 'mle'"),
        (spoilt("options", "start", value=[1.0]), r"choices.options.start has 1 entries; 2"),
        (spoilt("options", "start", value=[0.0, 1.0]), "choices.options: The start σ² = 0"),
        (spoilt("options", "tolerance", value=True), "choices.options.tolerance is 'True'"),
        (spoilt("options", "max_iterations", value=10.0), "max_iterations is '10.0'"),
        (spoilt("options", "tolerance", value=10**80), "tolerance is '1000"),
        (spoilt("preparation", "missing", value=[1]), "choices.preparation.missing is a list"),
        (spoilt("preparation", "missing", value={"y": [None]}), r"missing.y\[0\] is 'None'"),
        (spoilt("preparation", "sample", value={"size": 1}), "sample lacks its entry 'seed'"),
    ],
)
def test_what_is_not_a_record_of_choices_is_refused_with_its_place(found, said):
    with pytest.raises(Refusal, match=said):
        restore(Choices, found, "choices")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=6,
)
places = st.sampled_from(
    [(name,) for name in FOUND] + [(name, key) for name in FOUND for key in FOUND[name]
                                   if isinstance(FOUND[name], dict)]
)  # fmt: skip


@given(places, json_values)
def test_whatever_stands_in_a_place_it_is_restored_or_refused(place, value):
    said = "choices"
    try:
        restore(Choices, spoilt(*place, value=value), "choices")
    except Refusal as refusal:
        said = str(refusal)
    assert said.startswith("choices")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ([], "is not a Fine file"),
        ({"format": "Other", "version": 1}, "is not a Fine file"),
        ({"format": "Fine"}, "does not say which version"),
        ({"format": "Fine", "version": "1"}, "does not say which version"),
        ({"format": "Fine", "version": 3}, "newer StepREML .Fine format 3; this one reads up to 2"),
    ],
)
def test_a_file_of_another_format_or_version_is_refused(content, said):
    with pytest.raises(Refusal, match=said):
        check_format(content, "Fine", 2, "x.fine")


@pytest.mark.parametrize("line", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b"1" * 5000])
def test_what_is_no_json_is_a_value_error(line):
    with pytest.raises(ValueError, match=r"\w"):
        from_json(line)
