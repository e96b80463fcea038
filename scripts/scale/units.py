"""Figures as people read them."""

_STEPS = ((1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB"))


def bytes_(value: float) -> str:
    """Return bytes with two digits or three, decimal units.

    >>> bytes_(1_536), bytes_(84e9), bytes_(512)
    ('1.5 kB', '84 GB', '512 B')
    """
    for size, name in _STEPS:
        if value >= 0.9995 * size:
            return f"{_digits(value / size)} {name}"
    return f"{value:.0f} B"


def count(value: float) -> str:
    """Return a number of things.

    >>> count(7_640_000), count(84_000), count(1.3e9), count(250)
    ('7.6 million', '84,000', '1,300 million', '250')
    """
    if value >= 1e6:
        return f"{_digits(value / 1e6)} million"
    return f"{float(f'{value:.3g}'):,.0f}"


def hours(value: float) -> str:
    """Return hours.

    >>> hours(0.0034), hours(0.034), hours(5.23), hours(1_234)
    ('0.003', '0.03', '5.2', '1,230')
    """
    if value < 0.1:
        return f"{value:.{3 if value < 0.01 else 2}f}"
    return _digits(value)


def seconds(value: float) -> str:
    """Return a time in milliseconds, seconds or minutes.

    >>> seconds(0.0123), seconds(45.2), seconds(600)
    ('12 ms', '45 s', '10 min')
    """
    if value < 1:
        return f"{_digits(1_000 * value)} ms"
    return f"{_digits(value)} s" if value < 120 else f"{_digits(value / 60)} min"


def _digits(value: float) -> str:
    """Number with one place below ten, and three digits that count above."""
    if value < 9.95:
        return f"{value:.1f}".removesuffix(".0")
    return f"{float(f'{value:.3g}'):,.0f}"
