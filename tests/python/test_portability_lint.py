"""The lint of SQL that only some engines know."""

from pathlib import Path

import pytest

from ci import portability_lint


@pytest.mark.parametrize(
    "line",
    [
        "select * from t qualify row_number() over (order by a) = 1",
        "select a, count(*) from t group by all",
        "select a from t ORDER  BY ALL",
        "select * exclude (a) from t",
        "select median(a) from t",
        "select any_value (a) from t",
        "select * from generate_series(1, 3)",
        "select * from t asof join u on t.a >= u.a",
        "select first_value(a ignore nulls) over (order by b) from t",
        "select cast(a as {{ dbt.type_float() }}) from t",
        "select arg_max(a, b) from t",
        "select strftime(a, '%Y') from t",
        "select date_diff('day', a, b) from t",
        "select regexp_matches(a, 'x') from t",
        "select random_normal() from t",
        "select a from t where a is not json",
        "select a from t where a > 1_000",
        "select a from (select max(b) as a from t)",
        "select a from (select max(b) as a from t where (b > 1)) where a > 1",
        "select current_timestamp",
        "select current_date - 1",
        "select now()",
        "select {{ dbt.current_timestamp() }}",
        "select '{{ run_started_at }}' as a, {{ run_started_at }} as b",
        "{% set sql = 'select median(a) from t' %}",
    ],
)
def test_each_forbidden_construct_is_found_with_its_line(line: str) -> None:
    findings = portability_lint.lint(f"-- a comment\nselect 1 as a\n\n{line}\n", Path("models/m.sql"))
    assert len(findings) == 1
    assert findings[0].startswith("models/m.sql, line 4: ")
    assert "Instead: " in findings[0]


@pytest.mark.parametrize(
    "line",
    [
        "-- now() and median() are forbidden, says this comment",
        "/* qualify\n group by all */ select 1 as a",
        "{# generate_series(1, 3) #}",
        "select 'current_date is no text' as a",
        "select excluded, medians, is_qualified, current_dates, known from t",
        "select as_of from t where is_now",
        "{{ dbt.generate_series(20000) }}",
        "select a from (select max(b) as a from t where (b > 1)) as top join u on true",
        "select a_1_2 from t where a in (select b from u)",
        "{{ dbt.datediff('a', 'b', 'day') }}",
        "select cast(a as {{ dbt.type_numeric() }}) from t group by a, b",
    ],
)
def test_other_words_comments_and_texts_are_not(line: str) -> None:
    assert portability_lint.lint(line, Path("models/m.sql")) == []


def test_the_folder_of_dialects_may_speak_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for place in ("macros/dialect/own.sql", "macros/money/other.sql", "models/marts/m.sql"):
        file = tmp_path / place
        file.parent.mkdir(parents=True)
        file.write_text("select median(a) from t\n")
    assert portability_lint.main(tmp_path) == 1
    found = capsys.readouterr().out
    assert "macros/dialect" not in found
    assert "macros/money/other.sql, line 1" in found
    assert "models/marts/m.sql, line 1" in found


def test_a_type_that_one_engine_knows_is_found_with_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "models" / "m.yml"
    file.parent.mkdir()
    file.write_text(
        "columns:\n"
        "  - {name: a, data_type: double, description: a}\n"
        "  - {name: b, data_type: double precision, description: never a double}\n"
        "  - name: c\n"
        "    data_type: double\n"
    )
    assert portability_lint.main(tmp_path) == 1
    found = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in found] == ["models/m.yml, line 2", "models/m.yml, line 5"]
