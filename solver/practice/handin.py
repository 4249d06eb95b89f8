"""The page that a hand-in file shows: each answer that counts, and then everything in its order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from solver.lessons import practice_words
from solver.practice.cases import case
from solver.practice.content import exercises
from solver.practice.exercise import Grid
from solver.practice.journal import OWN_MARKS, Entry, Journal
from solver.practice.solution import INDEX, question
from solver.practice.targets import Target, target

STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 46em; margin: 2em auto; padding: 0 1em;
       color: #1d1f21; background: #fbfaf6; }
h1 { font-size: 1.6em; margin-bottom: 0; } h2 { font-size: 1.15em; margin: 2em 0 0; }
p { margin: .3em 0; } .muted { color: #55595e; font-size: .9em; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; margin: .6em 0; }
table.matrix { border-left: 2px solid; border-right: 2px solid; border-radius: 4px; }
td, th { padding: .1em .7em .1em 0; text-align: left; vertical-align: top; font-weight: normal; }
table.matrix td { padding: .1em .7em; text-align: right; }
blockquote { margin: .6em 0; padding-left: 1em; border-left: 2px solid #b9b6ae;
             white-space: pre-wrap; }
"""


def as_html(journal: Journal) -> str:
    """The page up to where the journal itself is put in; it loads nothing and runs nothing."""
    words = practice_words()["handin"]
    answers = journal.latest()
    title = words["title"].format(name=journal.name)
    parts = [
        "<!doctype html>",
        '<html lang="en"><head><meta charset="utf-8">',
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body>",
        f"<h1>{escape(title)}</h1>",
        _muted(words["counts"].format(answers=len(answers), entries=len(journal.entries))),
        _muted(words["about"]),
        *(_answer(done, words) for done in answers.values()),
        f"<h2>{escape(words['order'])}</h2>",
        _table([words[key] for key in ("at", "exercise", "seed", "event")], _log(journal, words)),
    ]
    return "\n".join(parts) + "\n"


def _answer(done: Entry, words: dict[str, str]) -> str:
    exercise = exercises()[done.exercise]
    goal = target(exercise, case(exercise.data, done.seed))
    facts = [
        words["of_seed"].format(seed=done.seed),
        words["help"].format(hints=done.hints),
        words["solution" if done.solution else "no_solution"],
        words["minutes"].format(minutes=f"{done.seconds / 60:.1f}"),
        done.at.replace("T", " "),
    ]
    return "\n".join(
        [
            f"<h2>{_rich(exercise.title)}</h2>",
            f"<p>{_rich(question(goal))}</p>",
            _given(goal, done.answer),
            *([_own(goal, done.own, words)] if done.own else []),
            _muted(" · ".join(facts)),
        ]
    )


def _given(goal: Target, answer: Grid) -> str:
    if goal.exercise.by_words:
        return f"<blockquote>{escape(answer[0][0] if answer and answer[0] else '')}</blockquote>"
    if goal.exercise.asks_shape:
        filled = [
            [goal.model[i][j] if (i, j) in goal.given else text for j, text in enumerate(row)]
            for i, row in enumerate(answer)
        ]
        return _table((), filled, "matrix")
    labels = goal.labels if goal.labels else [""] * len(answer)
    rows = [
        (label.removesuffix("="), row[0] if row else "")
        for label, row in zip(labels, answer, strict=False)
    ]
    return _table((), rows)


def _own(goal: Target, own: Sequence[str], words: dict[str, str]) -> str:
    said = practice_words()["own"]
    rows = [
        (part, said[mark] if mark in OWN_MARKS else "–")
        for part, mark in zip(goal.exercise.parts, own, strict=False)
    ]
    return _muted(words["own"]) + _table((), rows)


def _log(journal: Journal, words: dict[str, str]) -> list[tuple[str, ...]]:
    return [
        (
            each.at.replace("T", " "),
            exercises()[each.exercise].title,
            str(each.seed),
            words[f"event_{each.event}"],
        )
        for each in journal.entries
    ]


def _table(heads: Sequence[str], rows: Iterable[Iterable[str]], kind: str = "") -> str:
    head = "".join(f"<th class='muted'>{escape(text)}</th>" for text in heads)
    body = "".join(
        "<tr>" + "".join(f"<td>{_rich(text) or '&nbsp;'}</td>" for text in row) + "</tr>"
        for row in rows
    )
    named = f' class="{kind}"' if kind else ""
    return f"<table{named}>{f'<tr>{head}</tr>' if head else ''}{body}</table>"


def _muted(text: str) -> str:
    return f'<p class="muted">{escape(text)}</p>'


def _rich(text: str) -> str:
    """A text whose indices are set low."""
    return INDEX.sub(r"<sub>\1</sub>", escape(text))
