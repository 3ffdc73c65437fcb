import m.Class
