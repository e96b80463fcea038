"""The parts of scripts/bench.py: each contender runs in processes of its own."""
