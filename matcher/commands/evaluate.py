"""`matcher evaluate`: measure the engine on a judged collection."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from matcher.commands.options import AsJson, Debug, Home, print_json, read_settings
from matcher.language.messages import _

if TYPE_CHECKING:
    from matcher.evaluation.evaluate import Evaluation
    from matcher.evaluation.labels import LabelFigures, LabelShare


def evaluate(
    context: typer.Context,
    folder: Annotated[
        Path,
        typer.Argument(help="With corpus.jsonl, queries.jsonl and qrels/SPLIT.tsv (BEIR layout)."),
    ],
    split: Annotated[str, typer.Option(help="Which judgements: qrels/SPLIT.tsv.")] = "dev",
    judged_only: Annotated[
        bool,
        typer.Option("--judged-only", help="Rank only the judged documents of each query."),
    ] = False,
    labels: Annotated[
        bool,
        typer.Option("--labels", help="Also measure the fit labels of all judged documents."),
    ] = False,
    as_json: AsJson = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Measure the engine on a judged collection.

    Words alone, meaning alone and both together are compared. The collection is indexed in a
    temporary folder; your catalogue is not touched.
    """
    settings = read_settings(context)

    from matcher.commands.terminal.progress import progress_line
    from matcher.evaluation import evaluate as evaluation

    with progress_line() as report:
        measured = evaluation.evaluate(
            folder, split, settings, judged_only=judged_only, labels=labels, report=report
        )
    if as_json:
        print_json(evaluation.evaluation_json(measured))
    else:
        print_evaluation(measured)


def print_evaluation(measured: "Evaluation") -> None:
    """Print the means as a table, then the differences with their intervals."""
    from matcher.commands.terminal.console import new_console, plain_table

    console = new_console()
    left_out = (
        _(", {left_out} without a positive left out", left_out=measured.left_out)
        if measured.left_out
        else ""
    )
    lists = _(", judged documents only") if measured.judged_only else ""
    console.print(
        _(
            "{queries} queries of {split}{left_out}{lists}",
            queries=measured.queries,
            split=measured.split,
            left_out=left_out,
            lists=lists,
        )
    )
    console.print(_("model {model}", model=measured.model) + "\n")
    metrics = list(next(iter(measured.runs.values())))
    table = plain_table([_("run")], metrics)
    for mode, means in measured.runs.items():
        table.add_row(mode, *(f"{means[metric]:.3f}" for metric in metrics))
    console.print(table)
    console.print("\n" + _("Differences, with the 95% interval of a paired bootstrap:"))
    for difference in measured.differences:
        mean, low, high = (
            difference.interval.difference,
            difference.interval.low,
            difference.interval.high,
        )
        interval = "" if low is None or high is None else f"  [{low:+.3f}, {high:+.3f}]"
        pair = f"{difference.of} - {difference.over}"
        console.print(f"  {difference.metric:10}{pair:20}{mean:+.3f}{interval}")
    if measured.labels is not None:
        print_labels(measured.labels)


def print_labels(figures: "LabelFigures") -> None:
    """Print the shares of every label, and the calibration error."""
    from matcher.commands.terminal.console import new_console, plain_table

    console = new_console()
    console.print()
    table = plain_table([_("fit label")], [_("judged"), _("useful"), _("solves")])
    for label, share in (*figures.labels.items(), (_("none"), figures.unlabelled)):
        table.add_row(label, *_share_cells(share))
    console.print(table)
    if figures.calibration_error is not None:
        console.print(_("calibration error {error:.3f}", error=figures.calibration_error))


def _share_cells(share: "LabelShare") -> tuple[str, str, str]:
    useful, solves = ("" if v is None else f"{v:.3f}" for v in (share.useful, share.solves))
    return f"{share.n:,}", useful, solves
