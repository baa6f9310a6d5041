describe
{{ query }}
