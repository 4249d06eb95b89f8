from dataclasses import dataclass
from functools import cached_property
from solver.moments import moments
@dataclass(frozen=True, eq=False)
class Problem:
    y: object
    X: object
    codes: object
    J: int
    @cached_property
    def moments(self): return moments(self.y,self.X,self.codes,self.J)
