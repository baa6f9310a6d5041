attach {{ path | literal }} as snapshot {{ "(read_only)" if read_only }}
