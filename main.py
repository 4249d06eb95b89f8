"""Start StepREML: the terminal commands, or the window."""

import sys

TERMINAL = ("fit", "walk", "examples", "sheet", "mark", "-h", "--help", "--version")


def main() -> int:
    """Run what the arguments ask for; the exit status."""
    arguments = sys.argv[1:]
    if arguments and arguments[0] in TERMINAL:
        from solver.terminal import main as terminal

        return terminal(arguments)
    from mlm_gui.app import main as window

    return window(arguments)


if __name__ == "__main__":
    sys.exit(main())
