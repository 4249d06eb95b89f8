"""Puts the account of a number together: what it is, which step made it, how it comes about."""

from __future__ import annotations

from collections.abc import Sequence

from solver.accounts.account import Account
from solver.accounts.at import OF_THE_END, At, Draft
from solver.accounts.entries import entry_made_at, entry_seen_at, same_as
from solver.accounts.table import TABLE
from solver.errors import Refusal
from solver.formatting import number, quoted, short
from solver.lessons import account_words, result_words, step_lessons, symbols, words
from solver.quantity import Place, Quantity
from solver.state import STEP_NAMES
from solver.trace import Trace

MADE_BY = {
    "score_beta": "score_beta",
    "beta_cov": "estimate_beta",
    "mean_residuals": "predict_u",
    "shrinkage": "predict_u",
    "rules": "check_convergence",
}
"""The step that first computes a field of ``State``; the others are computed by the update."""

OWN = ("sigma2", "tau2", "sigma", "tau", "icc")
"""The variances themselves."""

NAME = 24
"""Characters of a group's or a predictor's name."""


def account(trace: Trace, index: int, quantity: Quantity) -> Account:
    """Where a number comes from.

    Parameters
    ----------
    trace : Trace
    index : int
        The step at which it is shown.
    quantity : Quantity

    Returns
    -------
    Account
        With its value there, which an earlier step may have made.

    Raises
    ------
    Refusal
        When it is not known at that step, with a sentence that says which step computes it.
    """
    if quantity.name not in TABLE:
        raise Refusal(f"There is no account of {quoted(quantity.name)}.")
    if TABLE[quantity.name].made == "end" and trace.complete:
        index = len(trace) - 1
    quantity = same_as(At(trace, index, "", TABLE), quantity)
    declared = TABLE[quantity.name]
    made = _made(trace, index, quantity)
    looked_at = index if made is None else made
    if quantity.name == "entry":
        looked_at = entry_seen_at(trace, index, str(quantity.place[0]))
    at = At(trace, looked_at, quantity.point, TABLE)
    place = quantity.place
    _check_place(at, quantity)
    draft = declared.explain(at, *place)
    return Account(
        quantity=quantity,
        index=index,
        made_at=made,
        symbol=declared.symbol(at, *place),
        name=name_of(at, quantity),
        value=declared.value(at, *place),
        template=draft.template,
        parts=draft.parts,
        sum=draft.sum,
        shapes=draft.shapes,
        rows=draft.rows,
        note=_note(draft),
        concluded=declared.made == "end",
        profiled=_field(quantity) == "criterion"
        and not quantity.point
        and quantity.name not in OWN,
    )


def _field(quantity: Quantity) -> str:
    """The field of ``State`` that it is in or is computed from."""
    made = TABLE[quantity.name].made
    return made(*quantity.place) if callable(made) else made


def _made(trace: Trace, index: int, quantity: Quantity) -> int | None:
    """The step that made a number; None for what is given, and for a place pointed at."""
    kind, field = quantity.point.partition(" ")[0], _field(quantity)
    if kind == "at":
        return None
    if kind not in ("", "other") and field:
        return index
    if quantity.name == "entry":
        return entry_made_at(trace, index, str(quantity.place[0]))
    return made_at(trace, index, field)


def _note(draft: Draft) -> str:
    """What there is to know besides, and what a head of the sum stands for."""
    notes = account_words()["notes"]
    names = [draft.note] if draft.note else []
    if draft.sum is not None and "ω_j" in draft.sum.heads and draft.note != "blocks":
        names.append("omega")
    return " ".join(notes[name] for name in names)


def made_at(trace: Trace, index: int, field: str) -> int | None:
    """The step that made what a field of ``State`` holds; None for what is given.

    A field that a step left alone is the same object as before.
    """
    if not field:
        return None
    if field in ("end", "index"):
        if field == "end" and trace[index].state.outcome is None:
            raise Refusal(OF_THE_END)
        return index
    value = getattr(trace[index].state, field)
    if value is None or (value == () if isinstance(value, tuple) else False):
        step = MADE_BY.get(field, "update_variances")
        if field == "information" and trace[index].state.score is not None:
            raise Refusal(account_words()["notes"]["em_no_information"])
        title = step_lessons()[step].title
        number = STEP_NAMES.index(step) + 1
        raise Refusal(account_words()["notes"]["not_yet"].format(number=number, title=title))
    while index > 0 and getattr(trace[index - 1].state, field) is value:
        index -= 1
    return index


def title_of(trace: Trace, index: int, quantity: Quantity) -> str:
    """A quantity in words, known or not."""
    at = At(trace, index, quantity.point, TABLE)
    return name_of(at, same_as(at, quantity))


def _check_place(at: At, quantity: Quantity) -> None:
    """Refuse a trial or rule that the step does not have, and a change where nothing was before."""
    if quantity.name == "change" and not at.index:
        raise Refusal(account_words()["notes"]["no_step_before"])
    of = {"trial": at.state.trials, "rule": at.state.rules}.get(quantity.name)
    if of is not None and int(quantity.place[0]) >= len(of):
        raise Refusal(account_words()["notes"][f"no_{quantity.name}"])


def name_of(at: At, quantity: Quantity) -> str:
    """A quantity in words: "random intercept of Industry 5"."""
    kinds = TABLE[quantity.name].kinds
    gaps: Sequence[str] = [
        _place_name(at, kind, each) for kind, each in zip(kinds, quantity.place, strict=True)
    ]
    names = account_words()["names"]
    same = len(set(quantity.place[-2:])) == 1 and f"{quantity.name}_same" in names
    whole = quantity.name == "compared" and quantity.place[1] not in ("beta", "se")
    said = names.get(f"{quantity.name}{'_same' * same}{'_whole' * whole}")
    text = str(said) if said else symbols()[quantity.name].name
    for k, gap in enumerate(gaps):
        text = text.replace(f"{{{k}}}", gap)
    kind, _, which = quantity.point.partition(" ")
    if kind:
        said = str(account_words()["points"][kind])
        numbers = which.split() if kind == "at" else [str(int(which or 0) + 1)]
        for k, each in enumerate(numbers):
            said = said.replace(f"{{{k}}}", number(float(each)) if kind == "at" else each)
        text = f"{text} {said}".strip()
    method = words()["methods"][at.criterion.method]
    return text.replace("{method}", method["name"])


def _place_name(at: At, kind: str, each: Place) -> str:
    problem, said = at.problem, account_words()["places"]
    match kind:
        case "head":
            return result_words(at.step.options.method)[str(each)].name
        case "group" if each == -1:
            return str(said["no_group"])
        case "group":
            return f"{short(problem.group, NAME)} {short(problem.group_labels[int(each)], NAME)}"
        case "effect":
            name = problem.fixed_names[int(each)]
            return str(said["intercept"]) if name == "(Intercept)" else short(name, NAME)
        case "row":
            return str(int(each) + 1)
        case "column":
            if isinstance(each, int):
                return _place_name(at, "effect", each)
            return short(problem.response, NAME) if each == "y" else str(said[f"column_{each}"])
        case "variance":
            return ("σ²", "τ²")[int(each)]
        case "trial":
            return str(int(each) + 1)
        case "rule":
            rules = at.state.rules
            return str(words()["rules"][rules[int(each)].name]) if int(each) < len(rules) else ""
        case "row of" | "column of":
            return str(int(each) + 1)
        case "matrix":
            return str(each)
        case "number":
            names = account_words()["names"]
            return str(names[each]) if each in names else symbols()[str(each)].name
    return str(said.get(str(each), each))
