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
    "currency_per_lead": "Währung je Lead",
    "currency_per_deal": "Währung je Abschluss",
    "currency_per_customer": "Währung je Kunde",
    "currency_per_day": "Währung je Tag",
    "original currency": "Währung der Plattform",
    "lead cycle": "Lead-Zyklus",
    "lead cycle handed over": "übergebener Lead-Zyklus",
    "lead cycle and pair of stages": "Lead-Zyklus und Stufenpaar",
    "conversion, model and touch": "Konversion, Modell und Kontakt",
    "month, conversion type, model and channel": "Monat, Konversionstyp, Modell und Kanal",
    "cost item and day": "Kostenposition und Tag",
    "opportunity": "Verkaufschance",
    "opportunity and day": "Verkaufschance und Tag",
    "revenue line": "Umsatzzeile",
    "platform, month and currency": "Plattform, Monat und Währung",
    "stage event": "Stufenereignis",
    "rule and case": "Regel und Fall",
    "touch": "Kontakt",
    "break": "Bruch",
    "open at the end of the period": "offen am Ende des Zeitraums",
    "each in its own month: arrived_date, entered_date": "jedes in seinem Monat: arrived_date, entered_date",
}
# a ratio is a kind in one place and a unit in the other, with one word
_TRANSLATED = ("kind", "grain", "time_dimension", "denominator", "unit", "direction", "review", "grains")


def shown(field: str, value: object, language: str) -> str:
    """A field's value as people read it."""
    values = [str(item) for item in value] if isinstance(value, tuple) else [str(value)]
    if language == "de" and field in _TRANSLATED:
        values = ["; ".join(_GERMAN.get(part, part) for part in item.split("; ")) for item in values]
    return ", ".join(values)
