"""Quality measurement: one table of figures for every version of the engine."""
