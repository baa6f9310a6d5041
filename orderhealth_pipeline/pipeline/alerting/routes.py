"""Who asks for what, of the configuration and of the roles of the expectations.

What belongs here: from files to routes. What does not: what is routed (respond/policy/).
"""

from __future__ import annotations

from orderhealth_pipeline.pipeline.plan import RunPlan
from orderhealth_pipeline.respond.policy.routes import ChannelRoute, RoleRoute, Routes


def routes_of(plan: RunPlan) -> Routes:
    """Return the channels and roles of a plan."""
    return Routes(
        tuple(
            ChannelRoute(channel.name, channel.min_severity, channel.stages)
            for channel in plan.settings.channels
        ),
        {
            name: RoleRoute(
                name,
                role.channels,
                "score" in role.asks,
                "sources" in role.asks,
                {place.place[0]: place.channels for place in role.places},
            )
            for name, role in plan.owners.roles.items()
        },
    )
