select version from store_version
