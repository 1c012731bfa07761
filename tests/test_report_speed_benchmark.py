"""The benchmark of weakness reports: what is read, the arithmetic of the table, and a real run of a few reports."""

from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks.report_speed import FORMATS, LAY_OUT, PEER, STEPS, Step, Turn, budgets, main, markdown, write_reports

import wenti
from wenti.segmentation import statements_of


def turn(scale: float) -> Turn:
    """Return a turn whose steps take a second each, half of it the processor's, and memory by their place."""
    steps = [
        Step(name, scale, scale / 2, 100 * scale * place, 2.0 if name in FORMATS else None)
        for place, name in enumerate(STEPS)
    ]
    return Turn(1000, 50_000, tuple(steps))


@pytest.mark.parametrize("n_statements", [50, 13, 20])
def test_reports_are_read_with_as_many_statements_as_asked(tmp_path: Path, n_statements: int) -> None:
    write_reports(tmp_path, 30, n_statements)
    files = sorted(tmp_path.iterdir())
    assert len(files) == 30
    assert len({file.read_bytes() for file in files}) == 30
    read = [report for file in files for report in wenti.read(file)]
    assert all(r.project and r.units and r.project_year and r.evaluation_score and r.grade for r in read)
    found = sum(1 for report in read for section in report.sections for _ in statements_of(section))
    assert found == pytest.approx(30 * n_statements, rel=0.01)


def test_the_same_reports_are_written_again(tmp_path: Path) -> None:
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        write_reports(tmp_path / name, 5, 20)
    one, other = ([file.read_bytes() for file in sorted((tmp_path / name).iterdir())] for name in ("one", "other"))
    assert one == other


def test_the_table_tells_medians_and_what_all_steps_but_the_peer_take() -> None:
    lines = markdown([turn(1), turn(2), turn(30)]).splitlines()
    cells = {row[0]: row[1:] for row in ([cell.strip() for cell in line.strip("| ").split("|")] for line in lines)}
    assert cells[PEER] == ["2.00", "1.00", "1.0", "0", "–"]
    assert cells[LAY_OUT] == ["2.00", "1.00", "1.0", "600", "–"]
    assert cells[".json"] == ["2.00", "1.00", "1.0", "1600", "2.0"]
    assert cells["all but the peer"] == ["16.00", "8.00", "8.0", "1600", "–"]


def test_budgets_are_of_all_steps_and_the_largest_memory() -> None:
    time, memory = budgets([turn(1)])
    assert (time.found, time.by_cpu, time.is_held, memory.found, memory.is_held) == (8, 4, True, 800, True)
    time, memory = budgets([turn(5)])
    assert (time.is_held, memory.is_held) == (False, False)


def test_a_real_run_writes_its_section(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- report-speed -->\n<!-- /report-speed -->\nafter\n", encoding="utf-8")
    asked = ["--reports", "6", "--statements", "20", "--turns", "1", "--write", str(page)]
    assert main(asked) == 0
    printed = capsys.readouterr().out
    for name in STEPS:
        assert f"| {name} " in printed
    assert "of 6 reports" in printed
    written = page.read_text(encoding="utf-8")
    assert written.startswith("before\n<!-- report-speed -->\n\n|")
    assert printed.strip() in written


def test_a_page_without_the_section_is_told_before_the_work(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "page.md"
    page.write_text("nothing\n", encoding="utf-8")
    assert main(["--reports", "100000", "--write", str(page)]) == 1
    assert "report-speed" in capsys.readouterr().err
