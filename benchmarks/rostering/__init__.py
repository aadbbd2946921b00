"""Rosters of the public Curtois–Qu instances: ours beside plain CP-SAT and plain HiGHS."""
