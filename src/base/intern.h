/* intern.h — every string of the program once, named by a small number.
 *
 * Symbols are dense, start at 1 and are given in order of first interning; symbol 0 is the empty
 * string. Comparing symbols compares strings for equality; for order compare the text. Strings may
 * hold any byte but NUL is kept out by the callers (a Python identifier or path has none).
 * Not thread-safe: interning happens in the single-threaded join. */
#ifndef ONEDEF_BASE_INTERN_H
#define ONEDEF_BASE_INTERN_H

#include <stddef.h>
#include <stdint.h>

typedef uint32_t Sym;
typedef struct Interner Interner;

Interner *interner_new(void);
void interner_free(Interner *interner);

Sym intern(Interner *interner, const char *text, size_t length);
/* The same where the caller already has XXH3_64bits of the text (facts blocks store it). */
Sym intern_hashed(Interner *interner, const char *text, size_t length, uint64_t hash);
/* The same for many: memory is asked for ahead of use, which is most of the cost. The texts, each followed by a
 * NUL, are not copied: they must outlive the interner. */
typedef struct InternText {
    const char *text;
    uint32_t length;
    uint64_t hash;
} InternText;
void intern_all(Interner *interner, const InternText *texts, uint32_t count, Sym *symbols);
/* All symbols of `from`, made by intern_all alone, in their order: symbols[s] becomes what `s` of `from` is here.
 * The texts must outlive this interner too. */
void intern_merge(Interner *interner, const Interner *from, Sym *symbols);
/* A copy that knows the same symbols and then goes its own way, say on another thread. Texts known to both are not
 * copied: `interner` must outlive it. */
Interner *interner_fork(const Interner *interner);
/* Room for so many symbols. */
void interner_reserve(Interner *interner, uint32_t count);
Sym intern_cstr(Interner *interner, const char *text);
/* printf into a symbol. */
Sym intern_printf(Interner *interner, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The symbol of a text that was interned before, else 0. Never adds. */
Sym intern_find(const Interner *interner, const char *text, size_t length);

/* NUL-terminated, owned by the interner, valid until interner_free. */
const char *sym_text(const Interner *interner, Sym sym);
size_t sym_length(const Interner *interner, Sym sym);
uint32_t interner_count(const Interner *interner);
/* -1, 0, 1 by bytes (the order of every output). */
int sym_compare(const Interner *interner, Sym a, Sym b);

#endif
