"""Theatre plans with a stated overtime risk, checked against the beds behind the theatres.

``problem.theatre_problem`` asks the question of a week, ``plan.plan_theatre`` answers it,
``risk.overtime_risk`` says how often each session would run late and ``replan.replan`` plans the
rest of a day that goes otherwise. ``durations.fit_durations`` learns how long operations take;
``ihtc`` reads and scores the public competition.
"""
