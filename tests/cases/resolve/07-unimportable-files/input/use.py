import foo.bar
