from good import G
