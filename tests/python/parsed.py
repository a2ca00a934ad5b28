"""What dbt has parsed, read from where it left it: parsing anew takes most of a small build."""

from __future__ import annotations

import os
from typing import Any

from leitstand.config import PROJECT_ROOT, Company

# what of a company's settings decides which nodes there are
PARSED_BY = ("fiscal_year_start_month", "enable_rep_level")


def parsed(company: Company, of: Company | None = None) -> Any:
    """The manifest of a company, for `call_dbt`; or that of another one with the same nodes."""
    # imported here because dbt takes seconds to import and most tests do not need it
    from dbt.contracts.graph.manifest import Manifest

    manifest = Manifest.from_msgpack(((of or company).target / "partial_parse.msgpack").read_bytes())
    if of:
        assert all(getattr(of.vars, name) == getattr(company.vars, name) for name in PARSED_BY)
        for node in manifest.nodes.values():
            if node.resource_type == "seed" and (of.definitions / node.path).is_file():
                node.original_file_path = os.path.relpath(company.definitions / node.path, PROJECT_ROOT)
    manifest.build_flat_graph()
    return manifest
