; What counts as an export list: the statements that set or change `__all__`. Only those at module
; level count (the extractor knows the scope); what stands on the right is read by the extractor.

(assignment
  left: (identifier) @name
  (#eq? @name "__all__")) @export.assign

(augmented_assignment
  left: (identifier) @name
  (#eq? @name "__all__")) @export.extend

(call
  function: (attribute
    object: (identifier) @name
    attribute: (identifier) @export.method)
  (#eq? @name "__all__")) @export.call
