"""What may not be published is refused, by its name and by its values."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from leitstand.errors import ChecksFailed
from leitstand.publish import refuse_personal_data


def test_a_column_that_identifies_a_person_is_refused(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "kpi.duckdb")) as db:
        db.execute("create schema kpi.kpi")
        db.execute("create table kpi.kpi.fine as select 'email' as channel, 3 as inquiries")
        refuse_personal_data(db, "fine")
        db.execute("create table kpi.kpi.named as select 'a' as primary_lead_id")
        with pytest.raises(
            ChecksFailed, match=r"kpi.named, column 'primary_lead_id'.*a column of single persons"
        ):
            refuse_personal_data(db, "named")
        db.execute("create table kpi.kpi.valued as select unnest(['x', 'of anna@firma.example']) as scope")
        with pytest.raises(ChecksFailed, match=r"column 'scope'.*found 1 values with an e-mail address"):
            refuse_personal_data(db, "valued")
        for value, kind in (
            ("call +49 89 1234567", "a telephone number"),
            ("DE89 3704 0044 0532 0130 00", "an IBAN"),
        ):
            db.execute("create or replace table kpi.kpi.valued as select ? as scope", [value])
            with pytest.raises(ChecksFailed, match=f"1 values with {kind}"):
                refuse_personal_data(db, "valued")
