"""Scenarios: the best one found as surely as is said, many of them in time, none computed twice."""
