"""The dashboard measured: reruns of pages, cold loads and clicks in a browser, many at once."""
