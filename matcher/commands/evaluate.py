"""`matcher evaluate`: measure the engine on a judged collection."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from matcher.commands.options import AsJson, Debug, Home, print_json, read_settings
from matcher.language.messages import _

if TYPE_CHECKING:
    from rich.console import Console

    from matcher.evaluation.evaluate import Evaluation
    from matcher.evaluation.labels import LabelFigures, LabelShare
    from matcher.evaluation.model_comparison import ModelComparison
    from matcher.measures import Interval

BUILTIN = "builtin"
"""Name of the model that the fit labels were fitted to."""


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
    models: Annotated[
        list[str] | None,
        typer.Option(
            "--model",
            metavar="NAME",
            help="Model to measure, as MATCHER_MODEL takes it: builtin, a name, a folder, the "
            "address of an encoder service. Given several times, models stand side by side.",
            show_default=False,
        ),
    ] = None,
    as_json: AsJson = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Measure the engine on a judged collection.

    Words alone, meaning alone and both together are compared. The collection is indexed in a
    temporary folder; your catalogue, your index and your settings are not touched.
    """
    settings = read_settings(context)

    from matcher.commands.terminal.progress import progress_line
    from matcher.evaluation.evaluate import evaluation_json
    from matcher.evaluation.model_comparison import comparison_json, evaluate_models

    with progress_line() as report:
        comparison = evaluate_models(
            folder,
            split,
            settings,
            models or [settings.model],
            judged_only=judged_only,
            labels=labels,
            report=report,
        )
    if as_json:
        # Without --model there is one model, and a program that reads it knows no list.
        alone = None if models else comparison.evaluations[0]
        print_json(comparison_json(comparison) if alone is None else evaluation_json(alone))
    elif len(comparison.evaluations) == 1:
        print_evaluation(comparison.evaluations[0])
    else:
        print_comparison(comparison)


def print_evaluation(measured: "Evaluation") -> None:
    """Print the means as a table, then the differences with their intervals."""
    from matcher.commands.terminal.console import new_console, plain_table

    console = new_console()
    _print_queries(console, measured)
    console.print(_("model {model}", model=measured.model))
    console.print(
        _(
            "{dimension} numbers a vector; {passages:,} passages encoded in {seconds:,.1f} s, "
            "{rate:,.1f} a second",
            dimension=measured.dimension,
            passages=measured.encoding.passages,
            seconds=measured.encoding.seconds,
            rate=measured.encoding.passages_a_second,
        )
        + "\n"
    )
    metrics = list(next(iter(measured.runs.values())))
    table = plain_table([_("run")], metrics)
    for mode, means in measured.runs.items():
        table.add_row(mode, *(f"{means[metric]:.3f}" for metric in metrics))
    console.print(table)
    console.print("\n" + _("Differences, with the 95% interval of a paired bootstrap:"))
    for difference in measured.differences:
        pair = f"{difference.of} - {difference.over}"
        console.print(f"  {difference.metric:10}{pair:20}{_interval(difference.interval)}")
    if measured.labels is not None:
        print_labels(measured.labels, measured.model)


def print_comparison(comparison: "ModelComparison") -> None:
    """Print the models side by side: means by run, cost, differences from the first."""
    from matcher.commands.terminal.console import new_console, plain_table

    console = new_console()
    evaluations = comparison.evaluations
    first = evaluations[0]
    _print_queries(console, first)
    console.print()
    metrics = list(next(iter(first.runs.values())))
    table = plain_table([_("run"), _("model")], metrics)
    for run in first.runs:
        # Words need no model.
        for measured in evaluations[:1] if run == "lexical" else evaluations:
            name = _("any") if run == "lexical" else measured.model
            table.add_row(run, name, *(f"{measured.runs[run][metric]:.3f}" for metric in metrics))
    console.print(table)
    cost = plain_table([_("model")], [_("numbers a vector"), _("passages a second"), _("seconds")])
    for measured in evaluations:
        cost.add_row(
            measured.model,
            str(measured.dimension),
            f"{measured.encoding.passages_a_second:,.1f}",
            f"{measured.encoding.seconds:,.1f}",
        )
    console.print()
    console.print(cost)
    console.print(
        "\n"
        + _(
            "Differences from {model}, with the 95% interval of a paired bootstrap:",
            model=first.model,
        )
    )
    differences = plain_table([_("model"), _("run"), "", ""])
    for own in comparison.differences:
        differences.add_row(own.of, own.run, own.metric, _interval(own.interval))
    console.print(differences)
    for measured in evaluations:
        if measured.labels is not None:
            console.print("\n" + _("model {model}", model=measured.model))
            print_labels(measured.labels, measured.model)


def _print_queries(console: "Console", measured: "Evaluation") -> None:
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


def _interval(interval: "Interval") -> str:
    """Text of a mean difference, with its bounds where there are any."""
    low, high = interval.low, interval.high
    bounds = "" if low is None or high is None else f"  [{low:+.3f}, {high:+.3f}]"
    return f"{interval.difference:+.3f}{bounds}"


def print_labels(figures: "LabelFigures", model: str) -> None:
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
    if model != BUILTIN:
        console.print(
            _(
                "The fit labels were fitted to the built-in model; with {model} they hold only as "
                "far as these shares show.",
                model=model,
            ),
            soft_wrap=True,
        )


def _share_cells(share: "LabelShare") -> tuple[str, str, str]:
    useful, solves = ("" if v is None else f"{v:.3f}" for v in (share.useful, share.solves))
    return f"{share.n:,}", useful, solves
