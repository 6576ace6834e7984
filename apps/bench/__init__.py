"""Benchmarks with truth behind them: `mmmem bench house`."""
