"""Scripts of the project, run as modules: bench, quality, training, docs."""
