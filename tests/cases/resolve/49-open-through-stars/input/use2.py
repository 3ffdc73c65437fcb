from closed import Nothing
