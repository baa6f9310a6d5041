select feed, line, reason from rejected_rows order by feed, line limit {{ most }}
