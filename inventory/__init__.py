"""The pharmacy: lead-time demand, policies, joint ordering, FEFO simulation, transfers.

Import from the module that holds what you need; nothing heavy is loaded before:

- ``inventory.demand``: ``lead_time_demand``, ``DemandPaths``, ``LeadTime``
- ``inventory.proposal``: ``propose_order``, ``OrderPlan``, ``horizon_days_needed``
- ``inventory.status``: ``stock_status``, ``StockStatus``, ``StockAlert``
- ``inventory.transfers``: ``propose_transfers``, ``TransferRules``, ``after_transfers``
- ``inventory.shelf``: how lots and deliveries are used, first expiry first
- ``inventory.allocation``: packs under a budget by marginal analysis
"""
