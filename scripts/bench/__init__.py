"""Benchmarks: speed, shortlists of an event, meeting plans, pages."""
