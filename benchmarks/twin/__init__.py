"""Speed of the twin beside other software."""
