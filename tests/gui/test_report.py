"""The report of a whole walk: every number in it is the run's, as HTML and as PDF."""

from __future__ import annotations

import html
import re
import sys
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest
from plots import given
from pypdf import PdfReader

from mlm_gui.report.blocks import Figure, Formula, Heading, Matrix, Run, Table, Worked, runs
from mlm_gui.report.build import save_report
from mlm_gui.report.content import content
from mlm_gui.report.pdf import as_source
from mlm_gui.report.walk import full_iterations
from solver import (
    Choices,
    Options,
    Preparation,
    Problem,
    Refusal,
    Trace,
    analyse,
    results,
    steps,
)
from solver import (
    Table as Data,
)
from solver.data.sources import FileSource, PastedSource
from solver.fit import Fit
from solver.formatting import number
from solver.saving.loading import load
from solver.start import method_of_moments
from solver.state import STEP_NAMES

pytestmark = pytest.mark.filterwarnings("ignore:path is deprecated:DeprecationWarning")


def trace_of(analysis):
    return Trace(steps(analysis.problem, analysis.choices.options))


def written(analysis, path):
    for _ in save_report(analysis, trace_of(analysis), path):
        pass
    return path


class Page(HTMLParser):
    """Checks that elements pair, and gathers what a report must have."""

    VOID = frozenset({"meta", "path", "use", "rect", "image", "line", "circle"})

    def __init__(self, text):
        super().__init__()
        self.open, self.headings, self.pictures, self.words = [], [], [], []
        self.outside = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        named = dict(attributes)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "svg" and not any(name == "svg" for name in self.open):
            self.pictures.append(named.get("aria-label"))
        assert tag not in ("script", "link", "iframe", "object")
        for key, value in attributes:
            if key in ("src", "href", "xlink:href") and not value.startswith(("#", "data:")):
                self.outside.append(value)
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in self.VOID:
            assert self.open.pop() == tag

    def handle_data(self, text):
        if not {"style", "svg", "pre"} & {*self.open}:
            self.words.append(text)


def known_numbers(run):
    """Every number of a run, as any part of a report may write it."""
    values = [0.0, 1.0, 2.0]
    fit = Fit(run[-1])
    problem = fit.problem
    values += [
        problem.n,
        problem.J,
        problem.p,
        *problem.group_sizes,
        *problem.y,
        *problem.X.ravel(),
    ]
    values += [fit.loglik, fit.deviance, fit.aic, fit.bic, *fit.u_se, *(fit.beta / fit.se)]
    said = results(fit)
    for effect in said.fixed:
        values += [effect.df, effect.t, effect.p_value, *effect.interval]
    for ends in (said.tau_interval, said.tau2_interval, said.sigma_interval, said.sigma2_interval):
        values += ends
    values += [*said.icc_interval, *said.group_test[:3], *said.u_intervals.ravel()]
    values += [said.explained.marginal, said.explained.conditional, *said.comparison.logliks]
    for way in said.comparison.columns:
        values += [*way.beta, *way.se, way.sigma2, way.tau2, way.loglik, way.loglik_reml]
    for column in (problem.y, *problem.X.T):
        values += [column.mean(), column.std(ddof=1), column.min(), column.max()]
    values += [
        fit.options.tolerance,
        fit.options.max_iterations,
        *method_of_moments(problem.moments),
    ]
    values.append(method_of_moments(problem.moments).estimate)
    for step in run:
        state = step.state
        values += [step.index, step.iteration, state.sigma2, state.tau2, state.icc, state.loglik]
        values += [state.sigma2**0.5, state.tau2**0.5, *state.loglik_parts, len(state.trials)]
        for array in (
            state.beta, state.u, state.score_beta, state.beta_cov, state.information_beta,
            state.mean_residuals, state.shrinkage, state.score, state.information, state.full_step,
        ):  # fmt: skip
            values += [] if array is None else np.ravel(array).tolist()
        if state.beta_cov is not None:
            values += np.sqrt(np.diag(state.beta_cov)).tolist()
        for trial in state.trials:
            values += [trial.factor, trial.sigma2, trial.tau2, trial.loglik]
        for rule in state.rules:
            values += [rule.value, rule.tolerance]
        if state.updated_from is not None:
            values += [*state.updated_from.traces, *state.updated_from.quadratics]
        for name in ("V", "V⁻¹", "y − Xβ", "XᵀV⁻¹", "XᵀV⁻¹X", "XᵀV⁻¹y", "τ²ZᵀV⁻¹", "P", "Py", "Zu"):
            try:
                values += step.matrix(name).dense().ravel().tolist()
            except Refusal:
                continue
    return {
        number(value, digits)
        for value in map(float, filter(None, values))
        for digits in range(2, 10)
    } | {"0"}


def texts(blocks):
    """Every text of a report that is a number, with its block."""
    for block in blocks:
        match block:
            case Table(rows=rows, numeric=numeric):
                yield from ((row[k], block) for row in rows for k in numeric)
            case Worked(parts=parts):
                for part in parts:
                    if isinstance(part, Matrix):
                        yield from ((cell, block) for row in part.rows for cell in row)
                    else:
                        for side in part.split(" = ")[1:]:
                            yield from (
                                (found, block)
                                for found in re.findall(r"−?\d[\d.]*(?:·10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?", side)
                            )


@pytest.mark.parametrize("method", ["reml", "ml"])
def test_every_number_is_the_runs(method):
    analysis = load("handout", options=Options(method=method))
    run = list(trace_of(analysis))
    report = content(analysis, run)
    known = known_numbers(run) | {"½", "¼", "–"}
    found = list(texts(report.blocks))
    assert len(found) > 300
    for text, block in found:
        plain = text.strip(" \u2007\u2008")
        assert plain in known or plain.lstrip("−") in known or plain in ("0.01",), (text, block)


def test_the_page_stands_alone_and_can_be_read_aloud(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "typst", None)
    text = written(load("handout"), tmp_path / "report.html").read_text(encoding="utf-8")
    page = Page(text)
    assert page.open == []
    assert not page.outside
    assert page.headings[0] == 1
    assert all(b - a <= 1 for a, b in zip(page.headings, page.headings[1:], strict=False))
    assert len(page.pictures) >= 4 + 10
    assert all(page.pictures)
    assert '<html lang="en">' in text
    assert "http" not in re.sub(
        r'xmlns(:\w+)?="[^"]*"|"http://www.w3[^"]*"', "", text.split("<body>")[1]
    )
    words = " ".join(page.words)
    for said in ("LOOK_HRS ~ HOURS", "Fisher scoring", "REML", "Iteration 1", "Converged"):
        assert said in words
    assert "library(lme4)" in html.unescape(text)
    result = Fit(trace_of(load("handout")).exhaust())
    assert number(result.loglik, 9) in words


def test_the_pdf_has_its_words(tmp_path):
    path = written(load("dyestuff2"), tmp_path / "report.pdf")
    assert path.stat().st_size < 3_000_000
    reader = PdfReader(path)
    words = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    for said in ("Yield ~ 1 + (1 | Batch)", "Fisher scoring", "boundary", "Iteration 1", "lmer("):
        assert said in words
    result = Fit(trace_of(load("dyestuff2")).exhaust())
    assert number(result.loglik, 9) in words
    assert reader.metadata.title == "Yield ~ 1 + (1 | Batch)"
    assert reader.trailer["/Root"]["/Lang"].startswith("en")
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]


def test_a_boundary_fit_says_so():
    analysis = load("dyestuff2")
    run = list(trace_of(analysis))
    said = "\n".join(getattr(block, "text", "") for block in content(analysis, run).blocks)
    assert "boundary τ² = 0" in said


def test_long_runs_are_shortened_and_say_so():
    assert full_iterations(4) == {1, 2, 3, 4}
    assert full_iterations(40) == {1, 2, 40}
    analysis = load("dyestuff2", options=Options(algorithm="em", max_iterations=600))
    run = list(trace_of(analysis))
    blocks = content(analysis, run).blocks
    shown = [block.text for block in blocks if isinstance(block, Heading) and block.level == 2]
    last = run[-1].iteration
    assert [text for text in shown if text.startswith("Iteration ")] == [
        "Iteration 1", "Iteration 2", f"Iteration {last}",
    ]  # fmt: skip
    assert any(f"iterations 3 to {last - 1}" in getattr(b, "text", "") for b in blocks)
    table = next(b for b in blocks if isinstance(b, Table) and b.heads[0] == "iteration")
    assert len(table.rows) == 200
    assert f"Of {last + 1} rows" in table.caption
    steps_shown = [b for b in blocks if isinstance(b, Heading) and b.level == 3]
    assert len(steps_shown) == 1 + 3 * (len(STEP_NAMES) - 1)


def odd_table():
    rng = np.random.default_rng(2)
    n = 60
    return pd.DataFrame(
        {
            'a<b> & "c"': rng.normal(size=n).round(3),
            "x_1\\#$*": rng.integers(1, 100, n),
            "gruppe]": np.repeat(['<i>u"', "{}#", "ü_j", "\\"], n // 4),
        }
    )


def odd_analysis():
    source = PastedSource(odd_table().to_csv(index=False, sep="\t"))
    formula = '`a<b> & "c"` ~ `x_1\\#$*` + (1 | `gruppe]`)'
    preparation = Preparation(
        missing={"x_1\\#$*": (99, 98)}, levels={"gruppe]": ('<i>u"', "{}#", "\\")}
    )
    return analyse(Choices(source, formula, preparation))


def test_odd_names_stand_as_they_are(tmp_path):
    analysis = odd_analysis()
    text = written(analysis, tmp_path / "odd.html").read_text(encoding="utf-8")
    words = " ".join(Page(text).words)
    for name in ('a<b> & "c"', "x_1\\#$*", '<i>u"', "{}#"):
        assert name in words
    assert "99 in 'x_1\\#$*' stands for no answer" in words
    assert written(analysis, tmp_path / "odd.pdf").stat().st_size > 10_000


def test_many_rows_make_no_large_report(tmp_path):
    rng = np.random.default_rng(3)
    n, J = 200_000, 50_000
    groups = np.concatenate([np.arange(J), rng.integers(0, J, n - J)])
    x = rng.normal(size=n)
    y = 1 + x + rng.normal(size=J)[groups] + rng.normal(size=n)
    frame = pd.DataFrame({"y": y, "x": x, "g": groups})
    (tmp_path / "large.csv").write_text("y,x,g\n", encoding="utf-8")
    source = FileSource(str(tmp_path / "large.csv"))
    analysis = analyse(Choices(source, "y ~ x + (1 | g)"), Data(frame))
    path = written(analysis, tmp_path / "large.html")
    assert path.stat().st_size < 3_000_000
    assert "Of 50000 groups the 40 farthest from 0" in path.read_text(encoding="utf-8")


def test_symbols_are_told_from_words():
    assert runs("XᵀV⁻¹(y − Xβ̂)") == [
        Run("X", "italic"), Run("T", "high"), Run("V", "italic"), Run("−1", "high"), Run("("),
        Run("y", "italic"), Run(" − "), Run("X", "italic"), Run("β", "hat"), Run(")"),
    ]  # fmt: skip
    assert runs("its û_j, a mean") == [
        Run("its "),
        Run("u", "hat"),
        Run("j", "low"),
        Run(", a mean"),
    ]
    assert runs("group's mean") == [Run("group's mean")]


def test_typst_gets_texts_only_as_strings():
    report = content(odd_analysis(), list(trace_of(odd_analysis())))
    source = as_source(report, {}, {}, "made").split('made: "made")\n')[1]
    outside = re.sub(r'"(?:\\.|[^"\\])*"', '""', source)
    assert not re.search(r"[<>$\\`@]", outside)


def test_what_cannot_be_written_is_refused(tmp_path):
    analysis = load("handout")
    with pytest.raises(Refusal, match=r"\.html or \.pdf"):
        written(analysis, tmp_path / "report.doc")
    with pytest.raises(Refusal, match="no folder"):
        written(analysis, tmp_path / "none" / "report.pdf")
    (tmp_path / "taken.html").mkdir()
    with pytest.raises(Refusal, match="cannot be written"):
        written(analysis, tmp_path / "taken.html")


def test_every_formula_and_figure_has_words():
    analysis = load("handout")
    for block in content(analysis, list(trace_of(analysis))).blocks:
        if isinstance(block, Formula):
            assert len(block.latex) <= len(block.plain)
        if isinstance(block, Figure):
            assert "REML" in block.caption


def test_a_problem_made_without_a_table_can_be_reported(tmp_path, monkeypatch):
    frame = odd_table().set_axis(["y", "x", "g"], axis=1)
    frame.to_csv(tmp_path / "people.csv", index=False)
    monkeypatch.chdir(tmp_path)
    analysis = given(Problem.from_frame(frame, "y ~ x + (1 | g)"), Options())
    report = content(analysis, list(trace_of(analysis)))
    assert any("people.csv" in getattr(block, "text", "") for block in report.blocks)
