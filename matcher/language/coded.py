"""Texts for people that carry a stable code for programs."""


class CodedText(str):
    """A message in the language of the run, with the code of its kind.

    The code stays the same in every language and when the wording changes.
    """

    code: str

    def __new__(cls, code: str, text: str) -> "CodedText":
        coded = super().__new__(cls, text)
        coded.code = code
        return coded

    def __reduce__(self) -> tuple[type["CodedText"], tuple[str, str]]:
        """Return the arguments of a copy."""
        return CodedText, (self.code, str(self))
