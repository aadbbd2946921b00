"""One resource a file, each a router that calls use cases."""
