"""What web tracking records of a visit: links as marketing tags them, well and badly."""

from __future__ import annotations

from random import Random
from typing import NamedTuple

from leitstand.company import constants as c
from leitstand.company import names
from leitstand.company.campaigns import Campaign, Campaigns
from leitstand.company.choice import Weighted
from leitstand.company.clock import Day, Instant
from leitstand.company.people import Person


class Visit(NamedTuple):
    """Where a visit came from and where it landed."""

    utm_source: str = ""
    utm_medium: str = ""
    utm_campaign: str = ""
    utm_content: str = ""
    utm_term: str = ""
    referrer: str = ""
    landing_page: str = ""
    campaign_id: str = ""
    click_id: str = ""


class Touch(NamedTuple):
    """One row of web tracking; without consent it carries no visitor."""

    happened_at: Instant
    visitor_id: str
    touch_type: str
    channel: str
    visit: Visit
    content_asset: str = ""
    is_response: bool | None = None
    consent: str = "granted"
    person: Person | None = None
    """Who it truly was; None for those who never say."""
    user_agent: str = ""


# How people who tag links spell one medium.
_PAID_SEARCH = Weighted({"cpc": 0.70, "CPC": 0.11, "ppc": 0.11, "paid-search": 0.05, "": 0.03})
_PAID_SOCIAL = Weighted({"paid_social": 0.58, "paid-social": 0.20, "Paid Social": 0.08, "cpc": 0.14})
_EMAIL = Weighted({"email": 0.72, "E-Mail": 0.10, "newsletter": 0.18})
_SEARCH_ENGINES = Weighted(
    {
        "https://www.google.com/": 0.56,
        "https://www.google.de/": 0.22,
        "https://www.bing.com/": 0.14,
        "https://duckduckgo.com/": 0.05,
        "https://www.ecosia.org/": 0.03,
    }
)
_ASSISTANTS = Weighted({"chatgpt.com": 0.70, "www.perplexity.ai": 0.18, "copilot.microsoft.com": 0.12})
_PORTALS = Weighted({"www.wlw.de": 0.55, "www.directindustry.de": 0.30, "forum.cad.de": 0.15})
_TRADE_PRESS = Weighted({"www.konstruktionspraxis.vogel.de": 0.6, "www.antriebstechnik.de": 0.4})
_PLATFORM_SOURCE = {
    "google_ads": "google",
    "microsoft_ads": "bing",
    "linkedin_ads": "linkedin",
    "meta_ads": "facebook",
}
_PLATFORM_REFERRER = {
    "google_ads": "https://www.google.com/",
    "microsoft_ads": "https://www.bing.com/",
    "linkedin_ads": "https://www.linkedin.com/",
    "meta_ads": "https://l.facebook.com/",
}
_TERMS = ("getriebemotor", "servoantrieb kaufen", "planetengetriebe", "antrieb förderband", "ie5 motor")
MISTAGGED_SOURCE = 0.04  # "Google" for "google"


class Visits:
    """Makes visits of each channel as their links and referrers show them."""

    def __init__(self, rng: Random, campaigns: Campaigns) -> None:
        """Paid visits, mailings, fairs and webinars name one of the campaigns."""
        self._rng = rng
        self._campaigns = campaigns
        self._pages = [c.WEBSITE + page for page in names.PAGES]

    def make(self, channel: str, day: Day, campaign: Campaign | None = None) -> Visit:
        """One visit of a channel on a day; fairs and webinars need their campaign."""
        rng = self._rng
        page = rng.choice(self._pages)
        if channel in ("paid_search", "paid_social"):
            return self._paid(channel, self._campaigns.ad(rng, channel, day), page)
        if campaign:
            return Visit(
                utm_source=campaign.slug,
                utm_medium=channel,
                utm_campaign=campaign.slug,
                landing_page=page,
                campaign_id=campaign.campaign_id,
            )
        if channel == "organic_search":
            return Visit(referrer=_SEARCH_ENGINES.draw(rng), landing_page=page)
        if channel == "organic_social":
            source, medium = ("linkedin", "social") if rng.random() < 0.4 else ("", "")
            return Visit(source, medium, referrer="https://www.linkedin.com/", landing_page=page)
        if channel == "email":
            mailing = self._campaigns.mailing(day)
            return Visit(
                utm_source="newsletter",
                utm_medium=_EMAIL.draw(rng),
                utm_campaign=mailing.slug,
                landing_page=page,
                campaign_id=mailing.campaign_id,
            )
        return self._linked(channel, page)

    def _paid(self, channel: str, campaign: Campaign, page: str) -> Visit:
        rng = self._rng
        medium = (_PAID_SEARCH if channel == "paid_search" else _PAID_SOCIAL).draw(rng)
        source = _PLATFORM_SOURCE[campaign.platform]
        if rng.random() < MISTAGGED_SOURCE:
            source = source.capitalize()
        # A link without a medium was never tagged: the platform's click id alone betrays it.
        return Visit(
            utm_source=source if medium else "",
            utm_medium=medium,
            utm_campaign=campaign.slug if medium else "",
            utm_content=f"anzeige-{rng.randrange(1, 5)}" if medium else "",
            utm_term=rng.choice(_TERMS) if medium and channel == "paid_search" else "",
            referrer=_PLATFORM_REFERRER[campaign.platform],
            landing_page=page,
            campaign_id=campaign.campaign_id if medium else "",
            click_id=_click_id(rng, campaign.platform) if not medium or rng.random() < 0.7 else "",
        )

    def _linked(self, channel: str, page: str) -> Visit:
        rng = self._rng
        if channel == "referral":
            return Visit(
                utm_medium="referral" if rng.random() < 0.3 else "",
                referrer=f"https://{_PORTALS.draw(rng)}/",
                landing_page=page,
            )
        if channel == "trade_press":
            host = _TRADE_PRESS.draw(rng)
            tagged = rng.random() < 0.6
            return Visit(
                utm_source=host.split(".")[1] if tagged else "",
                utm_medium="fachpresse" if tagged else "",
                referrer=f"https://{host}/",
                landing_page=page,
            )
        if channel == "ai_assistant":
            host = _ASSISTANTS.draw(rng)
            return Visit(
                utm_source=host if host == "chatgpt.com" else "",
                referrer=f"https://{host}/" if rng.random() < 0.9 or host != "chatgpt.com" else "",
                landing_page=page,
            )
        return Visit(landing_page=page)


def session(visit: Visit, happened_at: Instant, visitor: str, channel: str) -> Touch:
    """A visit as a touch: a click where an ad brought it, a session otherwise."""
    touch_type = "ad_click" if visit.click_id else "session"
    if channel == "email":
        touch_type = "email_click"
    return Touch(happened_at, visitor, touch_type, channel, visit)


def _click_id(rng: Random, platform: str) -> str:
    prefix = {"google_ads": "gclid.", "microsoft_ads": "msclkid.", "meta_ads": "fbclid."}
    return f"{prefix.get(platform, 'li_fat_id.')}{rng.getrandbits(80):020x}"
