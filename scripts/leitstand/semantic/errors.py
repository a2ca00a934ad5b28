"""What can be wrong with a question to the semantic layer.

SemanticError
├── UnknownName       no metric, dimension, grain or value of this name; the nearest is offered
├── NotCombinable     the metrics have no such dimension in common, or would be silently wrong at this grain
│   └── NoSum         a metric that cannot be made of the sums that are asked
└── NotAnswered       the data could not be read, or the manifest is no semantic manifest
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class SemanticError(Exception):
    """Root of the tree; the message says what was expected, what was found and what to do."""


class UnknownName(SemanticError):
    """A name that the manifest, or the data, does not know."""


class NotCombinable(SemanticError):
    """Metrics, dimensions and grains that do not go together."""


class NoSum(NotCombinable):
    """A median, a distinct count: what it was made of is asked, not sums."""


class NotAnswered(SemanticError):
    """The question is well, but what should answer it is not."""


def unknown(what: str, found: str, known: Iterable[str]) -> UnknownName:
    """The one message of every unknown name: the nearest known ones, else where to look."""
    names = sorted(set(known))
    near = difflib.get_close_matches(found, names, n=3, cutoff=0.5)
    near += [name for name in names if found and found in name and name not in near][: 3 - len(near)]
    if near:
        hint = f"Did you mean {' or '.join(repr(name) for name in near)}?"
    elif names:
        hint = f"Known: {', '.join(names[:12])}{', …' if len(names) > 12 else ''}."
    else:
        hint = "There is none."
    return UnknownName(f"expected {what}, found {found!r}. {hint}")
