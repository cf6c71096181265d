/* SPDX-License-Identifier: Apache-2.0 */
/* SIGHUP: the configuration and the accounts are read again. What is wrong changes nothing. */
#define _POSIX_C_SOURCE 200809L

#include "programs/program.h"

#include "loom/service.h"

#include <stdlib.h>

static void report(void *user, const char *message)
{
    loom_program_say(user, "reload-error", LOOM_LOG_ERROR, message);
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
    loom_fleet_accounts_free(program->accounts);
    program->accounts = accounts;
    program->store = loom_fleet_accounts_store(accounts);
    for (size_t i = 0; i < program->part_count; i++) {
        const struct loom_program_part *part = &program->parts[i];
        if (part->reload != NULL) {
            part->reload(part->self);
        }
    }
}

static bool reload(struct loom_program *program)
{
    struct loom_settings fresh;
    struct loom_fleet_accounts *accounts = NULL;
    if (loom_options_read(program->options, program->argc, program->argv, &fresh, report, program) <
        0) {
        accounts = loom_program_load_accounts(program, &fresh, report, program);
    }
    if (accounts == NULL) {
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
