#include "base/arena.h"

#include <glib.h>
#include <string.h>

#define ARENA_ALIGNMENT 16
#define ARENA_MIN_CHUNK (64 * 1024)

struct ArenaChunk {
    ArenaChunk *next;
    size_t capacity;
    _Alignas(ARENA_ALIGNMENT) unsigned char bytes[];
};

void arena_init(Arena *arena)
{
    *arena = (Arena){0};
}

void arena_clear(Arena *arena)
{
    while (arena->chunk != NULL) {
        ArenaChunk *next = arena->chunk->next;
        g_free(arena->chunk);
        arena->chunk = next;
    }
    arena->used = 0;
}

void arena_absorb(Arena *arena, Arena *from)
{
    ArenaChunk *last = from->chunk;

    if (arena->chunk == NULL) {
        *arena = *from;
    } else if (last != NULL) {
        while (last->next != NULL)
            last = last->next;
        last->next = arena->chunk->next;
        arena->chunk->next = from->chunk;
    }
    *from = (Arena){0};
}

void arena_reset(Arena *arena)
{
    ArenaChunk *largest = NULL;

    while (arena->chunk != NULL) {
        ArenaChunk *chunk = arena->chunk;
        arena->chunk = chunk->next;
        if (largest == NULL || chunk->capacity > largest->capacity) {
            g_free(largest);
            largest = chunk;
        } else {
            g_free(chunk);
        }
    }
    if (largest != NULL)
        largest->next = NULL;
    arena->chunk = largest;
    arena->used = 0;
}

void *arena_alloc(Arena *arena, size_t size)
{
    size_t rounded = (size + ARENA_ALIGNMENT - 1) & ~(size_t)(ARENA_ALIGNMENT - 1);

    g_assert(rounded >= size);
    if (arena->chunk == NULL || arena->chunk->capacity - arena->used < rounded) {
        size_t capacity = arena->chunk != NULL ? arena->chunk->capacity : ARENA_MIN_CHUNK / 2;
        capacity = MIN(capacity * 2, (size_t)16 * 1024 * 1024);
        if (capacity < rounded)
            capacity = rounded;
        ArenaChunk *chunk = g_malloc(sizeof *chunk + capacity);
        chunk->next = arena->chunk;
        chunk->capacity = capacity;
        arena->chunk = chunk;
        arena->used = 0;
    }
    void *result = arena->chunk->bytes + arena->used;
    arena->used += rounded;
    return memset(result, 0, rounded);
}

char *arena_strndup(Arena *arena, const char *text, size_t length)
{
    char *copy = arena_alloc(arena, length + 1);

    if (length > 0)
        memcpy(copy, text, length);
    return copy;
}
