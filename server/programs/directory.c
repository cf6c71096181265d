/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L

#include "programs/directory.h"

#include "common/memory.h"
#include "programs/store.h"
#include "programs/web.h"
#include "store/schema.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define MESSAGE_MAX 768

static int64_t unix_now(void)
{
    return loom_program_unix_now(NULL);
}

static uint64_t microseconds(void)
{
    struct timespec time = {0, 0};
    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000 + (uint64_t)time.tv_nsec / 1000;
}

/* Who hears of mistakes in documents hears of lines. */
struct listener {
    loom_fleet_accounts_report *report;
    void *user;
};

static void on_mistake(void *user, const char *at, const char *detail)
{
    const struct listener *listener = user;
    char text[MESSAGE_MAX];
    (void)snprintf(text, sizeof text, "%s: %s", at, detail);
    listener->report(listener->user, text);
}

static bool open_seal(struct loom_program_directory *self, const char *key_file,
                      struct loom_database_error *error)
{
    enum loom_seal_status status = loom_seal_open(key_file, &self->seal, error);
    bool sealed = false;
    if (status != LOOM_SEAL_NOT_FOUND) {
        return status == LOOM_SEAL_OK;
    }
    if (loom_kept_is_sealed(self->database, &sealed) != LOOM_DATABASE_OK) {
        (void)snprintf(error->text, sizeof error->text, "cannot read the store: %s",
                       loom_database_error(self->database));
        return false;
    }
    /* If something is sealed, a new one would open none of it. Another program that has begun at
     * the same time may have made it meanwhile. */
    struct loom_database_error unmade = {""};
    if (sealed) {
        (void)snprintf(unmade.text, sizeof unmade.text,
                       "the store has keys that are sealed under a file that is not there; put it "
                       "back: %s",
                       key_file);
    } else {
        (void)loom_seal_make_file(key_file, &unmade);
    }
    status = loom_seal_open(key_file, &self->seal, error);
    if (status == LOOM_SEAL_NOT_FOUND) {
        *error = unmade;
    }
    return status == LOOM_SEAL_OK;
}

static bool load(struct loom_program_directory *self, struct loom_directory_options *options,
                 const struct listener *listener)
{
    struct loom_kept_counts counts;
    enum loom_database_status status = loom_kept_secret(self->kept, options->secret);
    if (status == LOOM_DATABASE_OK) {
        self->directory = loom_directory_create(options);
    }
    loom_memory_wipe(options->secret, sizeof options->secret);
    if (self->directory != NULL) {
        status = loom_kept_load(self->kept, self->directory, &counts, on_mistake,
                                (void *)(uintptr_t)listener);
    }
    if (self->directory == NULL || status != LOOM_DATABASE_OK) {
        listener->report(listener->user,
                         status == LOOM_DATABASE_ERROR
                             ? "the accounts cannot be read: is the key file the right one?"
                             : "the accounts cannot be read from the store");
        return false;
    }
    return true;
}

bool loom_program_directory_open(struct loom_program_directory *self, const char *store,
                                 const char *key_file, enum loom_fleet_accounts_kind kind,
                                 const struct loom_catalog *catalog,
                                 loom_fleet_accounts_report *report, void *user)
{
    struct loom_database_error error;
    struct listener listener = {report, user};
    struct loom_directory_options options = {
        .server = kind, .catalog = catalog, .seed = (uint64_t)unix_now(), .clock = microseconds};
    memset(self, 0, sizeof *self);
    if (loom_store_open(store, &self->database, &error) != LOOM_DATABASE_OK ||
        !open_seal(self, key_file, &error)) {
        report(user, error.text);
        return false;
    }
    self->kept = loom_kept_create(self->database, self->seal, kind, unix_now);
    if (self->kept == NULL) {
        report(user, "out of memory");
        return false;
    }
    options.keeper = loom_kept_keeper(self->kept);
    return load(self, &options, &listener);
}

static void complain(void *user, const char *message)
{
    loom_program_fail(user, "%s", message);
}

bool loom_program_directory_begin(struct loom_program_directory *self, struct loom_program *program)
{
    const struct loom_settings *settings = &program->settings;
    if (settings->store_key == NULL) {
        return loom_program_accounts(program);
    }
    program->accounts_are_kept = true;
    if (!loom_program_directory_open(self, settings->store, settings->store_key, program->kind,
                                     program->catalog, complain, program)) {
        return false;
    }
    program->store = loom_directory_store(self->directory);
    return true;
}

/* ---- the part -------------------------------------------------------------------------------- */

static struct pollfd watch(void *user)
{
    const struct loom_program_directory *self = user;
    return (struct pollfd){loom_writer_descriptor(self->writer), POLLIN, 0};
}

static void step(void *user, short events)
{
    struct loom_program_directory *self = user;
    (void)events;
    loom_writer_step(self->writer);
    loom_directory_step(self->directory);
    loom_kept_step(self->kept);
}

static uint64_t deadline(void *user)
{
    const struct loom_program_directory *self = user;
    return loom_program_port_time(self->program, loom_directory_is_ready(self->directory)
                                                     ? 0
                                                     : loom_kept_deadline(self->kept));
}

static bool is_busy(void *user)
{
    return loom_directory_is_busy(((struct loom_program_directory *)user)->directory);
}

static const char *trouble(void *user)
{
    return loom_writer_lost(((struct loom_program_directory *)user)->writer) ? "store-lost" : NULL;
}

/* loom-server has another connection, which tells the same. */
static bool is_only_store(const struct loom_program_directory *self)
{
    return self->program != NULL && self->program->kind == LOOM_FLEET_BOOTSTRAP;
}

static void tell_change(void *user, bool lost)
{
    const struct loom_program_directory *self = user;
    struct loom_database_error error = loom_writer_error(self->writer);
    if (is_only_store(self)) {
        loom_program_say(self->program, lost ? "store-lost" : "store-back",
                         lost ? LOOM_LOG_ERROR : LOOM_LOG_INFO, lost ? error.text : "");
    }
}

static void print_metrics(void *user, FILE *out)
{
    const struct loom_program_directory *self = user;
    if (is_only_store(self)) {
        loom_program_store_metrics(self->writer, out);
    }
}

static void on_bad_document(void *user, const char *at, const char *detail)
{
    const struct loom_program_directory *self = user;
    char text[MESSAGE_MAX];
    (void)snprintf(text, sizeof text, "%s: %s", at, detail);
    if (self->program != NULL) {
        loom_program_say(self->program, "bad-document", LOOM_LOG_WARNING, text);
    }
}

bool loom_program_directory_write(struct loom_program_directory *self, struct loom_program *program)
{
    const struct loom_writer_options options = {.changed = tell_change, .user = self};
    const struct loom_program_part part = {.self = self,
                                           .watch = watch,
                                           .deadline = deadline,
                                           .step = step,
                                           .busy = is_busy,
                                           .metrics = print_metrics,
                                           .trouble = trouble};
    self->program = program;
    self->writer = loom_writer_create(self->database, &options);
    self->database = NULL; /* it is the writer's, or closed */
    if (self->writer == NULL) {
        return false;
    }
    loom_kept_begin(self->kept, self->directory, self->writer, on_bad_document, self);
    if (program != NULL) {
        loom_program_add(program, &part);
    }
    return true;
}

void loom_program_directory_finish(struct loom_program_directory *self)
{
    while (loom_directory_is_busy(self->directory)) {
        struct pollfd watched = watch(self);
        int wait = loom_directory_is_ready(self->directory) ? 0 : LOOM_KEPT_LOOK_MS;
        (void)poll(&watched, 1, wait);
        step(self, 0);
    }
}

void loom_program_directory_end(struct loom_program_directory *self)
{
    loom_writer_end(self->writer, LOOM_PROGRAM_STORE_PATIENCE_MS);
    self->writer = NULL;
    if (self->directory != NULL) {
        loom_directory_listen(self->directory, NULL, NULL);
        loom_directory_on_adopted(self->directory, NULL, NULL);
    }
}

void loom_program_directory_close(struct loom_program_directory *self)
{
    loom_program_directory_end(self);
    loom_directory_destroy(self->directory);
    loom_kept_destroy(self->kept);
    loom_seal_close(self->seal);
    loom_database_close(self->database);
    memset(self, 0, sizeof *self);
}
