"""The outside world and the clock: Prefect flows, sources, the capture store, the command line."""
