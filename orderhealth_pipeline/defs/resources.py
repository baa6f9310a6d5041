"""What assets and sensors are given: the pipeline's plan, read when it is needed.

What belongs here: resources. What does not: finding the configuration (configuration.py).
"""

from __future__ import annotations

import dagster as dg
from pydantic import PrivateAttr

from orderhealth_pipeline.defs.configuration import current_settings
from orderhealth_pipeline.pipeline.plan import RunPlan, plan_run
from orderhealth_pipeline.settings import Settings


class Pipeline(dg.ConfigurableResource[None]):
    """The configured pipeline. Dagster makes a new one for every run and every tick."""

    _plan: RunPlan | None = PrivateAttr(default=None)

    def settings(self) -> Settings:
        """Read `orderhealth.yml` alone. Raises ConfigurationError where it is wrong."""
        return current_settings()

    def plan(self) -> RunPlan:
        """Read everything that the configuration names, once: all steps of a run work with the same plan.

        Raises ConfigurationError where the configuration, an expectation, a profile or an adapter is wrong.
        """
        if self._plan is None:
            self._plan = plan_run(current_settings())
        return self._plan
