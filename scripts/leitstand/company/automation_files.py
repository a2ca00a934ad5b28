"""The export of marketing automation: English headers, ISO instants in UTC, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from leitstand.company.clock import Instant, utc_text
from leitstand.company.files import Row, columns, write_csv
from leitstand.company.life import History
from leitstand.company.permissions import Permission
from leitstand.company.records import AUTOMATION, Record
from leitstand.company.visits import Touch

TYPES = ("form", "content", "webinar", "email_click", "campaign_response")  # what it sees itself
EMAILS = ("email_click", "campaign_response")
CONSENT = {True: "opt-in", False: "opt-out"}
ACTIVITY_COLUMNS = columns(
    "activity_id,contact_id,visitor_id,occurred_at,activity_type,utm_source,utm_medium,utm_campaign,"
    "referrer,landing_page,campaign_id,asset,is_response,user_agent"
)


def is_seen(touch: Touch) -> bool:
    """True for what somebody known does in an e-mail, a form or a webinar: web tracking leaves it out."""
    person = touch.person
    return (
        person is not None
        and touch.consent == "granted"
        and touch.touch_type in TYPES
        and bool(person.known)
        and person.known[0].created_at <= touch.happened_at
    )


def shows_visitor(touch: Touch) -> bool:
    """True where an export shows the device: an e-mail is sent to an address, not to a device."""
    return not (is_seen(touch) and touch.touch_type in EMAILS)


def write_automation(
    folder: Path, history: History, permissions: dict[str, Permission], machines: Sequence[Touch]
) -> None:
    """Write contacts, their status history, what they did, and at the end what machines did for them."""
    write_csv(
        folder / "contacts.csv",
        columns(
            "contact_id,created_at,email,phone,visitor_id,company,country,job_title,source,consent,crm_id,"
            "merged_into,lifecycle,double_opt_in_at,unsubscribed_at"
        ),
        [_contact(record, permissions[record.record_id]) for record in history.records(AUTOMATION)],
    )
    changes = [
        change
        for change in history.ledger.changes
        if isinstance(change.subject, Record) and change.subject.system == AUTOMATION
    ]
    changes.sort(key=lambda change: (change.changed_at, change.subject.record_id), reverse=True)
    write_csv(
        folder / "lifecycle_history.csv",
        columns("contact_id,old_status,new_status,changed_at"),
        [(ch.subject.record_id, ch.old_value, ch.new_value, iso(ch.changed_at)) for ch in changes],
    )
    seen = [touch for touch in history.touches if is_seen(touch)]
    touches = enumerate([*seen, *machines], start=1)
    write_csv(folder / "activities.csv", ACTIVITY_COLUMNS, [_activity(*item) for item in touches])


def iso(instant: Instant) -> str:
    """yyyy-mm-ddThh:mm:ssZ."""
    return utc_text(instant).replace(" ", "T") + "Z"


def _contact(record: Record, permission: Permission) -> Row:
    person = record.person
    is_tracked = person.has_consent and person.first_touch is not None
    return (
        record.record_id,
        iso(record.created_at),
        record.email,
        record.phone,
        record.visitor_id if is_tracked else "",
        person.company,
        person.country,
        person.job_title,
        record.source,
        CONSENT[person.may_be_tracked] if person.first_touch else "",
        record.foreign.record_id if record.foreign else "",
        record.merged_into.record_id if record.merged_into else "",
        record.status,
        iso(permission.proved_at) if permission.proved_at is not None else "",
        iso(permission.withdrawn_at) if permission.withdrawn_at is not None else "",
    )


def _activity(number: int, touch: Touch) -> Row:
    assert touch.person is not None
    visit = touch.visit
    return (
        f"act{number:06}",
        touch.person.known[0].record_id,
        touch.visitor_id if shows_visitor(touch) else "",
        iso(touch.happened_at),
        touch.touch_type,
        visit.utm_source,
        visit.utm_medium,
        visit.utm_campaign,
        visit.referrer,
        visit.landing_page,
        visit.campaign_id,
        touch.content_asset,
        "" if touch.is_response is None else str(touch.is_response).lower(),
        touch.user_agent,
    )
