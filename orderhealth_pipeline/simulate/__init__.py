"""A simulated shop whose anomalies, and their innocent look-alikes, are known by construction."""

from __future__ import annotations

from orderhealth_pipeline.simulate.simulation import Simulation, simulate
from orderhealth_pipeline.simulate.write import write_simulation

__all__ = ["Simulation", "simulate", "write_simulation"]
