/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L

#include "programs/program.h"

#include "catalog/standard.h"
#include "loom/service.h"
#include "loom/signals.h"
#include "programs/trace.h"
#include "store/schema.h"
#include "web/kept_models.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SIGNALS, OUTPUT, INPUT, FIRST_PART };

static void print_message(void *user, const char *message)
{
    (void)user;
    loom_program_print_error(message);
}

int loom_program_begin(struct loom_program *program, const struct loom_options *options, int argc,
                       char **argv)
{
    program->name = options->program;
    program->options = options;
    program->argc = argc;
    program->argv = argv;
    int status = loom_options_read(options, argc, argv, &program->settings, print_message, NULL);
    if (status >= 0) {
        loom_settings_end(&program->settings);
        return status;
    }
    program->signals = loom_signals_catch();
    if (program->signals < 0 || !loom_signals_also(SIGHUP) || !loom_program_open_output(program)) {
        loom_program_fail(program, "%s", strerror(errno));
        return EXIT_FAILURE;
    }
    program->input_open = true;
    return -1;
}

struct loom_fleet_accounts *loom_program_load_accounts(const struct loom_program *program,
                                                       const struct loom_settings *settings,
                                                       const struct loom_catalog *catalog,
                                                       loom_fleet_accounts_report *report,
                                                       void *user)
{
    return settings->nosec_any
               ? loom_fleet_accounts_any()
               : loom_fleet_accounts_load(settings->accounts, program->kind, catalog, report, user);
}

/* By a connection of its own: whoever reads the database next may need the models for it. */
static bool restore_models(struct loom_program *program)
{
    struct loom_database *database = NULL;
    struct loom_database_error error;
    const char *store = program->settings.store;
    if (store == NULL) {
        return true;
    }
    if (loom_store_open(store, &database, &error) != LOOM_DATABASE_OK) {
        loom_program_fail(program, "cannot use the store: %s", error.text);
        return false;
    }
    bool good =
        loom_web_models_restore(program->models, database, print_message, NULL) == LOOM_DATABASE_OK;
    if (!good) {
        loom_program_fail(program, "cannot read the store: %s", loom_database_error(database));
    }
    loom_database_close(database);
    return good;
}

bool loom_program_models(struct loom_program *program)
{
    const struct loom_option_list *paths = &program->settings.models;
    program->models = loom_models_create(&loom_catalog_standard);
    if (program->models == NULL) {
        loom_program_fail(program, "out of memory");
        return false;
    }
    program->catalog = loom_models_catalog(program->models);
    return (paths->count == 0 ||
            loom_models_load(program->models, paths->value, paths->count, print_message, NULL)) &&
           restore_models(program);
}

bool loom_program_accounts(struct loom_program *program)
{
    program->accounts = loom_program_load_accounts(program, &program->settings, program->catalog,
                                                   print_message, NULL);
    program->store = loom_fleet_accounts_store(program->accounts);
    return program->accounts != NULL;
}

void loom_program_add(struct loom_program *program, const struct loom_program_part *part)
{
    assert(program->part_count < LOOM_PROGRAM_PARTS_MAX);
    program->parts[program->part_count++] = *part;
}

/* ---- the end --------------------------------------------------------------------------------- */

static bool is_busy(const struct loom_program *program)
{
    for (size_t i = 0; i < program->part_count; i++) {
        const struct loom_program_part *part = &program->parts[i];
        if (part->busy != NULL && part->busy(part->self)) {
            return true;
        }
    }
    return false;
}

static void drain(struct loom_program *program)
{
    (void)loom_service_tell("STOPPING=1\nSTATUS=Finishing what is under way");
    loom_signals_let_end();
    program->draining = true;
    program->drained = loom_program_now(program) + (uint64_t)program->settings.drain * 1000;
    program->input_open = false;
    for (size_t i = 0; i < program->part_count; i++) {
        const struct loom_program_part *part = &program->parts[i];
        if (part->drain != NULL) {
            part->drain(part->self);
        }
    }
}

/* @return false: the program is to end */
static bool take_signals(struct loom_program *program)
{
    int number;
    while ((number = loom_signals_take(program->signals)) != 0) {
        if (number == SIGHUP) {
            loom_program_reload(program);
        } else if (program->draining) {
            return false; /* both came before the first was looked at */
        } else {
            drain(program);
        }
    }
    return true;
}

/* ---- the loop -------------------------------------------------------------------------------- */

/* Half of the time that the service manager allows, so that a turn may take as long. */
static void tell_watchdog(struct loom_program *program)
{
    uint64_t interval = loom_service_watchdog_ms() / 2;
    uint64_t now = loom_program_now(program);
    if (interval == 0) {
        program->watchdog = UINT64_MAX;
    } else if (program->watchdog <= now) {
        (void)loom_service_tell("WATCHDOG=1");
        program->watchdog = now + interval;
    }
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static uint32_t wait_time(const struct loom_program *program)
{
    uint64_t now = loom_program_now(program);
    uint64_t deadline =
        earlier(program->watchdog, program->draining ? program->drained : UINT64_MAX);
    deadline = earlier(deadline, loom_program_strangers_deadline(program));
    deadline = earlier(deadline, loom_program_trace_deadline(program));
    for (size_t i = 0; i < program->part_count; i++) {
        const struct loom_program_part *part = &program->parts[i];
        deadline =
            earlier(deadline, part->deadline == NULL ? UINT64_MAX : part->deadline(part->self));
    }
    if (deadline <= now) {
        return 0;
    }
    return deadline - now < UINT32_MAX ? (uint32_t)(deadline - now) : UINT32_MAX;
}

static void step_parts(const struct loom_program *program, const struct pollfd *watched)
{
    for (size_t i = 0; i < program->part_count; i++) {
        program->parts[i].step(program->parts[i].self, watched[i].revents);
    }
}

/* @return whether waiting worked */
static bool wait_for(struct loom_program *program, struct pollfd *watched)
{
    watched[SIGNALS] = (struct pollfd){program->signals, POLLIN, 0};
    watched[OUTPUT] = loom_line_output_watch(&program->output);
    watched[INPUT] = (struct pollfd){program->input_open ? STDIN_FILENO : -1, POLLIN, 0};
    for (size_t i = 0; i < program->part_count; i++) {
        const struct loom_program_part *part = &program->parts[i];
        watched[FIRST_PART + i] =
            part->watch == NULL ? (struct pollfd){-1, 0, 0} : part->watch(part->self);
    }
    if (loom_coap_step(program->coap, wait_time(program), watched,
                       FIRST_PART + program->part_count) != LOOM_OK) {
        loom_program_fail(program, "waiting failed: %s", strerror(errno));
        return false;
    }
    return true;
}

/* @return false: the program is to end */
static bool turn(struct loom_program *program, const struct pollfd *watched,
                 loom_program_console *console, void *user)
{
    if (watched[OUTPUT].revents != 0) {
        loom_line_output_flush(&program->output);
        loom_program_report_dropped(program);
    }
    if (watched[SIGNALS].revents != 0 && !take_signals(program)) {
        return false;
    }
    if (program->input_open && watched[INPUT].revents != 0 &&
        !loom_program_read_input(program, console, user)) {
        return false;
    }
    step_parts(program, watched + FIRST_PART);
    return !program->failed && (!program->draining ||
                                (is_busy(program) && loom_program_now(program) < program->drained));
}

bool loom_program_run(struct loom_program *program, loom_program_console *console, void *user)
{
    struct pollfd watched[LOOM_COAP_EXTRA_MAX];
    (void)loom_service_tell("READY=1\nSTATUS=Listening");
    do {
        tell_watchdog(program);
        loom_program_count_strangers(program);
        loom_program_trace_step(program);
        if (!wait_for(program, watched)) {
            return false;
        }
    } while (turn(program, watched, console, user));
    return !program->failed;
}

void loom_program_end(struct loom_program *program)
{
    loom_coap_destroy(program->coap);
    loom_program_trace_free(program);
    loom_fleet_account_release(program->last_key);
    loom_fleet_accounts_free(program->accounts);
    loom_models_destroy(program->models);
    loom_program_close_output(program);
    loom_settings_end(&program->settings);
}
