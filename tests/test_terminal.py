"""The commands as a person at a terminal meets them: what they print, refuse, and wait for."""

import builtins
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from solver import Options, Problem, example_names, fit, load_example, read_table, steps
from solver.formatting import exact, number, padded, quoted, short, signed, width
from solver.inference.results import results
from solver.summary import summary_text
from solver.terminal import main
from solver.walk import WIDTH, step_text

MAIN = Path(__file__).parent.parent / "main.py"
MODEL = "y ~ x + (1 | g)"
RNG = np.random.default_rng(2)
N = 24
TABLE = pd.DataFrame(
    {"y": RNG.normal(size=N).round(3), "x": RNG.normal(size=N).round(3), "g": np.arange(N) // 4}
)


@pytest.fixture
def run(capsys, tmp_path, monkeypatch):
    """Run a command in a folder with people.csv; status, output and what went to stderr."""
    monkeypatch.chdir(tmp_path)
    TABLE.to_csv("people.csv", index=False)

    def run(*arguments):
        status = main(arguments)
        return status, *capsys.readouterr()

    return run


def process(*arguments, **options):
    """Run main.py in a process of its own, as a shell would."""
    return subprocess.run(
        [sys.executable, "-W", "error", str(MAIN), *arguments],
        stdin=subprocess.DEVNULL, capture_output=True, check=False, **options,
    )  # fmt: skip


def strict(text):
    """JSON without the NaN and Infinity that Python would let pass."""

    def refuse(constant):
        raise AssertionError(constant)

    return json.loads(text, parse_constant=refuse)


def handout():
    example = load_example("handout")
    return Problem.from_frame(example.frame(), example.formula)


# Refusals

REFUSED = {
    "no command": ([], "The following arguments are required: COMMAND. See: stepreml --help"),
    "unknown command": (["bogus"], "Argument COMMAND: invalid choice: 'bogus'"),
    "no data": (["fit"], "The following arguments are required: DATA. See: stepreml fit --help"),
    "too much": (["fit", "handout", MODEL, "more"], "Unrecognized arguments: more."),
    "unknown option": (["fit", "handout", "--bogus"], "Unrecognized arguments: --bogus."),
    "option of walk": (["fit", "handout", "--all"], "Unrecognized arguments: --all."),
    "method": (["fit", "handout", "--method", "mle"], "Argument --method: invalid choice: 'mle'"),
    "algorithm": (["walk", "handout", "--algorithm", "x"], "Argument --algorithm: invalid choice"),
    "start": (["fit", "handout", "--start", "here"], "'here' is not a start: give moments, half"),
    "start outside": (["fit", "handout", "--start=-1,2"], "'-1,2' is outside the model"),
    "start at 0": (["fit", "handout", "--start", "0,1"], "'0,1' is outside the model"),
    "start that overflows": (["fit", "handout", "--start", "1e300,1"], "outside the model"),
    "start that is no number": (["fit", "handout", "--start", "1,nan"], "outside the model"),
    "tolerance": (["fit", "handout", "--tolerance", "0"], "The tolerance 0 must lie between 0 and"),
    "limit": (["fit", "handout", "--max-iterations", "0"], "at least 1 is needed"),
    "no example": (["fit", "handuot"], "neither a file nor an example 'handuot'. Did you mean"),
    "no file": (["fit", "poeple.csv", MODEL], "There is no file poeple.csv in the folder"),
    "no file, but a near one": (["fit", "poeple.csv", MODEL], "Did you mean people.csv?"),
    "folder": (["fit", "data", MODEL], "data is a folder. Give the name of a file in it."),
    "empty file": (["fit", "empty.csv", MODEL], "empty.csv is empty."),
    "header only": (["fit", "header.csv", MODEL], "header.csv has a row of column names but no"),
    "binary": (["fit", "noise.csv", MODEL], "noise.csv is neither text nor of any other kind"),
    "no name": (["fit", "", MODEL], "is not the name of a file"),
    "no formula": (
        ["fit", "people.csv"],
        'people.csv needs a formula, such as "response ~ predictor + (1 | group)". '
        "Its columns: 'y', 'x', 'g'.",
    ),
    "empty formula": (["fit", "handout", ""], "The formula '' needs one ~"),
    "unknown column": (
        ["walk", "people.csv", "y ~ xx + (1 | g)"],
        "people.csv: There is no column 'xx'. Did you mean 'x'?",
    ),
    "word": (
        ["fit", "word.csv", MODEL],
        "word.csv: 'x' should hold numbers, but row 8 (9 with the header) has 'oops'.",
    ),
    "infinity": (["fit", "infinity.csv", MODEL], "'y' is infinity in row 8 (9 with the"),
    "empty column": (["fit", "missing.csv", MODEL], "The column 'x' is empty: all 24 values"),
    "constant response": (["fit", "constant.csv", "y ~ x + (1 | g)"], "'y' is constant: every row"),
    "constant predictor": (["fit", "constant.csv", "x ~ y + (1 | g)"], "'y' is constant: every"),
    "collinear": (["fit", "twice.csv", "y ~ x + z + (1 | g)"], "'z' is a combination of 'x'"),
    "one group": (["fit", "constant.csv", "x ~ 1 + (1 | y)"], "'y' has only one group"),
    "groups of one": (
        ["fit", "twice.csv", "x ~ 1 + (1 | row)"],
        "Every group of 'row' has one row",
    ),
    "too few rows": (["fit", "few.csv", MODEL], "few.csv: 'g' has only one group"),
    "exact fit": (["fit", "twice.csv", "z ~ x + (1 | g)"], "fit 'z' exactly"),
    "overflow": (["fit", "huge.csv", MODEL], "its variance would overflow. Give it in larger"),
    "no group term": (["fit", "people.csv", "y ~ x"], "has no group term. Add one, as in:"),
    "two group terms": (["fit", "people.csv", MODEL + " + (1 | x)"], "has 2 group terms. One is"),
    "slope": (["fit", "people.csv", "y ~ x + (x | g)"], "a random slope or leaves out the"),
    "no parse": (["fit", "people.csv", "y ~ x + + (1 | g)"], "does not parse at character 7, near"),
}


@pytest.fixture
def broken(tmp_path):
    """Files of which each has one fault."""

    def save(name, **columns):
        TABLE.astype(object).assign(**columns).to_csv(tmp_path / name, index=False)

    cells = TABLE.astype(object)
    cells.loc[3, "x"], cells.loc[7, "x"] = None, "oops"
    save("word.csv", x=cells["x"])
    save("infinity.csv", y=TABLE["y"].where(TABLE.index != 7, np.inf))
    save("missing.csv", x=np.nan)
    save("constant.csv", y=3)
    save("twice.csv", z=1 - 3 * TABLE["x"], row=range(N))
    save("huge.csv", y=TABLE["y"] * 1e200)
    TABLE[:3].to_csv(tmp_path / "few.csv", index=False)
    (tmp_path / "empty.csv").touch()
    (tmp_path / "header.csv").write_text("y,x,g\n", encoding="utf-8")
    (tmp_path / "noise.csv").write_bytes(RNG.bytes(2000))
    (tmp_path / "data").mkdir()


@pytest.mark.parametrize("case", REFUSED)
def test_a_refusal_is_a_line_or_two_on_stderr(run, broken, case):
    arguments, sentence = REFUSED[case]
    status, printed, said = run(*arguments)
    assert (status, printed) == (2, "")
    assert sentence in said
    assert len(said.splitlines()) <= 2
    assert "Traceback" not in said


def test_a_refusal_of_a_process_of_its_own():
    ended = process("fit", "nowhere.csv", MODEL)
    assert (ended.returncode, ended.stdout) == (2, b"")
    assert ended.stderr.decode().startswith("There is no file nowhere.csv in the folder")
    assert ended.stderr.count(b"\n") == 1


# fit


def test_the_summary_has_what_lme4_s_has(run):
    status, printed, said = run("fit", "handout")
    assert (status, said) == (0, "")
    for line in [
        "Linear mixed model fitted by restricted maximum likelihood (REML)",
        "Formula: LOOK_HRS ~ HOURS + (1 | INDUSTRY)",
        "Observations: 7, groups of INDUSTRY: 3",
        "ℓ_R = −16.511503   REML criterion −2ℓ_R = 33.023006",
        "  INDUSTRY (Intercept), τ²   3.9812     1.9953",
        "  Residual, σ²               0.72273    0.85014",
        "  ICC = 0.8464   R² marginal = 0.3401, conditional = 0.8986",
        "  Test of τ² = 0: likelihood ratio 4.180, p = 0.0205 (½χ²₀ + ½χ²₁), 0.0409 (χ²₁)",
        "                Estimate  Std. Error     df  t value       p",
        "  (Intercept)  4.3943      1.4706     3.882   2.9881  0.0420",
        "  HOURS        0.0047358   0.0010968  3.081   4.3178  0.0217",
        "  ICC          0.050076   0.99256",
    ]:
        assert line in printed.splitlines()


def test_maximum_likelihood_says_so(run):
    _, printed, _ = run("fit", "dyestuff2", "--method", "ml")
    assert "fitted by maximum likelihood (ML)" in printed
    assert "ℓ = −81.436518   deviance −2ℓ = 162.87304" in printed
    assert "This is an answer,\nnot an error." in printed
    assert "ℓ_R" not in printed


def test_the_summary_counts_the_rows_left_out(run):
    cells = TABLE.astype(object)
    cells.loc[3], cells.loc[4, "x"] = None, None
    cells.to_csv("some.csv", index=False)
    _, printed, _ = run("fit", "some.csv", MODEL)
    assert "Rows left out because a value is missing: 2 (1 in 'y', 2 in 'x', 1 in 'g')" in printed


def test_fit_json_has_every_digit(run):
    status, printed, _ = run("fit", "people.csv", MODEL, "--json", "--method", "ml")
    assert status == 0
    assert printed.count("\n") == 1
    found = strict(printed)
    problem = Problem.from_frame(read_table("people.csv").frame, MODEL)
    expected = fit(problem, Options(method="ml"))
    said = results(expected)
    assert found == {
        "formula": MODEL, "method": "ml", "algorithm": "fisher", "n": 24, "groups": 6,
        "rows_dropped": 0, "missing": {}, "converged": True, "outcome": expected.outcome,
        **{name: getattr(expected, name) for name in (
            "iterations", "sigma2", "tau2", "icc", "loglik", "deviance", "aic", "bic",
        )},
        "beta": {
            name: {
                "estimate": expected.beta[k], "se": effect.se, "df": effect.df, "t": effect.t,
                "p": effect.p_value, "ci_low": effect.interval[0], "ci_high": effect.interval[1],
            }
            for k, (name, effect) in enumerate(zip(["(Intercept)", "x"], said.fixed, strict=True))
        },
        "sigma2_ci": [*said.sigma2_interval], "tau2_ci": [*said.tau2_interval],
        "icc_ci": [*said.icc_interval],
        "r2_marginal": said.explained.marginal, "r2_conditional": said.explained.conditional,
        "lrt": {
            "statistic": said.group_test.statistic, "p_chisq1": said.group_test.p_chisq1,
            "p_boundary": said.group_test.p_boundary,
        },
        "u": {
            str(j): {
                "estimate": expected.u[j], "se": expected.u_se[j],
                "shrinkage": expected.shrinkage[j],
            }
            for j in range(6)
        },
    }  # fmt: skip


@pytest.mark.parametrize("labels", [TABLE["g"] + 0.0, TABLE["g"].where(TABLE.index > 0)])
def test_whole_numbers_as_groups_have_no_decimals(run, labels):
    TABLE.assign(g=labels).to_csv("floats.csv", index=False)
    assert list(strict(run("fit", "floats.csv", MODEL, "--json")[1])["u"]) == [*"012345"]


# walk


def test_walk_takes_one_through_every_step(run):
    status, printed, said = run("walk", "handout")
    assert (status, said) == (0, "")
    last = fit(handout()).step
    for title in ["Initialize", "Score β", "Estimate β", "Predict u", "Update σ² and τ²"]:
        assert f"· {title} ─" in printed
    assert (
        f"── 6 · Check convergence ─────────────────────────── iteration {last.iteration}"
        in printed
    )
    assert printed.count("\n── ") == last.index + 1
    assert "Converged: σ² and τ² have stopped moving, and the score is 0 there." in printed
    assert "trial  factor       σ²      τ²         ℓ_R\n  step        1  0.72365" in printed
    assert "  V (7×7)\n    ⎡ 4.874  4.193      0      0      0      0      0 ⎤" in printed
    assert "[REML]" in printed


@pytest.mark.parametrize(
    ("options", "lines"),
    [
        (
            [],
            [
                "τ²₀ = max((MSB − MSW)/n₀, 0.01·σ²₀)",
                "ℐ_kl = ½ tr(PV_kPV_l)",
                "s_k = −½ [tr(PV_k) − yᵀPV_kPy]",
            ],
        ),
        (["--start", "half"], ["σ²₀ = τ²₀ = s²/2"]),
        (["--start", "4,1"], ["σ²₀ and τ²₀ as given", "σ² = 4   τ² = 1"]),
        (["--algorithm", "ai"], ["ℐ_kl = ½ yᵀPV_kPV_lPy"]),
        (["--algorithm", "newton"], ["ℐ_kl = yᵀPV_kPV_lPy − ½ tr(PV_kPV_l)"]),
        (["--algorithm", "em"], ["σ² ← σ² + 2σ⁴s_σ/n,   τ² ← τ² + 2τ⁴s_τ/J"]),
        (
            ["--method", "ml"],
            ["½ tr(V⁻¹V_kV⁻¹V_l)", "[tr(V⁻¹V_k) − yᵀPV_kPy]", "   ℓ = −", "[ML]"],
        ),
        (["--max-iterations", "1"], ["Stopped at the iteration limit before the rules were met."]),
    ],
)
def test_walk_shows_the_formulas_of_this_run(run, options, lines):
    _, printed, _ = run("walk", "handout", *options)
    for line in lines:
        assert line in printed


def test_walk_shows_the_guards(run):
    _, printed, _ = run("walk", "dyestuff2")
    assert "  step                 1  14.946  −1.3219           –  τ² would be negative" in printed
    assert "  stop at τ² = 0       1  13.895        0  −80.914438  accepted" in printed


@pytest.mark.parametrize(
    ("name", "corner", "more"),
    [("exam", "V (4059×4059)", "… and 58 more groups"), ("dyestuff2", "P (30×30)", "")],
)
def test_walk_corners_large_matrices_and_keeps_to_the_line(run, name, corner, more):
    _, printed, _ = run("walk", name, "--max-iterations", "1")
    assert corner in printed
    assert more in printed
    assert max(map(width, printed.splitlines())) <= WIDTH + 2


@pytest.mark.parametrize("algorithm", ["fisher", "em"])
def test_walk_json_is_one_object_a_line(run, algorithm):
    _, printed, _ = run("walk", "handout", "--json", "--algorithm", algorithm)
    lines = [strict(line) for line in printed.splitlines()]
    taken = list(steps(handout(), Options(algorithm=algorithm)))
    assert len(lines) == len(taken)
    for line, step in zip(lines, taken, strict=True):
        for name in ("index", "iteration", "name"):
            assert line[name] == getattr(step, name)
        for name in ("sigma2", "tau2", "loglik", "icc", "converged", "outcome"):
            assert line[name] == getattr(step.state, name)
        for name in ("beta", "u", "score", "shrinkage", "fisher", "beta_cov"):
            value = getattr(step.state, name)
            assert line[name] == (None if value is None else value.tolist())
        assert line["loglik"] == pytest.approx(sum(line["loglik_parts"].values()), rel=1e-14)
        assert len(line["trials"]) == len(step.state.trials)
    assert lines[-1]["outcome"] == "converged"


class _Terminal:
    """Keys typed at a terminal, and the prompts that asked for them."""

    def __init__(self, monkeypatch, keys):
        self.keys, self.prompts = iter(keys), []
        monkeypatch.setattr(sys, "stdin", self)
        monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
        monkeypatch.setattr(builtins, "input", self.input)

    def isatty(self):
        return True

    def input(self, prompt):
        self.prompts.append(prompt)
        key = next(self.keys)
        if key is EOFError:
            raise EOFError
        return key


def seen(printed):
    """The index of each step printed."""
    return [
        int(line.split("· step ")[1].split()[0])
        for line in printed.splitlines()
        if "· step " in line
    ]


@pytest.mark.parametrize(
    ("keys", "indices"),
    [
        (["", "", "q"], [0, 1, 2]),
        (["", "b", "b", "q"], [0, 1, 0, 0]),
        (["i", "i", "b", "q"], [0, 5, 10, 9]),
        (["e", ""], [0, 50]),
        (["e", "b", "i", "q"], [0, 50, 49, 50]),
        (["e", "i"], [0, 50]),
        ([" Q "], [0]),
        (["", EOFError], [0, 1]),
    ],
)
def test_a_terminal_is_waited_for(run, monkeypatch, keys, indices):
    terminal = _Terminal(monkeypatch, keys)
    status, printed, _ = run("walk", "handout")
    assert status == 0
    assert seen(printed) == indices
    assert next(terminal.keys, "all typed") == "all typed"
    assert terminal.prompts[0].startswith("Enter: next step")


def test_all_runs_on_and_so_does_a_pipe(run, monkeypatch):
    assert seen(run("walk", "handout")[1]) == list(range(51))
    terminal = _Terminal(monkeypatch, [])
    assert seen(run("walk", "handout", "--all")[1]) == list(range(51))
    assert terminal.prompts == []


def test_ctrl_c_ends_a_walk_quietly(run, monkeypatch):
    def interrupt(prompt):
        raise KeyboardInterrupt

    _Terminal(monkeypatch, [])
    monkeypatch.setattr(builtins, "input", interrupt)
    status, _, said = run("walk", "handout")
    assert (status, said) == (130, "")


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such terminals on Windows")
def test_a_real_terminal():
    import pty

    leader, follower = pty.openpty()
    with subprocess.Popen(
        [sys.executable, str(MAIN), "walk", "handout"],
        stdin=follower, stdout=follower, stderr=follower, close_fds=True,
    ) as walk:  # fmt: skip
        os.close(follower)

        def read_to(end):
            text = ""
            while end not in text:
                text += os.read(leader, 4096).decode(errors="replace")
            return text

        assert "1 · Initialize" in read_to("q: stop ")
        os.write(leader, b"\n")
        assert "2 · Score" in read_to("q: stop ")
        os.write(leader, b"\x04")
        assert walk.wait(timeout=20) == 0
    os.close(leader)


# The process


def test_a_pipe_that_closes_is_no_error():
    with subprocess.Popen(
        [sys.executable, str(MAIN), "walk", "dyestuff2", "--algorithm", "em", "--json"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as walk:  # fmt: skip
        assert walk.stdout is not None
        assert strict(walk.stdout.readline())["index"] == 0
        walk.stdout.close()
        assert walk.stderr is not None
        assert walk.stderr.read() == b""
        assert walk.wait(timeout=20) == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full disk to write to")
def test_a_full_disk_is_said_in_a_line():
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(
            [sys.executable, str(MAIN), "fit", "handout"],
            stdout=full, stderr=subprocess.PIPE, check=False,
        )  # fmt: skip
    assert ended.returncode == 2
    assert ended.stderr == b"The output cannot be written: No space left on device.\n"


def test_a_plain_locale_prints_the_same():
    plain = {name: value for name, value in os.environ.items() if name[:3] not in ("LC_", "LAN")}
    ended = process("fit", "handout", env=plain | {"LC_ALL": "C", "PYTHONUTF8": "0"})
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert "INDUSTRY (Intercept), τ²" in ended.stdout.decode("utf-8")


# Help and examples


def test_examples_are_listed(run):
    status, printed, _ = run("examples")
    assert status == 0
    for name in example_names():
        assert f"\n{name} " in "\n" + printed
        assert load_example(name).formula in printed
    assert max(map(len, printed.splitlines())) <= WIDTH + 12


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--help"], ["fit", "walk", "examples", "one named step at a time"]),
        (["fit", "--help"], ["DATA", "FORMULA", "--method", "--algorithm", "--start", "--json"]),
        (["walk", "--help"], ["--all", "without waiting"]),
        (["--version"], ["stepreml "]),
    ],
)
def test_help(capsys, arguments, words):
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 0
    printed = capsys.readouterr().out
    for word in words:
        assert word in printed


# How things look


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (0.0, 4, "0"),
        (-0.0, 4, "0"),
        (5.0, 4, "5"),
        (123456.0, 4, "123456"),
        (1234567.0, 4, "1.235·10⁶"),
        (999999.6, 4, "1.000·10⁶"),
        (99999.96, 5, "100000"),
        (0.99996, 4, "1.000"),
        (0.999949, 4, "0.9999"),
        (9.9996, 4, "10.00"),
        (-9.9996, 4, "−10.00"),
        (0.00009999996, 4, "0.0001000"),
        (0.0000999, 4, "9.990·10⁻⁵"),
        (-1.5e-320, 2, "−1.5·10⁻³²⁰"),
        (1e300, 2, "1.0·10³⁰⁰"),
        (float("inf"), 4, "∞"),
        (float("-inf"), 4, "−∞"),
        (float("nan"), 4, "–"),
        (None, 4, "–"),
    ],
)
def test_numbers_are_rounded_once(value, digits, text):
    assert number(value, digits) == text


def test_changes_and_exact_numbers():
    assert [signed(value, 2) for value in (0.25, -0.25, 0.0)] == ["+0.25", "−0.25", ""]
    assert [exact(value) for value in (-0.1, 1e-20, None)] == ["−0.1", "1e−20", "–"]


def test_long_and_odd_names():
    assert short("a" * 99, 10) == "aaaaa…aaaa"
    assert short("tab\tline\nend", 40) == "tab·line·end"
    assert quoted("`two words`") == "'two words'"
    assert [width(text) for text in ("ab", "e\u0301", "年齢", "û")] == [2, 1, 4, 1]
    assert (padded("年", 4), padded("年", 4, right=True)) == ("年  ", "  年")


def test_columns_stay_aligned_whatever_the_names():
    names = ["école", "e\u0301cole", "北京", "x" * 99, "a\nb", "c"]
    frame = TABLE.rename(columns={"x": "the hours somebody spends on something, a long name"})
    problem = Problem.from_frame(
        frame.assign(g=np.array(names)[TABLE["g"]]),
        "y ~ `the hours somebody spends on something, a long name` + (1 | g)",
    )
    blocks = [summary_text(fit(problem)).partition("Random intercepts\n")[2]]
    predicted = next(step for step in steps(problem) if step.name == "predict_u")
    blocks.append(step_text(predicted, None).split("\n\n")[4])
    for block in blocks:
        lines = block.splitlines()
        assert len(lines) == 7
        place = {width(line[: line.index("  4  ")]) for line in lines[1:]}
        assert len(place) == 1
        assert max(map(width, lines)) <= WIDTH
