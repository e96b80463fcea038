"""Files to save: their names, media types and exporters."""

import pytest

from api.http.exports import documented_file, exporter, file_response, table_response
from matcher.access.roles import Caller, Role


@pytest.mark.parametrize(
    ("caller", "name"),
    [
        (Caller("0a1b", Role.STAFF), "staff 0a1b"),
        (Caller("0a1b", Role.TTO, institution="样例大学"), "tto 样例大学 0a1b"),
        (Caller("0a1b", Role.ENTERPRISE, enterprise="样例企业"), "enterprise 样例企业 0a1b"),
    ],
)
def test_the_exporter_is_named_by_role_holder_and_key(caller: Caller, name: str) -> None:
    assert exporter(caller) == name


def test_a_chinese_file_name_is_written_as_rfc_6266_wants() -> None:
    response = table_response(b"a,b", "漏斗", "csv")
    expected = "attachment; filename*=UTF-8''%E6%BC%8F%E6%96%97.csv"
    assert response.headers["content-disposition"] == expected
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert response.body == b"a,b"


def test_an_ascii_file_name_is_written_as_it_is() -> None:
    response = file_response(b"{}", "audit-1.jsonl", "application/x-ndjson")
    assert response.headers["content-disposition"] == 'attachment; filename="audit-1.jsonl"'
    assert response.headers["content-type"] == "application/x-ndjson"


def test_the_description_of_a_file_lists_its_media_types() -> None:
    assert list(documented_file("text/csv", "text/plain")[200]["content"]) == [
        "text/csv",
        "text/plain",
    ]
