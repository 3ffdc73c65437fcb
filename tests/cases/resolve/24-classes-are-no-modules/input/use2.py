from m.Class import Inner
