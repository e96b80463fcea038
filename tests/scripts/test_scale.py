"""Figures of large catalogues: the command measures and prints them, and its rules hold."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from models.loading import BUILTIN_FOLDER
from scripts.scale import __main__ as command
from scripts.scale import stages
from scripts.scale.limits import limits, markdown
from scripts.scale.lines import Line, line_through
from scripts.scale.measure import Extent, Figures
from scripts.scale.milvus_rows import FIELDS, MilvusFigures
from scripts.scale.models import MODELS
from scripts.scale.outlook import SIZES, Outlook, machines
from scripts.scale.parts import PARTS, SENTENCES, WORDS
from scripts.scale.quantised import bytes_by_form
from scripts.scale.report import BEGIN_MARKER, DOCUMENT, END_MARKER, HEADINGS, replace_report

SIZES_RUN = {
    "--sizes": "12 36",
    "--vectors": "300 900",
    "--words": "50 150",
    "--milvus": "6",
    "--embedded": "2",
}
SMALL = [word for name, sizes in SIZES_RUN.items() for word in (name, *sizes.split())]
SMALL += ["--needs", "2"]
ANSWER = {
    "own": 0.02,
    "model": 0.01,
    "dense": 0.001,
    "lexical": 0.001,
    "queries": 2,
    "texts": 2,
    "postings": 2_000,
    "rows": 800,
    "filter": 0.01,
}


@pytest.fixture(scope="module")
def printed(real_clock: None) -> Iterator[str]:
    """Report of a run with a few patents; of its stages one has a process of its own."""
    apart = stages.run
    done: list[str] = []

    def run(stage: str, options: dict[str, Any]) -> dict[str, Any]:
        done.append(stage)
        if len(done) == 1:
            return apart(stage, options)
        measured: dict[str, Any] = json.loads(json.dumps(stages.STAGES[stage](options)))
        return measured

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(stages, "run", run)
        said: list[str] = []
        patched.setattr("builtins.print", lambda *words, **_where: said.append(" ".join(words)))
        command.main(SMALL)
        yield said[-1]


@pytest.fixture(scope="module")
def figures() -> Figures:
    """Figures that are easy to reckon with: ten vectors and a thousand tokens a patent."""
    large = {**ANSWER, "postings": 20_000, "lexical": 0.010}
    return Figures(
        Extent((1_000, 10_000), 100, (1_000, 2_000), (100, 200), 10, 5),
        {"passages": (10.0, 9.0), "vectors": (10.0, 9.0), "tokens": (1_000.0, 900.0)},
        {part: Line(0, 1_000) for part in PARTS},
        index_memory=Line(0, 40_000),
        index_seconds=Line(0, 0.005),
        held=Line(0, 400),
        columns=Line(0, 100),
        values=Line(0, 1_000),
        filtering=Line(0, 5e-7),
        server=400e6,
        answers=(ANSWER, large),
        dense=Line(0, 4e-8),
        marking=Line(0, 4e-9),
        words=Line(0.001, 1e-9),
        milvus=MilvusFigures(100, 1_000, dict.fromkeys(FIELDS, 100.0), {}),
        forms={dimension: bytes_by_form(dimension) for dimension in (384, 1_024)},
        rates={1: 5_000.0, 2: 8_000.0},
        hashing=1e9,
    )


def columns(markdown_text: str) -> list[str]:
    """First cells of all rows of tables, in order, without those of sizes."""
    rows = re.findall(r"^\| ([^|]*?) \|", markdown_text, re.MULTILINE)
    return [row for row in rows if not re.search(r"\d+ patents in Milvus", row)]


def test_a_run_prints_every_table_with_the_rows_of_the_page(printed: str) -> None:
    assert re.findall(r"^## (.*)$", printed, re.MULTILINE) == list(HEADINGS)
    page = DOCUMENT.read_text("utf-8")
    measured = page.partition(BEGIN_MARKER)[2].partition(END_MARKER)[0]
    assert re.findall(r"^## (.*)$", measured, re.MULTILINE) == list(HEADINGS)
    # Limits are ordered by where they are reached, which is another order here.
    assert sorted(columns(measured)) == sorted(columns(printed))
    for part in PARTS:
        size = re.search(rf"^\| {re.escape(part)} \| ([^|]+) \|", printed, re.MULTILINE)
        assert size is not None
        assert (size[1] != "0 B") or part == WORDS
    fetched = re.search(r"\| rows with vector and terms \| (\d+) \|", printed)
    assert fetched is not None and int(fetched[1]) > 0


def test_a_line_goes_through_the_smallest_and_the_largest_size() -> None:
    line = line_through({10: 150, 20: 999, 30: 350})
    assert (line.each, line.fixed, line.at(1_000)) == (10, 50, 10_050)
    with pytest.raises(ValueError, match="two sizes"):
        line_through({10: 1.0})


def test_bytes_of_a_vector_are_those_of_the_form() -> None:
    form = bytes_by_form(384)
    assert (form["float32"], form["float16"], form["SQ8"]) == (1_536, 768, 384)
    # Both ends of 32 links at the lowest level of the graph, and a little for the levels above.
    assert 256 <= form["HNSW, float32"] - form["float32"] <= 300
    assert form["IVF, RaBitQ"] < form["DISKANN, in memory (formula)"] == 192


def test_sizes_follow_the_lines(figures: Figures) -> None:
    million = Outlook(figures, 1_000_000)
    assert (million.vectors, million.tokens) == (10_000_000, 1e9)
    assert million.indexing == 40e9
    assert million.held == 400e6 + 500e6
    assert million.part(SENTENCES) == 1e9
    assert million.part(WORDS) == 50_000 * (768 + 8)  # so many words have a vector, not more


def test_files_are_left_when_a_machine_is_too_small(figures: Figures) -> None:
    assert [Outlook(figures, size).is_in_files for size in SIZES] == [True, True, False, False]
    assert machines(0.7 * 64e9) == 1 and machines(0.7 * 64e9 + 1) == 2


def test_the_index_type_is_the_most_exact_of_few_query_nodes(figures: Figures) -> None:
    assert Outlook(figures, 10_000).kind(384) == "flat"  # up to MATCHER_APPROXIMATE_ABOVE
    ten = Outlook(figures, 10_000_000)
    assert ten.nodes_memory("hnsw", 384) == pytest.approx(100e6 * (1_808 + 200), rel=0.001)
    assert (ten.kind(384), ten.nodes("hnsw", 384)) == ("hnsw", 5)
    assert ten.kind(1_024) == "hnsw_sq"
    assert Outlook(figures, 50_000_000).kind(384) == "ivf_sq8"
    assert Outlook(figures, 10**9).kind(384) == "diskann"


def test_embedding_grows_with_tokens_and_weights(figures: Figures) -> None:
    million = Outlook(figures, 1_000_000)
    assert million.cpu_hours(0, 1) == pytest.approx(1e9 / 5_000 / 3_600)
    assert million.cpu_hours(0, 16) == pytest.approx(1e9 / (16 * 4_000) / 3_600)
    assert million.cpu_hours(1, 1) == pytest.approx(4 * million.cpu_hours(0, 1))
    weights = MODELS[3].weights
    assert 0.95 * 302e6 < weights < 1.05 * 302e6
    assert million.gpu_hours(3, 1) == pytest.approx(2 * weights * 1e9 / (0.2 * 312e12) / 3_600)


def test_the_built_in_model_counts_as_its_configuration_says() -> None:
    config = json.loads((BUILTIN_FOLDER / "config.json").read_text("utf-8"))
    model = MODELS[0]
    assert (model.layers, model.hidden, model.inner) == (
        config["num_hidden_layers"],
        config["hidden_size"],
        config["intermediate_size"],
    )


def test_a_search_reads_lists_of_many_vectors_and_postings_up_to_a_bound(
    figures: Figures,
) -> None:
    small = Outlook(figures, 10_000)  # 100,000 vectors, all read; 10,000 postings of a text
    assert small.search_seconds == pytest.approx(2 * 0.004 + 0.0004 + 2 * 0.00101)
    large = Outlook(figures, 500_000)  # five million vectors in 2,236 lists
    read = 2 * (2_236 + 80 * 5_000_000 / 2_236)
    assert large.search_seconds == pytest.approx(2 * read * 4e-8 + 0.020 + 2 * 0.0015)
    # A text of a need has 20 million postings here, of which four are read.
    huge = Outlook(figures, 20_000_000)
    read = 2 * (14_142 + 80 * 200e6 / 14_142)
    assert huge.search_seconds == pytest.approx(2 * read * 4e-8 + 0.8 + 2 * 0.005)


def test_limits_come_in_the_order_in_which_they_are_reached(figures: Figures) -> None:
    known = limits(figures)
    reached = {limit.name: limit.reached for limit in known}
    assert list(reached.values()) == sorted(reached.values())
    assert reached["memory of `matcher index`"] == pytest.approx(0.7 * 64e9 / 40_000)
    assert reached["first answer after a change: filter"] == pytest.approx(2_000_000)
    table = markdown(figures)
    assert "| memory of `matcher index` | 1.1 million | 4 GB | 40 GB | **400 GB** | **2 TB** |" in (
        table
    )
    assert "- **1 million**: 1 of 12 limits are past" in table
    assert "next is memory of `matcher index` at 1.1 million" in table


def test_the_report_is_written_between_its_markers(tmp_path: Path) -> None:
    page = tmp_path / "scale.md"
    page.write_text(f"# By hand\n{BEGIN_MARKER}\nold\n{END_MARKER}\nEnd\n", "utf-8")
    replace_report(page, "new")
    assert page.read_text("utf-8") == (f"# By hand\n{BEGIN_MARKER}\n\nnew\n\n{END_MARKER}\nEnd\n")
    page.write_text("no markers", "utf-8")
    with pytest.raises(ValueError, match="needs the lines"):
        replace_report(page, "new")
