"""What a fit means in plain words: sentences chosen and filled from its results."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from solver.data.meanings import Meaning
from solver.formatting import number, p_equation, short
from solver.inference.phrases import count, part, percents, rounded, say, signed
from solver.inference.results import Results
from solver.inference.satterthwaite import Inference
from solver.inference.terms import Term, term_of
from solver.lessons import sentence_templates, words

NAMED = 5
"""Groups above and below the line that are named."""

LONGEST = 40
"""Characters of a name in a sentence."""


@dataclass(frozen=True)
class Paragraph:
    """A head, and the sentences below it."""

    title: str
    sentences: tuple[str, ...]


def paragraphs(results: Results) -> tuple[Paragraph, ...]:
    """What the results mean, paragraph by paragraph."""
    writer = _Writer(results)
    return tuple(
        Paragraph(title, tuple(getattr(writer, key)()))
        for key, title in sentence_templates()["titles"].items()
    )


def fitted_sentence(results: Results) -> str:
    """One sentence: how many rows and groups, by which criterion, and the formula."""
    return _Writer(results).fitted()


def as_text(written: tuple[Paragraph, ...]) -> str:
    """Paragraphs as plain text, to be pasted anywhere."""
    return "\n\n".join("\n".join([each.title, " ".join(each.sentences)]) for each in written)


class _Writer:
    """Chooses the sentences of each paragraph."""

    def __init__(self, results: Results) -> None:
        self._results = results
        self._fit, self._problem = results.fit, results.fit.problem
        self._y = short(self._problem.response.strip("`"), LONGEST)
        self._group = short(self._problem.group, LONGEST)
        self._terms = tuple(map(term_of, self._problem.fixed_names))

    def fitted(self) -> str:
        """What was fitted to what."""
        problem = self._problem
        return say(
            "rows",
            n=count(problem.n),
            J=count(problem.J),
            group=self._group,
            criterion=words()["methods"][self._fit.options.method]["name"],
            formula=problem.formula,
        )

    # -- the paragraphs

    def data(self) -> Iterator[str]:
        """What was fitted to what, and what the variables are."""
        problem = self._problem
        if not self._fit.converged:
            yield say("not_converged")
        yield self.fitted()
        if problem.rows_dropped:
            yield say("dropped", rows=count(problem.rows_dropped))
        names = [problem.response, *(term.variable for term in self._terms), problem.group]
        for name in dict.fromkeys(name.strip("`") for name in names if name):
            meaning = self._meaning(name)
            if meaning.text:
                unit = self._unit(name, "unit_in")
                yield say("meaning", name=name, text=meaning.text, unit=unit)

    def fixed(self) -> Iterator[str]:
        """What each fixed effect says."""
        for k, (term, effect) in enumerate(zip(self._terms, self._results.fixed, strict=True)):
            match term.kind:
                case "intercept":
                    yield from self._intercept(effect)
                case "slope":
                    yield from self._slope(term, effect, self._problem.X[:, k])
                case "level":
                    yield self._compared("level", term, effect, 1.0)
                case kind:
                    yield say(
                        "term",
                        name=short(term.name, LONGEST),
                        estimate=rounded(effect.estimate),
                        interval=_interval(effect, 1.0),
                        kind=part(kind),
                    )
            if term.kind in ("slope", "level") and self._involved(term):
                yield say("involved", x=self._name(term))

    def groups(self) -> Iterator[str]:
        """How the variance is shared."""
        results, fit = self._results, self._fit
        low, high = results.icc_interval
        tau, unit = results.tau_interval[1], self._unit(self._problem.response)
        known = not math.isnan(low)
        icc, rest = percents(fit.icc, 1 - fit.icc)
        if fit.state.at_boundary:
            yield say("boundary", group=self._group)
            if known:
                yield say("boundary_upper", tau=rounded(tau), unit_y=unit)
        else:
            yield say(
                "between_alone" if self._alone else "between",
                icc=icc,
                rest=rest,
                group=self._group,
                y=self._y,
                icc_interval=part(
                    "icc_interval", icc=rounded(fit.icc), low=rounded(low), high=rounded(high)
                )
                if known
                else "",
            )
            yield say(
                "typical",
                tau=rounded(math.sqrt(fit.tau2)),
                sigma=rounded(math.sqrt(fit.sigma2)),
                unit_y=unit,
            )
            test = results.group_test
            if test is not None:
                told = test.p_boundary < 0.05
                upper = part("upper", tau=rounded(tau), unit_y=unit)
                p = p_equation(test.p_boundary)
                yield say("told" if told else "not_told", p=p, upper=upper)
        if not self._alone:
            explained = results.explained
            marginal, conditional = percents(explained.marginal, explained.conditional)
            yield say(
                "explained_boundary" if fit.state.at_boundary else "explained",
                y=self._y,
                marginal=marginal,
                conditional=conditional,
            )

    def standing_out(self) -> Iterator[str]:
        """The groups whose intervals do not hold 0."""
        results, J = self._results, self._problem.J
        if self._fit.state.at_boundary:
            yield say("groups_boundary")
            return
        if not results.differing:
            yield say("groups_none")
        else:
            yield say(
                "groups_some",
                count=count(len(results.differing)),
                J=count(J),
                named=self._named(),
            )
            yield say("groups_many", J=count(J))
        yield say("groups_shrunk")

    def limits(self) -> Iterator[str]:
        """What the fit does not show."""
        if not self._alone:
            single = [term for term in self._terms if term.kind in ("slope", "level")]
            names = [self._name(term) for term in single or self._terms[-1:]]
            x = part("or").join(dict.fromkeys(names))
            yield say("causality", x=x, y=self._y)
        if not self._fit.state.at_boundary:
            yield say("groups_cause")
        if self._results.few_groups:
            yield say("few_groups", J=count(self._problem.J))
        if any(
            _holds_0(effect)
            for term, effect in zip(self._terms, self._results.fixed, strict=True)
            if term.kind != "intercept"
        ):
            yield say("absence")
        ranges = [
            part("range", x=self._name(term), low=rounded(x.min()), high=rounded(x.max()))
            for term, x in zip(self._terms, self._problem.X.T, strict=True)
            if term.kind == "slope" and len(_two(x)) > 2
        ]
        if ranges:
            yield say("beyond", ranges="; ".join(ranges))
        if self._fit.options.method == "ml":
            yield say("ml")
        yield say("model")

    # -- the fixed effects

    def _intercept(self, effect: Inference) -> Iterator[str]:
        unit = self._unit(self._problem.response)
        low, high = effect.interval
        yield say(
            "mean" if self._alone else "intercept",
            where=self._where_0(),
            y=self._y,
            estimate=rounded(effect.estimate),
            unit_y=unit,
            interval=part("interval_plain", low=rounded(low), high=rounded(high)),
        )
        outside = [
            self._name(term)
            for term, x in zip(self._terms, self._problem.X.T, strict=True)
            if term.kind == "slope" and (x.min() > 0 or x.max() < 0)
        ]
        if outside:
            yield say("intercept_outside", x=part("or").join(outside))

    def _where_0(self) -> str:
        """Where a row lies whose predictors are all 0 or in their reference categories."""
        if any(term.kind == "transformed" for term in self._terms):
            return part("all_0")
        places = dict.fromkeys(
            self._place(term) for term in self._terms if term.kind in ("slope", "level")
        )
        return part("and").join(places) if 0 < len(places) <= 3 else part("all_0")

    def _place(self, term: Term) -> str:
        """Where a predictor is 0 or in its reference category."""
        if term.kind == "level" and not term.reference:
            return part("place_reference", x=self._name(term))
        level = self._label(term, term.reference or "0")
        return part("place", x=self._name(term), level=level)

    def _slope(self, term: Term, effect: Inference, x: np.ndarray) -> Iterator[str]:
        values = _two(x)
        if len(values) == 2 and values[1] - values[0] == 1:
            zero, one = (self._label(term, number(float(v))) for v in values)
            yield self._compared("binary", term, effect, 1.0, one=one, zero=zero)
            return
        spread = float(np.std(x))
        step = 1.0 if 0.2 <= spread <= 20 else 10.0 ** math.floor(math.log10(spread))
        unit = self._unit(term.variable, "unit_step")
        yield self._compared("slope", term, effect, step, step=rounded(step), unit_x=unit)

    def _compared(
        self, sentence: str, term: Term, effect: Inference, times: float, **gaps: str
    ) -> str:
        """A sentence that says how much higher or lower y is."""
        others = sum(other.kind != "intercept" for other in self._terms) > 1
        return say(
            sentence,
            x=self._name(term),
            y=self._y,
            level=self._label(term, term.level),
            reference=self._reference(term),
            higher=part("lower" if effect.estimate < 0 else "higher"),
            size=rounded(abs(effect.estimate) * times),
            unit_y=self._unit(self._problem.response),
            group=self._group,
            same=part("same_others") if others else "",
            interval=_interval(effect, times),
            **gaps,
        )

    def _reference(self, term: Term) -> str:
        if not term.reference:
            return part("reference", x=self._name(term))
        level = self._label(term, term.reference)
        return part("reference_known", x=self._name(term), level=level)

    def _involved(self, term: Term) -> bool:
        """Whether a term's variable stands in a term of another kind as well."""
        word = re.compile(rf"(?<![\w.]){re.escape(term.variable)}(?![\w.])")
        return any(
            other.kind in ("interaction", "transformed") and word.search(other.name)
            for other in self._terms
        )

    # -- the groups

    def _named(self) -> str:
        """The groups that stand out, above the line and below it."""
        u = self._fit.u
        above = self._listed([j for j in self._results.differing if u[j] > 0])
        below = self._listed([j for j in self._results.differing if u[j] < 0])
        if not above:
            return part("below_alone", groups=below)
        text = part("above", groups=above)
        return f"{text}; {part('below', groups=below)}" if below else text

    def _listed(self, groups: list[int]) -> str:
        labels = self._meaning(self._problem.group).labels
        named = []
        for j in groups[:NAMED]:
            label = self._problem.group_labels[j]
            label = short(labels.get(label, label), LONGEST)
            named.append(f"{label} ({signed(float(self._fit.u[j]))})")
        text, more = ", ".join(named), len(groups) - NAMED
        return part("more", groups=text, count=count(more)) if more > 0 else text

    # -- names

    @property
    def _alone(self) -> bool:
        """Whether the intercept is the only fixed effect."""
        return all(term.kind == "intercept" for term in self._terms)

    def _meaning(self, variable: str) -> Meaning:
        return self._problem.meanings.get(variable.strip("`"), Meaning())

    def _unit(self, variable: str, phrase: str = "unit") -> str:
        unit = self._meaning(variable).unit
        return part(phrase, unit=unit) if unit else ""

    def _name(self, term: Term) -> str:
        return short(term.variable.strip("`"), LONGEST)

    def _label(self, term: Term, code: str) -> str:
        return short(self._meaning(term.variable).labels.get(code, code), LONGEST)


def _two(x: np.ndarray) -> list[float]:
    """The distinct values of a column, as far as the third."""
    first = float(x[0])
    other = x[x != first]
    if not len(other):
        return [first]
    second = float(other[0])
    third = other[other != second]
    return sorted([first, second, *third[:1].tolist()])


def _holds_0(effect: Inference) -> bool:
    low, high = effect.interval
    return low <= 0 <= high


def _interval(effect: Inference, times: float) -> str:
    """The interval of a multiple of an effect, and whether it holds 0."""
    low, high = effect.interval
    if math.isnan(low):
        return ""
    return part(
        "interval_holds" if _holds_0(effect) else "interval_excludes",
        low=rounded(low * times),
        high=rounded(high * times),
        p=p_equation(effect.p_value),
    )
