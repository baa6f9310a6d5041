set timezone = {{ zone | literal }}
