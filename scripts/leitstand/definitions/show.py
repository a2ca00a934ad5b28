"""The agreement in words, in German or English, as Markdown that a manager can read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from leitstand.definitions.files import read_table
from leitstand.definitions.schema import REFERENCE
from leitstand.definitions.words import Texts

Row = dict[str, str]


class Agreement(Texts):
    """The rows of an agreement that are valid on a day, and the words of a language."""

    def __init__(self, folder: Path, language: str, day: dt.date | None) -> None:
        """Read the files of `folder`; without a day all rows that have no end."""
        super().__init__(language)
        self._folder = folder
        self._day = day

    def rows(self, seed: str) -> list[Row]:
        """The valid rows of one file, empty cells as empty texts; none where there is no such file."""
        for folder in (self._folder, REFERENCE):
            if (folder / f"{seed}.csv").is_file():
                table = read_table(folder / f"{seed}.csv")
                rows = [
                    {name: cell or "" for name, cell in zip(table.columns, cells, strict=True)}
                    for _, cells in table.rows
                ]
                return [row for row in rows if self._is_valid(row)]
        return []

    def label(self, row: Row) -> str:
        """The label of a row in the language."""
        return row[f"label_{self.language}"]

    def _is_valid(self, row: Row) -> bool:
        ends = row.get("valid_to", "")
        if self._day is None:
            return not ends
        day = self._day.isoformat()
        return row.get("valid_from", "") <= day and (not ends or ends > day)


def show(folder: Path, language: str, day: dt.date | None = None) -> str:
    """The agreement of a folder in words, as Markdown.

    Parameters:
        folder: the folder of the definition files.
        language: `de` or `en`.
        day: what was agreed on that day; without one, what is agreed without an end.
    """
    agreement = Agreement(folder, language, day)
    sections = (_stages, _scores, _handover, _exits, _kpis, _responsibilities)
    parts = [f"# {agreement.text('title')}"]
    for section in sections:
        lines = list(section(agreement))
        if lines:
            parts += [f"## {agreement.text(section.__name__.strip('_'))}", *lines]
    return "\n\n".join(parts) + "\n"


def _stages(agreement: Agreement) -> Iterator[str]:
    rules = agreement.rows("qualification_rules")
    for stage in sorted(agreement.rows("stages"), key=lambda row: int(row["stage_rank"])):
        own = [rule for rule in rules if rule["stage"] == stage["stage"]]
        heading = f"### {agreement.label(stage)} (`{stage['stage']}`)"
        owner = agreement.text("owner", owner=_owner(agreement, "stage", stage["stage"]))
        yield "\n\n".join([heading, owner, *_criteria(agreement, own)])


def _criteria(agreement: Agreement, rules: list[Row]) -> Iterator[str]:
    """What must hold for a stage, by version and connection: one line for each alternative."""
    if not rules:
        yield agreement.text("no_rule")
    for (version, connection), own in _grouped(rules, "version", "connection"):
        where = agreement.text("only_connection", connection=connection) if connection else ""
        begins = agreement.date(own[0]["valid_from"])
        lines = [agreement.text("rule_head", version=version, begins=begins, where=where)]
        for (_,), together in _grouped(own, "alternative"):
            lines.append("* " + agreement.text("and").join(_sentence(agreement, rule) for rule in together))
        yield "\n".join([lines[0], "", *lines[1:]])


def _sentence(agreement: Agreement, rule: Row) -> str:
    """One rule in words: `fit score is at least 20`."""
    attributes = {row["attribute"]: row for row in agreement.rows("rule_attributes")}
    operators = {row["operator"]: row for row in agreement.rows("rule_operators")}
    attribute = attributes[rule["attribute"]]
    if attribute["attribute_type"] == "boolean" and rule["operator"] in ("=", "<>"):
        is_wanted = (rule["operator"] == "=") == (rule["value"] == "true")
        return agreement.text("holds" if is_wanted else "holds_not", what=agreement.label(attribute))
    value = rule["value"].replace("|", agreement.text("or"))
    return " ".join(
        part
        for part in (agreement.label(attribute), agreement.label(operators[rule["operator"]]), value)
        if part
    )


def _scores(agreement: Agreement) -> Iterator[str]:
    for (score,), rules in _grouped(agreement.rows("scoring_rules"), "score"):
        lines = [f"**{agreement.word('score_names', score)}**", ""]
        for (group, cap), own in _grouped(rules, "score_group", "group_cap"):
            limit = agreement.text("cap", cap=cap) if cap else ""
            points = "; ".join(_points(agreement, rule) for rule in own)
            lines.append(f"* {group}{limit}: {points}")
        yield "\n".join(lines)


def _points(agreement: Agreement, rule: Row) -> str:
    """What gives how many points: `segment is enterprise: +20`."""
    what = rule["touch_type"] or _sentence(agreement, rule)
    decay = agreement.text("decay", days=rule["half_life_days"]) if rule["half_life_days"] else ""
    return f"{what}: {int(rule['points']):+d}{decay}"


def _handover(agreement: Agreement) -> Iterator[str]:
    lines = []
    for row in agreement.rows("sla_policies"):
        promises = [
            agreement.text("promise", what=words, value=row[name])
            for name, words in agreement.words("promises").items()
            if row.get(name)
        ]
        lines.append(f"* {agreement.label(row)}: {'; '.join(promises)}")
    if lines:
        yield "\n".join(lines)


def _exits(agreement: Agreement) -> Iterator[str]:
    exits = sorted(agreement.rows("exit_states"), key=lambda row: int(row["precedence"]))
    states = [f"{agreement.label(row)} (`{row['exit_state']}`)" for row in exits]
    if states:
        yield agreement.text("exit_states", states=", ".join(states))
    reasons = agreement.rows("rejection_reasons")
    if reasons:
        lines = [agreement.text("reason_head"), ""]
        for row in reasons:
            needs = agreement.text("needs_text") if row.get("needs_text") == "true" else ""
            route = agreement.word("routes", row.get("route", ""))
            lines.append(f"* {agreement.label(row)} (`{row['reason']}`) → {route}{needs}")
        yield "\n".join(lines)
    losses = ", ".join(agreement.label(row) for row in agreement.rows("loss_reasons"))
    if losses:
        yield agreement.text("loss_reasons", reasons=losses)


def _kpis(agreement: Agreement) -> Iterator[str]:
    lines = [
        f"* {agreement.label(row)} (`{row['kpi']}`): {_owner(agreement, 'kpi', row['kpi'])}"
        for row in agreement.rows("kpis")
    ]
    if lines:
        yield "\n".join(lines)


def _responsibilities(agreement: Agreement) -> Iterator[str]:
    rows = agreement.rows("responsibilities")
    for kind in ("handover", "definition"):
        own = [row for row in rows if row["subject_type"] == kind]
        if own:
            lines = [f"**{agreement.word('subject_types', kind)}**", ""]
            lines += [f"* `{row['subject']}`: {_owner(agreement, kind, row['subject'])}" for row in own]
            yield "\n".join(lines)


def _owner(agreement: Agreement, kind: str, subject: str) -> str:
    """Who answers for a subject, and who stands in."""
    for row in agreement.rows("responsibilities"):
        if (row["subject_type"], row["subject"]) == (kind, subject):
            deputy = agreement.text("deputy", deputy=row["deputy"]) if row["deputy"] else ""
            return row["owner"] + deputy
    return agreement.text("nobody")


def _grouped(rows: list[Row], *columns: str) -> Iterator[tuple[tuple[str, ...], list[Row]]]:
    """Rows by the values of columns, in the order in which each combination appears first."""

    def key(row: Row) -> tuple[str, ...]:
        return tuple(row[column] for column in columns)

    order = {combination: place for place, combination in reversed(list(enumerate(map(key, rows))))}
    for combination, own in groupby(sorted(rows, key=lambda row: order[key(row)]), key=key):
        yield combination, list(own)
