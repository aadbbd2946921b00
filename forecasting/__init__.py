"""Prophet forecasts and their companions: backtests, calibration, reconciliation, drift."""
