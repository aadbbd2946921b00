"""Theatre plans beside a public competition and two plain methods."""
