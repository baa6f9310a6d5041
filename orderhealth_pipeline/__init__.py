"""Order health: five order systems in, one health score and the five riskiest orders out."""
