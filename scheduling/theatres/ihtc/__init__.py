"""The format of IHTC-2024, the public yardstick: reader and independent scorer.

``instance.read_instance`` and ``solution.read_solution`` read the two JSON files,
``score.score`` judges a solution by the competition's rules.
"""
