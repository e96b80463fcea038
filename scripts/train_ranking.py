"""Teaches a saved model to order titles for a text as a jury does.

    python -m scripts.train_ranking DATA --begin models/bilingual --out var/training/ranked

The jury is the model itself as it begins, multilingual-e5-small after lessons of its own, and
shared characters: together they order better than any of them alone. DATA is the folder of texts
that docs/model-card.md lists. A run keeps its state under its name in var/training and can be
stopped and started again; it ends with a table of what was measured. Made for a GPU: on one H100,
beside two other runs, 2,300 batches took five minutes.
Needs the extra `train` (pip install -e ".[train]").
"""

import argparse
import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from rich.console import Console

from scripts.training import (
    batches as lessons,
)
from scripts.training import (
    ranking,
    second,
    sources,
)
from scripts.training.run import WINDOW, finish, teach
from scripts.training.student import Batches, Student, encoder, opened
from scripts.training.trainer import Teaching

LONGEST_LESSON = 192
TIMES = 4
"""How many times as large the batches are as those for two cores."""
AT_ONCE = 256
COSINE_SHARE = 1.0
SECOND = {"pace": 0.5, "words_pace": 0.125, "cosine_share": 0.0}
"""How the second teacher is taught: nothing holds it to what it was."""


@dataclass(frozen=True)
class Pupil:
    """A model with its tokenizer, and what is put before its texts."""

    tokenizer: Any
    student: Student
    prefix: str = ""

    def batches(self, longest: int, device: str) -> Batches:
        """Its texts as ids."""
        return Batches(self.tokenizer, longest, prefix=self.prefix, device=device)


def main() -> None:
    """Run both lessons with the options of the command line."""
    options = _options()
    random.seed(options.seed)
    torch.manual_seed(options.seed)
    console = Console()
    options.work.mkdir(parents=True, exist_ok=True)
    own = Pupil(*opened(options.begin))
    held_out = sources.held_out_subclasses(options.data)
    texts = ranking.texts(options.data, held_out, options.seed)
    console.print(f"{len(texts.asked):,} texts that ask, {len(texts.offered):,} titles")
    vocabulary = set(own.tokenizer.get_vocab())
    learn = replace(lessons.gather(options.data, vocabulary, options.seed), times=TIMES)
    other = Pupil(*second.opened(_every_text(texts, learn)), second.PREFIX)
    for pupil in (own, other):
        pupil.student.to(options.device)

    course = Course(learn, options, console)
    console.print("the second teacher learns")
    course.take(other, "second", lessons.OF_THE_SECOND, options.second_steps, SECOND)
    with console.status("the jury reads"):
        jury = course.jury(texts, (own, other))
    console.print("the model learns to rank")
    pace = {"pace": options.pace, "cosine_share": COSINE_SHARE}
    course.take(own, options.name, lessons.RANKED, options.steps, pace, jury)

    finish(own.student, own.tokenizer, course.encoder(own, WINDOW), options, console)


class Course:
    """Lessons for several models on one device."""

    def __init__(
        self, learn: lessons.Lessons, options: argparse.Namespace, console: Console
    ) -> None:
        """`options` are those of the command line."""
        self._learn = learn
        self._options = options
        self._console = console

    def encoder(self, pupil: Pupil, longest: int) -> ranking.Encode:
        """Texts to unit vectors (n, d) by the model as it is."""
        encode: ranking.Encode = encoder(
            pupil.student, pupil.batches(longest, self._options.device), AT_ONCE
        )
        return encode

    def jury(self, texts: ranking.Texts, pupils: Iterable[Pupil]) -> ranking.Jury:
        """The models as they are now, and shared characters."""
        options = self._options
        judges: list[ranking.Judge] = [
            ranking.ByVectors(self.encoder(pupil, LONGEST_LESSON), texts, options.device)
            for pupil in pupils
        ]
        judges.append(ranking.ByCharacters(texts, options.device))
        return ranking.Jury(texts, judges, options.device, options.seed)

    def take(
        self,
        pupil: Pupil,
        name: str,
        shares: Mapping[str, float],
        steps: int,
        pace: Mapping[str, float],
        jury: ranking.Jury | None = None,
    ) -> None:
        """Teach so many batches; the English sides of bilingual lessons are anchored to its own."""
        options = self._options
        targets = self._own_targets(pupil)
        questions = jury.questions(steps) if jury else ()
        plan = list(
            self._learn.mixed(shares, steps, options.seed, targets.float().cpu().numpy(), questions)
        )
        teaching = Teaching(
            pupil.student,
            pupil.batches(LONGEST_LESSON, options.device),
            plan,
            targets,
            file=options.work / f"state-{name}.pt",
            jury=jury,
            **pace,
        )
        teach(teaching, self._console)

    def _own_targets(self, pupil: Pupil) -> torch.Tensor:
        """The model's own vectors (n, d) of the English side of every bilingual lesson."""
        english = [one for _, one in self._learn.bilingual]
        distinct = list(dict.fromkeys(english))
        place = {text: number for number, text in enumerate(distinct)}
        vectors = self.encoder(pupil, LONGEST_LESSON)(distinct)[[place[one] for one in english]]
        return torch.from_numpy(vectors).half().to(self._options.device)


def _every_text(texts: ranking.Texts, learn: lessons.Lessons) -> list[str]:
    sides = [side for pair in (*learn.bilingual, *learn.field) for side in pair]
    return [*texts.asked, *texts.offered, *texts.english.values(), *sides, second.PREFIX]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("data", type=Path, help="folder of the texts (MATCHER_DATA)")
    parser.add_argument("--begin", type=Path, default=Path("models/bilingual"))
    parser.add_argument("--out", type=Path, default=Path("var/training/ranked"))
    parser.add_argument("--work", type=Path, default=Path("var/training"), help="kept state")
    parser.add_argument("--name", default="ranked", help="names the run's state in the work folder")
    parser.add_argument("--steps", type=int, default=2300, help="batches of the model")
    parser.add_argument("--second-steps", type=int, default=830, help="of the second teacher")
    parser.add_argument("--pace", type=float, default=0.5, help="multiplies the rates of learning")
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    return parser.parse_args()


if __name__ == "__main__":
    main()
