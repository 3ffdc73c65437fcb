from user import B
