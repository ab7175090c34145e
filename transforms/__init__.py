"""Pure polars, frames in and frames out. No network, no clock, no disk, no Prefect."""
