class A: pass
class B: pass
class C: pass
