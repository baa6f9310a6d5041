create schema if not exists snapshot.working
