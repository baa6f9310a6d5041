-- Whoever may see names, phones and addresses reads the store itself. What is published
-- keeps what names nobody, and shows that there was more.
create or replace temp view masked_rejected_rows as
select
    rowid as rejected_row,
    feed,
    masked_text(plain_text(file)) as file,
    line,
    kind,
    column_name,
    masked_reason(plain_text(reason)) as reason,
    case
        when json_type(row) = 'OBJECT'
        then
            map_from_entries(
                list_transform(
                    map_entries(from_json(row, '"MAP(VARCHAR, VARCHAR)"')),
                    lambda cell: struct_pack(
                        k := masked_word(plain_text(cell.key)),
                        v := case
                            when cell.value is null or cell.value = ''
                            then cell.value
                            else masked_cell(lower(cell.key), plain_text(cell.value))
                        end
                    )
                )
            )::json
    end as row,
    rows,
    rejected_at,
    is_standing
from main.rejected_rows
