; What counts as a definition.
;
; @definition.class     a class statement, anywhere
; @definition.function  a def at module level, also under if, try, with, for, while and match
; @definition.type      type X = … (PEP 695), at module or class level
; @definition.call      NAME = factory("NAME", …), at module or class level: the factories are those
;                       whose last name is in the #any-of? list below; the literal name and the number
;                       of arguments are checked by the extractor
;
; "At module level" and "at module or class level" cannot be said in a pattern of this kind: the
; extractor knows the scope that a match stands in.

(class_definition name: (identifier) @name) @definition.class

(function_definition name: (identifier) @name) @definition.function

(type_alias_statement left: (type) @name) @definition.type

(assignment
  left: (identifier) @name
  right: (call
    function: [
      (identifier) @factory
      (attribute attribute: (identifier) @factory)
    ]
    arguments: (argument_list . [(string) (concatenated_string)]))
  (#any-of? @factory
    "Enum" "IntEnum" "StrEnum" "Flag" "IntFlag" "namedtuple" "NamedTuple" "TypedDict"
    "make_dataclass" "new_class" "NewType" "type")) @definition.call
