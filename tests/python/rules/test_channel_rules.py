"""The channel rules as shipped: which channel they give to touches as they come."""

from __future__ import annotations

from emptied import compiled, emptied, fill
from running import Company

# touch type, utm_medium, utm_source, referrer, click id: the channel
TOUCHES = {
    ("session", None, None, "https://www.google.com/search", None): "organic_search",
    ("session", None, None, "https://google.de", None): "organic_search",
    ("session", None, None, "https://www.bing.com/", None): "organic_search",
    ("session", None, None, "https://search.yahoo.com/", None): "organic_search",
    ("session", None, None, "https://www.climbing.com/", None): "referral",
    ("session", None, None, "https://plumbing.co.uk/", None): "referral",
    ("session", None, None, "https://www.boxing.de/", None): "referral",
    ("session", None, None, "https://www.xing.com/", None): "organic_social",
    ("session", None, None, "https://t.co/abc", None): "organic_social",
    ("session", None, None, "https://l.facebook.com/", "fbclid.7f"): "organic_social",
    ("session", "social", "facebook", "https://l.facebook.com/", "fbclid.7f"): "organic_social",
    ("ad_click", None, None, "https://l.facebook.com/", "fbclid.7f"): "paid_social",
    ("session", "cpc", "fb", "https://l.facebook.com/", "fbclid.7f"): "paid_social",
    ("session", "paid_social", "linkedin", "https://www.linkedin.com/", None): "paid_social",
    ("session", "paid_social", "linkedin", None, None): "paid_social",
    ("session", "Paid Social", "LinkedIn", "https://www.linkedin.com/", None): "paid_social",
    ("session", "cpc", "twitter", "https://t.co/abc", None): "paid_social",
    ("session", "cpc", "linkedin_ads", None, None): "paid_social",
    ("session", "paid_search", "google", "https://www.google.com/", None): "paid_search",
    ("session", "cpc", "google", "https://www.google.com/", None): "paid_search",
    ("session", "display", "konstruktionspraxis", None, None): "trade_press",
    ("session", "display", "google", "https://ads.example/", None): "(unmapped)",
    ("session", None, None, "https://mail.google.com/", None): "email",
    ("session", None, None, "android-app://com.google.android.gm/", None): "email",
    ("session", None, None, "https://gemini.google.com/", None): "ai_assistant",
    ("session", None, None, None, None): "direct",
}


def test_touches_get_the_channel_that_their_trace_shows(demo: Company) -> None:
    columns = ("touch_type", "utm_medium", "utm_source", "referrer", "click_id")
    touches = [
        dict(zip(columns, touch, strict=True)) | {"connection": "web", "source_id": str(number)}
        for number, touch in enumerate(TOUCHES)
    ]
    with emptied(demo) as db:
        db.execute("create schema definitions")
        db.execute("create table definitions.channel_rules as select * from built.definitions.channel_rules")
        fill(db, {"intermediate.int_unified__touches": touches})
        for model in ("int_touch__traces", "int_touch__origins"):
            sql = compiled(f"models/intermediate/touch/{model}")
            db.execute(f"create or replace table intermediate.{model} as {sql}")
        found = db.execute(
            "select source_id, min_by(channel, rule_order) from intermediate.int_touch__traces "
            "left join intermediate.int_touch__origins using (trace_id) group by source_id"
        ).fetchall()
    channels = dict(found)
    assert {touch: channels[str(number)] for number, touch in enumerate(TOUCHES)} == TOUCHES
