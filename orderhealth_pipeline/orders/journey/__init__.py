"""From ERP record to door: shipments, parcels and carrier events as milestones, and the waits between."""
