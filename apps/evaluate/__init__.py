"""Benchmarks in their official formats: what a memory finds and answers, against chance and with confidence intervals."""
