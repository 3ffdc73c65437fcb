/* arena.h — memory that lives as long as the run, or as long as one file's parse.
 *
 * A bump allocator over chunks. Nothing is freed singly; arena_reset keeps the largest chunk so
 * that a thread parsing ten thousand files allocates it once. Not thread-safe: one arena a thread. */
#ifndef ONEDEF_BASE_ARENA_H
#define ONEDEF_BASE_ARENA_H

#include <stddef.h>

typedef struct ArenaChunk ArenaChunk;

/* Arena — a list of chunks, newest first; `used` counts bytes of the newest one. */
typedef struct Arena {
    ArenaChunk *chunk;
    size_t used;
} Arena;

void arena_init(Arena *arena);
void arena_clear(Arena *arena);
void arena_reset(Arena *arena);
/* Takes over what lies in `from`, which is empty afterwards. */
void arena_absorb(Arena *arena, Arena *from);
/* Returns `size` zeroed bytes aligned for any type; never NULL (aborts when memory is gone). */
void *arena_alloc(Arena *arena, size_t size);
/* Returns a NUL-terminated copy of `length` bytes. */
char *arena_strndup(Arena *arena, const char *text, size_t length);

#define arena_new(arena, Type) ((Type *)arena_alloc((arena), sizeof(Type)))
#define arena_array(arena, Type, count) ((Type *)arena_alloc((arena), sizeof(Type) * (size_t)(count)))

#endif
