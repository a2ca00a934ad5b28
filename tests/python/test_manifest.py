"""dbt's manifest is read once for all who ask, and anew where it has been written again."""

import json
from pathlib import Path

from leitstand.manifest import read_manifest


def test_what_dbt_writes_again_is_read_again(tmp_path: Path) -> None:
    build, published = tmp_path / "manifest.json", tmp_path / "published.json"
    for file, name in ((build, "model.a"), (published, "model.b")):
        file.write_text(json.dumps({"nodes": {name: {}}}))
    first = read_manifest(build)
    assert list(first["nodes"]) == ["model.a"] and list(read_manifest(published)["nodes"]) == ["model.b"]
    assert read_manifest(build) is first
    build.write_text(json.dumps({"nodes": {"model.c": {}}}))
    assert list(read_manifest(build)["nodes"]) == ["model.c"]
