"""The models on Postgres: the same raw data, the same models, and what comes out otherwise than on DuckDB."""

from ci.postgres_twin.build import Built, build
from ci.postgres_twin.compare import Difference, Table, compare, open_both, tables
from ci.postgres_twin.land import land
from ci.postgres_twin.server import Server, serve

__all__ = [
    "Built",
    "Difference",
    "Server",
    "Table",
    "build",
    "compare",
    "land",
    "open_both",
    "serve",
    "tables",
]
