"""Words that tell of no technique weigh least in a model, and nothing else of it changes."""

from pathlib import Path

import numpy as np
import torch

from matcher.evidence.content_words import EMPTY_WORDS
from models.loading import BUILTIN_FOLDER
from scripts.quiet_words import NEED_WORDS, quiet
from scripts.training import transplant, vocabulary
from scripts.training.student import LEAST_WEIGHT, Student, opened, save
from tests.scripts.training.test_student import tiny_body

WORDS = ("难题", "公司", "所述", "want", "水泵", "pump")
QUIET = {"难题", "公司", "所述", "want"}


def test_only_words_that_tell_of_no_technique_weigh_least(tmp_path: Path) -> None:
    tokenizer = transplant.as_transformers(
        vocabulary.build_tokenizer([*vocabulary.SPECIAL, *WORDS, "，"])
    )
    before = Student(tiny_body(), torch.full((len(tokenizer),), 7.0))
    save(before, tokenizer, tmp_path / "before", 32)
    quiet(tmp_path / "before", tmp_path / "after")
    read, after = opened(tmp_path / "after")
    weights = dict(zip(read.convert_ids_to_tokens(range(len(read))), after.weights, strict=True))
    lightest = {word for word, weight in weights.items() if weight < 7.0}
    assert lightest == QUIET
    assert all(weights[word] == LEAST_WEIGHT for word in QUIET)
    old, new = opened(tmp_path / "before")[1].body, after.body
    for name, values in old.state_dict().items():
        torch.testing.assert_close(new.state_dict()[name], values, atol=0, rtol=0)


def test_the_builtin_model_has_them() -> None:
    tokenizer, student = opened(BUILTIN_FOLDER)
    places = tokenizer.get_vocab()
    assert not EMPTY_WORDS & NEED_WORDS
    known = (EMPTY_WORDS | NEED_WORDS) & places.keys()
    assert len(known) > 500
    weights = student.weights[[places[word] for word in known]].numpy()
    np.testing.assert_allclose(weights, LEAST_WEIGHT, atol=1e-6)
