"""Messages in the language of the run."""

import subprocess
import sys

from matcher.language.choice import speaking
from matcher.language.messages import _, ngettext


def test_a_message_is_made_in_the_language_of_the_moment() -> None:
    def say() -> str:
        return _("{file} is there already: choose another name, or add --force", file="a.xlsx")

    assert say() == "a.xlsx is there already: choose another name, or add --force"
    with speaking("zh"):
        assert say() == "a.xlsx 已存在：请换个名称，或加 --force"


def test_a_text_without_values_keeps_its_braces() -> None:
    assert _("fields such as {{ 许可费 }}") == "fields such as {{ 许可费 }}"


def test_a_value_may_be_called_message_and_have_braces() -> None:
    assert _("Error: {message}", message="{x}") == "Error: {x}"


def test_what_has_no_chinese_stands_in_english() -> None:
    untold = "a sentence that no catalogue has: " + "{file}"
    with speaking("zh"):
        assert _(untold, file="a") == "a sentence that no catalogue has: a"


def test_english_has_two_forms_of_number() -> None:
    def count(n: int) -> str:
        return ngettext("{n:,} file", "{n:,} files", n)

    assert [count(0), count(1), count(1200)] == ["0 files", "1 file", "1,200 files"]


def test_an_english_run_loads_no_catalogue() -> None:
    code = (
        "import sys\nfrom matcher.language.messages import _\n_('Stopped.')\n"
        "print('polib' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert done.stdout.strip() == b"False"
