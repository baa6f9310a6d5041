set produce_arrow_string_view = {{ are_given | lower }}
