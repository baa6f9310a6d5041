select json_deserialize_sql(?::json)
