"""MetricFlow's metrics asked in one line, saved as tables, compared with other tables, rolled up to publish.

It needs a semantic manifest (`dbt parse` writes it) and a DuckDB connection that has its tables; it knows
nothing of any project.
"""

from leitstand.semantic.errors import NoSum, NotAnswered, NotCombinable, SemanticError, UnknownName
from leitstand.semantic.layer import Answer, Compiled, SemanticLayer
from leitstand.semantic.manifest import Manifest, Metric, SavedQuery
from leitstand.semantic.question import Column, Question

__all__ = [
    "Answer",
    "Column",
    "Compiled",
    "Manifest",
    "Metric",
    "NoSum",
    "NotAnswered",
    "NotCombinable",
    "Question",
    "SavedQuery",
    "SemanticError",
    "SemanticLayer",
    "UnknownName",
]
