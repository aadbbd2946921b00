"""What GSTs tell one another: parameters of their calendar, signed; never rows."""
