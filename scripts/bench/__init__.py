"""Benchmarks: speed, shortlists of an event, meeting plans, and a load test of the server."""
