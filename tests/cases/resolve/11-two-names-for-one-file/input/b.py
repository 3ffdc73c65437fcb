from pkg.m import C
