"""Replenishment policies: the rule that decides one order, and how its figures are found.

- ``review``: the rules themselves (``MinMax``, ``ReorderQuantity``, ``OrderUpTo``)
- ``distribution``: demand as a distribution; loss functions
- ``eoq``, ``newsvendor``, ``min_max``, ``reorder_quantity``, ``lot_sizing``, ``disruption``,
  ``serial``, ``service_times``, ``perishable``: exact and published models for the figures
- ``service``: cycle service level and fill rate, kept apart
- ``practice``: the rules of QAT, BHIMA and open mSupply, to compare with

Everything is exact in numpy; nothing here reads a forecast or a GST.
"""
