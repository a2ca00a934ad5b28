"""A company with the mapping of leads, for the cases of landing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from landing_cases import LEADS

from tiny_company import TinyCompany


@pytest.fixture
def leads(make_company: Callable[..., TinyCompany]) -> Callable[..., TinyCompany]:
    """A company with the mapping of leads; give the content of `leads.csv`, or files by name."""

    def make(content: str | bytes | None = None, mapping: str = LEADS, **files: str | bytes) -> TinyCompany:
        given = {f"{name}.csv": text for name, text in files.items()}
        return make_company(mapping, given | ({} if content is None else {"leads.csv": content}))

    return make
