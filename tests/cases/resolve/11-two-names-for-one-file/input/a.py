from src.pkg.m import C
