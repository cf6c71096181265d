/* SPDX-License-Identifier: Apache-2.0 */
/* SIGHUP: configuration, models and accounts are read again. What is wrong changes nothing. */
#define _POSIX_C_SOURCE 200809L

#include "programs/program.h"

#include "catalog/standard.h"
#include "loom/service.h"

#include <stdlib.h>
#include <string.h>

static void report(void *user, const char *message)
{
    loom_program_say(user, "reload-error", LOOM_LOG_ERROR, message);
}

/* Models that take the place of others are no error. */
static void report_model(void *user, const char *message)
{
    bool error = strstr(message, ": error: ") != NULL;
    loom_program_say(user, error ? "reload-error" : "reload-notice",
                     error ? LOOM_LOG_ERROR : LOOM_LOG_INFO, message);
}

static void hear_nothing(void *user, const char *message)
{
    (void)user;
    (void)message;
}

static void tell_of_restarts(struct loom_program *program, const struct loom_settings *fresh)
{
    const struct loom_option *row;
    for (size_t i = 0; (row = loom_options_row(program->options, i)) != NULL; i++) {
        if (!row->live && !loom_option_same(row, &program->settings, fresh)) {
            loom_program_say(program, "restart-needed", LOOM_LOG_WARNING, row->name);
        }
    }
}

static void adopt(struct loom_program *program, const struct loom_settings *fresh,
                  struct loom_fleet_accounts *accounts)
{
    tell_of_restarts(program, fresh);
    loom_settings_end(&program->settings);
    program->settings = *fresh;
    /* Bootstraps that run, and handshakes, hold the accounts that they began with. */
    if (!program->accounts_are_kept) {
        loom_fleet_accounts_free(program->accounts);
        program->accounts = accounts;
        program->store = loom_fleet_accounts_store(accounts);
    }
    for (size_t i = 0; i < program->part_count; i++) {
        const struct loom_program_part *part = &program->parts[i];
        if (part->reload != NULL) {
            part->reload(part->self);
        }
    }
}

/* Reads models and accounts without changing anything. The accounts are read by a catalog of the
 * new models, which they do not need afterwards.
 * @param accounts out: NULL if a database has them
 * @return false after an error */
static bool try(struct loom_program *program, const struct loom_settings *fresh,
                struct loom_fleet_accounts **accounts)
{
    struct loom_models *models = loom_models_create(&loom_catalog_standard);
    if (models == NULL) {
        report(program, "out of memory");
        return false;
    }
    bool good =
        fresh->models.count == 0 ||
        loom_models_load(models, fresh->models.value, fresh->models.count, report_model, program);
    if (good && !program->accounts_are_kept) {
        *accounts = loom_program_load_accounts(program, fresh, loom_models_catalog(models), report,
                                               program);
        good = *accounts != NULL;
    }
    loom_models_destroy(models);
    return good;
}

/* Models that were right a moment ago. @return false: now they are not */
static bool take_models(struct loom_program *program, const struct loom_settings *fresh)
{
    if (fresh->models.count == 0 || loom_models_load(program->models, fresh->models.value,
                                                     fresh->models.count, hear_nothing, NULL)) {
        return true;
    }
    report(program, "the models cannot be read any more");
    return false;
}

static bool reload(struct loom_program *program)
{
    struct loom_settings fresh;
    struct loom_fleet_accounts *accounts = NULL;
    bool good = false;
    if (loom_options_read(program->options, program->argc, program->argv, &fresh, report, program) <
        0) {
        good = try(program, &fresh, &accounts) && take_models(program, &fresh);
    }
    if (!good) {
        loom_fleet_accounts_free(accounts);
        loom_settings_end(&fresh);
        return false;
    }
    adopt(program, &fresh, accounts);
    return true;
}

void loom_program_reload(struct loom_program *program)
{
    (void)loom_service_tell_reloading();
    bool good = reload(program);
    program->reloads_refused += good ? 0 : 1;
    loom_program_say(
        program, good ? "reloaded" : "reload-refused", good ? LOOM_LOG_INFO : LOOM_LOG_ERROR,
        good ? "the new configuration and accounts are in effect" : "nothing was changed");
    (void)loom_service_tell(good ? "READY=1\nSTATUS=Listening"
                                 : "READY=1\nSTATUS=The last reload was refused; see the log");
}
