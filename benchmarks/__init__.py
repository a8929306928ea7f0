"""Benchmarks: the house beside bare contenders, in one run, as ratios. Nothing here is a test."""
