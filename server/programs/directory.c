/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L

#include "programs/directory.h"

#include "common/memory.h"
#include "store/schema.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define MESSAGE_MAX 768

static int64_t unix_now(void)
{
    struct timespec time = {0, 0};
    (void)clock_gettime(CLOCK_REALTIME, &time);
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
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
    if (sealed) { /* a new one would open none of it */
        (void)snprintf(error->text, sizeof error->text,
                       "the store has keys that are sealed under a file that is not there; put it "
                       "back: %s",
                       key_file);
        return false;
    }
    return loom_seal_make_file(key_file, error) == LOOM_SEAL_OK &&
           loom_seal_open(key_file, &self->seal, error) == LOOM_SEAL_OK;
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
        .server = kind, .catalog = catalog, .seed = (uint64_t)unix_now()};
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

void loom_program_directory_close(struct loom_program_directory *self)
{
    loom_directory_destroy(self->directory);
    loom_kept_destroy(self->kept);
    loom_seal_close(self->seal);
    loom_database_close(self->database);
    memset(self, 0, sizeof *self);
}
