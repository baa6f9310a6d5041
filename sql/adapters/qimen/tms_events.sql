select
    "process.expressCode" as waybill_no,
    "process.operateTime" as event_at,
    "process.processStatus" as status,
    "process.operateInfo" as detail
from reports
where "process.processStatus" in ('SIGN', 'REFUSE', 'TMSCANCELED')
