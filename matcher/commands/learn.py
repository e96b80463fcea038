"""`matcher learn`: learn the weights of the ranking features from judgements."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from matcher.commands.options import AsJson, Debug, Home, print_json, read_settings
from matcher.language.messages import _

if TYPE_CHECKING:
    from matcher.ports import Encoder
    from matcher.progress import Report
    from matcher.retrieval.learned_ranker import Ranker
    from matcher.settings import Settings
    from matcher.types import PatentRow


def learn(
    context: typer.Context,
    folders: Annotated[
        list[Path],
        typer.Argument(help="Each with corpus.jsonl, queries.jsonl and qrels/SPLIT.tsv."),
    ],
    split: Annotated[str, typer.Option(help="Which judgements: qrels/SPLIT.tsv.")] = "dev",
    judged_only: Annotated[
        bool,
        typer.Option("--judged-only", help="Learn only from the judged documents of each query."),
    ] = False,
    as_json: AsJson = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Learn from judged needs how to rank.

    The learned ranker is tested against the fixed weights on needs that it did not learn from. It
    is kept in the home folder (ranker.json) and switched on only where it ranks those
    better. Delete the file to be rid of it.
    """
    settings = read_settings(context)

    from matcher.commands.terminal.progress import progress_line
    from matcher.retrieval import learned_ranker

    with progress_line() as report:
        ranker = learn_from(folders, split, settings, judged_only=judged_only, report=report)
    file = settings.home / learned_ranker.FILE
    learned_ranker.save(ranker, file)
    if as_json:
        print_json({"file": str(file), **learned_ranker.ranker_json(ranker)})
    else:
        print_ranker(ranker, file)


def learn_from(
    folders: Sequence[Path],
    split: str,
    settings: "Settings",
    *,
    judged_only: bool,
    report: "Report",
    encoder: "Encoder | None" = None,
) -> "Ranker":
    """Learn a ranker from all needs of the collections; each is indexed in a temporary folder.

    Raises InputError for a collection that cannot be read or teaches nothing, ModelError.
    """
    from matcher.evaluation.collection import read_collection
    from matcher.evaluation.learning import JudgedNeed, Judgement, judged_needs
    from matcher.evaluation.learning import learn as learn_ranker
    from matcher.progress import Step
    from matcher.wiring.open import load_encoder
    from matcher.wiring.temporary import temporary_engine

    collections = [read_collection(folder, split) for folder in folders]
    report(Step(_("loading the model"), 0))
    encoder = encoder or load_encoder(settings)
    needs: list[JudgedNeed] = []
    for collection in collections:
        with temporary_engine(collection.documents, settings, report, encoder) as engine:
            rows: dict[str, PatentRow] = {identity: row for identity, row in engine.rows.items()}
            judgements = [
                Judgement(collection.needs[query], rows[document], grade)
                for query, grades in collection.qrels.items()
                for document, grade in grades.items()
            ]
            needs += judged_needs(
                judgements, engine.matcher, judged_only=judged_only, report=report
            )
    return learn_ranker(
        needs,
        model=encoder.name,
        fingerprint=encoder.fingerprint,
        sources=[f"{folder.resolve().name}/{split}" for folder in folders],
        report=report,
    )


def print_ranker(ranker: "Ranker", file: Path) -> None:
    """Print the means of both rankers, the weights, and last the state of the new ranker."""
    from matcher.commands.terminal.console import new_console, plain_table

    console = new_console()
    console.print(
        _(
            "{needs} needs of {sources}, {pairs:,} pairs",
            needs=ranker.needs,
            sources=", ".join(ranker.sources),
            pairs=ranker.pairs,
        )
    )
    console.print(_("model {model}", model=ranker.model) + "\n")
    table = plain_table([_("held-out needs")], ranker.fixed)
    for name, figures in (
        (_("fixed weights"), ranker.fixed),
        (_("learned ranker"), ranker.learned),
    ):
        table.add_row(name, *(f"{value:.3f}" for value in figures.values()))
    console.print(table)
    weights = plain_table([_("feature")], [_("weight")])
    for feature, weight in ranker.weights.items():
        weights.add_row(feature, f"{weight:+.3f}")
    console.print()
    console.print(weights)
    console.print()
    console.print(_("The learned ranker is {reason}", reason=ranker.reason), soft_wrap=True)
    console.print(_("Kept in {file}", file=file), soft_wrap=True)
