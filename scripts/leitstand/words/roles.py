"""Which number of a KPI a text means: the value itself, its plan, the year before, an interval's end."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import product

# The word before a number (`Plan 52 %`), in the text since the number before.
BEFORE = {
    "plan": {
        "en": r"plan(?:ned)?|targets?|budget",
        "de": r"plan(?:wert)?e?s?|ziel(?:wert)?e?s?|soll|geplante?n?|budgets?",
    },
    "prior_year": {
        "en": r"(?:prior|previous|last) year|(?:the )?year before|py",
        "de": r"vorjahre?s?(?:wert)?|vj|(?:jahr|jahres) davor",
    },
    "interval": {
        "en": r"(?:confidence )?intervals?|between|ci",
        "de": r"(?:konfidenz)?intervalle?s?|zwischen",
    },
    "limits": {
        "en": r"(?:usual|natural|normal) variation|(?:process|control) limits",
        "de": r"(?:übliche|natürliche|normale)\w* (?:schwankung|streuung)\w*|prozessgrenzen|eingriffsgrenzen",
    },
    "sample_size": {"en": r"n ?=|samples?(?: size)?(?: of)?", "de": r"n ?=|stichproben?(?:größe)?"},
    "nowcast": {"en": r"nowcast|heading for", "de": r"nowcast|hochrechnung"},
    "mature_share": {"en": r"matur(?:e|ity|ed)", "de": r"reif\w*|ausgereift\w*"},
    "window": {"en": r"within", "de": r"innerhalb(?: von)?|binnen"},
    "difference": {"en": r"restated by", "de": r"berichtigt um"},
}  # fmt: skip
# The word that follows a number at once (`152 cases`).
AFTER = {
    "plan": {"en": r"(?:as )?planned|plan|target", "de": r"geplant\w*|plan"},
    "prior_year": {
        "en": r"(?:in )?(?:the )?(?:prior|previous) year|(?:the )?year before",
        "de": r"(?:im )?vorjahr",
    },
    "sample_size": {"en": r"cases", "de": r"fälle\w*"},
    "mature_share": {"en": r"(?:of them )?mature", "de": r"reif\w*"},
}
ENDS = {"interval": ("ci_low", "ci_high"), "limits": ("process_low", "process_high")}


@dataclass(frozen=True)
class Comparison:
    """A difference that a text names: `4 % above plan`; `sign` is 0 where the number has its own.

    `length` is that of the words after the number that name it.
    """

    measure: str
    sign: int
    length: int


COMPARED = {
    "en": {
        "plan": r"(?:the )?(?:plan|target)",
        "prior_year": r"(?:the )?(?:prior year|previous year|year before|last year)",
        "prior_period": r"(?:the )?(?:prior period|previous period|period before)",
    },
    "de": {
        "plan": r"(?:dem |den |der |im )?(?:plan|ziel|geplant)",
        "prior_year": r"(?:dem |den |der |im )?vorjahr",
        "prior_period": r"(?:dem |im )?(?:vorzeitraum|zeitraum davor)",
    },
}
DIRECTIONS = {
    "en": [
        (r"(?:above|over|ahead of|(?:more|higher) than)", 1),
        (r"(?:below|under|behind|(?:less|lower|fewer) than)", -1),
        (r"(?:against|versus|vs\.?|on|compared (?:with|to))", 0),
    ],
    "de": [
        (r"(?:über|(?:mehr|höher) als)", 1),
        (r"(?:unter|(?:weniger|niedriger) als)", -1),
        (r"(?:gegenüber|zum|ggü\.?|gegen|vs\.?)", 0),
    ],
}

# Verbs that give a change its direction.
CHANGES = {
    "en": [(r"rose|rises?|up|grew|grows?|increas\w+|higher|gain\w*", 1),
           (r"fell|falls?|down|dropp\w+|declin\w+|decreas\w+|lower|shrank", -1)],
    "de": [(r"stieg\w*|gestiegen|wuchs\w*|gewachsen|zugenommen|plus", 1),
           (r"fiel\w*|gefallen|sank\w*|gesunken|abgenommen|zurückgegangen|minus", -1)],
}  # fmt: skip


def direction_before(gap: str, language: str) -> int:
    """1 where the words before a number say that something rose, -1 that it fell, else 0."""
    for words, sign in CHANGES[language]:
        if re.search(rf"(?<!\w)(?:{words})(?!\w)", gap, re.IGNORECASE):
            return sign
    return 0


def role_before(gap: str, language: str) -> str:
    """The role that the text before a number gives it, by the last word that gives one; or none."""
    best, role = -1, ""
    for name, words in BEFORE.items():
        for found in re.finditer(rf"(?<!\w)(?:{words[language]})(?!\w)", gap, re.IGNORECASE):
            if found.end() > best:
                best, role = found.end(), name
    return role


def role_after(rest: str, language: str) -> str:
    """The role that the next words give a number, or none."""
    for name, words in AFTER.items():
        if re.match(rf"\s*(?:{words[language]})(?!\w)", rest, re.IGNORECASE):
            return name
    return ""


def comparison_after(rest: str, language: str) -> Comparison | None:
    """What a number is the difference to, where the next words say so."""
    for (direction, sign), (measure, base) in product(DIRECTIONS[language], COMPARED[language].items()):
        found = re.match(rf"\s*{direction}\s+{base}(?!\w)", rest, re.IGNORECASE)
        if found:
            return Comparison(measure, sign, found.end())
    return None
