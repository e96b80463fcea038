"""Inventor team from a row."""

from matcher.importing.rows.contacts import read_personal, read_tto
from matcher.importing.rows.record import TeamRecord
from matcher.importing.rows.row import Row
from matcher.language.messages import _
from matcher.patents.names import read_people
from matcher.types import Team


def read_team(row: Row) -> TeamRecord | None:
    """Read the team of a row; None, with a problem, where it names no institution or no team."""
    institution, name = row.get("institution"), row.get("team")
    if not (institution and name):
        missing = "institution" if not institution else "team"
        row.complain(
            missing, _("a team needs its institution and its name: fill in both"), refused=True
        )
        return None
    lead = row.get("team_lead") or None
    team = Team(
        institution=institution,
        name=name,
        college=row.get("college") or None,
        lead=lead,
        members=read_people(row.get("members")),
        fields=row.get("fields") or None,
    )
    return TeamRecord(
        team=team,
        tto=read_tto(row, institution),
        personal=read_personal(row, institution, name, lead),
        file_row=row.number,
        sheet=row.sheet,
    )
