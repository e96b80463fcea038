"""Addresses of every page of the server, by the path of its route, over the sample catalogue."""

import re
from collections.abc import Mapping
from urllib.parse import quote

from api.access.rules import RULES
from api.http.paths import is_page

NEED = "锂电池隔膜在高温下收缩，容易短路。希望150℃下热收缩率不大于2%。"
FIRST = "CN202019930105.X"
OTHERS = ("CN202119930094.X", "CN201919930088.7")
ANSWER = f"/?q={quote(NEED)}"
INSTITUTION = f"/institutions/{quote('津海理工大学（样例）')}"

SHOWN: Mapping[str, tuple[str, ...]] = {
    "/": (
        "/",
        f"{ANSWER}&industries=NM&add={quote('陶瓷')}&drop={quote('隔膜')}",
        f"{ANSWER}&province={quote('西藏')}",
        f"/?like={FIRST}",
    ),
    "/account": ("/account",),
    "/basket": ("/basket",),
    "/catalogue": (
        "/catalogue",
        f"/catalogue?words={quote('电池 隔膜')}&industries=NM",
        f"/catalogue?words={quote('电池隔膜涂层')}&industries=BIO",
    ),
    "/catalogue/open-licence": ("/catalogue/open-licence",),
    "/catalogue/sleeping": ("/catalogue/sleeping?page=2",),
    "/compare": (f"/compare?q={quote(NEED)}&" + "&".join(f"p={n}" for n in (FIRST, *OTHERS)),),
    "/import": ("/import",),
    "/import/{staged}": ("/import/{staged}", "/import/{saved}"),
    "/institutions": ("/institutions", "/institutions?words=nobody"),
    "/institutions/{name:path}": (INSTITUTION,),
    "/institutions/{name:path}/teams/{team:path}": (
        f"{INSTITUTION}/teams/{quote('工业物联网与边缘计算团队（样例）')}",
    ),
    "/navigation": ("/navigation", "/navigation?industries=NM"),
    "/navigation/demand": ("/navigation/demand", "/navigation/demand?need={need}"),
    "/patents/{number:path}": (f"/patents/{FIRST}", f"/patents/{OTHERS[0]}"),
    "/patents/{number:path}/needs": (f"/patents/{FIRST}/needs",),
    "/proposals": ("/proposals",),
    "/sign-in": ("/sign-in", "/sign-in?ended=1"),
}
"""Pages that a browser shows; several where they look different. Ids in braces are of records that
a test makes."""

SENT: Mapping[str, str] = {
    "/catalogue.csv": "/catalogue.csv",
    "/catalogue.pdf": f"/catalogue.pdf?words={quote('隔膜')}",
    "/catalogue.xlsx": "/catalogue.xlsx",
    "/import/{staged}/problems": "/import/none_0/problems",
    "/import/{staged}/progress": "/import/none_0/progress",
    "/navigation/charts/{name}.svg": "/navigation/charts/years.svg",
    "/navigation/demand/charts/{name}.svg": "/navigation/demand/charts/years.svg",
    "/navigation/demand/report.{format}": "/navigation/demand/report.pdf",
    "/navigation/demand/tables/{name}.{format}": "/navigation/demand/tables/years.csv",
    "/navigation/report.{format}": "/navigation/report.docx",
    "/navigation/tables/{name}.{format}": "/navigation/tables/years.csv",
}
"""Addresses of files and figures, which are not shown by themselves."""

ERRORS = ("/nowhere", "/patents/CN000000000000.0", f"/?q={quote(NEED)}&k=1000")
"""Addresses that lead to an error page."""


def routes_of_pages() -> set[str]:
    """Return the paths of all routes that a browser can open, as they are written."""
    ruled = {path for method, path in RULES if method == "GET" and is_page(path)}
    return ruled | {"/sign-in"}


def example(route: str) -> str:
    """Return an address of a route; of one that is posted, what no record has."""
    if route in SENT:
        return SENT[route]
    return SHOWN[route][0] if route in SHOWN else re.sub(r"{\w+(:\w+)?}", "none_0", route)
