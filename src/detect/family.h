/* family.h — are two classes alike by design? Kinship by base, by place and by name. */
#ifndef ONEDEF_DETECT_FAMILY_H
#define ONEDEF_DETECT_FAMILY_H

#include "graph/dependency.h"
#include "model/program.h"

/* Kinship — what two classes have in common besides contents. */
typedef struct Kinship {
    bool shared_base;    /* a first-party ancestor that both derive from (kinds of their own such as Enum apart) */
    bool framework_base; /* the same external base that is more than a kind (BaseCommand, TestCase, Model …) */
    bool same_module;
    bool same_outer;     /* nested in one class */
    bool parallel_paths; /* a/x/m.py and a/y/m.py: the same file name in sibling folders */
    bool versions;       /* parallel paths whose folders are called after versions: api/v1/m.py, api/v2/m.py */
    bool sibling_packages; /* a/x/m.py and a/y/n.py */
    bool named_by_module;  /* RedisFactory in redis_factory.py beside MysqlFactory in mysql_factory.py */
    bool mirror;         /* UserCreate / UserUpdate / UserResponse: one stem, affixes of an API */
    bool name_within;    /* ConnectionState in WebSocketConnectionState: one name, of two words at least, ends or begins the other */
    bool serial;         /* names that differ in a number or one short word: ErrorV1 / ErrorV2 */
} Kinship;

/* The number of words in a CamelCase or snake_case name, at most 16. */
uint32_t kinship_words(const char *name);
void kinship_find(const Program *program, Id a, Id b, Kinship *out);

#endif
