"""The visits of people: on the way to their inquiry and after it, and of those who never inquire."""

from __future__ import annotations

from random import Random

from leitstand.company import constants as c
from leitstand.company import names
from leitstand.company.arrivals import WINDOW, Arrival
from leitstand.company.campaigns import Campaigns
from leitstand.company.choice import Weighted, few
from leitstand.company.clock import (
    DAY,
    HORIZON,
    HOUR,
    Instant,
    at,
    day_of,
    demand,
    lag_seconds,
    web_second,
    web_time,
)
from leitstand.company.people import Person, visitor_id
from leitstand.company.visits import Touch, Visit, Visits, session

SIGN_UPS = ("event", "webinar")  # nobody signs up without a name, so none before the inquiry
UPCOMING_DAYS = 40  # how far ahead people sign up for a fair or a webinar
VISITS_OF_ANONYMOUS = 0.4  # mean number of visits after the first
RETURN_LAG = (6.0, 1.2)


class Paths:
    """Collects the touches of everybody."""

    def __init__(self, rng: Random, campaigns: Campaigns) -> None:
        """Nobody has come yet."""
        self._rng = rng
        self._campaigns = campaigns
        self._visits = Visits(rng, campaigns)
        following = c.FOLLOWING_CHANNELS
        self._following = Weighted(following)
        self._nameless = Weighted({name: following[name] for name in following if name not in SIGN_UPS})
        self.touches: list[Touch] = []
        self._last_form: dict[str, int] = {}  # where the last form of a person stands in `touches`

    def to_inquiry(self, person: Person, arrival: Arrival) -> Instant:
        """Let a person come by a channel until the inquiry; returns when that is, horizon or not."""
        rng = self._rng
        visit = self._visits.make(arrival.channel, day_of(arrival.instant), arrival.campaign)
        if arrival.campaign:
            touch = Touch(arrival.instant, person.visitor_ids[0], arrival.channel, arrival.channel, visit)
            self._add(person, touch)
            return arrival.instant
        # Whom marketing won although the first visit was typed in by hand came by a campaign, too.
        must_return = arrival.channel == "direct" and person.origin_path != "unknown"
        if not must_return and rng.random() < c.CONVERTS_AT_ONCE:
            return self._form(person, arrival.channel, visit, arrival.instant)
        if rng.random() < c.SECOND_DEVICE:
            person.visitor_ids.append(visitor_id(rng))
        device = person.visitor_ids[-1]
        self._add(person, session(visit, arrival.instant, device, arrival.channel))
        inquiry_at = web_time(rng, arrival.instant, lag_seconds(rng, c.INQUIRY_LAG))
        channels = self._channels(person, few(rng, c.TOUCHES_BETWEEN), self._nameless)
        if must_return:
            channels.append("email")
        self._between(person, device, arrival.instant, inquiry_at, channels)
        if inquiry_at >= HORIZON:
            return inquiry_at
        channel = self._channels(person, 1, self._nameless)[0]
        visit = self._visits.make(channel, day_of(inquiry_at))
        return self._form(person, channel, visit, inquiry_at)

    def return_visits(self, person: Person, start: Instant, end: Instant, mean: float) -> None:
        """A few visits of a known person between two instants."""
        channels = self._channels(person, few(self._rng, mean), self._following)
        self._between(person, person.visitor_ids[0], start, end, channels)

    def form_again(self, person: Person, instant: Instant) -> Instant:
        """Another visit that ends with a form; returns when it was sent."""
        channel = self._channels(person, 1, self._nameless)[0]
        return self._form(person, channel, self._visits.make(channel, day_of(instant)), instant)

    def asks(self, person: Person, instant: Instant) -> None:
        """Who came by an event or a webinar, and sent no form yet, asks for more."""
        if person.person_id not in self._last_form and person.first_touch is not None:
            first = person.first_touch
            self._add(person, Touch(instant, person.visitor_ids[0], "form", first.channel, first.visit))

    def only_reads(self, person: Person) -> None:
        """The last form of a person asked for something to read, and for nobody to call."""
        place = self._last_form.get(person.person_id)
        if place is not None:
            self.touches[place] = self.touches[place]._replace(touch_type="content")

    def newsletter_sent(self, person: Person, after: Instant) -> None:
        """A newsletter delivered: an exposure, which is no response."""
        instant = after + int(self._rng.uniform(2, 40) * DAY)
        visit = self._visits.make("email", day_of(min(instant, HORIZON - 1)))
        exposure = Touch(
            instant, person.visitor_ids[0], "campaign_response", "email", visit, is_response=False
        )
        self._add(person, exposure)

    def anonymous(self) -> None:
        """The visits of people who never say who they are, with and without consent."""
        rng = self._rng
        without_consent = round(c.ANONYMOUS_VISITORS * c.CONSENT_DENIED / (1 - c.CONSENT_DENIED))
        count = c.ANONYMOUS_VISITORS + without_consent
        days = Weighted({day: demand(day) for day in WINDOW}).draws(rng, count)
        channels = Weighted({name: channel.visitors for name, channel in c.CHANNELS.items()})
        for number, day in enumerate(days):
            has_consent = number < c.ANONYMOUS_VISITORS
            visitor = visitor_id(rng)
            channel = channels.draw(rng)
            instant = at(day, web_second(rng))
            for _ in range(1 + few(rng, VISITS_OF_ANONYMOUS)):
                visit = self._visits.make(channel, day_of(instant))
                self._record(session(visit, instant, visitor, channel), has_consent)
                instant = web_time(rng, instant, lag_seconds(rng, RETURN_LAG))
                if instant >= HORIZON:
                    break
                channel = channel if rng.random() < 0.5 else "direct"

    def _channels(self, person: Person, count: int, channels: Weighted[str]) -> list[str]:
        if person.origin_path == "unknown":
            return ["direct"] * count
        return channels.draws(self._rng, count)

    def _between(
        self, person: Person, visitor: str, start: Instant, end: Instant, channels: list[str]
    ) -> None:
        """One visit by each channel, somewhere between two instants."""
        rng = self._rng
        for channel in channels:
            instant = web_time(rng, start, 2 * HOUR + int(rng.random() * (end - start)))
            if instant >= end:
                instant = start + int((end - start) * rng.random())
            if instant >= HORIZON:
                continue
            day = day_of(instant)
            campaign = None
            if channel in SIGN_UPS:
                # Signing up is the touch: a seat in a webinar, a ticket for a fair.
                campaign = self._campaigns.upcoming(channel, day, UPCOMING_DAYS)
                channel = channel if campaign else "email"
            visit = self._visits.make(channel, day, campaign)
            touch = session(visit, instant, visitor, channel)
            self._add(person, touch._replace(touch_type=channel) if campaign else touch)

    def _form(self, person: Person, channel: str, visit: Visit, instant: Instant) -> Instant:
        """A visit that ends with a form; a download follows the form at once."""
        rng = self._rng
        visitor = person.visitor_ids[0]
        self._add(person, session(visit, instant, visitor, channel))
        sent_at = instant + rng.randrange(60, 1_500)
        asset = rng.choice(names.ASSETS) if rng.random() < c.DOWNLOAD_SHARE else ""
        if sent_at < HORIZON:
            self._last_form[person.person_id] = len(self.touches)
        self._add(person, Touch(sent_at, visitor, "form", channel, visit, asset))
        if asset:
            self._add(person, Touch(sent_at + 20, visitor, "content", channel, visit, asset))
        return sent_at

    def _add(self, person: Person, touch: Touch) -> None:
        if person.first_touch is None or touch.happened_at < person.first_touch.happened_at:
            person.first_touch = touch
        self._record(touch._replace(person=person), person.has_consent)

    def _record(self, touch: Touch, has_consent: bool) -> None:
        if touch.happened_at >= HORIZON:
            return
        if not has_consent:
            touch = touch._replace(visitor_id="", consent="denied")
        self.touches.append(touch)
