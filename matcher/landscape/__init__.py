"""Patent navigation (专利导航): patents of a scope against the needs for them, as data frames."""
