"""Code for other programs: the Python ones are run, the text of R's is checked part by part."""

import contextlib
import io
import re
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest

from solver import Choices, Options, Preparation, Refusal, analyse, fit
from solver.data.preparation import Sample
from solver.data.simulation import FORMULA, Simulation
from solver.data.sources import ExampleSource, FileSource, PastedSource
from solver.exports.code_export import export_code
from solver.saving.loading import load

RNG = np.random.default_rng(5)
N = 60
ODD = pd.DataFrame(
    {
        "my response": RNG.normal(size=N).round(3) + np.repeat(RNG.normal(size=10), 6).round(3),
        "a+b": RNG.uniform(1, 9, N).round(2),
        "site": RNG.choice(["über", "Alt", "beta"], N),
        "level": RNG.choice([1, 2, 9], N),
        "if": np.tile([0, 1], N // 2),
        "school": np.repeat([f"s{k}" for k in range(10)], 6),
    }
)
FORMULAS = [
    "`my response` ~ `a+b` + (1 | school)",
    "I(`my response` / 10) ~ log(`a+b`) + C(level) + (1 | school)",
    "`my response` ~ 0 + site + `a+b`:site + (1 | school)",
    "`my response` ~ site * `if` + I(`a+b` ** 2) + (1 | school)",
    "`my response` ~ C(site, Treatment('beta')) + center(`a+b`) + scale(`if`) + (1 | school)",
    "`my response` ~ poly(`a+b`, 2) + C(level, Sum) + C(site, Helmert) + (1 | school)",
    "`my response` ~ 1 + (1 | school)",
]
PREPARED = Preparation(missing={"level": (9,)}, levels={"site": ("über", "beta")})


def odd_file(folder, decimal="."):
    path = folder / "odd names.csv"
    separator = ";" if decimal == "," else ","
    frame = ODD.copy()
    frame.loc[3, "a+b"] = np.nan
    frame.to_csv(path, index=False, sep=separator, decimal=decimal, encoding="cp1252")
    return FileSource(str(path))


def script(language, choices):
    analysis = analyse(choices)
    result = fit(analysis.problem, choices.options)
    return export_code(language, analysis, result, "beside"), result


def run(written, folder, monkeypatch):
    """What a script leaves when it is run in a folder with its files beside it."""
    written.save(folder / "script.py")
    monkeypatch.chdir(folder)
    left = {}
    code = compile((folder / "script.py").read_text(encoding="utf-8"), "script.py", "exec")
    with contextlib.redirect_stdout(io.StringIO()):
        exec(code, left)
    return left


SOURCES = {
    "file": lambda folder: odd_file(folder),
    "comma": lambda folder: odd_file(folder, ","),
    "pasted": lambda folder: PastedSource(ODD.to_csv(index=False, sep="\t")),
}


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize(
    "preparation",
    [
        Preparation(),
        PREPARED,
        Preparation(sample=Sample(6, 3, "school")),
        Preparation(sample=Sample(40, 3), named=("school",)),
    ],
    ids=["whole", "prepared", "groups", "rows"],
)
def test_our_own_code_gives_the_same_bits(source, preparation, tmp_path, monkeypatch):
    options = Options(method="ml", algorithm="newton", start=(1.0, 0.5))
    choices = Choices(SOURCES[source](tmp_path), FORMULAS[3], preparation, options)
    written, result = script("stepreml", choices)
    again = run(written, tmp_path, monkeypatch)["result"]
    assert again.options == result.options
    assert again.loglik == result.loglik
    np.testing.assert_array_equal(again.beta, result.beta)


def test_simulated_data_are_drawn_again(tmp_path, monkeypatch):
    drawn = Simulation(groups=8, tau2=2.0, seed=4)
    written, result = script("stepreml", Choices(drawn, FORMULA))
    assert run(written, tmp_path, monkeypatch)["result"].loglik == result.loglik
    assert not written.files


def test_text_parted_by_spaces(tmp_path):
    path = tmp_path / "spaced.txt"
    path.write_text("y x g\n" + "".join(f"{k % 7} {k * k % 5} {k % 3}\n" for k in range(30)))
    choices = Choices(FileSource(str(path)), "y ~ x + (1 | g)")
    assert 'sep = "", ' in r_code(choices)
    assert 'sep=r"\\s+"' in script("statsmodels", choices)[0].text


@pytest.fixture
def statsmodels():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pytest.importorskip("statsmodels.formula.api")


def agree(left, result):
    model = left["model"]
    assert model.llf == pytest.approx(result.loglik, abs=1e-5 * (1 + abs(result.loglik)))
    assert model.scale == pytest.approx(result.sigma2, rel=1e-3)
    assert model.cov_re.iloc[0, 0] == pytest.approx(result.tau2, rel=5e-3, abs=1e-6)
    np.testing.assert_allclose(np.sort(model.fe_params), np.sort(result.beta), rtol=1e-3, atol=1e-5)


@pytest.mark.usefixtures("statsmodels")
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("formula", FORMULAS)
def test_statsmodels_agrees_on_any_formula(formula, tmp_path, monkeypatch):
    written, result = script("statsmodels", Choices(odd_file(tmp_path), formula))
    agree(run(written, tmp_path, monkeypatch), result)


@pytest.mark.usefixtures("statsmodels")
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    "preparation",
    [
        PREPARED,
        Preparation(sample=Sample(6, 3, "school")),
        Preparation(sample=Sample(50, 3)),
        Preparation(named=("school",), levels={"level": (1, 2)}),
    ],
    ids=["prepared", "groups", "rows", "named"],
)
@pytest.mark.parametrize("source", SOURCES)
def test_statsmodels_agrees_on_any_preparation(source, preparation, tmp_path, monkeypatch):
    choices = Choices(SOURCES[source](tmp_path), FORMULAS[0], preparation)
    written, result = script("statsmodels", choices)
    agree(run(written, tmp_path, monkeypatch), result)


FILES = {
    "sav": lambda frame, path: pyreadstat.write_sav(frame, path),
    "dta": lambda frame, path: pyreadstat.write_dta(frame, path),
    "xlsx": lambda frame, path: frame.to_excel(path, index=False),
    "parquet": lambda frame, path: frame.to_parquet(path),
}


@pytest.mark.usefixtures("statsmodels")
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("suffix", FILES)
def test_files_of_every_kind(suffix, tmp_path, monkeypatch):
    path = tmp_path / f"people.{suffix}"
    frame = ODD.rename(columns={"my response": "y", "a+b": "x"})[["y", "x", "level", "school"]]
    FILES[suffix](frame, str(path))
    preparation = Preparation(missing={"level": (9,)})
    choices = Choices(FileSource(str(path)), "y ~ x + C(level) + (1 | school)", preparation)
    written, result = script("statsmodels", choices)
    agree(run(written, tmp_path, monkeypatch), result)
    text = r_code(choices)
    package = {"sav": "haven", "dta": "haven", "xlsx": "readxl", "parquet": "arrow"}[suffix]
    assert f"{package}::read_{suffix.replace('xlsx', 'excel')}(" in text
    assert balanced(text)


@pytest.mark.usefixtures("statsmodels")
@pytest.mark.filterwarnings("ignore")
def test_statsmodels_reads_the_example_that_lies_beside(tmp_path, monkeypatch):
    analysis = load("radon", options=Options(method="ml"))
    result = fit(analysis.problem, analysis.choices.options)
    written = export_code("statsmodels", analysis, result, "radon")
    assert list(written.files) == ["radon.csv"]
    agree(run(written, tmp_path, monkeypatch), result)


def r_code(choices):
    return script("r", choices)[0].text


def balanced(code):
    """Whether brackets pair outside of texts, names and comments."""
    code = re.sub(r'"(?:\\.|[^"\\])*"|`[^`]*`|#.*', "", code)
    depth = {"(": 0, "[": 0, "{": 0}
    for sign in code:
        if sign in "([{":
            depth[sign] += 1
        elif sign in ")]}":
            depth[{")": "(", "]": "[", "}": "{"}[sign]] -= 1
        assert min(depth.values()) >= 0
    return not any(depth.values())


R_FORMULAS = [
    "`my response` ~ `a+b` + (1 | school)",
    "I(`my response` / 10) ~ log(`a+b`) + factor(level) + (1 | school)",
    "`my response` ~ 0 + site + `a+b`:site + (1 | school)",
    "`my response` ~ site + `if` + I(`a+b`^2) + site:`if` + (1 | school)",
    '`my response` ~ relevel(factor(site), ref = "beta") + I(`a+b` - mean(`a+b`)) + '
    "I((`if` - mean(`if`)) / sd(`if`)) + (1 | school)",
    "`my response` ~ poly(`a+b`, 2) + C(factor(level), contr.sum) + "
    "C(factor(site), contr.helmert) + (1 | school)",
    "`my response` ~ 1 + (1 | school)",
]


@pytest.mark.parametrize(("formula", "in_r"), [*zip(FORMULAS, R_FORMULAS, strict=True)])
def test_the_formula_in_r(formula, in_r, tmp_path):
    text = r_code(Choices(odd_file(tmp_path), formula))
    assert f"\n  {in_r},\n" in text
    assert balanced(text)


def test_r_repeats_every_choice(tmp_path):
    preparation = Preparation(
        missing={"level": (9,)}, levels={"site": ("über", "Alt")}, sample=Sample(6, 3, "school")
    )
    choices = Choices(odd_file(tmp_path, ","), FORMULAS[3], preparation, Options(method="ml"))
    analysis = analyse(choices)
    text = r_code(choices)
    assert 'sep = ";", dec = ","' in text
    assert 'fileEncoding = "windows-1252"' in text
    assert 'data[["level"]][data[["level"]] %in% c(9)] <- NA' in text
    assert 'data <- data[data[["site"]] %in% c("über", "Alt"), ]' in text
    assert "default_rng(3)" in text
    assert "REML = FALSE" in text
    assert f"stopifnot(nrow(data) == {analysis.problem.n})" in text
    listed = re.search(r"data <- data\[c\((.*?)\), \]", text, re.S)[1].split(",")
    rows = [
        row
        for part in listed
        for a, _, b in [part.partition(":")]
        for row in range(int(a), int(b or a) + 1)
    ]
    assert set(rows) >= {row + 1 for row in analysis.problem.rows}
    assert sorted(set(ODD.loc[[row - 1 for row in rows], "school"])) == sorted(
        set(analysis.problem.group_labels)
    )


def test_the_comments_hold_the_estimates():
    text, result = script("r", Choices(ExampleSource("handout"), load("handout").choices.formula))
    for value in [*result.beta, *result.se, result.tau2, result.sigma2, result.loglik]:
        assert f"{value:.10g}"[:11] in text.text
    assert not text.files


def test_a_boundary_is_said_in_words():
    analysis = load("dyestuff2")
    text = export_code("r", analysis, fit(analysis.problem), "dyestuff2").text
    assert "boundary" in text
    assert balanced(text)


def test_texts_cannot_break_out(tmp_path):
    frame = ODD.rename(columns={"site": 'a"b\\'}).assign(school=['x"""y\\'] * 30 + ["b"] * 30)
    source = PastedSource(frame.to_csv(index=False, sep="\t"))
    formula = '`my response` ~ `a"b\\` + (1 | school)'
    try:
        choices = Choices(source, formula)
        text = r_code(choices)
    except Refusal:
        pytest.skip("such a name cannot be read")
    assert balanced(text)
    compile(script("statsmodels", choices)[0].text, "script", "exec")


def test_what_has_no_counterpart_is_refused(tmp_path):
    choices = Choices(
        odd_file(tmp_path), "`my response` ~ bs(`a+b`, df=4, lower_bound=0) + (1 | school)"
    )
    with pytest.raises(Refusal, match=r"no counterpart in R"):
        r_code(choices)


def test_a_folder_that_cannot_be_written(tmp_path):
    written, _ = script("r", Choices(ExampleSource("handout"), load("handout").choices.formula))
    with pytest.raises(Refusal, match="cannot be written"):
        written.save(Path(tmp_path) / "none" / "x.R")
