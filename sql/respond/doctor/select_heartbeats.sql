-- The last sign of life of each of Dagster's daemons that schedules and sensors need.
select timestamp
from daemon_heartbeats
where daemon_type in ('SCHEDULER', 'SENSOR', 'QUEUED_RUN_COORDINATOR')
