"""The formula of a step worked out: with this step's numbers put in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from PySide6.QtCore import QCoreApplication

from mlm_gui.widgets.asking import Asked
from mlm_gui.widgets.mathlayout import Box, row
from mlm_gui.widgets.maths import Line, Maths, Piece
from mlm_gui.widgets.trials import factor_text
from solver.fit import Fit
from solver.formatting import short
from solver.lessons import words
from solver.moments import Floats
from solver.quantity import Quantity
from solver.start import method_of_moments
from solver.state import Kind, State, Trial
from solver.step import Step

FULL = 3
"""Fixed effects up to which the p × p matrices are written out."""

LONG = 8
"""Rows of a vector, or groups in a line, that are written out."""

LONGEST_NAME = 40
"""Characters of a group's name that are shown where it is introduced."""

VARIANCES = ("sigma2", "tau2")

MOST_DIGITS = 16
"""Digits that a number has at most."""

FEWER = 6
"""Rows that are left of a longer vector."""


def worked(
    step: Step, before: Step | None, group: int | None, maths: Maths, simple: bool = False
) -> list[Line]:
    """What the step computed, as formulas with numbers.

    Parameters
    ----------
    step : Step
    before : Step or None
        The step before it in the run; what differs from there is marked.
    group : int or None
        The group that is lit, to be the example where the step works group by group.
    maths : Maths
    simple : bool, optional
        Of the start, the values only; of the update of the variances, the scores and where they
        led.
    """
    made = _Worked(step, before, maths)
    if simple and step.name == "initialize":
        return list(made.initialize(values_only=True))
    scores = simple and step.name == "update_variances"
    return list(made.scores() if scores else made.lines(group))


class _Worked:
    def __init__(self, step: Step, before: Step | None, maths: Maths) -> None:
        self.step, self.maths = step, maths
        self.state, self.problem = step.state, step.problem
        self.before: State | None = before.state if before else None

    def lines(self, group: int | None) -> Iterator[Line]:
        match self.step.name:
            case "initialize":
                return self.initialize()
            case "score_beta":
                return self.score_beta()
            case "estimate_beta":
                return self.estimate_beta()
            case "predict_u":
                return self.predict_u(group if group is not None else 0)
            case "update_variances":
                return self.update_variances()
            case _:
                return self.check_convergence()

    # -- the six steps

    def initialize(self, *, values_only: bool = False) -> Iterator[Line]:
        """The start, and OLS."""
        m, state = self.maths, self.state
        sigma2, tau2 = (m.number(getattr(state, name), about=Quantity(name)) for name in VARIANCES)
        start = self.step.options.start
        if values_only:
            yield m.line("σ²_0 = {}  τ²_0 = {}", sigma2, tau2)
        elif start == "half":
            yield [
                *m.line("σ²_0 = τ²_0 = ½s² = {}", sigma2),
                self._note(words()["starts"]["half"]),
            ]
        elif start == "moments":
            moments = method_of_moments(self.problem.moments)
            msw, msb, n0 = (
                m.number(getattr(moments, name), about=Quantity(name))
                for name in ("msw", "msb", "n0")
            )
            estimate = m.fraction(m.formula("{} − {}", msb, msw), n0)
            value = m.number(moments.estimate, about=Quantity("tau2_moments"))
            yield m.line("σ²_0 = MSW = {}  MSB = {}", msw, msb)
            yield m.line("(MSB − MSW)/n_0 = {} = {}", estimate, value)
            if moments.estimate < state.tau2:
                yield m.line("τ²_0 = 0.01σ²_0 = {}", tau2)
        else:
            yield [
                *m.line("σ²_0 = {}  τ²_0 = {}", sigma2, tau2),
                self._note(words()["starts"]["given"]),
            ]
        icc = m.fraction(tau2, m.formula("{} + {}", tau2, sigma2))
        value = m.number(state.icc, about=Quantity("icc"))
        yield m.line("ICC = τ²/(τ² + σ²) = {} = {}", icc, value)
        yield self._effects("β = (XᵀX)⁻¹Xᵀy = {}", "beta", state.beta, None)

    def score_beta(self) -> Iterator[Line]:
        """The slope at the present β."""
        before = self.before.score_beta if self.before else None
        assert self.state.score_beta is not None
        yield self._effects("β = {}", "beta", self.state.beta, None)
        yield self._effects(
            "∂ℓ/∂β = XᵀV⁻¹(y − Xβ) = {}", "score_beta", self.state.score_beta, before
        )

    def estimate_beta(self) -> Iterator[Line]:
        """The equations solved."""
        m, state, p = self.maths, self.state, self.problem.p
        assert state.beta_cov is not None
        assert state.score_beta is not None
        before = self.before.beta if self.before else None
        if 0 < p <= FULL:
            cross, right = self.step.matrix("XᵀV⁻¹X"), self.step.matrix("XᵀV⁻¹y")
            yield m.line(
                "β̂ = {}⁻¹{} = {}",
                m.matrix(cross.block().tolist(), about=lambda k, q: Quantity("form", ("", k, q))),
                m.matrix(right.block().tolist(), about=lambda k, _: Quantity("form", ("", k, "y"))),
                m.vector(
                    state.beta.tolist(), self.problem.fixed_names, _listed(before), _about("beta")
                ),
            )
            covariance = m.matrix(
                state.beta_cov.tolist(), about=lambda k, q: Quantity("inverse", (k, q))
            )
            yield m.line("Var β̂ = {}", covariance)
        elif p:
            standard_errors = Fit(self.step).se
            shown = p if p <= LONG else FEWER
            values = [[float(state.beta[k]), float(standard_errors[k])] for k in range(shown)]
            names = self.problem.fixed_names[:shown]
            old = None if before is None else [[float(before[k]), None] for k in range(shown)]
            table = m.matrix(
                values, names, ("β̂", "SE"), old, lambda k, q: Quantity(("beta", "se")[q], (k,))
            )
            yield [*m.line("{}", table), *self._rest(p - shown)]
        score = self._effects("XᵀV⁻¹(y − Xβ̂) = {}", "score_beta", state.score_beta, None)
        yield [*score, self._note(_tr("0 up to rounding"))] if p else score

    def predict_u(self, j: int) -> Iterator[Line]:
        """One group's λ_j and û_j, and the û of all where they are few."""
        m, state, problem = self.maths, self.state, self.problem
        assert state.shrinkage is not None
        assert state.mean_residuals is not None
        size = m.number(problem.group_sizes[j], about=Quantity("size", (j,)))
        n_tau2 = m.formula("{} · {}", size, m.number(state.tau2, about=Quantity("tau2")))
        both = m.formula("{} + {}", n_tau2, m.number(state.sigma2, about=Quantity("sigma2")))
        share = m.number(state.shrinkage[j], about=Quantity("shrinkage", (j,)))
        lit = [self._label(j) for _ in range(3)]
        name = short(problem.group_labels[j], LONGEST_NAME)
        yield [
            Piece(row([self._sign(j), m.words(f" {problem.group} {name}")])),
            *_after(
                m.line(
                    "λ_{} = {} = {}",
                    lit[0],
                    m.fraction(n_tau2, both),
                    share,
                ),
                m,
            ),
        ]
        was = self.before.u[j] if self.before else None
        yield m.line(
            "û_{} = λ_{} · r̄_{} = {} · {} = {}",
            *lit,
            share,
            m.number(state.mean_residuals[j], factor=True, about=Quantity("mean_residuals", (j,))),
            m.number(state.u[j], was, about=Quantity("u", (j,))),
        )
        if problem.J <= LONG:
            yield [Piece(self._intercept(k), 1.6 * m.face.em) for k in range(problem.J)]
        else:
            text = _tr("One of {groups} groups. Point at another in any pane to see its numbers.")
            yield [Piece(m.words(text.format(groups=f"{problem.J:,}".replace(",", "\u202f"))))]

    def update_variances(self) -> Iterator[Line]:
        """Score, information, full step, and where it led."""
        m, state = self.maths, self.state
        at = state.updated_from
        assert at is not None
        assert state.score is not None
        assert state.full_step is not None
        earlier = self._earlier
        P = "P" if at.method == "reml" else "V⁻¹"
        for k, name in enumerate("στ"):
            trace, quadratic, score = at.traces[k], at.quadratics[k], state.score[k]
            digits, of_score = agreeing_digits(trace, quadratic, score)
            yield m.line(
                f"s_{name} = −½[tr({P}V_{name}) − yᵀPV_{name}Py] = −½[{{}} − {{}}] = {{}}",
                m.number(trace, digits=digits, about=earlier("P_trace", k)),
                m.number(
                    quadratic, factor=True, digits=digits, about=earlier("form", name, "r", "r")
                ),
                m.number(score, digits=of_score, about=Quantity("score", (k,))),
            )
        step = state.full_step.tolist()
        if state.information is None:
            sizes = (self.problem.n, self.problem.J)
            for k, (name, theta) in enumerate((("σ", at.sigma2), ("τ", at.tau2))):
                yield m.line(
                    f"2{name}⁴s_{name}/{'nJ'[k]} = 2 · {{}}² · {{}}/{{}} = {{}}",
                    m.number(theta, about=earlier(VARIANCES[k])),
                    m.number(state.score[k], factor=True, about=Quantity("score", (k,))),
                    m.number(sizes[k], about=Quantity("nJ"[k])),
                    m.number(step[k], about=Quantity("full_step", (k,))),
                )
        elif at.tau2 == 0 and state.score[1] <= 0:
            yield [
                *m.line(
                    "s_σ/ℐ_{σσ} = {}/{} = {}",
                    m.number(state.score[0], about=Quantity("score", (0,))),
                    m.number(state.information[0, 0], about=Quantity("information", (0, 0))),
                    m.number(step[0], about=Quantity("full_step", (0,))),
                ),
                self._note(_tr("τ² stays at 0: its score points out of the model")),
            ]
        else:
            yield m.line(
                "ℐ⁻¹s = {}⁻¹{} = {}",
                m.matrix(
                    state.information.tolist(),
                    ("σ²", "τ²"),
                    about=lambda k, q: Quantity("information", (k, q)),
                ),
                m.vector(state.score.tolist(), about=_about("score")),
                m.vector(step, about=_about("full_step")),
            )
        yield self._move(at.sigma2, at.tau2, step, state.trials[-1])

    def scores(self) -> Iterator[Line]:
        """The slopes in the two variances, and the step."""
        m, state = self.maths, self.state
        at = state.updated_from
        assert at is not None
        assert state.score is not None
        yield m.line(
            "s_σ = {}  s_τ = {}",
            *(m.number(value, about=_about("score")(k)) for k, value in enumerate(state.score)),
        )
        yield m.line(
            "σ² = {} → {}  τ² = {} → {}",
            m.number(at.sigma2, about=self._earlier("sigma2")),
            m.number(state.sigma2, at.sigma2, about=Quantity("sigma2")),
            m.number(at.tau2, about=self._earlier("tau2")),
            m.number(state.tau2, at.tau2, about=Quantity("tau2")),
        )

    def check_convergence(self) -> Iterator[Line]:
        """The estimates, once the run has ended."""
        m, state = self.maths, self.state
        if state.outcome is None:
            return
        loglik = words()["methods"][self.step.options.method]["loglik"]
        yield m.line(
            f"σ̂² = {{}}  τ̂² = {{}}  ICC = {{}}  {loglik} = {{}}",
            m.number(state.sigma2, about=Quantity("sigma2")),
            m.number(state.tau2, about=Quantity("tau2")),
            m.number(state.icc, about=Quantity("icc")),
            m.number(state.loglik, digits=7, about=Quantity("loglik")),
        )
        yield self._effects("β̂ = {}", "beta", state.beta, self.before.beta if self.before else None)

    # -- parts of lines

    def _move(self, sigma2: float, tau2: float, step: list[float], last: Trial) -> Line:
        """From the old variances to the new ones."""
        m, old = self.maths, [sigma2, tau2]
        if last.refused:
            return [Piece(m.words(_tr("No trial was accepted: σ² and τ² stay as they are.")))]
        new = m.vector([last.sigma2, last.tau2], was=old, about=lambda k: Quantity(VARIANCES[k]))
        start = m.vector(old, ("σ²", "τ²"), about=lambda k: self._earlier(VARIANCES[k]))
        if last.kind != Kind.STEP:
            note = self._note(words()["trials"][last.kind])
            return [*m.line("θ ← {} → {}", start, new), note]
        if last.factor == 1:
            return m.line("θ ← {} + {} = {}", start, m.vector(step, about=_about("full_step")), new)
        factor = m.formula(factor_text(last.factor))
        factor.about = Quantity("trial", (len(self.state.trials) - 1, "factor"))
        full = m.vector(step, about=_about("full_step"))
        return m.line("θ ← {} + {} · {} = {}", start, factor, full, new)

    def _earlier(self, name: str, *place: int | str) -> Asked:
        """A number at the variances that the update started from."""
        return Asked(Quantity(name, place), self.step.index - 1)

    def _effects(self, pattern: str, name: str, values: Floats, was: Floats | None) -> Line:
        """A vector with a row for each fixed effect."""
        m, names, p = self.maths, self.problem.fixed_names, self.problem.p
        if p == 0:
            return [Piece(m.words(_tr("There are no fixed effects: p = 0.")))]
        shown = p if p <= LONG else FEWER
        old = None if was is None or was is values else was[:shown].tolist()
        vector = m.vector(values[:shown].tolist(), names[:shown], old, _about(name))
        return [*m.line(pattern, vector), *self._rest(p - shown)]

    def _rest(self, number: int) -> list[Piece]:
        return [self._note(_tr("and {number} more").format(number=number))] if number else []

    def _note(self, text: str) -> Piece:
        return Piece(self.maths.words(text), self.maths.face.em)

    def _sign(self, j: int) -> Box:
        style = self.maths.theme.group(j, self.problem.J)
        return self.maths.names.text(style.sign, style.colour)

    def _label(self, j: int) -> Box:
        """A group's label as a subscript."""
        label = self.problem.group_labels[j]
        return self.maths.script.text(short(label, LONG), self.maths.theme.ink, tooltip=label)

    def _intercept(self, j: int) -> Box:
        """One group's û."""
        m = self.maths
        was = self.before.u[j] if self.before else None
        value = m.formula(
            " û_{} = {}", self._label(j), m.number(self.state.u[j], was, about=Quantity("u", (j,)))
        )
        return row([self._sign(j), m.words(" "), value], key=j)


def _about(name: str) -> Callable[[int], Quantity]:
    """What each entry of a vector is."""
    return lambda k: Quantity(name, (k,))


def agreeing_digits(a: float, b: float, half: float) -> tuple[int, int]:
    """How many digits of a and b, and of −½(a − b), make the difference shown agree.

    A difference that is mostly rounding is shown with fewer digits, and agrees as far as it can.
    """
    for of_half, most in ((4, 9), (2, 14), (1, MOST_DIGITS)):
        for digits in range(4, most + 1):
            shown = -0.5 * (float(f"{a:.{digits - 1}e}") - float(f"{b:.{digits - 1}e}"))
            if f"{shown:.{of_half - 1}e}" == f"{half:.{of_half - 1}e}":
                return digits, of_half
    return MOST_DIGITS, 1


def _after(line: Line, maths: Maths) -> Sequence[Piece]:
    """A line's pieces, to follow something else on the same line."""
    return [Piece(line[0].box, 1.2 * maths.face.em), *line[1:]]


def _listed(values: Floats | None) -> list[float] | None:
    return None if values is None else [float(value) for value in values]


def _tr(text: str) -> str:
    return QCoreApplication.translate("Worked", text)
