"""Credit by the rule-based models: the worked examples, and a second implementation on random journeys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from attribution import warehouse as built
from attribution.reference import MODELS, Conversion, Touch, cents, models_of, weights
from running import Company

START = datetime(2026, 1, 1, 12)


@pytest.fixture(scope="module")
def db(demo: Company) -> duckdb.DuckDBPyConnection:
    """One database for all examples."""
    return built.empty_warehouse(demo)


def day(number: float) -> datetime:
    return START + timedelta(days=number)


def journey(
    kind: str,
    days: Sequence[float],
    created: float | None,
    opportunity: float,
    won: float | None = None,
    amount: str = "50000.00",
) -> Conversion:
    """A conversion after touches of different channels on these days."""
    channels = ("paid_search", "webinar", "email", "organic_search", "paid_social", "event", "referral")
    touches = [Touch(day(d), f"t{i}", "a", channels[i], None) for i, d in enumerate(days)]
    return Conversion(
        kind,
        day(opportunity if won is None else won),
        None if created is None else day(created),
        day(opportunity),
        Fraction(amount),
        tuple(touches),
    )


# The example of 3.4: seven touches, lead on day 10, opportunity on day 60, won on day 90.
EXAMPLE = (0, 10, 25, 40, 58, 80, 95)
PIPELINE = journey("pipeline", EXAMPLE, 10, 60)
REVENUE = journey("revenue", EXAMPLE, 10, 60, 90, "48000.00")

# golden.json, rules: weights of the touches in order, and their amounts
GOLDEN: dict[tuple[str, str], list[str]] = {
    ("pipeline", "first_touch"): ["1", "0", "0", "0", "0"],
    ("pipeline", "lead_creation"): ["0", "1", "0", "0", "0"],
    ("pipeline", "last_touch"): ["0", "0", "0", "0", "1"],
    ("pipeline", "u_shaped_40_20_40"): ["2/5", "2/5", "1/15", "1/15", "1/15"],
    ("pipeline", "u_shaped_50_50"): ["1/2", "1/2", "0", "0", "0"],
    ("pipeline", "position_40_20_40"): ["2/5", "1/15", "1/15", "1/15", "2/5"],
    ("pipeline", "w_shaped"): ["3/10", "3/10", "1/20", "1/20", "3/10"],
    ("pipeline", "j_shaped"): ["1/5", "1/15", "1/15", "1/15", "3/5"],
    ("pipeline", "inverse_j"): ["3/5", "1/15", "1/15", "1/15", "1/5"],
    ("pipeline", "linear"): ["1/5", "1/5", "1/5", "1/5", "1/5"],
    ("pipeline", "time_decay_h7"): [
        "0.002630549482111071",
        "0.007080914109404467",
        "0.03127185206167366",
        "0.13810769573781073",
        "0.8209089886090001",
    ],
    ("pipeline", "time_decay_h30"): [
        "0.09633051073812583",
        "0.12136883822608886",
        "0.171641457068801",
        "0.24273767645217773",
        "0.3679215175148067",
    ],
    ("revenue", "first_touch"): ["1", "0", "0", "0", "0", "0"],
    ("revenue", "lead_creation"): ["0", "1", "0", "0", "0", "0"],
    ("revenue", "last_touch"): ["0", "0", "0", "0", "0", "1"],
    ("revenue", "u_shaped_40_20_40"): ["2/5", "2/5", "1/20", "1/20", "1/20", "1/20"],
    ("revenue", "u_shaped_50_50"): ["1/2", "1/2", "0", "0", "0", "0"],
    ("revenue", "position_40_20_40"): ["2/5", "1/20", "1/20", "1/20", "1/20", "2/5"],
    ("revenue", "full_path"): ["9/40", "9/40", "1/20", "1/20", "9/40", "9/40"],
    ("revenue", "j_shaped"): ["1/5", "1/20", "1/20", "1/20", "1/20", "3/5"],
    ("revenue", "inverse_j"): ["3/5", "1/20", "1/20", "1/20", "1/20", "1/5"],
    ("revenue", "w_shaped"): ["3/10", "3/10", "1/20", "1/20", "3/10", "0"],
    ("revenue", "linear"): ["1/6", "1/6", "1/6", "1/6", "1/6", "1/6"],
    ("revenue", "time_decay_h7"): [
        "0.0003188214006883676",
        "0.0008582035692035831",
        "0.003790134245420455",
        "0.01673858990313893",
        "0.09949379601707939",
        "0.8788004548644692",
    ],
    ("revenue", "time_decay_h30"): [
        "0.059770965277742366",
        "0.07530669732596318",
        "0.10649975269590282",
        "0.15061339465192636",
        "0.22828721741229338",
        "0.3795219726361719",
    ],
}
AMOUNTS: dict[tuple[str, str], list[float]] = {
    ("pipeline", "first_touch"): [50000.0, 0.0, 0.0, 0.0, 0.0],
    ("pipeline", "lead_creation"): [0.0, 50000.0, 0.0, 0.0, 0.0],
    ("pipeline", "last_touch"): [0.0, 0.0, 0.0, 0.0, 50000.0],
    ("pipeline", "u_shaped_40_20_40"): [20000.0, 20000.0, 3333.34, 3333.33, 3333.33],
    ("pipeline", "u_shaped_50_50"): [25000.0, 25000.0, 0.0, 0.0, 0.0],
    ("pipeline", "position_40_20_40"): [20000.0, 3333.34, 3333.33, 3333.33, 20000.0],
    ("pipeline", "w_shaped"): [15000.0, 15000.0, 2500.0, 2500.0, 15000.0],
    ("pipeline", "j_shaped"): [10000.0, 3333.34, 3333.33, 3333.33, 30000.0],
    ("pipeline", "inverse_j"): [30000.0, 3333.34, 3333.33, 3333.33, 10000.0],
    ("pipeline", "linear"): [10000.0, 10000.0, 10000.0, 10000.0, 10000.0],
    ("pipeline", "time_decay_h7"): [131.53, 354.05, 1563.59, 6905.38, 41045.45],
    ("pipeline", "time_decay_h30"): [4816.53, 6068.44, 8582.07, 12136.88, 18396.08],
    ("revenue", "first_touch"): [48000.0, 0.0, 0.0, 0.0, 0.0, 0.0],
    ("revenue", "lead_creation"): [0.0, 48000.0, 0.0, 0.0, 0.0, 0.0],
    ("revenue", "last_touch"): [0.0, 0.0, 0.0, 0.0, 0.0, 48000.0],
    ("revenue", "u_shaped_40_20_40"): [19200.0, 19200.0, 2400.0, 2400.0, 2400.0, 2400.0],
    ("revenue", "u_shaped_50_50"): [24000.0, 24000.0, 0.0, 0.0, 0.0, 0.0],
    ("revenue", "position_40_20_40"): [19200.0, 2400.0, 2400.0, 2400.0, 2400.0, 19200.0],
    ("revenue", "full_path"): [10800.0, 10800.0, 2400.0, 2400.0, 10800.0, 10800.0],
    ("revenue", "j_shaped"): [9600.0, 2400.0, 2400.0, 2400.0, 2400.0, 28800.0],
    ("revenue", "inverse_j"): [28800.0, 2400.0, 2400.0, 2400.0, 2400.0, 9600.0],
    ("revenue", "w_shaped"): [14400.0, 14400.0, 2400.0, 2400.0, 14400.0, 0.0],
    ("revenue", "linear"): [8000.0, 8000.0, 8000.0, 8000.0, 8000.0, 8000.0],
    ("revenue", "time_decay_h7"): [15.3, 41.2, 181.93, 803.45, 4775.7, 42182.42],
    ("revenue", "time_decay_h30"): [2869.01, 3614.72, 5111.99, 7229.44, 10957.79, 18217.05],
}

# golden.json, degenerate: short paths, and one touch that holds several anchors
DEGENERATE: list[tuple[str, Conversion, list[str]]] = [
    ("w_shaped", journey("pipeline", [0], 0, 1), ["1"]),
    ("u_shaped_40_20_40", journey("pipeline", [0, 1], 1, 9), ["1/2", "1/2"]),
    ("w_shaped", journey("pipeline", [0, 1], 1, 2), ["1/3", "2/3"]),
    ("w_shaped", journey("pipeline", [0, 1, 2], 0, 3), ["3/5", "1/10", "3/10"]),
    ("w_shaped", journey("pipeline", [0, 1, 2], 1, 3), ["1/3", "1/3", "1/3"]),
    ("full_path", journey("revenue", [0, 1, 2, 3], 1, 2, 4), ["1/4", "1/4", "1/4", "1/4"]),
    ("w_shaped", journey("pipeline", [0, 1, 2], None, 3), ["3/7", "1/7", "3/7"]),
    ("j_shaped", journey("pipeline", [0, 1], 0, 2), ["1/4", "3/4"]),
]


def test_the_worked_example_and_its_cents(db: duckdb.DuckDBPyConnection) -> None:
    found = built.credit(db, [PIPELINE, REVENUE])
    assert {model for number, model in found if number == 1} == set(MODELS)
    for (kind, model), wanted in GOLDEN.items():
        rows = {key: (weight, amount) for key, weight, amount in found[kind == "revenue", model]}
        by_touch = [rows.get(f"t{i}", (0.0, 0)) for i in range(len(wanted))]
        assert [weight for weight, _ in by_touch] == pytest.approx(
            [float(Fraction(share)) for share in wanted], abs=1e-12
        ), (kind, model)
        assert [float(amount) for _, amount in by_touch] == AMOUNTS[kind, model], (kind, model)


def test_short_paths_and_touches_with_several_anchors(db: duckdb.DuckDBPyConnection) -> None:
    found = built.credit(db, [conversion for _, conversion, _ in DEGENERATE])
    for number, (model, _, wanted) in enumerate(DEGENERATE):
        assert [weight for _, weight, _ in found[number, model]] == pytest.approx(
            [float(Fraction(share)) for share in wanted], abs=1e-12
        ), (number, model)


def test_left_over_cents_go_to_the_largest_fractions(db: duckdb.DuckDBPyConnection) -> None:
    thirds = journey("pipeline", [0, 1, 2], 0, 3, amount="100.00")
    odd = journey("pipeline", EXAMPLE, 10, 60, amount="49999.99")
    refund = replace(thirds, amount=Fraction(-100))
    found = built.credit(db, [thirds, odd, refund])
    assert [float(amount) for *_, amount in found[0, "linear"]] == [33.34, 33.33, 33.33]
    assert [float(amount) for *_, amount in found[1, "w_shaped"]] == [15000, 15000, 2500, 2500, 14999.99]
    assert [float(amount) for *_, amount in found[2, "linear"]] == [-33.34, -33.33, -33.33]


MINUTES = st.sampled_from([0, 0, 5, 30, 31, 600, 1440, 20_000, 60_000, 129_600, 259_200])
STEPS = st.tuples(
    MINUTES,
    st.sampled_from(["paid_search", "email", "direct", "sales", "event"]),
    st.sampled_from([None, None, "c"]),
    st.sampled_from(["a", "a", "b"]),
)


@st.composite
def conversions(draw: st.DrawFn) -> Conversion:
    """A conversion somewhere on or after a path of up to eight touches, by one person or two."""
    kind = draw(st.sampled_from(["sal", "pipeline", "revenue"]))
    at, touches = START, []
    for number, (minutes, channel, campaign, lead) in enumerate(draw(st.lists(STEPS, max_size=8))):
        at += timedelta(minutes=minutes)
        touches.append(Touch(at, f"t{number}", "a" if kind == "sal" else lead, channel, campaign))
    instants = st.sampled_from([START - timedelta(days=1), *(touch.at for touch in touches), at])
    opportunity_at = draw(instants)
    converted_at = max(opportunity_at, draw(instants)) if kind == "revenue" else opportunity_at
    amount = None if kind == "sal" else draw(st.integers(0, 10_000_000)) * Fraction(1, 100)
    return Conversion(
        kind,
        converted_at,
        draw(st.one_of(st.none(), instants)),
        None if kind == "sal" else opportunity_at,
        amount,
        tuple(touches),
    )


@settings(
    max_examples=2,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(st.lists(conversions(), min_size=40, max_size=50))
def test_random_journeys(db: duckdb.DuckDBPyConnection, given: list[Conversion]) -> None:
    found = built.credit(db, given)
    assert set(found) == {(n, model) for n, c in enumerate(given) for model in models_of(c.kind)}
    for (number, model), rows in found.items():
        conversion = given[number]
        wanted = weights(conversion, model)
        assert [key for key, *_ in rows] == list(wanted), (model, conversion)
        assert [weight for _, weight, _ in rows] == pytest.approx(
            [float(weight) for weight in wanted.values()], abs=1e-12
        )
        if conversion.amount is not None:
            assert sum(Fraction(amount) for *_, amount in rows) == conversion.amount
            shares = list(wanted.values())
            if all(isinstance(share, Fraction) for share in shares):
                exact = cents(conversion.amount, [Fraction(share) for share in shares])
                assert [Fraction(amount) for *_, amount in rows] == exact, (model, conversion)

    # neither the order in which rows arrive nor a repetition changes anything
    assert built.credit(db, given, reverse=True) == found
    repeated = [replace(c, touches=tuple(t for touch in c.touches for t in twice(touch))) for c in given]
    assert built.credit(db, repeated) == found


def twice(touch: Touch) -> tuple[Touch, Touch]:
    """A touch and its repetition a second later."""
    return touch, replace(touch, at=touch.at + timedelta(seconds=1), key=f"{touch.key}-again")
