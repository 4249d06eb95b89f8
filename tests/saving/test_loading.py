"""Data by the name that a reader gives: a file, or an example."""

import sys
from subprocess import run

import numpy as np
import pytest

from solver import Problem, Refusal, example_names, load_example
from solver.saving.loading import load


@pytest.mark.parametrize("name", example_names())
def test_an_example_is_the_same_read_with_pandas_or_without(name):
    example = load_example(name)
    quick, thorough = load(name).problem, Problem.from_frame(example.frame(), example.formula)
    for array in ("y", "X", "codes", "group_values"):
        assert np.array_equal(getattr(quick, array), getattr(thorough, array))
    for text in ("formula", "response", "group", "fixed_names", "group_labels", "missing"):
        assert getattr(quick, text) == getattr(thorough, text)


def test_an_example_under_its_own_formula_imports_neither_pandas_nor_formulaic():
    code = """
import sys
from solver.saving.loading import load
load("handout")
print(*sys.modules)
"""
    loaded = run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"pandas", "formulaic"} & set(loaded.stdout.split())


def test_a_file_goes_before_an_example_of_its_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "handout").write_text("y,g\n1,a\n2,a\n4,b\n3,b\n", encoding="utf-8")
    assert load("handout", "y ~ 1 + (1 | g)").problem.n == 4


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ("handut", "There is neither a file nor an example 'handut'. Did you mean 'handout'?"),
        ("people.csv", "needs a formula"),
    ],
)
def test_what_cannot_be_loaded_is_refused(tmp_path, monkeypatch, data, sentence):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "people.csv").write_text("y,g\n1,a\n", encoding="utf-8")
    with pytest.raises(Refusal, match=sentence):
        load(data)
