"""Rosters, re-rostering and theatre plans: rules, equity, bounds, explanations."""
