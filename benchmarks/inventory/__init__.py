"""The pharmacy measured: its simulator, its orders and its transfers, beside peers and rules."""
