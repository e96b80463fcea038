"""What narrows or spreads a ranking, as options: the same wherever patents are asked for."""

from typing import Annotated

import typer

Status = Annotated[
    list[str] | None,
    typer.Option(
        "--status",
        help="in_force 有权, pending 审中, lapsed 失效, unknown 未知, or all; repeatable. "
        "Without it only the lapsed are left out.",
        show_default=False,
    ),
]
Ipc = Annotated[
    list[str] | None,
    typer.Option(
        "--ipc",
        help="Beginning of an IPC symbol, such as H01M; repeatable.",
        show_default=False,
    ),
]
Industry = Annotated[
    list[str] | None,
    typer.Option(
        "--industry",
        help="NGIT 新一代信息技术, NM 新材料, HEM 高端装备制造, BIO 生物医药; repeatable.",
        show_default=False,
    ),
]
Institution = Annotated[
    list[str] | None,
    typer.Option(
        "--institution", help="Part of the institution's name; repeatable.", show_default=False
    ),
]
Region = Annotated[
    list[str] | None,
    typer.Option(
        "--region", help="Province of the owner, such as 天津; repeatable.", show_default=False
    ),
]
Kind = Annotated[
    list[str] | None,
    typer.Option(
        "--kind",
        help="invention 发明, utility_model 实用新型, design 外观设计; repeatable.",
        show_default=False,
    ),
]
OpenLicence = Annotated[
    bool | None,
    typer.Option(
        "--open-licence/--no-open-licence",
        help="With or without an open licence (开放许可).",
        show_default=False,
    ),
]
Sleeping = Annotated[
    bool | None,
    typer.Option(
        "--sleeping/--no-sleeping",
        help="Sleeping (沉睡) patents only, or none of them.",
        show_default=False,
    ),
]
FiledAfter = Annotated[
    str | None,
    typer.Option(
        "--filed-after",
        metavar="DATE",
        help="Filed on this day or later, such as 2019-01-31 or 2019.",
        show_default=False,
    ),
]
YearsLeft = Annotated[
    float | None,
    typer.Option(
        "--years-left",
        metavar="YEARS",
        help="At least so many years until the term ends.",
        show_default=False,
    ),
]
Available = Annotated[
    float | None,
    typer.Option(
        "--availability",
        min=0,
        max=1,
        help="How much patents that can readily be had (in force, open terms, ready, long to run) "
        "come first, 0 for not at all; without it as the setting MATCHER_AVAILABILITY says.",
        show_default=False,
    ),
]
Pool = Annotated[
    list[str] | None,
    typer.Option(
        "--pool", help="Part of the name of a patent pool (专利池); repeatable.", show_default=False
    ),
]
Alliance = Annotated[
    list[str] | None,
    typer.Option(
        "--alliance",
        help="Part of the name of an alliance (联盟) of its institution; repeatable.",
        show_default=False,
    ),
]
Diversity = Annotated[
    float | None,
    typer.Option(
        "--diversity",
        min=0,
        max=1,
        help="How much a team's fourth patent gives way to others, 0 for not at all; without it "
        "as the setting MATCHER_DIVERSITY says.",
        show_default=False,
    ),
]
