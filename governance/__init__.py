"""Model registry, decision log, audit chain, roles, impact indicators: rules behind ports."""
