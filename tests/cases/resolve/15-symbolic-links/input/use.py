from a.m import C
from b.m import C as D
