from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from matcher.errors import InputError
from matcher.evidence.fit_label import fit, fit_basis
from matcher.patents.cards.card import CardOverride
from matcher.patents.families import family_key
from matcher.retrieval.scoring import FEATURES, MODES
from matcher.search.answer_json import answer_json
from matcher.search.matcher import Matcher
from matcher.search.notes import NOTHING_FITS
from matcher.search.options import SearchOptions
from matcher.store import cards, institutions, patents
from matcher.types import (
    Answer,
    CardAspect,
    Claim,
    ClaimsCoverage,
    Filters,
    LegalStatus,
    Need,
    NeedPart,
    Patent,
    PatentId,
    PatentRow,
    PatentType,
    Reading,
)
from matcher.wiring.build import build_index
from matcher.wiring.open import open_matcher
from tests.support.engines import (
    engine,
    keep_only,
    save,
    settings_for,
)
from tests.support.samples import (
    ALL,
    BEARING,
    GRIPPER,
    SEPARATOR,
    TODAY,
    TTO,
    sibling,
)

EVERY_STATUS = Filters(legal_status=frozenset(LegalStatus))
SEPARATOR_NEED = Need("需要热收缩率低的电池隔膜，陶瓷涂覆")


@pytest.fixture(scope="module")
def matcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Matcher]:
    with engine(tmp_path_factory.mktemp("home")) as opened:
        yield opened


def ids(answer: Answer) -> list[str]:
    return [match.patent.id for match in answer.results]


def ask(matcher: Matcher, need: str | Need, filters: Filters = EVERY_STATUS, k: int = 10) -> Answer:
    if isinstance(need, str):
        need = Need(need)
    return matcher.match(need, SearchOptions(filters, k), today=TODAY)


@pytest.mark.parametrize(
    ("need", "first"),
    [
        ("需要热收缩率低的电池隔膜，陶瓷涂覆", SEPARATOR),
        ("抓取易碎零件的夹爪", GRIPPER),
        ("early bearing fault diagnosis", BEARING),
    ],
)
def test_the_patent_that_answers_the_need_is_first(
    matcher: Matcher, need: str, first: Patent
) -> None:
    answer = ask(matcher, need)
    best = answer.results[0]
    assert best.patent == first
    assert best.rank == 1 and best.channels == {"dense": 1, "lexical": 1}
    assert [match.rank for match in answer.results] == [1, 2, 3]
    scores = [match.score for match in answer.results]
    assert scores == sorted(scores, reverse=True)
    assert answer.model == "fake" and answer.index == matcher.generation


def test_a_channel_that_did_not_retrieve_a_patent_gives_no_rank(matcher: Matcher) -> None:
    answer = ask(matcher, "bearing")
    by_id = {match.patent.id: match.channels for match in answer.results}
    assert by_id[BEARING.id]["lexical"] == 1
    assert by_id[GRIPPER.id]["lexical"] is None
    assert sorted(by_id[p.id]["dense"] or 0 for p in ALL) == [1, 2, 3]


def test_a_match_has_rights_terms_and_contact(matcher: Matcher) -> None:
    best = ask(matcher, SEPARATOR_NEED).results[0]
    assert best.contact == TTO
    assert best.sleeping.is_sleeping and best.sleeping.reason
    assert best.years_left == pytest.approx(12.75, abs=0.01)
    assert best.patent.licence.fee == "3 万元/年"


def test_by_default_lapsed_patents_are_filtered_and_counted(
    matcher: Matcher,
) -> None:
    answer = matcher.match(Need("bearing 轴承 夹爪 隔膜"), today=TODAY)
    assert set(ids(answer)) == {SEPARATOR.id, GRIPPER.id}
    assert answer.hidden == {"legal_status": 1}
    shown = {r["id"]: r["legal_status"] for r in answer_json(answer, TODAY)["results"]}
    assert shown == {SEPARATOR.id: "in_force", GRIPPER.id: "unknown"}


def test_a_patent_is_filtered_from_the_end_of_its_term_on(matcher: Matcher) -> None:
    need = Need("夹爪")
    last = GRIPPER.expiry_date
    assert last is not None
    assert GRIPPER.id in ids(matcher.match(need, today=last))
    later = matcher.match(need, today=date(2030, 5, 2))
    assert GRIPPER.id not in ids(later) and later.hidden == {"legal_status": 2}


@pytest.mark.parametrize(
    ("filters", "expected", "hidden"),
    [
        (Filters(ipc_prefixes=("H01M",)), {SEPARATOR}, {"legal_status": 1, "ipc_prefixes": 2}),
        (Filters(industries=("HEM",)), {GRIPPER}, {"legal_status": 1, "industries": 1}),
        (Filters(institutions=("样例大学",)), {SEPARATOR}, {"legal_status": 1, "institutions": 1}),
        (Filters(regions=("河北省",)), {GRIPPER}, {"legal_status": 1, "regions": 2}),
        (
            Filters(patent_types=(PatentType.UTILITY_MODEL,)),
            {GRIPPER},
            {"legal_status": 1, "patent_types": 2},
        ),
        (Filters(open_licence=True), {SEPARATOR}, {"legal_status": 1, "open_licence": 2}),
        (Filters(sleeping=True), {SEPARATOR}, {"legal_status": 1, "sleeping": 2}),
        (
            Filters(filed_after=date(2020, 1, 1)),
            {GRIPPER},
            {"legal_status": 1, "filed_after": 2},
        ),
        (Filters(min_years_left=5), {SEPARATOR}, {"legal_status": 1, "min_years_left": 2}),
        (Filters(industries=("BIO",)), set(), {"legal_status": 1, "industries": 3}),
        (replace(EVERY_STATUS, regions=("天津",)), {SEPARATOR, BEARING}, {"regions": 1}),
        (EVERY_STATUS, set(ALL), {}),
    ],
)
def test_filters_apply_before_ranking_and_count_what_they_hide(
    matcher: Matcher, filters: Filters, expected: set[Patent], hidden: dict[str, int]
) -> None:
    answer = ask(matcher, "隔膜 夹爪 bearing", filters)
    assert set(ids(answer)) == {patent.id for patent in expected}
    assert answer.hidden == hidden and answer.filters == filters
    assert any("filters hide" in note for note in answer.notes) == bool(hidden)


def test_a_filter_does_not_cost_allowed_results(tmp_path: Path) -> None:
    many = [
        sibling(GRIPPER, f"local:{n:016x}", title=f"夹爪 {n}", region="天津" if n % 10 else "河北")
        for n in range(120)
    ]
    with engine(tmp_path, many, candidates=1) as matcher:
        answer = ask(matcher, "夹爪", Filters(regions=("河北",)), k=10)
        assert len(answer.results) == 10
        assert {match.patent.region for match in answer.results} == {"河北"}
        assert len(ask(matcher, "夹爪", Filters(regions=("河北",)), k=12).results) == 12


@pytest.mark.parametrize("k", [1, 2, 3, 50])
def test_k_is_the_maximum_number_of_results(matcher: Matcher, k: int) -> None:
    answer = ask(matcher, "隔膜", k=k)
    assert len(answer.results) == min(k, 3)
    assert any(note.startswith("only 3 of the 50") for note in answer.notes) == (k > 3)
    assert ids(answer) == ids(ask(matcher, "隔膜", k=3))[:k]


def test_k_below_one_and_an_empty_need_are_refused(matcher: Matcher) -> None:
    with pytest.raises(InputError, match="at least 1"):
        ask(matcher, "隔膜", k=0)
    for empty in ("", " \n　"):
        with pytest.raises(InputError, match="need is empty"):
            ask(matcher, empty)


def test_fit_labels_use_the_features_of_the_calibration(tmp_path: Path) -> None:
    others = [
        Patent(id=PatentId(f"local:{n}"), title=f"水泵{n}", abstract=f"叶轮{n}") for n in range(30)
    ]
    need = Need(SEPARATOR.claims[0].text)
    with engine(tmp_path, [*ALL, *others]) as matcher:
        ranking = matcher.rankings(need, k=5, allowed=None)["engine"]
        rows = [row for row, _ in ranking]
        with matcher.catalogue.store.reading() as connection:
            known = patents.by_rows(connection, rows)
        features = matcher.fit_features(need, rows)
        labels = {
            known[row].id: own and fit(own, fit_basis(known[row])).label
            for row, own in zip(rows, features, strict=True)
        }
        assert [label.label for label in matcher.fit_labels(need, rows)] == list(labels.values())
        shown = {match.patent.id: match.fit for match in ask(matcher, need, k=5).results}
        assert labels == shown and None not in shown.values() and len(set(shown.values())) > 1
        with pytest.raises(InputError, match="empty"):
            matcher.fit_features(Need(" "), rows)


def test_each_of_many_needs_gets_an_answer_in_order_even_an_empty_one(matcher: Matcher) -> None:
    needs = [Need(f"need {n} bearing" if n % 2 else "隔膜", id=str(n)) for n in range(37)]
    needs[20] = Need("", id="20")
    answers = list(matcher.match_many(needs, SearchOptions(EVERY_STATUS, 1), today=TODAY))
    assert [answer.need for answer in answers] == needs
    for number, answer in enumerate(answers):
        expected = [] if number == 20 else [BEARING.id if number % 2 else SEPARATOR.id]
        assert ids(answer) == expected
    assert "empty" in answers[20].notes[0]


def test_empty_needs_get_empty_answers(matcher: Matcher) -> None:
    (answer,) = matcher.match_many([Need("")], today=TODAY)
    assert answer.results == () and answer.notes


def test_the_evidence_is_the_answering_passage(matcher: Matcher) -> None:
    claim, abstract = ask(matcher, "氧化铝陶瓷层厚度为2微米").results[0].evidence
    assert claim.passage == "claim 2" and claim.text == SEPARATOR.claims[1].text
    assert abstract.passage == "abstract" and abstract.text == SEPARATOR.abstract


@pytest.mark.parametrize(
    ("need", "marked"),
    [
        ("陶瓷层厚度", ["陶瓷层厚度"]),
        ("Ｂearing DIAGNOSING", ["diagnosing", "bearing"]),
    ],
)
def test_words_shared_with_the_need_are_highlighted(
    matcher: Matcher, need: str, marked: list[str]
) -> None:
    evidence = ask(matcher, need).results[0].evidence[0]
    assert [evidence.text[a:b] for a, b in evidence.highlights] == marked


def test_a_need_without_a_shared_word_gets_the_nearest_patents(matcher: Matcher) -> None:
    best = ask(matcher, "葡萄").results[0]
    assert best.channels["lexical"] is None and best.evidence[0].highlights == ()


def test_title_problem_indicators_goal_and_keywords_are_all_read(matcher: Matcher) -> None:
    for name in ("title", "problem", "indicators", "goal"):
        assert ids(ask(matcher, Need(**{name: "柔性夹爪"})))[0] == GRIPPER.id  # type: ignore[arg-type]
    assert ids(ask(matcher, Need(keywords=("机器人", "夹爪"))))[0] == GRIPPER.id


def test_boilerplate_does_not_change_the_first_result(matcher: Matcher) -> None:
    filler = "我公司成立多年，现有员工若干，厂房面积很大。" * 40
    answer = ask(matcher, filler + "需要机器人柔性夹爪抓取易碎的零件。")
    assert ids(answer)[0] == GRIPPER.id
    assert not any("pieces" in note for note in answer.notes)


def test_a_long_need_is_read_in_pieces(matcher: Matcher) -> None:
    answer = ask(matcher, "机器人的柔性夹爪要能抓取易碎的零件。" * 60)
    assert ids(answer)[0] == GRIPPER.id
    assert any("read in 6 pieces" in note for note in answer.notes)


def test_a_need_of_fifty_thousand_characters_gets_an_answer(matcher: Matcher) -> None:
    answer = ask(matcher, "用于动力电池的陶瓷涂覆隔膜。" * 3_600)
    assert ids(answer)[0] == SEPARATOR.id


def test_a_need_in_an_unsupported_language_and_a_short_one_get_a_note(matcher: Matcher) -> None:
    assert any("neither Chinese nor Latin" in n for n in ask(matcher, "подшипник насоса").notes)
    assert any("one short word" in n for n in ask(matcher, "阀").notes)
    assert ask(matcher, "需要一种耐高温的电池隔膜", k=3).notes == ()


def test_a_and_b_publication_of_one_case_appear_once(tmp_path: Path) -> None:
    first = replace(SEPARATOR, publication_number="CN119900001A", kind_code="A")
    settings = settings_for(tmp_path)
    save(settings, first, GRIPPER)
    save(settings, SEPARATOR)
    build_index(settings)
    with open_matcher(settings) as matcher:
        answer = ask(matcher, SEPARATOR_NEED)
    assert ids(answer) == [SEPARATOR.id, GRIPPER.id]
    assert answer.results[0].patent.publication_number == "CN119900001B"


def test_a_family_appears_once_with_its_other_members(tmp_path: Path) -> None:
    first = sibling(SEPARATOR, "CN1", family_id="F1")
    second = sibling(SEPARATOR, "CN2", family_id="F1", title="陶瓷隔膜")
    third = sibling(SEPARATOR, "CN3", priority_numbers=("P2", "P1"))
    fourth = sibling(SEPARATOR, "CN4", priority_numbers=("P1", "P2"))
    alone = sibling(SEPARATOR, "CN5")
    with engine(tmp_path, [first, second, third, fourth, alone, GRIPPER]) as matcher:
        answer = ask(matcher, SEPARATOR_NEED)
        assert len(answer.results) == 4
        families = [{m.patent.id, *m.family_members} for m in answer.results]
        assert {"CN1", "CN2"} in families and {"CN3", "CN4"} in families
        assert [m.rank for m in answer.results] == [1, 2, 3, 4]
        assert len(ask(matcher, SEPARATOR_NEED, k=3).results) == 3


def test_patents_without_family_data_are_not_folded() -> None:
    assert family_key(SEPARATOR) != family_key(sibling(SEPARATOR, "CN9"))


def test_deleted_patents_and_old_texts_are_not_found(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    save(settings, *ALL)
    build_index(settings)
    keep_only(settings, SEPARATOR, BEARING)
    changed = replace(BEARING, title="Pump seal", abstract="A seal of a pump.", claims=())
    full = replace(changed, claims=(Claim(1, "A pump seal."),), claims_coverage=ClaimsCoverage.ALL)
    save(settings, full)
    build_index(settings)
    with open_matcher(settings) as matcher:
        answer = ask(matcher, "bearing vibration 夹爪 抓取")
        assert set(ids(answer)) == {SEPARATOR.id, BEARING.id}
        # The need is repeated above the results, which must not contain the old texts.
        results = str(answer_json(answer, TODAY)["results"]).casefold()
        assert "pump seal" in results
        assert not [word for word in ("夹爪", "bearing", "vibration") if word in results]
        assert matcher.rankings(Need("夹爪"), k=9, allowed=None)["lexical"] == []


def test_a_patent_deleted_while_the_index_is_open_is_skipped(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    save(settings, *ALL)
    build_index(settings)
    with open_matcher(settings) as matcher:
        assert ids(ask(matcher, "夹爪"))[0] == GRIPPER.id
        keep_only(settings, SEPARATOR, BEARING)
        assert GRIPPER.id not in ids(ask(matcher, "夹爪"))


def test_a_new_legal_status_applies_without_a_new_index(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    save(settings, *ALL)
    build_index(settings)
    with open_matcher(settings) as matcher:
        assert ids(matcher.match(SEPARATOR_NEED, today=TODAY))[0] == SEPARATOR.id
        newer = date(2026, 5, 20)
        save(settings, replace(SEPARATOR, legal_status=LegalStatus.LAPSED, status_as_of=newer))
        assert SEPARATOR.id not in ids(matcher.match(SEPARATOR_NEED, today=TODAY))


@pytest.mark.parametrize("fusion", ["zscore", "rrf"])
def test_rankings_agree_with_the_results_of_match(tmp_path: Path, fusion: str) -> None:
    with engine(tmp_path, fusion=fusion) as matcher:
        need = Need("bearing 隔膜")
        answer = ask(matcher, need)
        rankings = matcher.rankings(need, k=10, allowed=None)
        assert [score for _, score in rankings["engine"]] == [m.score for m in answer.results]
        assert len(rankings["dense"]) == 3 and len(rankings["lexical"]) == 2


def test_rankings_contain_only_allowed_patents(matcher: Matcher) -> None:
    rankings = matcher.rankings(Need("隔膜 夹爪"), k=10, allowed=[PatentRow(3), PatentRow(1)])
    assert {row for row, _ in rankings["dense"]} == {1, 3}
    assert [row for row, _ in rankings["lexical"]] == [1]
    assert matcher.rankings(Need(""), k=3, allowed=None) == {mode: [] for mode in MODES}
    assert matcher.rankings(Need("隔膜"), k=3, allowed=[]) == {mode: [] for mode in MODES}


def test_an_answer_notes_that_no_result_fits_well(tmp_path: Path) -> None:
    many = [
        sibling(GRIPPER, f"local:{n:016x}", title=f"夹爪 {n}", abstract=f"第 {n} 种", claims=())
        for n in range(40)
    ]
    with engine(tmp_path, [*many, SEPARATOR]) as matcher:
        far = ask(matcher, "poultry vaccine dosage", k=3)
        near = ask(matcher, SEPARATOR.claims[0].text, k=3)
    assert {match.fit for match in far.results} == {"weak"}
    assert NOTHING_FITS in far.notes
    assert near.results[0].patent == SEPARATOR and near.results[0].fit != "weak"
    assert NOTHING_FITS not in near.notes


def test_an_index_too_small_for_labels_gives_no_note_on_fit(matcher: Matcher) -> None:
    answer = ask(matcher, "poultry vaccine dosage")
    assert {match.fit for match in answer.results} == {None}
    assert NOTHING_FITS not in answer.notes


def test_excluded_patents_are_not_results(matcher: Matcher) -> None:
    with matcher.catalogue.store.reading() as connection:
        row = patents.rows_of(connection, [SEPARATOR.id])[SEPARATOR.id]
    need = Need("隔膜 夹爪 bearing")
    answer = matcher.match(need, SearchOptions(EVERY_STATUS, 3, exclude=(row,)), today=TODAY)
    assert set(ids(answer)) == {GRIPPER.id, BEARING.id}


def test_a_corrected_reading_replaces_the_engines_own(matcher: Matcher) -> None:
    own = ask(matcher, SEPARATOR_NEED)
    corrected = Reading((NeedPart("problem", "poultry vaccine dosage"),))
    answer = matcher.match(
        SEPARATOR_NEED, SearchOptions(EVERY_STATUS, 3), today=TODAY, reading=corrected
    )
    assert answer.reading == corrected != own.reading
    assert own.results[0].unanswered == ()
    assert {match.unanswered for match in answer.results} == {("problem",)}


def test_features_are_given_for_allowed_patents(matcher: Matcher) -> None:
    features = matcher.features(SEPARATOR_NEED, k=3, allowed=None)
    assert features.names == FEATURES and features.patents.tolist() == [1, 2, 3]
    assert matcher.features(SEPARATOR_NEED, k=3, allowed=[PatentRow(2)]).patents.tolist() == [2]
    assert len(matcher.features(Need(""), k=3, allowed=None)) == 0


def test_an_open_engine_shows_what_changed_beside_the_patents(tmp_path: Path) -> None:
    with engine(tmp_path) as opened:
        first = opened.match(SEPARATOR_NEED, SearchOptions(k=1), today=TODAY).results[0]
        changed = replace(TTO, phone="022-1111-1111")
        lines: dict[CardAspect, tuple[str, ...]] = {"use": ("动力电池",)}
        own = CardOverride(lines, "样例大学", datetime(2026, 1, 1, tzinfo=UTC))
        with opened.catalogue.store.writing() as connection:
            institutions.save_tto(connection, [changed])
            row = patents.rows_of(connection, [first.patent.id])[first.patent.id]
            cards.save_override(connection, row, own)
            patents.save(connection, [replace(first.patent, readiness="中试")])
        second = opened.match(SEPARATOR_NEED, SearchOptions(k=1), today=TODAY).results[0]
    assert first.contact == TTO and second.contact == changed
    assert [line.text for line in second.card.lines if line.aspect == "use"] == ["动力电池"]
    assert second.patent.readiness == "中试" != first.patent.readiness


def test_an_answer_tells_the_state_of_the_catalogue_that_it_is_from(tmp_path: Path) -> None:
    with engine(tmp_path) as opened:
        store = opened.catalogue.store
        before = store.catalogue_state().id
        assert opened.match(SEPARATOR_NEED, today=TODAY).catalogue_state == before
        with store.writing() as connection:
            patents.save(connection, [replace(SEPARATOR, abstract="另一种隔膜。")])
        after = opened.match(SEPARATOR_NEED, today=TODAY).catalogue_state
    assert after == store.version().catalogue != before
