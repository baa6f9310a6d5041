create table if not exists store_version (version integer not null)
