"""The pharmacy: lead-time demand, policies, joint ordering, FEFO simulation, transfers.

Import from the module that holds what you need; nothing heavy is loaded before:

- ``inventory.proposal``: ``propose_order``, ``OrderPlan``, ``horizon_days_needed``
- ``inventory.status``: ``stock_status``, ``StockStatus``, ``StockAlert``
- ``inventory.transfers``: ``propose_transfers``, ``TransferRules``, ``after_transfers``
- ``inventory.substitution``, ``inventory.emergency``: what to do about what no order can prevent
- ``inventory.rooms``: an order that fits in refrigerators and on shelves
- ``inventory.replay``: order rules on the same weeks; ``inventory.tender``: a year's quantities
- ``inventory.budget``: ``budget_curve``, what more or less money would do
- ``inventory.horizon``: ``plan_horizon``, orders over half a year and the worth of each budget
- ``inventory.classes``: ``medicine_classes``, ABC and XYZ beside VEN
- ``inventory.demand``: ``lead_time_demand``, ``DemandPaths``, ``LeadTime``
- ``inventory.lead_demand``: levels by the month for whole baskets, at one service or money-aware,
  from ``inventory.monthly_record``, ``inventory.shared_season`` and ``inventory.peers``
- ``inventory.shelf``: how lots and deliveries are used, first expiry first
- ``inventory.simulator``: ``simulate``, many items, scenarios and weeks at once
- ``inventory.policies``: the replenishment rules and the models behind their figures
"""
