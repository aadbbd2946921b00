"""Prophet forecasts and their companions: backtests, calibration, reconciliation, drift.

Public names, each in its module (importing this package loads nothing heavy):

- ``forecasting.plan.ForecastPlan``: from which day, how far, with which seed;
- ``forecasting.gst.forecast_gst``: every series of a GST in one call;
- ``forecasting.gst.refusals``: the series that are too short;
- ``forecasting.forecast.forecast_series``: one ``forecasting.series.Series``;
- ``forecasting.hourly.forecast_hours``: the hours of the daily visits.
"""
