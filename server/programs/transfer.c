/* SPDX-License-Identifier: Apache-2.0 */
/* `import` and `export`: accounts from files into the store, and back. */
#define _POSIX_C_SOURCE 200809L

#include "programs/directory.h"

#include "accounts/import.h"
#include "catalog/standard.h"
#include "common/memory.h"
#include "models/models.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define EXIT_USAGE  2
#define MODELS_MAX  8u
#define MISTAKE_MAX 1024u

/* What is to be done. */
struct transfer {
    const char *program;
    bool exports;
    enum loom_fleet_accounts_kind kind;
    const char *store;
    const char *key_file;
    const char *format; /* NULL: by the name of the file */
    const char *models[MODELS_MAX];
    size_t model_count;
    bool try;
    bool keys;
    const char *file;
};

static const struct option options[] = {
    {"store", required_argument, NULL, 's'},  {"store-key", required_argument, NULL, 'k'},
    {"format", required_argument, NULL, 'f'}, {"models", required_argument, NULL, 'm'},
    {"dry-run", no_argument, NULL, 'n'},      {"with-keys", no_argument, NULL, 'w'},
    {"help", no_argument, NULL, 'h'},         {NULL, 0, NULL, 0},
};

static void print_help(const struct transfer *transfer)
{
    (void)printf(
        "Usage: %s import FILE --store URI --store-key FILE [--format FORMAT] [--dry-run]\n"
        "       %s export FILE --store URI --store-key FILE [--with-keys]\n\n"
        "import takes accounts, profiles and groups from a file; each line is taken as a whole\n"
        "or not at all. export writes all of them, as lines of JSON, into a new file.\n\n"
        "  --store URI      sqlite:FILE or postgresql://...\n"
        "  --store-key FILE what keys are sealed under\n"
        "  --format FORMAT  accounts, ndjson or csv; by the name of the file unless given\n"
        "  --models PATH    object models besides those compiled in\n"
        "  --dry-run        checks and says what is wrong, and changes nothing\n"
        "  --with-keys      the keys, too; the file is for its owner alone (0600)\n",
        transfer->program, transfer->program);
}

static int wrong(const struct transfer *transfer, const char *what)
{
    (void)fprintf(stderr, "%s: %s\nTry '%s import --help'.\n", transfer->program, what,
                  transfer->program);
    return EXIT_USAGE;
}

/* @return -1: go on */
static int take_option(struct transfer *transfer, int option)
{
    switch (option) {
    case 's':
        transfer->store = optarg;
        return -1;
    case 'k':
        transfer->key_file = optarg;
        return -1;
    case 'f':
        transfer->format = optarg;
        return -1;
    case 'm':
        if (transfer->model_count == MODELS_MAX) {
            return wrong(transfer, "too many --models");
        }
        transfer->models[transfer->model_count++] = optarg;
        return -1;
    case 'n':
        transfer->try = true;
        return -1;
    case 'w':
        transfer->keys = true;
        return -1;
    case 'h':
        print_help(transfer);
        return EXIT_SUCCESS;
    default:
        return wrong(transfer, "unknown option");
    }
}

static int read_options(struct transfer *transfer, int argc, char **argv)
{
    int option;
    int status = -1;
    while (status < 0 && (option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        status = take_option(transfer, option);
    }
    if (status >= 0) {
        return status;
    }
    if (optind + 1 != argc) {
        return wrong(transfer, "one FILE is expected");
    }
    transfer->file = argv[optind];
    if (transfer->store == NULL || transfer->key_file == NULL) {
        return wrong(transfer, "--store and --store-key are needed");
    }
    return -1;
}

/* ---- import ---------------------------------------------------------------------------------- */

static void print_line(void *user, const char *message)
{
    (void)user;
    (void)fprintf(stderr, "%s\n", message);
}

static void print_result(const struct transfer *transfer, const struct loom_import_result *result)
{
    if (!result->good) {
        (void)fprintf(stderr, "%s:%zu: error: %.*s%s%s%s%s\n", transfer->file, result->line,
                      (int)result->name.length, result->name.length > 0 ? result->name.data : "",
                      result->name.length > 0 ? ": " : "", result->at,
                      result->at[0] != '\0' ? ": " : "", result->detail);
    }
}

static bool ends_with(const char *name, const char *end)
{
    size_t length = strlen(name);
    size_t end_length = strlen(end);
    return length >= end_length && strcmp(name + length - end_length, end) == 0;
}

static const char *format_of(const struct transfer *transfer)
{
    if (transfer->format != NULL) {
        return transfer->format;
    }
    return ends_with(transfer->file, ".csv") ? "csv"
           : ends_with(transfer->file, ".ndjson") || ends_with(transfer->file, ".jsonl")
               ? "ndjson"
               : "accounts";
}

/* What of a file is of no account. */
static void tell_others(const struct transfer *transfer, const struct loom_fleet_accounts *accounts,
                        const struct loom_fleet_store *store)
{
    if (store->allows_any(store->self)) {
        (void)fprintf(stderr,
                      "%s: warning: [any] is not taken; give a group the member \"any\": true\n",
                      transfer->file);
    }
    if (loom_fleet_accounts_profile_count(accounts) > 0) {
        (void)fprintf(
            stderr,
            "%s: warning: [profile ID] is not taken; make a profile of this name with the "
            "member \"objects\"\n",
            transfer->file);
    }
}

/* An import while it runs. */
struct running {
    const struct transfer *transfer;
    FILE *file;
    struct loom_fleet_accounts *accounts;
    const struct loom_fleet_account **held; /* references to all of them */
    size_t count;
    size_t at;
    bool no_memory;
    bool good;
    struct loom_import_counts counts;
};

static void on_line(void *user, const struct loom_import_result *result)
{
    print_result(((const struct running *)user)->transfer, result);
}

static void on_done(void *user, enum loom_status status, const struct loom_import_counts *counts)
{
    struct running *running = user;
    running->good = status == LOOM_OK;
    running->counts = *counts;
}

static size_t read_file(void *user, char *piece, size_t size)
{
    return fread(piece, 1, size, ((const struct running *)user)->file);
}

static const struct loom_fleet_account *next_account(void *user)
{
    struct running *running = user;
    return running->at == running->count ? NULL : running->held[running->at++];
}

static void hold(void *user, const struct loom_fleet_account *account)
{
    struct running *running = user;
    const struct loom_fleet_account **grown =
        loom_memory_grow(running->held, running->count, sizeof *grown);
    running->no_memory |= grown == NULL;
    if (grown != NULL) {
        running->held = grown;
        running->held[running->count++] = loom_fleet_account_hold(account);
    }
}

static bool open_accounts(struct running *running, const struct loom_catalog *catalog)
{
    running->accounts = loom_fleet_accounts_load(running->transfer->file, running->transfer->kind,
                                                 catalog, print_line, NULL);
    if (running->accounts == NULL) {
        return false;
    }
    struct loom_fleet_store store = loom_fleet_accounts_store(running->accounts);
    tell_others(running->transfer, running->accounts, &store);
    store.each(store.self, hold, running);
    if (running->no_memory) {
        (void)fprintf(stderr, "%s: error: out of memory\n", running->transfer->file);
    }
    return !running->no_memory;
}

static bool open_lines(struct running *running)
{
    const char *name = running->transfer->file;
    running->file = strcmp(name, "-") == 0 ? stdin : fopen(name, "rb");
    if (running->file == NULL) {
        (void)fprintf(stderr, "%s: error: %s\n", name, strerror(errno));
        return false;
    }
    (void)setvbuf(running->file, NULL, _IONBF, 0); /* no copy of the keys stays behind */
    return true;
}

static bool run_posted(struct running *running, struct loom_program_directory *directory,
                       const struct loom_import_options *wanted)
{
    if (!loom_program_directory_write(directory, NULL) ||
        !loom_import_post(directory->directory, wanted)) {
        (void)fprintf(stderr, "%s: error: out of memory\n", running->transfer->file);
        return false;
    }
    loom_program_directory_finish(directory);
    return running->good && (running->file == NULL || ferror(running->file) == 0);
}

static void end_running(struct running *running)
{
    while (running->at < running->count) {
        loom_fleet_account_release(running->held[running->at++]);
    }
    free(running->held);
    loom_fleet_accounts_free(running->accounts);
    if (running->file != NULL && running->file != stdin) {
        (void)fclose(running->file);
    }
}

static bool run_import(const struct transfer *transfer, struct loom_program_directory *directory)
{
    struct running running = {.transfer = transfer};
    struct loom_import_options wanted = {
        .try = transfer->try, .report = on_line, .done = on_done, .user = &running};
    const char *format = format_of(transfer);
    bool accounts = strcmp(format, "accounts") == 0;
    bool csv = strcmp(format, "csv") == 0;
    if (!accounts && !csv && strcmp(format, "ndjson") != 0) {
        (void)wrong(transfer, "--format is accounts, ndjson or csv");
        return false;
    }
    wanted.format = csv ? LOOM_IMPORT_CSV : LOOM_IMPORT_NDJSON;
    wanted.next = accounts ? next_account : NULL;
    wanted.read = accounts ? NULL : read_file;
    bool good = (accounts ? open_accounts(&running, loom_directory_catalog(directory->directory))
                          : open_lines(&running)) &&
                run_posted(&running, directory, &wanted);
    end_running(&running);
    (void)printf("%zu %s, %zu with errors\n", running.counts.good,
                 transfer->try ? "could be taken" : "taken", running.counts.failed);
    return good && running.counts.failed == 0;
}

/* ---- export ---------------------------------------------------------------------------------- */

static bool put(void *user, struct loom_text line)
{
    return fwrite(line.data, 1, line.length, user) == line.length;
}

/* What is there is left alone, and nobody else may read what is made. */
static bool run_export(const struct transfer *transfer, const struct loom_directory *directory)
{
    int descriptor = open(transfer->file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    FILE *file = descriptor < 0 ? NULL : fdopen(descriptor, "wb");
    bool good = file != NULL;
    if (good) {
        (void)setvbuf(file, NULL, _IONBF, 0);
        good = loom_export(directory, transfer->keys, put, file) == LOOM_OK && !ferror(file) &&
               fsync(descriptor) == 0;
        good = fclose(file) == 0 && good;
    }
    if (!good) {
        (void)fprintf(stderr, "%s: error: %s\n", transfer->file, strerror(errno));
    }
    return good;
}

/* ---- both ------------------------------------------------------------------------------------ */

static bool run(const struct transfer *transfer)
{
    struct loom_program_directory directory;
    struct loom_models *models = loom_models_create(&loom_catalog_standard);
    bool good = models != NULL && (transfer->model_count == 0 ||
                                   loom_models_load(models, transfer->models, transfer->model_count,
                                                    print_line, NULL));
    memset(&directory, 0, sizeof directory);
    good = good && loom_program_directory_open(&directory, transfer->store, transfer->key_file,
                                               transfer->kind, loom_models_catalog(models),
                                               print_line, NULL);
    good = good && (transfer->exports ? run_export(transfer, directory.directory)
                                      : run_import(transfer, &directory));
    loom_program_directory_close(&directory);
    loom_models_destroy(models);
    return good;
}

int loom_program_transfer(const char *program, enum loom_fleet_accounts_kind kind, int argc,
                          char **argv)
{
    struct transfer transfer = {.program = program, .kind = kind};
    if (argc < 2 || (strcmp(argv[1], "import") != 0 && strcmp(argv[1], "export") != 0)) {
        return -1;
    }
    transfer.exports = strcmp(argv[1], "export") == 0;
    int status = read_options(&transfer, argc - 1, argv + 1);
    if (status >= 0) {
        return status;
    }
    return run(&transfer) ? EXIT_SUCCESS : EXIT_FAILURE;
}
