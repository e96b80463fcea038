"""What the programme records: each kind of record is declared in one small module."""
