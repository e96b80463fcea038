"""What the programme hands out as files."""
