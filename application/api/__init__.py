"""The API for programs: the same use cases as command and pages, the same gates.

Each file of ``resources`` is one resource and calls use cases only; who may do what is asked there
(``application.use_cases.access``), never here.
"""
