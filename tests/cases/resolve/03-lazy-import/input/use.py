lazy import m
lazy from m import X
