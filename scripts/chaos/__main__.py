"""Kill running commands at random moments, and look whether anything is lost.

    python -m scripts.chaos --seed 22 --kills 12
    python -m scripts.chaos --seed 22 --kills 200 --database-url postgresql+psycopg://…/postgres

After each kill everything is held against the states before and after an undisturbed run, to the
bit: answers with scores, records, the audit trail, valid keys. Then the same command runs again to
its end. The seed decides what is killed and when, as a share of the undisturbed duration that is
measured in the same run. Ends with 1 where anything was lost; that home is kept.
"""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from scripts.chaos.homes import Homes
from scripts.chaos.kills import Killer, draw
from scripts.chaos.operations import Workshop
from scripts.chaos.process import warm_up
from scripts.chaos.report import kill_line, table


def main(arguments: list[str] | None = None) -> int:
    """Carry out the kills, print them and the table, and return the exit status."""
    options = _options(arguments)
    warm_up()
    folder = Path(tempfile.mkdtemp(prefix="matcher-chaos-", dir=options.folder))
    homes = Homes(folder, model=options.model, database_url=options.database_url)
    is_lost = True
    try:
        killer = Killer(Workshop(homes))
        names = options.only or killer.quick_names
        if unknown := set(names) - set(killer.names):
            sys.exit(f"there is no operation {', '.join(unknown)}; {', '.join(killer.names)}")
        kills = []
        for kill in killer.kill_all(draw(options.seed, options.kills, names)):
            print(kill_line(kill, options.kills), flush=True)
            kills.append(kill)
        is_lost = any(kill.problems for kill in kills)
        print(f"\nseed {options.seed}, {len(kills)} kills\n\n{table(kills)}")
    finally:
        if is_lost:
            print(f"\nwhat is left lies in {folder}", file=sys.stderr)
        else:
            homes.close()
            shutil.rmtree(folder)
    return int(is_lost)


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.chaos", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--seed", type=int, default=1, help="decides the kills")
    parser.add_argument("--kills", type=int, default=12, help="how many")
    parser.add_argument("--only", action="append", help="an operation; may be repeated")
    parser.add_argument("--model", default="fake", help="embedding model of the homes")
    parser.add_argument(
        "--database-url",
        help="a PostgreSQL in which databases may be made; otherwise SQLite in each home",
    )
    parser.add_argument("--folder", type=Path, help="where the homes are made")
    options = parser.parse_args(arguments)
    if options.kills < 1:
        parser.error("--kills must be at least 1")
    return options


if __name__ == "__main__":
    sys.exit(main())
