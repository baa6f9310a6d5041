create schema if not exists feeds
