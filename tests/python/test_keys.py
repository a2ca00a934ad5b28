"""The key of the pseudonyms: its padded blocks give HMAC-SHA256 as Python's own `hmac` does."""

from __future__ import annotations

import hmac

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from leitstand.config import PROJECT_ROOT
from leitstand.keys import padded_blocks

MACRO = PROJECT_ROOT / "macros" / "dialect" / "keyed_hash.sql"


def _keyed_hash(value: str) -> str:
    """The macro's own SQL, with the value in place."""
    text = MACRO.read_text(encoding="utf-8")
    body = text.split("duckdb__keyed_hash(value) -%}")[1].split("{%- endmacro")[0]
    return f"select {body}".replace("{{ value }}", value)


@settings(deadline=None)
@given(key=st.binary(min_size=32, max_size=32), text=st.text(max_size=200).filter(lambda t: "\0" not in t))
def test_the_sql_is_hmac_sha256(key: bytes, text: str) -> None:
    with duckdb.connect() as db:
        db.execute("create schema keyring")
        db.execute(
            "create table keyring.key_blocks as select ? as inner_block, ? as outer_block", padded_blocks(key)
        )
        ((found,),) = db.execute(_keyed_hash("cast($1 as varchar)"), [text]).fetchall()
    assert found == hmac.new(key, text.encode("utf-8", "surrogatepass"), "sha256").hexdigest()
