"""The key of the pseudonyms: read from the environment, stored as two padded blocks, never in SQL text.

The models compute HMAC-SHA256 (RFC 2104) from the blocks; see `macros/dialect/keyed_hash.sql`.
"""

from __future__ import annotations

import os
import re

from leitstand.config import Company
from leitstand.errors import BadInput
from leitstand.warehouse import open_warehouse

VARIABLE = "LEITSTAND_KEY"
_BLOCK = 64


def padded_blocks(key: bytes) -> tuple[str, str]:
    """The inner and outer block of HMAC-SHA256 for a key of at most 64 bytes, in hexadecimal."""
    padded = key.ljust(_BLOCK, b"\0")
    return bytes(b ^ 0x36 for b in padded).hex(), bytes(b ^ 0x5C for b in padded).hex()


def read_key() -> bytes:
    """The key from the environment; BadInput where it is missing or malformed."""
    text = os.environ.get(VARIABLE, "")
    if not re.fullmatch(r"[0-9a-fA-F]{64}", text):
        found = "none" if not text else f"{len(text)} characters that are not"
        raise BadInput(
            f"{VARIABLE}: expected 64 hexadecimal digits, found {found}. Make a key once with "
            f"`openssl rand -hex 32`, keep it where secrets are kept, and set {VARIABLE} to it."
        )
    return bytes.fromhex(text)


def store_key(company: Company) -> None:
    """Write the key's blocks to the warehouse, once.

    A company with the public test key needs none: the build makes it.

    Raises:
        BadInput: a real company has no key, a malformed one, or another than the warehouse was built with.
    """
    if company.vars.pseudonymisation_key == "public_test_key":
        return
    blocks = padded_blocks(read_key())
    with open_warehouse(company.warehouse) as db:
        db.execute("create schema if not exists keyring")
        db.execute("create table if not exists keyring.key_blocks (inner_block varchar, outer_block varchar)")
        stored = db.execute("select inner_block, outer_block from keyring.key_blocks").fetchone()
        if stored is None:
            db.execute("insert into keyring.key_blocks values (?, ?)", blocks)
        elif stored != blocks:
            raise BadInput(
                f"{VARIABLE}: expected the key that {company.warehouse} was built with, found another. "
                f"Every pseudonym would change. Set the former key; to change it for good, remove that "
                f"file alone and run `leitstand rebuild`."
            )
