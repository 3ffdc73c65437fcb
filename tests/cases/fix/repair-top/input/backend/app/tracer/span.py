class Span: pass
