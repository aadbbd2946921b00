"""What hospital systems tell each other about a visit, whatever the format they use."""
