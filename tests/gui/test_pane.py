"""A pane hands its panel one run at a time."""

from __future__ import annotations

from plots import run

from mlm_gui.panels.panel import Panel
from mlm_gui.widgets.pane import Pane


class Recorder(Panel):
    def __init__(self):
        super().__init__()
        self.problem, self.calls = None, []

    def show_problem(self, problem, trace):
        self.problem = problem

    def show_step(self, new, old):
        assert new.problem is self.problem
        self.calls.append(new.index)

    def show_group(self, group):
        self.calls.append(group)


def test_a_group_lit_between_two_runs_waits_for_the_step_of_the_new_one(qtbot):
    panel = Recorder()
    pane = Pane(panel, "pane")
    qtbot.addWidget(pane)
    pane.show()
    first, second = run("handout", 3), run("rail")
    pane.show_run(first[0].problem, first)
    pane.show_step(first[3])
    pane.show_run(second[0].problem, second)
    pane.show_group(1)
    assert panel.calls == [3]
    pane.show_step(second[0])
    assert panel.calls == [3, 0, 1]
