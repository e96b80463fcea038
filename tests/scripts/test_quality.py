"""The harness of scripts/quality: what it measures by hand-made cases, and one whole run."""

import gzip
import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from matcher.errors import InputError
from matcher.patents.cards.card import technology_card
from matcher.ports import WordEncoder
from matcher.progress import silent
from matcher.text.languages import is_chinese
from matcher.types import Answer, Evidence, Filters, Fit, Match, Need, Patent, PatentId, Sleeping
from models.fake import FakeEncoder
from scripts.quality import __main__ as quality
from scripts.quality import (
    claims,
    held_out,
    measure,
    reverse,
)
from scripts.quality.answers import SPREAD, diversity_figures, ranked
from scripts.quality.baseline import OneQueryHybrid, standard
from scripts.quality.caching_encoder import RememberingEncoder
from scripts.quality.calibration import LABELLED, label_figures
from scripts.quality.card_agreement import CARDS, card_figures
from scripts.quality.card_measure import agreement
from scripts.quality.cross_lingual import crossing
from scripts.quality.figures import (
    Figure,
    difference,
    figure,
    ranking_figures,
)
from scripts.quality.goals import DEV, goals
from scripts.quality.record import (
    Record,
    lost_by_writing,
    parse_record,
    previous_record,
    write_record,
)
from scripts.quality.report import (
    CLOSES,
    OPENS,
    put_into,
    report,
)
from scripts.quality.samples import Samples, read_samples
from tests.support.engines import CountingEncoder
from tests.support.samples import ALL, SEPARATOR


def record(*figures: Figure, left_out: tuple[str, ...] = ()) -> Record:
    return Record("fake (f)", left_out, figures)


BETTER = figure("samples", "ndcg@10", "engine", [("a", 1.0), ("b", 0.5), ("new", 0.0)])
WORSE = figure("samples", "ndcg@10", "engine", [("b", 0.25), ("a", 0.75), ("gone", 1.0)])


@pytest.fixture(scope="module")
def samples() -> Samples:
    return read_samples()


def test_a_difference_is_over_the_queries_of_both() -> None:
    found = difference(BETTER, WORSE)
    assert found is not None and found.difference == found.low == found.high == 0.25
    assert difference(BETTER, figure("samples", "ndcg@10", "engine", [("other", 1.0)])) is None


def test_queries_without_a_positive_are_left_out() -> None:
    qrels = {"a": {"x": 2, "y": 0}, "none": {"x": 0}}
    (found,) = ranking_figures("here", {"dense": {"a": [("x", 1.0)]}}, qrels, ("ndcg@10",))
    assert found.values == {"a": 1.0}
    assert ranking_figures("here", {"dense": {}}, {"none": {"x": 0}}, ("ndcg@10",)) == []


def test_a_text_is_encoded_once_whoever_asks() -> None:
    counting = CountingEncoder()
    encoder = RememberingEncoder(counting)
    first = encoder.encode(["阀", "泵", "阀"], "query")
    again = encoder.encode(["泵", "轴"], "query")
    assert counting.encoded == ["阀", "泵", "轴"]
    assert np.array_equal(first[0], first[2]) and np.array_equal(first[1], again[0])
    assert encoder.encode([], "query").shape == (0, 64)
    long = "阀" * 250
    encoder.split(long, "query").clear()
    assert encoder.split(long, "query") == counting.split(long, "query")
    for _ in range(2):
        (within,) = encoder.encode_within(["阀泵"], [[None, (0, 1)]], "query")
        assert counting.encoded.count("阀泵") == 1 and np.array_equal(within[1], first[0])
    assert encoder.split_behind("阀", "泵", "query") == counting.split_behind("阀", "泵", "query")
    assert not isinstance(encoder, WordEncoder)  # marking related words is not measured


def test_the_reference_adds_both_channels_z_scores(tmp_path: Path) -> None:
    patents = [Patent(PatentId(name), text) for name, text in (("a", "阀门"), ("b", "水泵"))]
    patents.append(Patent(PatentId("c"), "阀门密封"))
    reference = OneQueryHybrid(patents, FakeEncoder(), tmp_path)
    found = dict(reference.rank(Need("阀门")))
    assert max(found, key=lambda name: found[name]) == "a"
    encoder = FakeEncoder()
    vectors = encoder.encode([one.title for one in patents], "passage")
    dense = (vectors @ encoder.encode(["阀门"], "query")[0]).astype(np.float64)
    words = reference._common_words("阀门", np.arange(3))
    assert np.isnan(words[1]) and words[0] > words[2] > 0
    assert [found[n] for n in "abc"] == pytest.approx(list(standard(dense) + standard(words)))
    assert [name for name, _ in reference.rank(Need("阀门"), {"c", "b"})] == ["c", "b"]


def test_z_scores_count_the_unfound_as_the_least() -> None:
    assert standard(np.array([3.0, np.nan, 1.0])) == pytest.approx(
        [2**0.5, -(0.5**0.5), -(0.5**0.5)]
    )
    assert standard(np.array([np.nan, np.nan])).tolist() == [0, 0]


def test_every_need_has_a_rendering_in_the_other_language(samples: Samples) -> None:
    zh, en = samples.renderings["zh"], samples.renderings["en"]
    assert zh.keys() == en.keys() == samples.needs.keys()
    for query, written in samples.written_in.items():
        assert is_chinese(zh[query].full_text)
        assert not any("一" <= letter <= "鿿" for letter in en[query].full_text)
        assert samples.renderings[written][query].full_text == samples.needs[query].full_text
        for name in ("title", "text", "problem", "indicators", "goal"):
            assert bool(getattr(zh[query], name)) == bool(getattr(en[query], name)), (query, name)


def answer(query: str, *matches: Match) -> Answer:
    return Answer(Need(query), "fake", "1", Filters(), {}, matches)


def match(
    patent: Patent, *passages: str, family: tuple[str, ...] = (), fit: Fit | None = None
) -> Match:
    shown = tuple(Evidence(passage, "…") for passage in passages)
    return Match(1, patent, 1.0, {}, shown, Sleeping(False, ""), None, None, family, fit=fit)


def test_claim_finding_counts_the_unshown_and_leaves_out_the_folded() -> None:
    one, two = (Patent(PatentId(name), name) for name in "12")
    named = {
        ("n", "1"): frozenset({2, 3}),
        ("n", "2"): frozenset({1}),
        ("n", "3"): frozenset({1, 4}),
        ("n", "4"): frozenset({1}),
    }
    shown = match(one, "claim 2", "claim 5", "abstract"), match(two, "abstract", family=("4",))
    found = {
        (f.on, f.metric, f.run): f.values
        for f in claims.claim_figures({"n": answer("n", *shown)}, named)
    }
    assert found[claims.ON_ANSWERS, "hit", "engine"] == {"n 1": 1, "n 2": 0, "n 3": 0}
    assert found[claims.ON_ANSWERS, "hit", "reference"] == {"n 1": 0, "n 2": 1, "n 3": 1}
    assert found[claims.ON_SHOWN, "precision", "engine"] == {"n 1": 0.5, "n 2": 0}
    assert found[claims.ON_SHOWN, "recall", "engine"] == {"n 1": 0.5, "n 2": 0}
    assert found[claims.ON_SHOWN, "recall", "reference"] == {"n 1": 0, "n 2": 1}


QRELS = {"n": {"a": 3, "b": 1, "c": 0}, "m": {"a": 2, "b": 2, "d": 0}, "none": {"c": 0}}


def test_similar_patents_answer_the_same_need() -> None:
    patents = {name: Patent(PatentId(name), name) for name in "abcd"}
    assert reverse.similar_qrels(QRELS, patents) == {
        "a": {"b": 2, "c": 0, "d": 0},
        "b": {"a": 2, "c": 0, "d": 0},
    }
    order = {"a": ["a", "b"], "b": ["d", "a"]}
    found = reverse.similar_figures(
        "engine", lambda one: [(n, -float(i)) for i, n in enumerate(order[one.id])], patents, QRELS
    )
    assert {f.metric: dict(f.values) for f in found}["mrr@10"] == {"a": 1.0, "b": 0.5}


def test_a_patent_of_the_same_family_is_no_find() -> None:
    patents = {name: Patent(PatentId(name), name, family_id="F") for name in "ab"}
    patents |= {name: Patent(PatentId(name), name) for name in "cd"}
    qrels = {"n": {"a": 3, "b": 3, "c": 1}}
    assert reverse.similar_qrels(qrels, patents) == {
        "a": {"c": 1},
        "b": {"c": 1},
        "c": dict(a=1, b=1),
    }
    order = [("b", 4.0), ("a", 3.0), ("c", 2.0), ("d", 1.0)]
    found = reverse.similar_figures("dense", lambda one: order, patents, qrels)
    assert {f.metric: dict(f.values) for f in found}["mrr@10"] == {"a": 1.0, "b": 1.0, "c": 1.0}


def test_reverse_matching_turns_the_judgements_round() -> None:
    assert reverse.transposed(QRELS) == {"a": {"n": 3, "m": 2}, "b": {"n": 1, "m": 2}}
    patents = {"a": Patent(PatentId("a"), "阀门"), "b": Patent(PatentId("b"), "水泵")}
    rank = reverse.nearest(FakeEncoder(), {"m": "水泵坏了", "n": "阀门漏了"}, "query")
    assert [rank(patents[name])[0][0] for name in "ab"] == ["n", "m"]
    found = reverse.reverse_figures("dense", rank, patents, QRELS)
    assert {f.metric: dict(f.values) for f in found}["ndcg@10"] == {"a": 1.0, "b": 1.0}


def test_needs_are_ranked_by_how_a_patent_stands_in_their_answers() -> None:
    answers = {"n": [("a", 2.0), ("b", 1.0)], "m": [("b", 3.0)], "o": [("a", 2.5), ("c", 0.0)]}
    rank = reverse.by_standing(answers)
    assert [need for need, _ in rank(Patent(PatentId("a"), "阀门"))] == ["o", "n", "m"]
    assert [need for need, _ in rank(Patent(PatentId("b"), "水泵"))] == ["m", "n", "o"]


def test_own_ranks_count_the_best_piece_of_a_long_text() -> None:
    encoder = FakeEncoder(window=4)
    ranks = held_out.own_ranks(encoder, ["阀门", "水泵"], ["一二三四阀门", "阀门水泵"], "x", silent)
    assert ranks.tolist() == [1, 1]
    assert held_out.own_ranks(
        encoder, ["水泵", "阀门"], ["阀门", "水泵"], "x", silent
    ).tolist() == [2, 2]


def test_a_folded_patent_is_ranked_behind_the_one_it_is_folded_into() -> None:
    one, two = (Patent(PatentId(name), name) for name in "12")
    assert ranked([match(one, family=("3",)), match(two)]) == [("1", 1), ("3", 1), ("2", 1)]


def test_the_cost_of_spreading_is_against_results_that_are_not_spread() -> None:
    a, b = (Patent(PatentId(name), name) for name in "ab")
    plain, spread = {"n": answer("n", match(a), match(b))}, {"n": answer("n", match(b), match(a))}
    reference, engine = diversity_figures(spread, plain, {"n": {"a": 1, "b": 0}})
    assert (reference.run, dict(reference.values)) == ("reference", {"n": 1.0})
    assert engine.run == "engine" and engine.values["n"] == pytest.approx(0.6309)


def test_results_of_each_label_are_held_against_the_judgements() -> None:
    a, b, c, d = (Patent(PatentId(name), name) for name in "abcd")
    answers = {
        "n": answer("n", match(a, fit="strong"), match(b, fit="strong"), match(d, fit="weak")),
        "none": answer("none", match(c, fit="weak"), match(a)),
    }
    found = label_figures(answers, QRELS)
    values = {(f.on, f.metric): dict(f.values) for f in found}
    strong, weak = LABELLED["strong"], LABELLED["weak"]
    assert values[strong, "judged"] == {"n a": 1, "n b": 1}
    assert values[strong, "of use"] == {"n a": 1, "n b": 1}
    assert values[strong, "solve the need"] == {"n a": 1, "n b": 0}
    assert values[weak, "judged"] == {"n d": 0, "none c": 1}
    assert values[weak, "of use"] == values[weak, "solve the need"] == {"n d": 0, "none c": 0}
    assert not any(on == LABELLED["fair"] for on, _ in values)
    told = report(record(*found), record(figure(strong, "of use", "engine", [("n a", 0.5)])), "x")
    strong_row = "| strong (promised: 67% or more) | 1.00 of 2 | 1.00 of 2 (was 0.50) | 0.50 of 2 |"
    assert strong_row in told and "| fair (promised: 25% to 67%) |  |  |  |" in told
    assert f"| {strong} |" not in told  # the first table leaves them out


def test_cards_by_rule_are_held_against_those_by_hand(samples: Samples) -> None:
    some = dict(list(samples.cards.items())[:8])
    means = {(f.on, f.metric): f.mean for f in card_figures(samples.patents, some)}
    made = {one.id: technology_card(one) for one in samples.patents}
    for aspect, whole in agreement(made, some).items():
        for metric, value in (
            ("precision", whole.precision),
            ("recall", whole.recall),
            ("text F1", whole.text_f1),
            ("source F1", whole.source_f1),
        ):
            assert means.get((CARDS[aspect], metric)) == pytest.approx(value, abs=1e-4)


def test_goals_are_told_only_of_what_was_measured() -> None:
    def dev(run: str, *values: float, metric: str = "ndcg@10") -> Figure:
        return Figure(DEV, metric, run, {str(n): v for n, v in enumerate(values)})  # type: ignore[arg-type]

    zh = figure(crossing("zh", "zh"), "ndcg@10", "engine", [("a", 0.8)])
    en = figure(crossing("en", "zh"), "ndcg@10", "engine", [("a", 0.7)])
    told = {goal.text: goal.reached for goal in goals([zh, en])}
    assert list(told.values()) == [False] and "within 10%" in next(iter(told))
    figures = [
        dev("engine", 0.8, 0.8, 0.9),
        dev("reference", 0.6, 0.7, 0.8),
        dev("dense", 0.9, 0.7, 0.8),
        dev("lexical", 0.1, 0.1, 0.1),
        dev("engine", 0.5, 0.5, 0.5, metric="spearman"),
    ]
    assert [goal.reached for goal in goals(figures)] == [True, False, True, False]


def test_a_record_comes_back_as_it_was_written(tmp_path: Path) -> None:
    written = record(BETTER, WORSE, left_out=("dev needs",))
    write_record(tmp_path / "quality.json", written)
    assert parse_record((tmp_path / "quality.json").read_text("utf-8"), "here") == written
    for broken in ("{", "[]", '{"format": 1}', '{"format": 9}'):
        with pytest.raises(InputError, match="here"):
            parse_record(broken, "here")


def test_the_table_of_the_last_commit_is_compared_with(tmp_path: Path) -> None:
    file = tmp_path / "quality.json"
    assert previous_record(file) is None
    write_record(file, record(WORSE))
    assert previous_record(file) == (record(WORSE), "quality.json as it was")
    if shutil.which("git") is None:
        pytest.skip("there is no git here")
    own = ["-c", "user.name=test", "-c", "user.email=test@sample.example"]
    for words in (["init", "-q"], ["add", "."], [*own, "commit", "-q", "-m", "measured"]):
        subprocess.run(["git", *words], cwd=tmp_path, check=True)
    write_record(file, record(BETTER))
    found = previous_record(file)
    assert found is not None and found[0] == record(WORSE) and found[1].startswith("commit ")


def test_a_run_without_data_does_not_write_over_one_with(tmp_path: Path) -> None:
    file = tmp_path / "quality.json"
    dev = figure(DEV, "ndcg@10", "engine", [("a", 1.0)])
    assert lost_by_writing(file, record(BETTER, left_out=("dev",))) == ()
    write_record(file, record(dev, BETTER))
    assert lost_by_writing(file, record(BETTER, left_out=("dev",))) == [DEV]
    assert lost_by_writing(file, record(BETTER)) == ()


def test_a_report_tells_the_difference_and_what_was_left_out() -> None:
    told = report(record(BETTER, left_out=("dev needs",)), record(WORSE), "commit abc")
    assert "| since commit abc |" in told and "Left out: dev needs" in told
    assert "| samples | 3 | ndcg@10 |  |  |  | 0.500 |  |  | +0.250 [+0.250, +0.250] |" in told
    assert "| same |" in report(record(BETTER), record(BETTER), "commit abc")


def test_the_report_takes_the_place_between_its_markers(tmp_path: Path) -> None:
    document = tmp_path / "quality.md"
    document.write_text(f"# By hand\n\n{OPENS}\nold\n{CLOSES}\n\nTried: much.\n", encoding="utf-8")
    put_into(document, "new")
    expected = f"# By hand\n\n{OPENS}\n\nnew\n\n{CLOSES}\n\nTried: much.\n"
    assert document.read_text("utf-8") == expected
    document.write_text("no markers", encoding="utf-8")
    with pytest.raises(InputError, match="needs the lines"):
        put_into(document, "new")


def write_lines(file: Path, *lines: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(f"{line}\n" for line in lines)
    if file.suffix == ".gz":
        file.write_bytes(gzip.compress(text.encode()))
    else:
        file.write_text(text, encoding="utf-8")


def write_data(folder: Path) -> None:
    """A data folder with a few rows of each thing that is measured."""
    needs = folder / "need-achievement"
    documents = (("a", "陶瓷隔膜"), ("b", "水泵"), ("c", "阀门密封"))
    rows = [json.dumps({"_id": name, "title": text, "text": ""}) for name, text in documents]
    write_lines(needs / "corpus.jsonl", *rows)
    write_lines(needs / "queries.jsonl", json.dumps({"_id": "n", "title": "隔膜", "text": "陶瓷"}))
    write_lines(needs / "qrels" / "dev.tsv", "query-id\tcorpus-id\tscore", "n\ta\t3", "n\tb\t0")
    journals = [{"title": "隔膜", "abstract": "陶瓷隔膜涂层", "src": ["csl_ts_test"]}]
    journals.append({"title": "水泵", "abstract": "水泵振动", "src": ["csl_ts_test"]})
    write_lines(folder / "chinese/csl.jsonl.gz", *map(json.dumps, journals))
    write_lines(
        folder / "parallel/ipc_zh_en.tsv.gz",
        "PVC 管道接头\tPVC pipe joints\tF16L1/00",
        "AGV 搬运车\tAGV carriers\tB66F9/00",
    )


def few(samples: Samples) -> Samples:
    """Eight of the needs and the patents that were judged for them: the whole takes long."""
    queries = list(samples.needs)[:8]
    judged = {patent for query in queries for patent in samples.qrels[query]}
    return replace(
        samples,
        patents=[one for one in samples.patents if one.id in judged],
        needs={query: samples.needs[query] for query in queries},
        qrels={query: samples.qrels[query] for query in queries},
        claims={pair: named for pair, named in samples.claims.items() if pair[0] in queries},
        cards={one: card for one, card in samples.cards.items() if one in judged},
    )


def test_the_whole_harness_measures_writes_and_compares(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    samples: Samples,
) -> None:
    write_data(tmp_path / "data")
    table, document = tmp_path / "quality.json", tmp_path / "quality.md"
    document.write_text(f"{OPENS}\n{CLOSES}\n", encoding="utf-8")
    write_record(table, record(figure(held_out.ZH_EN, "hit@1", "dense", [("unknown", 1.0)])))
    words = ["--data", str(tmp_path / "data"), "--table", str(table), "--write"]
    monkeypatch.setattr(sys, "argv", ["quality.py", *words])
    monkeypatch.setenv("MATCHER_MODEL", "fake")
    monkeypatch.setattr(measure, "read_samples", lambda: few(samples))
    quality.main()
    told = capsys.readouterr()
    assert "== wrote quality.json" in told.err and "Left out" not in told.out
    assert told.out.strip() in document.read_text("utf-8")
    kept = parse_record(table.read_text("utf-8"), "here")
    means = {(one.on, one.metric, one.run): one.mean for one in kept.figures}
    assert means[DEV, "ndcg@10", "engine"] == means[DEV, "ndcg@10", "reference"] == 1.0
    assert means[held_out.JOURNALS, "mrr@10", "dense"] == 1.0
    # The fake encoder finds what shares a word: PVC and AGV.
    assert means[held_out.ZH_EN, "hit@1", "dense"] == means[held_out.EN_ZH, "hit@1", "dense"] == 1.0
    assert means["samples", "ndcg@10", "engine"] > 0.3
    counted = {one.on: len(one.values) for one in kept.figures}
    assert counted["samples"] == counted[SPREAD] == 8
    assert counted["samples, Chinese needs"] + counted["samples, English needs"] == 8
    assert counted[crossing("en", "zh")] == counted[crossing("zh", "zh")] > 4
    assert counted[claims.ON_ANSWERS] > 6
    for on in (reverse.SIMILAR, reverse.REVERSE):
        assert {run for where, _, run in means if where == on} == {"dense", "engine"}
    assert sum(counted.get(on, 0) for on in LABELLED.values()) == 80
    assert "| labels of the results |" in told.out and "| technology cards |" in told.out


@pytest.mark.parametrize("option", ["--data", "--table"])
def test_a_folder_that_is_not_there_is_one_line(
    option: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["quality.py", option, "nowhere/quality.json"])
    with pytest.raises(SystemExit, match="2"):
        quality.main()
    assert "does not exist" in capsys.readouterr().err


def test_the_reference_takes_whole_patents(tmp_path: Path) -> None:
    ranked = OneQueryHybrid(ALL, FakeEncoder(), tmp_path).rank(Need("陶瓷涂覆的隔膜"))
    assert ranked[0][0] == SEPARATOR.id and len(ranked) == len(ALL)
