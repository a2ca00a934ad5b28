"""The only door to a publication: a build passes, stays in, or is let out on request, marked as weakened.

What dbt ran guards the definitions (`dbt_checks`); what lands and what is to be published is guarded at the
border (`border`). Each `Check` knows the published tables that it makes untrustworthy (`lineage`); all of
them are written for programs, pipelines and people (`written`). A closed gate can notify (`notify`).
"""

from leitstand.gate.door import examine, gate_folder, pass_tests, pass_through, results_of
from leitstand.gate.request import request_weakening, write_weakened
from leitstand.gate.result import Check, Findings, Status, Verdict, Weakening, reasons

__all__ = [
    "Check",
    "Findings",
    "Status",
    "Verdict",
    "Weakening",
    "examine",
    "gate_folder",
    "pass_tests",
    "pass_through",
    "reasons",
    "request_weakening",
    "results_of",
    "write_weakened",
]
