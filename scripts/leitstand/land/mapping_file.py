"""Read a mapping file: YAML in which every scalar is text and every key stands once."""

from __future__ import annotations

import unicodedata
from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml

from leitstand.config import validate
from leitstand.errors import BadInput, Place, bad_input
from leitstand.land.mapping import Mapping


class _Loader(yaml.BaseLoader):
    """Every scalar stays the text that it is, and a key that stands twice is a fault."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key in (key for key, _ in node.value if isinstance(key, yaml.ScalarNode)):
            if key.value in seen:
                raise _StandsTwice(key.value, key.start_mark.line + 1)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


class _StandsTwice(Exception):
    def __init__(self, key: str, line: int) -> None:
        self.key, self.line = key, line


def read_mapping(path: Path, label: Path | str) -> Mapping:
    """Read and check one mapping file; `label` names it in messages.

    Raises:
        BadInput: the file is missing, is no YAML, feeds one target twice, or has an unknown key or value.
    """
    if not path.is_file():
        raise bad_input(
            Place(label), expected="a mapping file", found="none", remedy="Write it or mend leitstand.yml."
        )
    try:
        text = unicodedata.normalize("NFC", path.read_text(encoding="utf-8-sig"))
        content = yaml.load(text, _Loader)
    except _StandsTwice as twice:
        raise bad_input(
            Place(label, twice.line),
            expected=f"the key {twice.key!r} once, so that each target is fed once",
            found="it twice",
            remedy="Remove one of them.",
        ) from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        raise bad_input(
            Place(label, mark.line + 1 if mark else None),
            expected="YAML in UTF-8",
            found=str(getattr(error, "problem", None) or error),
            remedy="Mend the syntax.",
        ) from error
    if not isinstance(content, dict):
        raise BadInput(f"{label}: expected the keys 'defaults' and 'files', found {content!r}.")
    return validate(Path(label), Mapping, content)
