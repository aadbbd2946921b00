"""Use cases, storage, imports and exports, compute, settings, CLI, REST API, the wiring."""
