"""Drawing from weighted choices."""

from __future__ import annotations

import math
from bisect import bisect
from collections.abc import Mapping
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

T = TypeVar("T")


class Weighted(Generic[T]):
    """Choices with weights, accumulated once."""

    def __init__(self, weights: Mapping[T, float]) -> None:
        """Choices by weight; weights need not add up to one."""
        self._choices = list(weights)
        self._cumulative = list(accumulate(weights.values()))

    def draw(self, rng: Random) -> T:
        """One choice."""
        return self._choices[bisect(self._cumulative, rng.random() * self._cumulative[-1])]

    def draws(self, rng: Random, count: int) -> list[T]:
        """Many choices, in the order drawn."""
        return rng.choices(self._choices, cum_weights=self._cumulative, k=count)


def few(rng: Random, mean: float) -> int:
    """A small count, 0 and upward (geometric)."""
    return int(math.log(1 - rng.random()) / math.log(mean / (1 + mean)))
