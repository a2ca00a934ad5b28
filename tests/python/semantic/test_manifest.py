"""The semantic manifest of dbt, whose order tells nothing."""

from __future__ import annotations

import json

from leitstand.semantic.manifest import Manifest
from semantic.shop import manifest


def test_what_is_kept_of_questions_does_not_depend_on_the_order_that_dbt_writes() -> None:
    """After a part of the project was parsed anew, the same metrics come in another order."""
    parsed_anew = json.loads(manifest())
    for section in ("metrics", "semantic_models"):
        parsed_anew[section].reverse()
    other = json.loads(manifest())
    other["metrics"][0]["description"] += " And more."
    digest = Manifest(manifest()).digest
    assert Manifest(json.dumps(parsed_anew)).digest == digest != Manifest(json.dumps(other)).digest
