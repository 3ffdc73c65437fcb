from.import m
