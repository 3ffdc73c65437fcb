#include "report/words.h"

const char *words_scope(uint32_t scope)
{
    return scope == SCOPE_MODULE ? "module" : scope == SCOPE_CLASS ? "class" : "function";
}

const char *words_member(const Definition *definition, const FactsMember *member)
{
    switch (member->kind) {
    case MEMBER_METHOD:
        return member->flags & MEMBER_PROPERTY ? "property" : "method";
    case MEMBER_CLASS:
        return "class";
    case MEMBER_IMPORT:
        return "import";
    case MEMBER_FIELD:
        return "field";
    default:
        return definition->kind == KIND_ENUM ? "enum-member" : "attribute";
    }
}

const char *words_import_status(uint32_t status)
{
    static const char *const names[] = {
        [IMPORT_OK] = "ok",           [IMPORT_EXTERNAL] = "external", [IMPORT_NO_MODULE] = "no-module",
        [IMPORT_NO_NAME] = "no-name", [IMPORT_UNSURE] = "unsure",     [IMPORT_BEYOND_TOP] = "beyond-top",
    };
    return names[status];
}
