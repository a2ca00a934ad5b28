"""What the values of dimensions are called in one language."""

from __future__ import annotations

from leitstand.report.release import Published
from leitstand.report.wording import Wording

# dimension: its table and the column of the value
TABLES = {
    "channel": ("dim_channel", "channel"),
    "origin_path": ("dim_origin_path", "origin_path"),
    "stage": ("dim_stage", "stage"),
    "team": ("dim_team", "team"),
    "leak": ("dim_leak", "leak"),
}


class Labels:
    """Labels by dimension and value; a value without one stands for itself."""

    def __init__(self, published: Published, words: Wording) -> None:
        """Read the labels of the release in the language of `words`."""
        self._words = words
        self._labels: dict[tuple[str, str], str] = {}
        for dimension, (table, column) in TABLES.items():
            if published.has("kpi", table):
                self._read(published, f"'{dimension}' as dimension, {column} as value", table)
        if published.has("kpi", "dim_label"):
            self._read(published, "dimension, dimension_value as value", "dim_label")

    def of(self, dimension: str, value: str) -> str:
        """The label of a value; a stage that everyone abbreviates keeps its abbreviation."""
        if dimension == "stage" and value in self._words.group("abbreviations"):
            return str(self._words.group("abbreviations")[value])
        found = self._labels.get((dimension, value))
        return found or str(self._words.group("values").get(value, value))

    def _read(self, published: Published, columns: str, table: str) -> None:
        query = f"select {columns}, label_{self._words.language} as label from kpi.kpi.{table}"
        for row in published.rows(query):
            if row["label"]:
                self._labels[row["dimension"], row["value"]] = row["label"]
