"""The pharmacy: lead-time demand, policies, joint ordering, FEFO simulation, transfers."""
