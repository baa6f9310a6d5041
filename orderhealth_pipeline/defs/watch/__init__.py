"""What Dagster watches, and when it starts a run: sensors, schedules, and the decisions behind them."""
