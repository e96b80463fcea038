"""Load tests of `matcher serve` in a process of its own."""
