"""What is wrong with an exercise that a teacher wrote: a sentence, and the key that it is about."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator, Mapping

from solver.errors import Refusal
from solver.formatting import quoted
from solver.practice.cases import HANDOUT, case
from solver.practice.exercise import Exercise
from solver.practice.expressions import Call, Name, Operation, Power, Tree, read
from solver.practice.misconceptions import misconceptions, mistaken
from solver.practice.quantities import OPTIONS, QUANTITIES
from solver.practice.targets import WHOLE, Target, target

Fault = tuple[str, str]
"""What is wrong, without a full stop, and the key."""


def faults(made: Exercise) -> Iterator[Fault]:
    """What is wrong, the first thing first; later ones may only follow from it."""
    yield from _of_form(made)
    yield from _of_kind(made)
    try:
        goal = target(made, case(made.data, HANDOUT))
        if goal.read_as_mathematics:
            assert goal.values
        assert goal.shown is not None
    except Refusal as refusal:
        key = "shows" if made.shows else "answer" if made.answer else "right"
        yield str(refusal).rstrip("."), key
        return
    yield from _of_answer(made, goal)
    yield from _of_formulas(made, goal)
    yield from _of_texts(made, goal)


def _of_form(made: Exercise) -> Iterator[Fault]:
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", made.id):
        yield "an id has plain letters, digits and _ only", "id"
    if len(made.hints) != 3 or not all(made.hints):
        yield (
            f"there must be three hints, and there are {len(list(filter(None, made.hints)))}",
            ("hints"),
        )
    if len(made.latex) != len(made.plain):
        yield "each line of latex needs one in plain characters, in plain", "latex"
    if made.by_words != bool(made.parts) or len(made.parts) == 1 or len(made.parts) > 4:
        yield (
            "an answer in words needs two to four parts that a good answer says, and only it",
            ("parts"),
        )
    for name in made.misconceptions:
        if name not in misconceptions():
            yield f"the misconception {quoted(name)} is not known", "misconceptions"


def _of_kind(made: Exercise) -> Iterator[Fault]:
    """Whether kind, answer, right and options go together."""
    if bool(made.answer) == bool(made.right):
        yield "give either answer, for the solver to compute, or right", ""
    chooses = made.kind in ("choose", "order") or (made.foretells and not made.answer)
    if chooses and not made.options:
        yield "there is nothing to choose from: give options", ""
    if made.kind in ("formula", "words") and made.answer:
        yield f"the right answer of a {made.kind} exercise is written in right", "answer"
    if made.by_words and len(made.right) > 1:
        yield "an exercise in words has one model answer", "right"
    if made.kind == "matrix" and (made.answer in QUANTITIES or made.right):
        yield "a matrix exercise needs the name of a matrix in answer", "answer"
    if made.answer and made.data == "none" and made.kind != "order":
        yield "answer is computed from data: choose another data", "data"
    needed = OPTIONS.get(made.answer, 0)
    if made.answer and (made.kind in ("choose", "order") or made.options) and not needed:
        yield f"{quoted(made.answer)} is not something to choose", "answer"
    if needed and len(made.options) < needed:
        many = "an option" if needed == 1 else f"{needed} options"
        yield (
            f"{quoted(made.answer)} is chosen from {many}, and there are {len(made.options)}",
            ("options" if made.options else "answer"),
        )
    if made.kind == "order" and made.right and sorted(made.right) != sorted(made.options):
        yield "right must have all the options, each once", "right"


def _of_answer(made: Exercise, goal: Target) -> Iterator[Fault]:
    for text in made.right if made.options else ():
        if text not in goal.options:
            yield f"the right answer {quoted(text)} is not among the options", "right"
    if made.labels and len(made.labels) != len(goal.model):
        yield f"there are {len(goal.model)} blanks and {len(made.labels)} labels", "labels"
    for name in made.misconceptions:
        try:
            leads = mistaken(misconceptions()[name], goal)
        except (Refusal, IndexError):
            leads = ()
        if not leads:
            yield f"the misconception {quoted(name)} leads to no answer here", "misconceptions"


def _of_formulas(made: Exercise, goal: Target) -> Iterator[Fault]:
    """Whether the formulas can be read, and have letters that mean something."""
    known = set(goal.wide[0].values) if made.formula or made.follows else set()
    blanks = {f"a_{k + 1}" for k in range(len(goal.model))}
    for place in made.follows:
        if place not in {str(k + 1) for k in range(len(goal.model))}:
            yield f"there is no blank {quoted(place)}: there are {len(goal.model)}", "follows"
    for key, text, letters in (
        ("formula", made.formula, {*made.uses}),
        *(("follows", text, blanks) for text in made.follows.values()),
    ):
        try:
            names = _names(read(text, WHOLE).tree) if text else set()
        except Refusal as refusal:
            yield str(refusal).rstrip("."), key
            continue
        squares = {letter.removesuffix("²") for letter in letters}
        for name in sorted(names - known - letters - squares):
            yield f"{name} has no meaning in {quoted(text)}", key


def _names(tree: Tree) -> set[str]:
    match tree:
        case Name():
            return {tree.name}
        case Operation():
            return set().union(*map(_names, tree.parts))
        case Power():
            return _names(tree.base)
        case Call():
            return _names(tree.argument)
    return set()


def _of_texts(made: Exercise, goal: Target) -> Iterator[Fault]:
    facts = goal.case.facts(made)
    for key, texts in (("ask", (made.ask,)), ("hints", made.hints), ("solution", (made.solution,)),
                       ("options", made.options)):  # fmt: skip
        for text in texts:
            fault = _of_placeholders(text, facts)
            if fault:
                yield fault.format(key=key), key


def _of_placeholders(text: str, facts: Mapping[str, str]) -> str:
    try:
        found = [each for each in string.Formatter().parse(text) if each[1] is not None]
    except ValueError:
        return "a curly bracket in {key} is not closed"
    for _, name, form, conversion in found:
        if name in facts and (form or conversion):
            return f"write {{{{{name}}}}} with nothing else between the brackets"
        if name not in facts:
            known = ", ".join(sorted(facts))
            return f"{{{{{name}}}}} means nothing here. There are: {known}"
    return ""


def fault_of_place(place: str, seen: Mapping[str, Exercise]) -> str:
    """What is wrong with an entry of ``uses``: an earlier exercise's id, and perhaps a blank."""
    id_, _, blank = place.partition(":")
    if id_ not in seen:
        return f"uses names {quoted(place)}, which does not come before it"
    blanks = len(target(seen[id_], case(seen[id_].data, HANDOUT)).model)
    if blank and blank not in {str(k + 1) for k in range(blanks)}:
        return f"uses names {quoted(place)}, and {id_} has {blanks} blanks"
    return ""
