"""Start StepREML: the terminal commands, or the window."""

import sys

from solver.terminal import main

if __name__ == "__main__":
    sys.exit(main())
