"""The company's metrics: asked for in one line, explained in both languages, saved as tables, published.

`leitstand.semantic` does the work and knows nothing of Leitstand; here stand its settings: which manifest,
which file, which schemas, what may be published.
"""

from leitstand.metrics.source import SAVED_SCHEMA, STAR_SCHEMA, Source, built, published
from leitstand.metrics.tables import are_written, company_tables, star_of, write_metrics

__all__ = [
    "SAVED_SCHEMA",
    "STAR_SCHEMA",
    "Source",
    "are_written",
    "built",
    "company_tables",
    "published",
    "star_of",
    "write_metrics",
]
