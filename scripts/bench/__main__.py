"""Entry point of `python -m scripts.bench`: the benchmark in scripts/bench/speed.py."""

from scripts.bench.speed import main

main()
