"""The kinds of changes that a scenario can make, one file a subject."""
