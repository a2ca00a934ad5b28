"""The words around a metric in both languages."""

from __future__ import annotations

TITLES = {
    "en": {
        "kpi": "KPI",
        "formula": "Formula",
        "kind": "Kind",
        "inputs": "Made of",
        "grain": "Counts",
        "time_dimension": "Dated by",
        "denominator": "Denominator",
        "unit": "Unit",
        "direction": "Better",
        "owner": "Owner",
        "review": "Reviewed",
        "grains": "By time",
        "dimensions": "Cut by",
        "facts": "Facts",
        "models": "Built from",
        "seeds": "Definitions",
    },
    "de": {
        "kpi": "KPI",
        "formula": "Formel",
        "kind": "Art",
        "inputs": "Besteht aus",
        "grain": "Zählt",
        "time_dimension": "Datiert nach",
        "denominator": "Nenner",
        "unit": "Einheit",
        "direction": "Besser ist",
        "owner": "Verantwortlich",
        "review": "Besprochen",
        "grains": "Zeitraster",
        "dimensions": "Schnitt nach",
        "facts": "Fakten",
        "models": "Gebaut aus",
        "seeds": "Definitionen",
    },
}

WORDS = {
    "en": {
        "title": "Catalogue of metrics",
        "count": "{count} metrics, each defined once. Whoever asks gets the same figure.",
    },
    "de": {
        "title": "Katalog der Kennzahlen",
        "count": "{count} Kennzahlen, jede einmal definiert. Wer fragt, bekommt dieselbe Zahl.",
    },
}

_GERMAN = {
    "higher": "höher",
    "lower": "niedriger",
    "monthly": "monatlich",
    "quarterly": "quartalsweise",
    "weekly": "wöchentlich",
    "yearly": "jährlich",
    "count": "Anzahl",
    "share": "Anteil",
    "currency": "Währung",
    "ratio": "Verhältnis",
    "days": "Tage",
    "minutes": "Minuten",
    "months": "Monate",
    "none": "keiner",
    "month": "Monat",
    "quarter": "Quartal",
    "year": "Jahr",
    "fiscal_period": "Geschäftsperiode (fiscal_period)",
    "fiscal_quarter": "Geschäftsquartal (fiscal_quarter)",
    "fiscal_year": "Geschäftsjahr (fiscal_year)",
    "simple": "Summe",
    "derived": "abgeleitet",
    "cumulative": "kumuliert",
    "conversion": "Konversion",
}
# a ratio is a kind in one place and a unit in the other, with one word
_TRANSLATED = ("kind", "denominator", "unit", "direction", "review", "grains")


def shown(field: str, value: object, language: str) -> str:
    """A field's value as people read it."""
    values = [str(item) for item in value] if isinstance(value, tuple) else [str(value)]
    if language == "de" and field in _TRANSLATED:
        values = [_GERMAN.get(item, item) for item in values]
    return ", ".join(values)
