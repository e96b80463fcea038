"""Write docs/access.md, the table of roles and routes, from the access rules in the code.

python -m scripts.docs.access_table
"""

from pathlib import Path

from api.access.rules import RULES
from matcher.access.roles import Reach, Role, Tier

DOCUMENT = Path(__file__).parents[2] / "docs" / "access.md"

ROLES = {
    Role.PORTAL: ("门户", "the public portal or an event tool, for the enterprises that use it"),
    Role.ENTERPRISE: ("企业", "one enterprise: its own needs and matches"),
    Role.TTO: ("技术转移机构", "the technology-transfer office of one institution: its records"),
    Role.STAFF: ("工作人员", "the programme's own team"),
    Role.ADMIN: ("管理员", "the operator of the installation"),
    Role.AUDITOR: ("审计", "reads the audit trail, but no contact"),
    Role.VISITOR: ("访客", "anybody at a browser, not signed in; needs `MATCHER_PUBLIC_PAGES`"),
}
TIERS = {
    Tier.CATALOGUE: ("目录", "published facts: patents, teams, institutions, the TTO's contact"),
    Tier.NEED: ("需求", "needs, their results and what followed: confidential"),
    Tier.PROGRAMME: ("项目", "the programme's own records: contracts, pledges, performance"),
    Tier.PERSONAL: ("个人信息", "a person's contact data"),
    Tier.AUDIT: ("审计", "who did what, when and why"),
    Tier.SYSTEM: ("系统", "keys, webhooks and other settings"),
}
MARKS = {Reach.ALL: "all", Reach.OWN: "own"}

HEAD = """\
# Who may do what (角色与权限)

Written by `python -m scripts.docs.access_table` from `api/access/rules.py`, the rules that the \
server applies. A route without a rule is closed to everybody. A test calls every route with every \
role.

- `all`: every record. `own`: only its own; for another one the answer is 404, as if it did not \
exist.
- Empty: 403. Without a key, or with a key that is unknown, revoked or expired: 401.
- As long as the installation has neither a key nor an account, every caller is a `portal`.
- Paths without `/v1` are pages for people at a browser. Who has not signed in is a `visitor`, and \
sees them only with the setting `MATCHER_PUBLIC_PAGES`; otherwise they lead to the sign-in.
- `fields` is the most confidential tier of fields that a route returns or accepts.
- `/metrics` is for the holder of `MATCHER_METRICS_TOKEN` and keys of the role `admin`; without a \
key, an account and a token for this machine ([security.md](security.md#browsers-gateways-logs)).

## Keys and accounts (密钥与账号)

Programs send a key (`matcher keys`, [security.md](security.md)); people sign in to the pages with \
an account or a key. Both have a role of the table below. Once there is a key or an account, even \
a revoked or disabled one, nobody is let in without. Below `/v1/` only keys are accepted.

```bash
matcher users add zhang.wei --role staff                       # asks for the password twice
matcher users add li.na --role tto --institution 样例大学 --password-stdin < password.txt
matcher users list                                             # --json for programs
matcher users role li.na --role staff                          # another role
matcher users password zhang.wei                               # a forgotten password
matcher users disable zhang.wei                                # enable: the way back
matcher users unlock zhang.wei                                 # after too many attempts
matcher users sign-out zhang.wei                               # in every browser
```

- A sign-in name has 2 to 60 characters without spaces; `Zhang.Wei` and `zhang.wei` are the same. \
Only the operator's list and the sign-in show it: answers, logs and the audit trail name the \
account by its id, `us_…`. An account is disabled, never deleted, and nobody gets its name after it.
- A password has 12 characters or more, of any kind, and is not the name or a usual one. It is \
never an argument of a command.
- A new password, another role and `disable` end all sessions of the account at once. Each change \
is a row in the audit trail.
"""


def main() -> None:
    """Write the page."""
    DOCUMENT.write_text(document(), encoding="utf-8")
    print(f"wrote {DOCUMENT}")


def document() -> str:
    """Text of the whole page."""
    return "\n".join([HEAD, _roles(), _tiers(), _routes()])


def _roles() -> str:
    rows = [f"| `{role}` | {name} | {words} |" for role, (name, words) in ROLES.items()]
    return "\n".join(["## Roles (角色)", "", "| role | 中文 | who |", "|---|---|---|", *rows, ""])


def _tiers() -> str:
    rows = [f"| `{tier}` | {name} | {words} |" for tier, (name, words) in TIERS.items()]
    head = ["## Tiers of fields (字段级别)", "", "| fields | 中文 | what |", "|---|---|---|"]
    return "\n".join([*head, *rows, ""])


def _routes() -> str:
    names = [f"`{role}`" for role in ROLES]
    lines = ["## Routes (接口)", "", f"| route | fields | {' | '.join(names)} |"]
    lines.append("|---|---|" + "---|" * len(names))
    for method, path in sorted(RULES, key=lambda route: (route[1], route[0])):
        rule = RULES[method, path]
        marks = [MARKS[rule.roles[role]] if role in rule.roles else "" for role in ROLES]
        shown = f"{method} {path.replace(':path', '')}"
        lines.append(f"| `{shown}` | `{rule.tier}` | {' | '.join(marks)} |")
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    main()
