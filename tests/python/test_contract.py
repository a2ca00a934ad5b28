"""The input contract says what each column means; the models that carry it repeat its words."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from leitstand.config import PROJECT_ROOT
from leitstand.contract import load_contract

MODELS = PROJECT_ROOT / "models"


@pytest.mark.parametrize(
    ("prefix", "file"),
    [
        ("stg_files__", MODELS / "staging" / "files" / "_files__models.yml"),
        ("int_unified__", MODELS / "intermediate" / "unified" / "_unified__models.yml"),
    ],
)
def test_models_describe_columns_as_the_contract_does(prefix: str, file: Path) -> None:
    models = {model["name"]: model for model in yaml.safe_load(file.read_text(encoding="utf-8"))["models"]}
    assert set(models) >= {prefix + entity for entity in load_contract()}
    for entity in load_contract().values():
        described = {c["name"]: c["description"] for c in models[prefix + entity.name]["columns"]}
        for column in entity.columns:
            if not column.bookkeeping or column.name == "loaded_at":
                assert described[column.name] == column.description, (entity.name, column.name)
