/* The linker writes a hash of what it linked into a note (--build-id); the loader can be asked for
 * the headers of all objects in memory. No path, date or version number says as much. */
#include "base/build_id.h"

#include <elf.h>
#include <link.h>
#include <string.h>

typedef struct Search {
    Digest *digest;
    bool all_known;
} Search;

/* Notes are {name size, content size, type}, name, content, each padded to four bytes. */
static bool take_note(Digest *digest, const char *at, size_t size)
{
    while (size >= sizeof(ElfW(Nhdr))) {
        ElfW(Nhdr) note;
        memcpy(&note, at, sizeof note);
        size_t name = ((size_t)note.n_namesz + 3) & ~(size_t)3,
               content = ((size_t)note.n_descsz + 3) & ~(size_t)3, whole = sizeof note + name + content;
        if (name > size || content > size || whole > size)
            return false;
        if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 && memcmp(at + sizeof note, "GNU", 4) == 0) {
            digest_bytes(digest, at + sizeof note + name, note.n_descsz);
            return true;
        }
        at += whole;
        size -= whole;
    }
    return false;
}

static int take_object(struct dl_phdr_info *info, size_t size, void *data)
{
    Search *search = data;
    bool found = false;

    (void)size;
    if (g_str_has_prefix(info->dlpi_name, "linux-vdso") || g_str_has_prefix(info->dlpi_name, "linux-gate"))
        return 0; /* the kernel's: clocks */
    for (int i = 0; i < info->dlpi_phnum && !found; i++) {
        const ElfW(Phdr) *header = &info->dlpi_phdr[i];
        if (header->p_type == PT_NOTE)
            found =
                take_note(search->digest, (const char *)(info->dlpi_addr + header->p_vaddr), header->p_memsz);
    }
    search->all_known = search->all_known && found;
    return 0;
}

bool build_id_digest(Digest *digest)
{
    Search search = {.digest = digest, .all_known = true};

    dl_iterate_phdr(take_object, &search);
    return search.all_known;
}
