"""Which rules are in force when: calendar, profiles, tiers, and figures that a person sets."""
