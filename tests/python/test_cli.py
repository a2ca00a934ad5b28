"""The command line: every command has help with an example and speaks JSON; errors are one message."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from leitstand import cli

COMMANDS = [
    "demo",
    "init",
    "land",
    "build",
    "gate",
    "publish",
    "report",
    "run",
    "simulate",
    "ci",
    "rebuild",
    "doctor",
    "evaluate",
    "handover",
    "holidays",
    "query",
    "metrics",
    "mcp",
    "serve",
    "check-text",
]

DEFINITIONS = ["show", "check", "diff"]

EXPLAIN = ["person"]


def test_the_commands_are_those_of_the_table_of_contents() -> None:
    named = [str(command.name or command.callback.__name__) for command in cli.app.registered_commands]
    assert sorted(named) == sorted(COMMANDS)
    assert [command.name for command in cli.definitions.registered_commands] == DEFINITIONS
    assert [command.name for command in cli.explain.registered_commands] == EXPLAIN


@pytest.mark.parametrize(
    "command",
    [
        *COMMANDS,
        *(f"definitions {name}" for name in DEFINITIONS),
        *(f"explain {name}" for name in EXPLAIN),
    ],
)
def test_help_has_an_example_and_json(command: str) -> None:
    shown = CliRunner().invoke(cli.app, [*command.split(), "--help"])
    assert shown.exit_code == 0
    assert "Example: leitstand " + command in shown.output.replace("`", "")
    assert "--json" in shown.output


@pytest.mark.parametrize("command", ["land", "build", "publish", "report", "run", "rebuild", "evaluate"])
def test_a_folder_without_a_company_is_one_message(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["leitstand", command, "--json", "-c", str(tmp_path)])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    assert stopped.value.code == 2
    captured = capsys.readouterr()
    answer = json.loads(captured.out)
    assert answer["exit_code"] == 2
    assert "leitstand.yml: expected a file, found none" in answer["error"]
    assert "Traceback" not in captured.err


def test_a_mistyped_setting_names_the_nearest_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "leitstand.yml").write_text("name: x\nconection: {}\n")
    monkeypatch.setattr("sys.argv", ["leitstand", "land", "-c", str(tmp_path)])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    assert stopped.value.code == 2
    assert "'conection' is not known (did you mean 'connections'?)" in " ".join(
        capsys.readouterr().err.split()
    )
