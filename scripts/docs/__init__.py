"""Generators of documents and sample files, which tests keep up to date."""
