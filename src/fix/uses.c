/* Who uses one of these names? Without types it cannot be known whose attribute `x.name` is, so the text of
 * every file is looked at: there is a use of `name` where `.name`, `"name"` or `(name=` stands.
 *
 * A plan asks that for many definitions, and a name that nobody uses is looked for in every file. So all
 * questions are asked together: each file is read once, by whatever thread is free, and searched for all
 * names at once (Wu and Manber 1994: where the last bytes of a window stand in no name, the window moves on
 * by almost its whole length). The window is as short as the shortest name: where a few short ones stand in
 * the way of many long ones, they are searched for one by one. Most questions are answered by the first few
 * files. The files are therefore taken in rounds, each twice as long as the one before, and the names of
 * answered questions are dropped in between: what is left are a few long names.
 *
 * The answer to a question is the smallest file id with a use, so it does not depend on who comes first. */
#include "fix/uses.h"

#include <pthread.h>
#include <string.h>

#include "base/pool.h"

enum { FIRST_ROUND = 32, BLOCK_BITS = 13, MAX_BLOCK = 3 };

/* Needle — one name of one question. */
typedef struct Needle {
    const char *text;
    uint32_t length;
    uint32_t
        next; /* 1 + index of another with this text, or with the same block at the window's end; 0: none */
    UseQuestion *question;
} Needle;

typedef struct UseSearch {
    Source *source;
    const Program *program;
    const char **paths; /* by file: taken before the search begins, for others may intern meanwhile */
    uint32_t workers;
    pthread_t thread;
    bool apart; /* `thread` runs */
    UseQuestion *questions;
    uint32_t n_questions;
    uint32_t first_file; /* of this round */
    Needle *needles;     /* the shortest first, equal ones together */
    uint32_t n_needles;
    uint32_t n_lone; /* of these: searched for one by one */
    uint32_t window; /* bytes: the shortest of the others, within bounds */
    uint32_t block;  /* bytes at the window's end that are looked up */
    uint8_t shift[1 << BLOCK_BITS];
    uint32_t first[1 << BLOCK_BITS]; /* where shift is 0: 1 + index of a needle */
} UseSearch;

/* --- one name --- */

static bool is_word(char c)
{
    return g_ascii_isalnum(c) || c == '_' || (unsigned char)c >= 0x80;
}

/* Is the name at `at` used: `.name`, `"name"`, `(name=`? */
static bool is_use(const char *text, size_t length, size_t at, size_t n)
{
    size_t before = at, after = at + n;

    if ((at > 0 && is_word(text[at - 1])) || (after < length && is_word(text[after])))
        return false;
    if (at > 0 && after < length && (text[at - 1] == '"' || text[at - 1] == '\'') &&
        text[after] == text[at - 1])
        return true;
    while (before > 0 && strchr(" \t\r\n\\", text[before - 1]) != NULL)
        before--;
    while (after < length && (text[after] == ' ' || text[after] == '\t'))
        after++;
    if (before > 0 && text[before - 1] == '.')
        return true;
    return before > 0 && (text[before - 1] == '(' || text[before - 1] == ',') && after + 1 < length &&
           text[after] == '=' && text[after + 1] != '=';
}

size_t uses_find(const char *text, size_t length, const char *name, size_t start, size_t end)
{
    size_t n = strlen(name);

    for (const char *hit = length > 0 ? memmem(text, length, name, n) : NULL; hit != NULL;) {
        size_t at = (size_t)(hit - text);
        if ((at < start || at >= end) && is_use(text, length, at, n))
            return at;
        hit = memmem(hit + 1, length - at - 1, name, n);
    }
    return length;
}

/* --- many names --- */

static uint32_t block_at(const UseSearch *search, const char *text)
{
    uint32_t value = (uint8_t)text[0];

    if (search->block > 1)
        value |= (uint32_t)(uint8_t)text[1] << 8;
    if (search->block > 2)
        value |= (uint32_t)(uint8_t)text[2] << 16;
    return (value * 2654435761u) >> (32 - BLOCK_BITS);
}

static bool is_open(const UseQuestion *question, Id file)
{
    return atomic_load_explicit(&question->file, memory_order_relaxed) > file;
}

static void add_needle(UseSearch *search, uint32_t index)
{
    Needle *needle = &search->needles[index];
    uint32_t last = search->window - search->block;

    for (uint32_t i = 0; i <= last; i++) {
        uint32_t block = block_at(search, needle->text + i);
        search->shift[block] = (uint8_t)MIN(search->shift[block], last - i);
        if (i == last) {
            needle->next = search->first[block];
            search->first[block] = index + 1;
        }
    }
}

static int compare_needles(const void *a, const void *b)
{
    const Needle *x = a, *y = b;

    if (x->length != y->length)
        return x->length < y->length ? -1 : 1;
    return strcmp(x->text, y->text);
}

/* The window for needles of that length and more. */
static uint32_t window_of(uint32_t length)
{
    return MIN(length, (uint32_t)UINT8_MAX);
}

/* How many of the shortest to search for by themselves. In units of about a nanosecond a byte; a search for
 * one name moves by its length, too, and looks up nothing. */
static uint32_t count_lone(const UseSearch *search)
{
    double lone = 0, least = 0;
    uint32_t best = 0;

    for (uint32_t i = 0; i <= search->n_needles; i++) {
        bool again = i > 0 && i < search->n_needles &&
                     compare_needles(&search->needles[i - 1], &search->needles[i]) == 0;
        uint32_t window = i < search->n_needles ? window_of(search->needles[i].length) : 0;
        double cost = lone + (window > 0 ? 4.0 / (window - MIN(window, MAX_BLOCK) + 1) : 0);
        if (!again && (i == 0 || cost < least)) {
            least = cost;
            best = i;
        }
        if (!again && window > 0)
            lone += 1.0 / window;
    }
    return best;
}

/* The names of questions that no file before `file` has answered. */
static void prepare(UseSearch *search, Id file)
{
    search->n_needles = 0;
    for (uint32_t q = 0; q < search->n_questions; q++)
        for (uint32_t i = 0; i < search->questions[q].n_names && is_open(&search->questions[q], file); i++) {
            const char *text = search->questions[q].names[i];
            search->needles[search->n_needles++] =
                (Needle){.text = text, .length = (uint32_t)strlen(text), .question = &search->questions[q]};
        }
    if (search->n_needles > 1)
        qsort(search->needles, search->n_needles, sizeof *search->needles, compare_needles);
    search->n_lone = count_lone(search);
    for (uint32_t i = 0; i + 1 < search->n_lone; i++)
        if (compare_needles(&search->needles[i], &search->needles[i + 1]) == 0)
            search->needles[i].next = i + 2;
    if (search->n_lone == search->n_needles)
        return;
    search->window = window_of(search->needles[search->n_lone].length);
    search->block = MIN(search->window, MAX_BLOCK);
    memset(search->shift, (int)(search->window - search->block + 1), sizeof search->shift);
    memset(search->first, 0, sizeof search->first);
    for (uint32_t i = search->n_lone; i < search->n_needles; i++)
        add_needle(search, i);
}

static void answer(UseQuestion *question, Id file)
{
    Id known = atomic_load_explicit(&question->file, memory_order_relaxed);

    while (known > file && !atomic_compare_exchange_weak_explicit(
                               &question->file, &known, file, memory_order_relaxed, memory_order_relaxed)) {
    }
}

/* Does the definition that asks hold this place itself? */
static bool is_own(const UseSearch *search, const UseQuestion *question, Id file, size_t at)
{
    const FactsDefinition *fact = program_definition_fact(search->program, question->definition);

    return program_definition_file(search->program, question->definition) == &search->program->files[file] &&
           at >= fact->start && at < fact->end;
}

/* A place where the needle stands: is it a use? */
static void look(const UseSearch *search, const Needle *needle, Id file, const char *text, size_t length,
                 size_t at)
{
    if (is_open(needle->question, file) && !is_own(search, needle->question, file, at) &&
        is_use(text, length, at, needle->length))
        answer(needle->question, file);
}

/* Needle `i` and those of the same text behind it. */
static void search_lone(const UseSearch *search, uint32_t i, Id file, const char *text, size_t length)
{
    for (const char *from = text; from != NULL;) {
        bool open = false;
        for (uint32_t k = i + 1; k != 0; k = search->needles[k - 1].next)
            open = open || is_open(search->needles[k - 1].question, file);
        const char *hit = open ? memmem(from, length - (size_t)(from - text), search->needles[i].text,
                                        search->needles[i].length)
                               : NULL;
        for (uint32_t k = i + 1; k != 0 && hit != NULL; k = search->needles[k - 1].next)
            look(search, &search->needles[k - 1], file, text, length, (size_t)(hit - text));
        from = hit != NULL ? hit + 1 : NULL;
    }
}

static void search_window(const UseSearch *search, Id file, const char *text, size_t length)
{
    for (size_t at = 0; at + search->window <= length;) {
        uint32_t block = block_at(search, text + at + search->window - search->block);
        if (search->shift[block] > 0) {
            at += search->shift[block];
            continue;
        }
        for (uint32_t i = search->first[block]; i != 0; i = search->needles[i - 1].next) {
            const Needle *needle = &search->needles[i - 1];
            if (needle->length <= length - at && memcmp(text + at, needle->text, needle->length) == 0)
                look(search, needle, file, text, length, at);
        }
        at++;
    }
}

static void search_text(const UseSearch *search, Id file, const char *text, size_t length)
{
    for (uint32_t i = 0; i < search->n_lone; i++)
        if (i == 0 || search->needles[i - 1].next != i + 1)
            search_lone(search, i, file, text, length);
    if (search->n_lone < search->n_needles)
        search_window(search, file, text, length);
}

static void search_file(void *context, uint32_t item, uint32_t worker)
{
    const UseSearch *search = context;
    Id id = search->first_file + item;
    const File *file = &search->program->files[id];
    size_t length = 0;

    (void)worker;
    if (file->facts.header == NULL || file->real_path != 0)
        return;
    g_autoptr(GBytes) bytes = source_read(search->source, search->paths[id], NULL);
    const char *text = bytes != NULL ? g_bytes_get_data(bytes, &length) : NULL;
    if (text != NULL)
        search_text(search, id, text, length);
}

/* --- all of it --- */

static void *answer_all(void *data)
{
    UseSearch *search = data;
    uint32_t round = FIRST_ROUND;

    for (uint32_t next = 0; next < search->program->n_files; round *= 2) {
        uint32_t count = MIN(round, search->program->n_files - next);
        search->first_file = next;
        prepare(search, next);
        if (search->n_needles == 0)
            break;
        pool_run(search->workers, count, search_file, search);
        next += count;
    }
    return NULL;
}

static UseSearch *search_new(Source *source, const Program *program, UseQuestion *questions,
                             uint32_t n_questions, uint32_t jobs)
{
    UseSearch *search = g_new0(UseSearch, 1);
    uint32_t n_names = 0;

    search->source = source;
    search->program = program;
    search->questions = questions;
    search->n_questions = n_questions;
    search->workers = pool_workers(jobs);
    for (uint32_t q = 0; q < n_questions; q++) {
        atomic_store_explicit(&questions[q].file, ID_NONE, memory_order_relaxed);
        n_names += questions[q].n_names;
    }
    search->needles = g_new(Needle, n_names + 1);
    search->paths = g_new(const char *, program->n_files + 1);
    for (Id f = 0; f < program->n_files; f++)
        search->paths[f] = program_text(program, program->files[f].path);
    return search;
}

UseSearch *uses_start(Source *source, const Program *program, UseQuestion *questions, uint32_t n_questions,
                      uint32_t jobs)
{
    UseSearch *search = search_new(source, program, questions, n_questions, jobs);

    search->apart = n_questions > 0 && search->workers > 1 &&
                    pthread_create(&search->thread, NULL, answer_all, search) == 0;
    return search;
}

void uses_wait(UseSearch *search)
{
    if (search->apart)
        pthread_join(search->thread, NULL);
    else
        answer_all(search);
    g_free(search->paths);
    g_free(search->needles);
    g_free(search);
}

void uses_answer(Source *source, const Program *program, UseQuestion *questions, uint32_t n_questions,
                 uint32_t jobs)
{
    UseSearch *search = search_new(source, program, questions, n_questions, jobs);

    uses_wait(search);
}
