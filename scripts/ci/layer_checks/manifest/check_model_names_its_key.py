"""The grain of a model, as dbt-bouncer checks it."""

from typing import Any

from dbt_bouncer.check_framework.decorator import check, fail  # type: ignore[import-untyped]


@check  # type: ignore[untyped-decorator]
def check_model_names_its_key(model: Any, ctx: Any) -> None:
    """Each model of more than one row has a `row_rules` test that names its unique columns."""
    if not model.description.startswith("One row per"):
        return
    attached = ctx.tests_by_attached_node.get(model.unique_id, [])
    tests = [getattr(test, "test_metadata", None) for test in attached]
    if not any(test and test.name == "row_rules" and test.kwargs.get("unique") for test in tests):
        fail(
            f"`{model.name}`: expected a row_rules test with the `unique` columns of its grain, found none. "
            f"Add it beside the model's description."
        )
