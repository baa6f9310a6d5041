-- The messages of the day before an instant, by channel; reports come by the clock, and
-- take nothing of the budget.
select deliveries.channel, alerts.as_of
from deliveries
inner join alerts on deliveries.alert_id = alerts.alert_id
where alerts.as_of < $as_of and alerts.as_of > $since and alerts.kind <> 'report'
order by alerts.as_of
