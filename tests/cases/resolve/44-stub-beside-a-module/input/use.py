from p.m import C
