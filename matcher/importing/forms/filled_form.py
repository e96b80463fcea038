"""Values of the filled forms in one document, by field."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from matcher.importing.forms.labels import CONTACT_FIELDS, bare_label, label_of, short_label
from matcher.importing.forms.prompts import filled_in, is_instruction
from matcher.importing.headings.heading_tables import heading_key, heading_tables
from matcher.importing.rows.need import TEXT_FIELDS
from matcher.importing.rows.need_terms import scope_entry
from matcher.importing.rows.publish_scope import SCOPE_BREAK
from matcher.text.characters import simplified
from matcher.text.organisations import organisation_key

FIRM_FIELDS = frozenset(
    {"enterprise", "uscc", "region", "industry", "publish_scope", "pledge_wish"}
)
"""Fields that the needs of one document share where only the first has them."""
_CONSENTS = frozenset({"publish_scope", "pledge_wish"})
_OPENING_FIELDS = frozenset({"id", "filled_on", "uscc", "region", "industry"})
"""Fields that a form may begin with, besides the enterprise and the title."""
_UNREAD_FIELDS = frozenset({"id", "uscc", "publish_scope", "pledge_wish", "filled_on"})
"""Fields that do not show that a document is a form."""
_JOINED_FIELDS = frozenset({*TEXT_FIELDS, "keywords", "cooperation"})
"""Fields whose values under several labels are all kept."""
_MIN_FIELDS = 2
_PERSON = re.compile(r"联[系络]人|[对接]接人|contact", re.IGNORECASE)
_OTHER_CONTACT = re.compile(r"法[人定]|传真|微信|qq|钉钉|飞书|邮编|邮政|fax|wechat", re.IGNORECASE)
"""Labels of persons and channels that are not stored as the contact person."""


@dataclass(slots=True)
class FilledForm:
    """Values of one need's form."""

    fields: dict[str, str] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    """Label of each field's first value."""
    inherited: set[str] = field(default_factory=set)
    """Fields that stand at the first need of the document only."""
    others: list[str] = field(default_factory=list)
    """Descriptions under labels that we do not know."""
    remarks: list[str] = field(default_factory=list, repr=False)
    """Values that nothing reads; one may ask not to publish the need."""
    contacts: list[tuple[str, str]] = field(default_factory=list, repr=False)
    """Labels and values of contact data, kept apart and only read for needs to be stored."""
    inherited_contacts: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """Those of the document's first need, which hold where a need has none of its own."""

    @property
    def is_need(self) -> bool:
        """True if enough of a need's form is filled in."""
        filled = self.fields.keys() - _UNREAD_FIELDS - self.inherited
        return len(filled) >= _MIN_FIELDS and bool(filled & {"title", *TEXT_FIELDS})

    def disinherit(self, names: Iterable[str | None]) -> None:
        """Drop inherited answers and contacts that the form asks for itself: a blank is none."""
        asked = frozenset(names)
        for name in self.inherited & _CONSENTS & asked:
            del self.fields[name], self.labels[name]
            self.inherited.discard(name)
        if asked & CONTACT_FIELDS:
            self.inherited_contacts = ()

    def share(self, name: str, label: str, value: str) -> None:
        """Add a value that holds for several needs, where the form has none of its own."""
        if name in CONTACT_FIELDS and _key(label) not in {
            _key(known) for known, _ in self.contacts
        }:
            self.contacts.append((label, value))
        elif name in FIRM_FIELDS and name not in self.fields:
            self.fields[name], self.labels[name] = value, label

    def contact(self) -> dict[str, str]:
        """Return the contact person by field names; a legal representative is not a contact.

        The data behind 联系人 come before those of a 负责人 above it.
        """
        person: dict[str, str] = {}
        given = [*(self.contacts or self.inherited_contacts)]
        first = next((i for i, (label, _) in enumerate(given) if _PERSON.search(label)), 0)
        for label, value in [*given[first:], *given[:first]]:
            name = simplified(label_of(label))
            if _OTHER_CONTACT.search(name):
                continue
            person.setdefault(_contact_field(name), value)
        return person


@dataclass(slots=True)
class FormCollector:
    """The forms of one document while it is read."""

    forms: list[FilledForm] = field(default_factory=lambda: [FilledForm()])
    unread: dict[str, str] = field(default_factory=dict)
    """First value of each label that nothing reads."""
    loose: list[str] = field(default_factory=list)
    """Lines of prose outside the forms."""
    strays: list[str] = field(default_factory=list)
    """Texts in tables under no label."""
    beside: list[str] = field(default_factory=list)
    """Labels with one more value beside their own."""
    beside_current: list[FilledForm] = field(default_factory=list)
    """Forms of the needs beside the current one in its table, which share what stands behind it."""
    _other_party: bool = False
    """True behind the name of another organisation, perhaps a partner, whose contacts follow."""
    _block: int = 0
    _first_blocks: dict[str, int] = field(default_factory=dict)
    _firm: int = 0
    """Place of the first form of the enterprise that is being read."""
    _first_label: str | None = None
    """Label that the document begins with."""

    @property
    def current(self) -> FilledForm:
        """The form that is being read."""
        return self.forms[-1]

    def begin_block(self) -> None:
        """Note that another table begins."""
        self._block += 1
        self._other_party = self._other_party and self.current.is_need

    def add(self, name: str, label: str, written: str) -> None:
        """Add a value to its field; a label that comes again begins the form of another need."""
        value = filled_in(written)
        if not value:
            self.current.disinherit({name} & _CONSENTS)
            return
        if name == "publish_scope":
            value = scope_entry(label, value)
        if self.names_another_firm(name, label, value):
            self.begin_firm()
        elif self._begins_another(name, label, value):
            self.begin_form()
        self._first_label = self._first_label or _key(label)
        if self._other_party and name in CONTACT_FIELDS:
            self.tell(label, value)
            return
        if name in ("title", *TEXT_FIELDS):
            self._other_party, self.beside_current = False, []
        for form in self.beside_current:
            form.share(name, label, value)
        if name in CONTACT_FIELDS:
            self.current.contacts.append((label, value))
            if _OTHER_CONTACT.search(label):
                self.tell(label, value)
        else:
            self._add_field(name, label, value)

    def _add_field(self, name: str, label: str, value: str) -> None:
        form = self.current
        self._first_blocks.setdefault(name, self._block)
        known = "" if name in form.inherited else form.fields.get(name, "")
        if name == "enterprise" and name in form.inherited:
            self._leave_firm(value)
        form.inherited.discard(name)
        if not known:
            form.fields[name], form.labels[name] = value, label
        elif value in known.split("\n"):
            return
        elif name == "publish_scope":  # each is read, and the strictest holds
            form.fields[name] = f"{known}{SCOPE_BREAK}{value}"
        elif name in _JOINED_FIELDS:
            form.fields[name] = f"{known}\n{value}"
        elif name == "enterprise" and organisation_key(value) == organisation_key(known):
            return
        elif _rank(name, label) < _rank(name, form.labels[name]):
            self.tell(form.labels[name], known)
            form.fields[name], form.labels[name] = value, label
        else:
            self.tell(label, value)
            self._other_party = self._other_party or name == "enterprise"

    def tell(self, label: str, value: str) -> None:
        """Note a label that nothing reads, with its value."""
        self.current.remarks.append(value)
        if (value := filled_in(value)) and not is_instruction(f"{label}："):
            self.unread.setdefault(short_label(label_of(label)), value)

    def begin_form(self) -> None:
        """Begin the form of another need, of the same enterprise until it names its own."""
        if self._other_party:  # of whom the need is cannot be told
            self.begin_firm()
        else:
            self.begin_column(self.forms[self._firm])

    def begin_firm(self) -> None:
        """Begin the form of another enterprise, which shares nothing with those before."""
        self._other_party, self.beside_current = False, []
        self.forms.append(FilledForm())
        self._firm = len(self.forms) - 1
        self._first_blocks = {}

    def begin_column(self, before: FilledForm) -> None:
        """Begin a form that shares what `before` says of the enterprise: the next column's."""
        shared = {name: text for name, text in before.fields.items() if name in FIRM_FIELDS}
        labels = {name: before.labels[name] for name in shared}
        contacts = tuple(before.contacts or before.inherited_contacts)
        self.forms.append(FilledForm(shared, labels, set(shared), inherited_contacts=contacts))
        self._first_blocks = dict.fromkeys(shared, self._block)

    def names_another_firm(self, name: str, label: str, value: str, *, opens: bool = False) -> bool:
        """Return True for the name of another enterprise behind a need, under the same label.

        Under any label where it `opens` a table with a need; else it may be that of a partner.
        """
        form = self.current
        return (
            name == "enterprise"
            and form.is_need
            and name in form.fields
            and name not in form.inherited
            and (opens or _key(label) == _key(form.labels[name]))
            and organisation_key(filled_in(value)) != organisation_key(form.fields[name])
        )

    def needs(self) -> Iterator[FilledForm]:
        """Yield the forms that are needs; what stands in another one is told."""
        for form in self.forms:
            if form.is_need:
                yield form
            elif any(other.is_need for other in self.forms):
                for name in form.fields.keys() - form.inherited:
                    self.tell(form.labels[name], form.fields[name])
                for label, value in form.contacts:
                    self.tell(label, value)

    def _leave_firm(self, enterprise: str) -> None:
        """Drop what the current form shares with an enterprise, if it names another one."""
        form = self.current
        if organisation_key(enterprise) == organisation_key(form.fields["enterprise"]):
            return
        for name in form.inherited - {"enterprise"}:
            del form.fields[name], form.labels[name]
        form.inherited &= {"enterprise"}
        form.inherited_contacts = ()
        self._firm = len(self.forms) - 1

    def _begins_another(self, name: str, label: str, value: str) -> bool:
        form = self.current
        if name in CONTACT_FIELDS or name in _OPENING_FIELDS:
            return self._opens_another(name, label, value)
        if name not in ("title", *TEXT_FIELDS) or name not in form.fields:
            return False
        if form.fields[name] == value or _key(label) != _key(form.labels[name]):
            return False
        return name == "title" or self._first_blocks.get(name, self._block) != self._block

    def _opens_another(self, name: str, label: str, value: str) -> bool:
        """Return True for the label that the document begins with, again behind a need."""
        form = self.current
        if _key(label) != self._first_label or not form.is_need:
            return False
        known = [text for title, text in form.contacts if _key(title) == self._first_label]
        if name not in CONTACT_FIELDS and name not in form.inherited:
            known = [form.fields[name]] if name in form.fields else []
        return bool(known) and value not in known


def _key(label: str) -> str:
    return heading_key(bare_label(label_of(label)))


def _rank(name: str, label: str) -> int:
    """Return the place of a label among the headings of its field; the first is preferred."""
    aliases = heading_tables().kinds["needs"].get(name, ())
    key = _key(label)
    return list(aliases).index(key) if key in aliases else -1


def _contact_field(name: str) -> str:
    """Return the field of a contact's label."""
    if re.search("联[系络]人|方式|对接|填表", name) and not re.search("人(?:电话|手机|邮)", name):
        return "contact"
    if re.search("邮|mail", name, re.IGNORECASE):
        return "contact_email"
    return "contact_phone" if re.search("电话|手机|phone|tel", name, re.IGNORECASE) else "contact"
