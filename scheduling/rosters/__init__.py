"""Staff rosters: state the problem, build a lawful and fair roster, say why it is as it is.

    from scheduling.rosters.problem import roster_problem    # a GST and a unit -> the question
    from scheduling.rosters.build import build_roster        # the question -> roster and bound
    from scheduling.rosters.cost import cost_of              # what a roster costs, term by term
    from scheduling.rosters.why import why                   # why this person on this day

Nothing is imported here, so that ``import scheduling.rosters`` stays cheap.
"""
