"""One file a revision. They describe tables as they were then, so they import none of ours."""
