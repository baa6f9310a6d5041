create schema if not exists working
