"""The discrete-event twin: a GST's emergency departments, wards and intensive care, replayed.

Public modules:

* ``twin.calibration.calibrate(gst, history)`` reads rates, routes and stays from the past;
* ``twin.run_plan.RunPlan`` says which days, how many replications, which seed;
* ``twin.simulation.simulate(gst, parameters, run, demand, task_map)`` gives a ``TwinResult``;
* ``twin.parameters`` and ``twin.laws`` hold what a person may change by hand.

The flow: all chance is drawn first into a ``PatientTable`` (one named stream for each attribute
of each hospital), then the patients walk through the places of the GST on a SimPy environment,
then milestones become indicators. Nothing heavy is imported here.
"""
