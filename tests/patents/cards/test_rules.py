"""Card rules read from the phrase lists."""

import re
from importlib.resources import files

import pytest

from matcher.patents.cards.rules import CardRules, chinese_rules, english_rules
from matcher.text.phrases import phrases

PACKAGE = "matcher.patents.cards"
REFERENCE = re.compile(r"\{([a-z_]+)\}")
both = pytest.mark.parametrize("rules", [chinese_rules(), english_rules()], ids=["zh", "en"])


@both
def test_a_pattern_of_a_problem_or_use_names_the_part_to_keep(rules: CardRules) -> None:
    patterns = (*rules.problems, *rules.uses, rules.claimed_use)
    assert all("line" in pattern.groupindex for pattern in patterns)


@pytest.mark.parametrize("language", ["chinese", "english"])
def test_every_phrase_list_is_a_rule_or_referred_to_by_one(language: str) -> None:
    folder = files(PACKAGE).joinpath("phrases", language)
    names = {entry.name.removesuffix(".txt") for entry in folder.iterdir()}
    lists = {name: phrases(PACKAGE, f"phrases/{language}/{name}.txt") for name in names}
    assert all(lists.values())
    referred = {
        reference
        for lines in lists.values()
        for line in lines
        for reference in REFERENCE.findall(line)
    }
    assert referred <= names
    assert names - referred <= set(CardRules.__dataclass_fields__)


def test_a_replacement_may_be_a_deletion_a_text_or_a_blank() -> None:
    texts = {text for _, text in chinese_rules().replacements}
    assert {"", "设有", r"\1"} <= texts
    assert english_rules().replacements[0][1] == " "
