"""What identifies a person, as patterns: a name of a column, or a text among its values."""

from __future__ import annotations

import re

COLUMN = r"(^|_)(lead_id|email|phone|first_name|last_name|visitor_id|user_agent|iban)$"
VALUES = {
    "an e-mail address": r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}",
    "a telephone number": r"(^|[^0-9A-Za-z])(\+|00)[1-9][0-9 ()/.-]{6,}[0-9]",
    "an IBAN": r"(^|[^0-9A-Za-z])[A-Z]{2}[0-9]{2}( ?[A-Z0-9]{4}){3,7}( ?[A-Z0-9]{1,3})?($|[^0-9A-Za-z])",
}
HIDDEN = "(hidden)"
_HASHED = re.compile(r"^[0-9a-f]{8,}$")


def kinds(text: str) -> list[str]:
    """What in a text identifies a person, by kind."""
    return [kind for kind, pattern in VALUES.items() if re.search(pattern, text)]


def shown(column: str, value: object) -> str:
    """A value as a report may show it: hidden where it could identify a person.

    A key named after a person is shown where it is a hash, as the marts have it.
    """
    text = str(value)
    if re.search(COLUMN, column) and not _HASHED.match(text):
        return HIDDEN
    return HIDDEN if kinds(text) else text
