"""The notebook is run from top to bottom; its own checks compare it with literal algebra."""

import contextlib
import io
import json

import nbformat
import numpy as np
import pytest

from solver import Choices, Options, Preparation, analyse, fit
from solver.data.preparation import Sample
from solver.data.sources import PastedSource
from solver.exports.notebook import export_notebook
from solver.saving.loading import load


def run(analysis, folder, monkeypatch):
    """Run a notebook; what it leaves, what it prints, and its cells."""
    result = fit(analysis.problem, analysis.choices.options)
    written = export_notebook(analysis, result, "beside")
    written.save(folder / "walk.ipynb")
    monkeypatch.chdir(folder)
    notebook = nbformat.reads((folder / "walk.ipynb").read_text(encoding="utf-8"), as_version=4)
    nbformat.validate(notebook)
    assert json.loads(written.text)["nbformat_minor"] == 5
    left, said = {}, io.StringIO()
    with contextlib.redirect_stdout(said):
        for cell in notebook.cells:
            if cell.cell_type == "code":
                exec(cell.source, left)
    np.testing.assert_array_equal(left["result"].beta, result.beta)
    assert left["result"].loglik == result.loglik
    return said.getvalue(), notebook.cells


@pytest.mark.parametrize("method", ["reml", "ml"])
@pytest.mark.parametrize("algorithm", ["fisher", "ai", "newton", "em"])
def test_every_algorithm(method, algorithm, tmp_path, monkeypatch):
    options = Options(method=method, algorithm=algorithm, start="half", max_iterations=40)
    said, cells = run(load("handout", options=options), tmp_path, monkeypatch)
    assert said.count("differs by") == 18
    text = "\n".join(cell.source for cell in cells)
    assert "§" not in text


@pytest.mark.parametrize("name", ["dyestuff2", "rail", "sleepstudy"])
def test_examples(name, tmp_path, monkeypatch):
    run(load(name), tmp_path, monkeypatch)


def test_a_large_example_needs_no_large_matrix(tmp_path, monkeypatch):
    said, _ = run(load("hsb82", options=Options(start=(40.0, 5.0))), tmp_path, monkeypatch)
    assert "differs by" not in said


def test_a_prepared_table_with_odd_names(tmp_path, monkeypatch):
    rng = np.random.default_rng(1)
    rows = [
        f"{rng.normal():.3f}\t{rng.integers(1, 10)}\tg`{k % 6}\t{'ab'[k % 2]}" for k in range(60)
    ]
    source = PastedSource("\n".join(["my y\tx*1\tgroup\tpart", *rows]))
    preparation = Preparation(missing={"x*1": (9,)}, sample=Sample(30, 2))
    choices = Choices(source, "`my y` ~ `x*1` + part + (1 | group)", preparation)
    run(analyse(choices), tmp_path, monkeypatch)
