"""Landscapes for people: charts, tables, and the report that an office hands in."""
