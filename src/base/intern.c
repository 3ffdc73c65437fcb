/* Open addressing over a power-of-two table of symbols; each symbol keeps half of its 64-bit hash, so that
 * growing never touches the texts and a probe compares bytes only where the hashes agree. */
#include "base/intern.h"

#include <glib.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>
#include <xxhash.h>

#include "base/arena.h"

typedef struct Entry {
    const char *text;
    uint32_t hash, length;
} Entry;

struct Interner {
    Arena arena;
    Entry *entries; /* by symbol */
    uint32_t count, capacity;
    uint32_t *table; /* symbol or 0; the empty string is never in the table */
    uint32_t mask;
};

Interner *interner_new(void)
{
    Interner *in = g_new0(Interner, 1);

    arena_init(&in->arena);
    in->capacity = 1024;
    in->entries = g_new(Entry, in->capacity);
    in->entries[0] = (Entry){.text = "", .hash = 0, .length = 0};
    in->count = 1;
    in->mask = 4095;
    in->table = g_new0(uint32_t, in->mask + 1);
    return in;
}

Interner *interner_fork(const Interner *in)
{
    Interner *fork = g_new0(Interner, 1);

    arena_init(&fork->arena);
    fork->capacity = in->count + in->count / 8 + 1024;
    fork->entries = g_new(Entry, fork->capacity);
    memcpy(fork->entries, in->entries, sizeof *in->entries * in->count);
    fork->count = in->count;
    fork->mask = in->mask;
    fork->table = g_memdup2(in->table, sizeof *in->table * ((size_t)in->mask + 1));
    return fork;
}

void interner_free(Interner *in)
{
    if (in == NULL)
        return;
    arena_clear(&in->arena);
    g_free(in->entries);
    g_free(in->table);
    g_free(in);
}

static void grow_table(Interner *in, uint32_t mask)
{
    uint32_t *table = g_new0(uint32_t, (size_t)mask + 1);

    for (uint32_t sym = 1; sym < in->count; sym++) {
        uint32_t slot = in->entries[sym].hash & mask;
        while (table[slot] != 0)
            slot = (slot + 1) & mask;
        table[slot] = sym;
    }
    g_free(in->table);
    in->table = table;
    in->mask = mask;
}

void interner_reserve(Interner *in, uint32_t count)
{
    uint32_t mask = in->mask;

    if (count > in->capacity) {
        in->capacity = count;
        in->entries = g_renew(Entry, in->entries, in->capacity);
    }
    while (mask / 2 < count && mask < UINT32_MAX / 4)
        mask = mask * 2 + 1;
    if (mask > in->mask)
        grow_table(in, mask);
}

static uint32_t find_slot(const Interner *in, const char *text, size_t length, uint32_t hash)
{
    uint32_t slot = hash & in->mask;

    while (in->table[slot] != 0) {
        const Entry *entry = &in->entries[in->table[slot]];
        if (entry->hash == hash && entry->length == length && memcmp(entry->text, text, length) == 0)
            break;
        slot = (slot + 1) & in->mask;
    }
    return slot;
}

static Sym add(Interner *in, const char *text, size_t length, uint64_t hash, bool copy)
{
    if (length == 0)
        return 0;
    uint32_t slot = find_slot(in, text, length, (uint32_t)hash);
    if (in->table[slot] != 0)
        return in->table[slot];

    g_assert(in->count < UINT32_MAX && length < UINT32_MAX);
    if (in->count == in->capacity) {
        in->capacity *= 2;
        in->entries = g_renew(Entry, in->entries, in->capacity);
    }
    Sym sym = in->count++;
    in->entries[sym] = (Entry){.text = copy ? arena_strndup(&in->arena, text, length) : text,
                               .hash = (uint32_t)hash,
                               .length = (uint32_t)length};
    in->table[slot] = sym;
    if (in->count > in->mask / 2)
        grow_table(in, in->mask * 2 + 1);
    return sym;
}

Sym intern_hashed(Interner *in, const char *text, size_t length, uint64_t hash)
{
    return add(in, text, length, hash, true);
}

/* A lookup waits for the table, then for the entry, then for its text. Each is fetched some texts
 * ahead of the one at hand. */
void intern_all(Interner *in, const InternText *texts, uint32_t count, Sym *symbols)
{
    enum { STEP = 6 };

    for (uint32_t i = 0; i < count + 3 * STEP; i++) {
        if (i < count)
            __builtin_prefetch(&in->table[(uint32_t)texts[i].hash & in->mask]);
        if (i >= STEP && i - STEP < count)
            __builtin_prefetch(&in->entries[in->table[(uint32_t)texts[i - STEP].hash & in->mask]]);
        if (i >= 2 * STEP && i - 2 * STEP < count)
            __builtin_prefetch(in->entries[in->table[(uint32_t)texts[i - 2 * STEP].hash & in->mask]].text);
        if (i >= 3 * STEP) {
            const InternText *text = &texts[i - 3 * STEP];
            symbols[i - 3 * STEP] = add(in, text->text, text->length, text->hash, false);
        }
    }
}

void intern_merge(Interner *in, const Interner *from, Sym *symbols)
{
    InternText texts[64];

    symbols[0] = 0;
    for (uint32_t first = 1; first < from->count; first += G_N_ELEMENTS(texts)) {
        uint32_t count = MIN(from->count - first, (uint32_t)G_N_ELEMENTS(texts));
        for (uint32_t i = 0; i < count; i++) {
            const Entry *entry = &from->entries[first + i];
            texts[i] = (InternText){entry->text, entry->length, entry->hash};
        }
        intern_all(in, texts, count, symbols + first);
    }
}

Sym intern(Interner *in, const char *text, size_t length)
{
    return intern_hashed(in, text, length, XXH3_64bits(text, length));
}

Sym intern_cstr(Interner *in, const char *text)
{
    return intern(in, text, strlen(text));
}

Sym intern_printf(Interner *in, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    g_autofree char *text = g_strdup_vprintf(format, args);
    va_end(args);
    return intern_cstr(in, text);
}

Sym intern_find(const Interner *in, const char *text, size_t length)
{
    if (length == 0)
        return 0;
    return in->table[find_slot(in, text, length, (uint32_t)XXH3_64bits(text, length))];
}

const char *sym_text(const Interner *in, Sym sym)
{
    g_assert(sym < in->count);
    return in->entries[sym].text;
}

size_t sym_length(const Interner *in, Sym sym)
{
    g_assert(sym < in->count);
    return in->entries[sym].length;
}

uint32_t interner_count(const Interner *in)
{
    return in->count;
}

int sym_compare(const Interner *in, Sym a, Sym b)
{
    if (a == b)
        return 0;
    const Entry *x = &in->entries[a], *y = &in->entries[b];
    int order = memcmp(x->text, y->text, MIN(x->length, y->length));
    if (order != 0)
        return order < 0 ? -1 : 1;
    return (x->length > y->length) - (x->length < y->length);
}
