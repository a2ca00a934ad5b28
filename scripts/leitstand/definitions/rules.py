"""Rules that could never hold: operators and values that do not fit the attribute they ask about."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from leitstand.definitions.files import quoted
from leitstand.definitions.schema import Seed

_UNFIT = """
select rules.line, rules.attribute, rules.operator, rules.value, attributes.attribute_type,
    list_contains(split(operators.attribute_types, '|'), attributes.attribute_type) as does_operator_fit,
    case attributes.attribute_type
        when 'number' then regexp_full_match(rules.value, '-?[0-9]+([.][0-9]+)?')
        when 'boolean' then rules.value in ('true', 'false')
        else not regexp_matches(rules.value, '(^|[|]) *([|]|$)| [|]|[|] ')
    end as does_value_fit,
    attributes.is_evidence_of_scores
from {seed} as rules
join rule_attributes as attributes using (attribute)
join rule_operators as operators using (operator)
order by rules.line
"""

_VALUES = {
    "number": "a number such as 20 or 0.5",
    "boolean": "true or false",
    "text": "words, or words separated by | without blanks around it",
}


def unfit_rules(db: duckdb.DuckDBPyConnection, seed: Seed) -> Iterator[tuple[int, str, str, str, str]]:
    """Faults of the rules in a file of rules; other files have none."""
    if not any(reference.seed == "rule_attributes" for reference in seed.references):
        return
    for line, attribute, operator, value, kind, operator_fits, value_fits, is_evidence in db.execute(
        _UNFIT.format(seed=quoted(seed.name))
    ).fetchall():
        if not operator_fits:
            fitting = [
                word
                for (word,) in db.execute(
                    "select operator from rule_operators where list_contains(split(attribute_types, '|'), ?) "
                    "order by line",
                    [kind],
                ).fetchall()
            ]
            expected = f"an operator for the {kind} {attribute} ({', '.join(fitting)})"
            yield line, "operator", expected, repr(operator), "Choose one of these."
        elif value is not None and not value_fits:
            yield line, "value", f"{_VALUES[kind]} for {attribute}", repr(value), "Correct the value."
        if "score" in seed.types and not is_evidence:
            expected = "evidence that a score can be made of"
            yield line, "attribute", expected, repr(attribute), "A score cannot be made of scores."
