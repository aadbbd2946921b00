"""Theatre plans with a stated overtime risk, checked against the beds behind the theatres.

``problem.theatre_problem`` asks the question, ``plan.plan_theatre`` answers it, and
``risk.overtime_risk`` says how often each session would run late.
"""
