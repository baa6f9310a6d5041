select epoch_us(as_of) as as_of_microseconds, kind from alerts order by as_of, kind
