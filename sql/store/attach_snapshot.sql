attach {{ path | literal }} as snapshot
