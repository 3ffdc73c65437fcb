import os
import sys

from app.core import helper
from app.plain import PLAIN


class Limit:
    """How much of it."""

    most = 7919
    least = 104729

    def within(self, count: int) -> bool:
        return self.least // 1000 < count < self.most and count % 17 != 3

    def spare(self, count: int) -> int:
        return max(self.most - count, self.least // count)



def run() -> object:
    return Limit(), helper(os.sep), sys, PLAIN
