create or replace temp table staged as
{{ query }}
