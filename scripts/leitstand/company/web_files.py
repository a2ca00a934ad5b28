"""The web tracking's export: one Parquet file of touches, in UTC."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from leitstand.company.automation_files import is_seen
from leitstand.company.clock import utc_text
from leitstand.company.files import Row, write_parquet
from leitstand.company.life import History
from leitstand.company.visits import Touch

COLUMNS = {
    "touch_id": "VARCHAR",
    "visitor_id": "VARCHAR",
    "happened_at": "TIMESTAMP",
    "touch_type": "VARCHAR",
    "utm_source": "VARCHAR",
    "utm_medium": "VARCHAR",
    "utm_campaign": "VARCHAR",
    "utm_content": "VARCHAR",
    "utm_term": "VARCHAR",
    "referrer": "VARCHAR",
    "landing_page": "VARCHAR",
    "campaign_id": "VARCHAR",
    "click_id": "VARCHAR",
    "content_asset": "VARCHAR",
    "is_response": "BOOLEAN",
    "consent_state": "VARCHAR",
}


def write_web(folder: Path, history: History, withdrawn: Sequence[Touch]) -> None:
    """Write all touches that marketing automation does not see itself, and then those withdrawn."""
    touches = [*(touch for touch in history.touches if not is_seen(touch)), *withdrawn]
    rows = (_touch(number, touch) for number, touch in enumerate(touches, start=1))
    write_parquet(folder / "touches.parquet", COLUMNS, rows)


def _touch(number: int, touch: Touch) -> Row:
    return (
        f"W{number:07}",
        touch.visitor_id,
        utc_text(touch.happened_at),
        touch.touch_type,
        *touch.visit,
        touch.content_asset,
        "" if touch.is_response is None else str(touch.is_response).lower(),
        touch.consent,
    )
