insert into store_version (version)
select $version
where not exists (select 1 from store_version)
