"""Forecasts on real series beside their peers."""
