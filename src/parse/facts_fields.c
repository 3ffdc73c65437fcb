#include "parse/facts_fields.h"

#define FIELD(section, Type, field, check)                                                                   \
    {                                                                                                        \
        FACTS_SECTION_##section, check, offsetof(Type, field), 0                                             \
    }
#define KIND(section, Type, field, check, last)                                                              \
    {                                                                                                        \
        FACTS_SECTION_##section, check, offsetof(Type, field), (last) + 1                                    \
    }

const FactsField FACTS_FIELDS[] = {
    FIELD(contexts, FactsContext, text, CHECK_STRING),
    FIELD(contexts, FactsContext, definition, CHECK_DEFINITION_OR_NONE),
    FIELD(contexts, FactsContext, statement, CHECK_POSITION),
    KIND(contexts, FactsContext, kind, CHECK_KIND8, CONTEXT_FUNCTION),
    FIELD(definitions, FactsDefinition, name, CHECK_STRING),
    FIELD(definitions, FactsDefinition, qualname, CHECK_STRING),
    FIELD(definitions, FactsDefinition, context, CHECK_CONTEXT),
    FIELD(definitions, FactsDefinition, parent, CHECK_DEFINITION_OR_NONE),
    FIELD(definitions, FactsDefinition, start, CHECK_SPAN),
    FIELD(definitions, FactsDefinition, name_start, CHECK_POSITION),
    FIELD(definitions, FactsDefinition, bases, CHECK_EXPRESSIONS),
    FIELD(definitions, FactsDefinition, decorators, CHECK_EXPRESSIONS),
    FIELD(definitions, FactsDefinition, members, CHECK_MEMBERS),
    FIELD(definitions, FactsDefinition, uses, CHECK_USES),
    FIELD(definitions, FactsDefinition, statements, CHECK_STATEMENTS),
    FIELD(definitions, FactsDefinition, callee, CHECK_STRING),
    FIELD(definitions, FactsDefinition, docstring, CHECK_STRING),
    FIELD(definitions, FactsDefinition, rest, CHECK_STRING),
    FIELD(definitions, FactsDefinition, copied_from, CHECK_STRING),
    KIND(definitions, FactsDefinition, syntax, CHECK_KIND8, SYNTAX_TYPE_ALIAS),
    KIND(definitions, FactsDefinition, scope, CHECK_KIND8, SCOPE_FUNCTION),
    FIELD(members, FactsMember, name, CHECK_STRING),
    FIELD(members, FactsMember, context, CHECK_CONTEXT),
    FIELD(members, FactsMember, nested, CHECK_DEFINITION_OR_NONE),
    FIELD(members, FactsMember, annotation, CHECK_STRING),
    FIELD(members, FactsMember, value, CHECK_STRING),
    FIELD(members, FactsMember, signature, CHECK_STRING),
    FIELD(members, FactsMember, decorators, CHECK_EXPRESSIONS),
    FIELD(members, FactsMember, start, CHECK_SPAN),
    KIND(members, FactsMember, kind, CHECK_KIND8, MEMBER_IMPORT),
    FIELD(expressions, FactsExpression, text, CHECK_STRING),
    FIELD(expressions, FactsExpression, dotted, CHECK_STRING),
    FIELD(expressions, FactsExpression, keyword, CHECK_STRING),
    FIELD(expressions, FactsExpression, start, CHECK_SPAN),
    FIELD(imports, FactsImport, module, CHECK_STRING),
    FIELD(imports, FactsImport, name, CHECK_STRING),
    FIELD(imports, FactsImport, bound, CHECK_STRING),
    FIELD(imports, FactsImport, context, CHECK_CONTEXT),
    FIELD(imports, FactsImport, statement_start, CHECK_SPAN),
    FIELD(imports, FactsImport, start, CHECK_SPAN),
    KIND(imports, FactsImport, form, CHECK_KIND8, IMPORT_STAR),
    FIELD(bindings, FactsBinding, name, CHECK_STRING),
    FIELD(bindings, FactsBinding, context, CHECK_CONTEXT),
    FIELD(bindings, FactsBinding, start, CHECK_SPAN),
    FIELD(bindings, FactsBinding, target, CHECK_STRING),
    FIELD(bindings, FactsBinding, annotation, CHECK_STRING),
    KIND(bindings, FactsBinding, kind, CHECK_KIND8, BINDING_GLOBAL),
    FIELD(alls, FactsAll, text, CHECK_STRING),
    FIELD(alls, FactsAll, context, CHECK_CONTEXT),
    FIELD(alls, FactsAll, start, CHECK_POSITION),
    KIND(alls, FactsAll, operation, CHECK_KIND32, ALL_UNKNOWN),
    FIELD(references, FactsReference, text, CHECK_STRING),
    FIELD(references, FactsReference, start, CHECK_SPAN),
    KIND(references, FactsReference, kind, CHECK_KIND32, REFERENCE_DOTTED),
    FIELD(effects, FactsEffect, a, CHECK_STRING),
    FIELD(effects, FactsEffect, b, CHECK_STRING),
    FIELD(effects, FactsEffect, context, CHECK_CONTEXT),
    FIELD(effects, FactsEffect, start, CHECK_POSITION),
    KIND(effects, FactsEffect, kind, CHECK_KIND32, EFFECT_CALL),
    FIELD(literals, FactsLiteral, name, CHECK_STRING),
    FIELD(literals, FactsLiteral, context, CHECK_CONTEXT),
    FIELD(literals, FactsLiteral, start, CHECK_POSITION),
    FIELD(literals, FactsLiteral, entries, CHECK_ENTRIES),
    FIELD(entries, FactsEntry, key, CHECK_STRING),
    FIELD(entries, FactsEntry, value, CHECK_STRING),
    FIELD(uses, FactsUse, owner, CHECK_DEFINITION_OR_NONE),
    FIELD(uses, FactsUse, head, CHECK_STRING),
    FIELD(uses, FactsUse, chain, CHECK_STRING),
    FIELD(markers, FactsMarker, text, CHECK_STRING),
    KIND(markers, FactsMarker, kind, CHECK_KIND32, MARKER_SUPPRESS),
    FIELD(issues, FactsIssue, text, CHECK_STRING),
    KIND(issues, FactsIssue, kind, CHECK_KIND32, ISSUE_NUL),
};

const size_t FACTS_N_FIELDS = G_N_ELEMENTS(FACTS_FIELDS);

const size_t FACTS_SECTION_SIZES[FACTS_N_SECTIONS] = {
#define X(name, Type) sizeof(Type),
    FACTS_SECTIONS(X)
#undef X
};
