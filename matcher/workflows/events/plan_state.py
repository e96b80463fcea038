"""Check of the stored plan of an event: what no longer holds, and what changed since."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from matcher.errors import InputError
from matcher.events.planning.check import MeetingCheck, Placement
from matcher.events.planning.inputs import input_changes, plan_inputs
from matcher.events.planning.model import MeetingRequest, Standing
from matcher.events.planning.validation import validate_and_sort
from matcher.labels import Label
from matcher.language.choice import current_language
from matcher.language.messages import _
from matcher.workflows.events.event_view_model import EventView, Json
from matcher.workflows.events.meeting_requests import meeting_request

MAX_NAMED = 12
"""Changes and meetings that a message names."""


def checked_plan(view: EventView) -> EventView:
    """Return the view with its plan checked: meetings that do not hold taken out and named."""
    if view.plan is None:
        return view
    try:
        request = validate_and_sort(meeting_request(view))
    except InputError:  # no slots or tables any more
        return view
    check = MeetingCheck(request)
    held, broken = check.holding(placements_of(view.plan))
    kept = set(held)
    plan = {
        **view.plan,
        "meetings": [each for each in view.plan["meetings"] if _placement(each) in kept],
        "reserves": [
            each for each in view.plan["reserves"] if not check.hindrances(_placement(each), ())
        ],
    }
    inputs = view.plan.get("made_from")
    changes = () if inputs is None else input_changes(inputs, plan_inputs(request), broken)
    return replace(view, plan=plan, broken=broken, changes=changes)


def placements_of(plan: Json | None) -> tuple[Placement, ...]:
    """Return the meetings of a stored plan."""
    return tuple(_placement(each) for each in (plan or {}).get("meetings", ()))


def standing_of(
    request: MeetingRequest, plan: Json | None, published: Json | None
) -> tuple[Standing, ...]:
    """Return the meetings that stand: of the stored plan, and of the last published version."""
    numbers = {slot: number for number, slot in enumerate(request.rules.slots)}
    return tuple(
        Standing(held.firm, held.team, numbers[held.slot], held.table, is_published)
        for contents, is_published in ((plan, False), (published, True))
        for held in placements_of(contents)
        if held.slot in numbers
    )


def out_of_date(view: EventView) -> str | None:
    """Return why the plan cannot be used as it is, a line for each cause; None if it can."""
    if view.is_plan_current:
        return None
    head = _("the plan is older than the event: run matcher event plan, which keeps what holds:")
    return with_list(head, [line[current_language()] for line in _lines(view)])


def with_list(head: str, lines: Sequence[str]) -> str:
    """Return a message with its list below it, a line each; a long list ends with a count."""
    named = [head, *lines[:MAX_NAMED]]
    if (more := len(lines) - MAX_NAMED) > 0:
        named.append(_("… {count:,} more", count=more))
    return "\n- ".join(named)


def _lines(view: EventView) -> Iterator[Label]:
    for broken in view.broken:
        text = broken.text
        yield {"zh": f"洽谈已不成立 {text['zh']}", "en": f"no longer held: {text['en']}"}
    yield from view.changes


def _placement(meeting: Json) -> Placement:
    return Placement(meeting["firm"], meeting["team"], meeting["slot"], meeting["table"])
