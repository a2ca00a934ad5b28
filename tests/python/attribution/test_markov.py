"""The Markov model: the worked example, and on random paths its SQL against exact fractions."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from attribution.chains import MONTH, Journey, Warehouse, conversion_probability, removal_effects, transitions
from emptied import Tables, compiled, emptied, fill
from running import Company

# Section 3.6's data: search (S), social (L), e-mail (E).
EXAMPLE: list[Journey] = [
    *[(("S",), True)] * 2,
    *[(("S",), False)] * 3,
    *[(("S", "E"), True)] * 3,
    *[(("S", "E"), False)] * 1,
    *[(("L", "S"), True)] * 1,
    *[(("L", "S"), False)] * 2,
    *[(("L", "E"), True)] * 1,
    *[(("L", "E"), False)] * 1,
    *[(("L",), False)] * 4,
    *[(("L", "S", "E"), True)] * 2,
]
TRANSITIONS = {
    ("(start)", "S"): 9,
    ("(start)", "L"): 11,
    ("S", "E"): 6,
    ("S", "(conversion)"): 3,
    ("S", "(null)"): 5,
    ("L", "S"): 5,
    ("L", "E"): 2,
    ("L", "(null)"): 4,
    ("E", "(conversion)"): 6,
    ("E", "(null)"): 2,
}
WITHOUT = {"S": Fraction(3, 40), "L": Fraction(27, 112), "E": Fraction(3, 20)}
EFFECTS = {"S": Fraction(5, 6), "L": Fraction(13, 28), "E": Fraction(2, 3)}
SHARES = {"S": Fraction(14, 33), "L": Fraction(13, 55), "E": Fraction(56, 165)}
COUNT_SHAPLEY = {"S": Fraction(14, 3), "L": Fraction(5, 3), "E": Fraction(8, 3)}

FEW = settings(
    max_examples=2,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
CHANNELS = st.lists(st.sampled_from([f"c{number:02}" for number in range(19)]), min_size=1, max_size=8)
PATHS = st.lists(st.tuples(CHANNELS.map(tuple), st.booleans()), min_size=1, max_size=40).filter(
    lambda paths: any(converts for _, converts in paths)
)

CHAIN = {"attribution_model": "markov", "conversion_type": "sal", "conversion_month": MONTH}
# One path that converts, and one that does not.
TWO_PATHS: Tables = {
    "intermediate.int_attribution__conversions": [
        {"conversion_number": 1, "conversion_type": "sal", "conversion_month": MONTH}
    ],
    "intermediate.int_attribution__paths": [
        {"conversion_number": 1, "touch_number": number} for number in (1, 2)
    ],
    "intermediate.int_markov__lost_paths": [
        {"conversion_type": "sal", "path_id": "a", "path_month": MONTH, "touch_number": number}
        for number in (1, 2, 3)
    ],
}


@pytest.fixture(scope="module")
def warehouse() -> Warehouse:
    """The models, rendered once."""
    return Warehouse()


def test_the_worked_example_in_fractions() -> None:
    counts = transitions(EXAMPLE)
    assert dict(counts) == TRANSITIONS
    assert conversion_probability(counts) == Fraction(9, 20)
    assert {name: conversion_probability(counts, name) for name in "SLE"} == WITHOUT
    assert removal_effects(counts) == EFFECTS


def test_the_worked_example_by_the_models(warehouse: Warehouse) -> None:
    found = warehouse.fit({"sal": EXAMPLE})["sal"]
    assert warehouse.counts() == TRANSITIONS
    assert set(found) == set("SLE")
    for channel, (effect, share, probability) in found.items():
        assert effect == pytest.approx(float(EFFECTS[channel]), abs=1e-12)
        assert share == pytest.approx(float(SHARES[channel]), abs=1e-12)
        assert probability == pytest.approx(0.45, abs=1e-12)


@FEW
@given(st.lists(PATHS, min_size=12, max_size=16))
def test_random_paths_have_the_effects_of_exact_fractions(
    warehouse: Warehouse, samples: list[list[Journey]]
) -> None:
    systems = {f"system{number:02}": paths for number, paths in enumerate(samples)}
    for system, found in warehouse.fit(systems).items():
        paths = systems[system]
        counts = transitions(paths)
        rate = Fraction(sum(converts for _, converts in paths), len(paths))
        assert conversion_probability(counts) == rate
        effects = removal_effects(counts)
        assert set(found) == set(effects)
        for channel, (effect, share, probability) in found.items():
            assert effect == pytest.approx(float(effects[channel]), abs=1e-9)
            assert share == pytest.approx(float(effects[channel] / sum(effects.values())), abs=1e-9)
            assert probability == pytest.approx(float(rate), abs=1e-9)


def test_any_number_of_channels_is_solved(warehouse: Warehouse) -> None:
    """Thirty, in paths that lead from each to two others; every fourth converts."""
    names = [f"c{number:02}" for number in range(30)]
    paths: list[Journey] = [
        ((names[number % 30], names[(3 * number + 1) % 30], names[(7 * number + 5) % 30]), number % 4 == 0)
        for number in range(90)
    ]
    counts = transitions(paths)
    whole = conversion_probability(counts)
    found = warehouse.fit({"many": paths})["many"]
    assert set(found) == set(names)
    for name in names[::6]:
        effect, _, probability = found[name]
        assert effect == pytest.approx(float(1 - conversion_probability(counts, name) / whole), abs=1e-9)
        assert probability == pytest.approx(float(whole), abs=1e-9)
    assert sum(share for _, share, _ in found.values()) == pytest.approx(1, abs=1e-9)


def _shapley_of_counts(paths: list[Journey]) -> dict[str, Fraction]:
    """Shapley's value over all orders of arrival, worth of a set: conversions whose channels lie in it."""

    def worth(players: set[str]) -> int:
        return sum(converts and set(channels) <= players for channels, converts in paths)

    names = sorted({name for channels, _ in paths for name in channels})
    orders = list(permutations(names))
    value = dict.fromkeys(names, Fraction(0))
    for order in orders:
        for place, name in enumerate(order):
            gain = worth({*order[: place + 1]}) - worth({*order[:place]})
            value[name] += Fraction(gain, len(orders))
    return value


def _linear_over_distinct(paths: list[Journey]) -> dict[str, Fraction]:
    value = {name: Fraction(0) for channels, _ in paths for name in channels}
    for channels, converts in paths:
        for name in set(channels):
            value[name] += Fraction(int(converts), len(set(channels)))
    return value


def test_shapley_of_counts_is_linear_over_distinct_channels() -> None:
    """Why it is no model of its own: it shares each conversion equally among the channels of its path."""
    assert _shapley_of_counts(EXAMPLE) == COUNT_SHAPLEY == _linear_over_distinct(EXAMPLE)


@settings(max_examples=20, deadline=None, derandomize=True)
@given(
    st.lists(st.tuples(st.lists(st.sampled_from("ABCD"), min_size=1).map(tuple), st.booleans()), max_size=12)
)
def test_shapley_of_counts_adds_nothing_on_random_paths(paths: list[Journey]) -> None:
    assert _shapley_of_counts(paths) == _linear_over_distinct(paths)


def test_the_demo_has_enough_for_some_models_and_says_where_not(demo: Company) -> None:
    """Acceptances and pipeline are many; won deals never reach 200 in twelve months."""
    fits = demo.rows(
        "select conversion_type, bool_or(is_fitted), max(conversions) "
        "from intermediate.int_markov__fits group by conversion_type"
    )
    fitted = {kind: (is_fitted, most) for kind, is_fitted, most in fits}
    assert fitted["sal"][0] and fitted["pipeline"][0]
    assert not fitted["revenue"][0] and fitted["revenue"][1] < 200
    credited = {
        kind for (kind,) in demo.rows("select distinct conversion_type from core.fct_channel_attribution")
    }
    assert credited == {"sal", "pipeline"}


@pytest.mark.parametrize(
    ("learned", "probability", "is_sound"),
    [
        ((2, 1), 0.5, True),
        ((1, 1), 1.0, False),  # the lost path is missing, and the chain agrees with what is left
        ((2, 2), 1.0, False),  # it is taken for one that converts
        ((2, 1), 0.6, False),  # solved wrongly
        ((2, 1), None, False),  # not solved
    ],
)
def test_a_chain_that_has_not_learned_from_all_paths_is_found(
    demo: Company, learned: tuple[int, int], probability: float | None, is_sound: bool
) -> None:
    paths, conversions = learned
    fit = CHAIN | {"first_path_month": "2025-07-01", "paths": paths, "conversions": conversions}
    chains = [] if probability is None else [CHAIN | {"channel": "email", "chain_probability": probability}]
    with emptied(demo) as db:
        fill(db, TWO_PATHS)
        fill(db, {"intermediate.int_markov__fits": [fit | {"is_fitted": True}]})
        fill(db, {"intermediate.int_markov__removal_effects": chains})
        found = db.execute(compiled("tests/conservation/chains_convert_as_often_as_their_paths")).fetchall()
    assert (found == []) is is_sound
