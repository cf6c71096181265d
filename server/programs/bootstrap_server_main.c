/* SPDX-License-Identifier: Apache-2.0 */
/* loom-bootstrap-server: the bootstrap server over CoAP, its events and its console. */
#define _POSIX_C_SOURCE 200809L

#include "bootstrap/bootstrap_server.h"
#include "events/bootstrap_event.h"
#include "events/metrics.h"
#include "programs/directory.h"
#include "programs/reader.h"
#include "programs/trace.h"
#include "programs/web.h"
#include "programs/web_trace.h"
#include "service/bootstraps.h"
#include "service/kept_events.h"
#include "service/number.h"
#include "store/stored_command.h"
#include "web/audit_routes.h"
#include "web/account_routes.h"
#include "web/bootstrap_routes.h"
#include "web/event_routes.h"
#include "web/leshan_accounts.h"
#include "web/leshan_sessions.h"
#include "web/page_routes.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Events that are old are removed as often. */
#define PRUNE_MS 60000

static const char console_words[] =
    "  sessions       list the bootstraps in progress\n"
    "  accounts       list the endpoints of the accounts file\n"
    "  push ENDPOINT  start a server-initiated bootstrap in the session of the endpoint\n"
    "  trace ENDPOINT on|off  each CoAP message of the device, without keys\n"
    "  help, quit\n";

static const struct loom_option own_options[] = {
    {.name = "store",
     .kind = LOOM_OPTION_TEXT,
     .field = offsetof(struct loom_settings, store),
     .value = "URI",
     .help = "database with the accounts, instead of --accounts:\n"
             "sqlite:FILE or postgresql://[USER[:PASSWORD]@]HOST[:PORT]/NAME"},
    {.name = "store-key",
     .kind = LOOM_OPTION_TEXT,
     .field = offsetof(struct loom_settings, store_key),
     .value = "FILE",
     .help = "file with the key under which keys are sealed in the database;\n"
             "made for a new database"},
    {.name = "no-pack",
     .kind = LOOM_OPTION_FLAG,
     .field = offsetof(struct loom_settings, no_pack),
     .help = "answer every Bootstrap-Pack-Request with 5.01",
     .live = true},
};

static const char *check_settings(const struct loom_settings *settings)
{
    if (settings->listen.count == 0) {
        return "--listen is required, e.g. --listen coaps://127.0.0.1:5684";
    }
    if (settings->accounts == NULL && settings->store == NULL) {
        return "--accounts or --store is required";
    }
    if (settings->accounts != NULL && settings->store != NULL) {
        return "--store cannot be used with --accounts; import the file instead";
    }
    return (settings->store == NULL) != (settings->store_key == NULL)
               ? "--store and --store-key go together"
               : NULL;
}

static const struct loom_options options = {
    .program = "loom-bootstrap-server",
    .summary = "Provisions LwM2M clients with the accounts of a file or a database.\n"
               "`import --help` tells how accounts get into a database.",
    .console = console_words,
    .own = own_options,
    .own_count = sizeof own_options / sizeof own_options[0],
    .check = check_settings,
};

struct bootstrap_program {
    struct loom_program program;
    struct loom_bootstrap_server *server;
    struct loom_program_directory directory; /**< of `--store`; its writer has users, too */
    struct loom_bs_metrics metrics;
    struct loom_program_reader reader; /**< if there is `--http` */
    struct loom_program_web web;
    struct loom_kept_events kept_events;
    int64_t prune; /**< when old events are removed, in milliseconds since 1970 */
    struct loom_bootstraps bootstraps; /**< this and what follows: if there is `--http` */
    struct loom_web_events events;
    struct loom_program_tracing tracing;
    struct loom_web_audit audit;
    struct loom_web_bootstraps routes;
    struct loom_web_leshan_accounts leshan_accounts;
    struct loom_web_leshan_sessions leshan_sessions;
};

/* Nobody looks on without `--http`. */
static bool has_operator(const struct bootstrap_program *self)
{
    return self->web.http != NULL;
}

static void print_event(struct loom_program *program, const struct loom_bs_event *event)
{
    bool bad = event->kind == LOOM_BS_REFUSED || event->kind == LOOM_BS_FAILED;
    struct loom_program_line line;
    if (!loom_program_begin_event(program, &line, event->time, loom_bs_event_name(event->kind),
                                  bad ? LOOM_LOG_WARNING : LOOM_LOG_INFO)) {
        return;
    }
    if (line.json != NULL) {
        loom_bs_event_json(line.json, event);
    } else {
        loom_bs_event_print(line.out, event);
    }
    loom_program_end_line(program, &line);
}

static void on_event(void *user, const struct loom_bs_event *event)
{
    struct bootstrap_program *self = user;
    loom_bs_metrics_hear(&self->metrics, event);
    /* What anybody on the network can cause has a limit, in the log as in the timeline, from which
     * it would push all else. */
    if (event->kind == LOOM_BS_REFUSED &&
        !loom_program_may_say(&self->program, loom_bs_event_name(event->kind))) {
        return;
    }
    print_event(&self->program, event);
    if (has_operator(self)) {
        int64_t now = loom_program_unix_now(NULL);
        loom_bootstraps_hear(&self->bootstraps, event, now);
        loom_web_leshan_sessions_hear(&self->leshan_sessions, event, now);
    }
}

/* ---- console --------------------------------------------------------------------------------- */

/* A list that is printed, and how much of it there was. */
struct listing {
    struct loom_program *program;
    size_t count;
};

static void visit_session(void *user, const struct loom_bs_session_info *info)
{
    struct listing *listing = user;
    struct loom_program_line line;
    uint64_t now = loom_program_now(listing->program);
    loom_program_begin_answer(listing->program, &line, "session");
    if (line.json != NULL) {
        loom_bs_session_json(line.json, info, now);
    } else {
        loom_bs_session_print(line.out, info, now);
    }
    loom_program_end_line(listing->program, &line);
    listing->count++;
}

static void print_sessions(struct bootstrap_program *self)
{
    struct listing listing = {&self->program, 0};
    loom_bootstrap_server_each_session(self->server, visit_session, &listing);
    loom_program_print_count(&self->program, "sessions", listing.count);
}

static void visit_account(void *user, const struct loom_fleet_account *account)
{
    struct listing *listing = user;
    struct loom_program_line line;
    loom_program_begin_answer(listing->program, &line, "account");
    if (line.json != NULL) {
        loom_fleet_account_json(line.json, account);
    } else {
        loom_fleet_account_print(line.out, account);
    }
    loom_program_end_line(listing->program, &line);
    listing->count++;
}

static void print_accounts(struct bootstrap_program *self)
{
    struct listing listing = {&self->program, 0};
    self->program.store.each(self->program.store.self, visit_account, &listing);
    loom_program_print_count(&self->program, "accounts", listing.count);
}

static void push(struct bootstrap_program *self, char *line)
{
    const char *endpoint = loom_program_word(&line);
    const char *wrong = NULL;
    if (endpoint == NULL) {
        loom_program_complain(&self->program, "expected an endpoint, e.g. push my-device");
        return;
    }
    switch (loom_bootstrap_server_push(self->server, loom_program_text(endpoint))) {
    case LOOM_OK:
        break;
    case LOOM_NOT_FOUND:
        wrong = "no account has this endpoint";
        break;
    case LOOM_CONFLICT:
        wrong = "a bootstrap of this endpoint is in progress";
        break;
    default:
        wrong = "this endpoint has no session: it must have sent a request before, and still be "
                "connected";
        break;
    }
    if (wrong != NULL) {
        loom_program_complain(&self->program, wrong);
    }
}

static const char words[] =
    "sessions | accounts | push ENDPOINT | trace ENDPOINT on|off | help | quit";

static bool on_line(void *user, char *line)
{
    struct bootstrap_program *self = user;
    const char *word = loom_program_word(&line);
    if (word == NULL) {
        return true;
    }
    if (strcmp(word, "quit") == 0) {
        return false;
    }
    if (strcmp(word, "sessions") == 0) {
        print_sessions(self);
    } else if (strcmp(word, "accounts") == 0) {
        print_accounts(self);
    } else if (strcmp(word, "push") == 0) {
        push(self, line);
    } else if (strcmp(word, "trace") == 0) {
        const char *endpoint = loom_program_word(&line);
        loom_program_trace_line(&self->program, endpoint, line, (struct loom_text){NULL, 0});
    } else if (strcmp(word, "help") == 0) {
        loom_program_help(&self->program, words);
    } else {
        loom_program_complain(&self->program, "unknown command; try help");
    }
    return true;
}

/* ---- main ------------------------------------------------------------------------------------ */

static bool keeps_events(const struct bootstrap_program *self)
{
    return self->kept_events.writer != NULL;
}

static uint64_t deadline(void *user)
{
    const struct bootstrap_program *self = user;
    uint64_t server = loom_bootstrap_server_deadline(self->server);
    uint64_t events = keeps_events(self)
                          ? loom_program_port_time(
                                &self->program, loom_timeline_deadline(self->bootstraps.timeline))
                          : UINT64_MAX;
    return events < server ? events : server;
}

static void step(void *user, short events)
{
    struct bootstrap_program *self = user;
    int64_t now = loom_program_unix_now(NULL);
    (void)events;
    loom_bootstrap_server_step(self->server);
    if (keeps_events(self)) {
        loom_timeline_step(self->bootstraps.timeline, now);
    }
    if (keeps_events(self) && now >= self->prune) {
        self->prune = now + PRUNE_MS;
        self->kept_events.days = self->program.settings.keep_events;
        loom_kept_events_prune(&self->kept_events);
    }
}

static void reload(void *user)
{
    struct bootstrap_program *self = user;
    loom_bootstrap_server_give_packs(self->server, !self->program.settings.no_pack);
}

static void drain(void *user)
{
    loom_bootstrap_server_drain(((struct bootstrap_program *)user)->server);
}

static bool is_busy(void *user)
{
    return loom_bootstrap_server_busy(((const struct bootstrap_program *)user)->server);
}

static void count_session(void *user, const struct loom_bs_session_info *info)
{
    (void)info;
    (*(uint64_t *)user)++;
}

static void print_metrics(void *user, FILE *out)
{
    const struct bootstrap_program *self = user;
    uint64_t sessions = 0;
    loom_bootstrap_server_each_session(self->server, count_session, &sessions);
    loom_metric_single(out, LOOM_METRIC_GAUGE, "loom_bootstraps_running", "Sessions under way.",
                       sessions);
    loom_bs_metrics_print(out, &self->metrics);
    loom_metrics_print_lost(out, loom_timeline_lost(self->bootstraps.timeline));
}

/* A device is known when it says its name, or by its identity. */
static struct loom_text no_address(void *user, struct loom_text endpoint)
{
    (void)user;
    (void)endpoint;
    return (struct loom_text){NULL, 0};
}

/* What happens, with what is kept of it if there is a store. @return false after an error, which
 * has been printed */
static bool begin_timeline(struct bootstrap_program *self)
{
    struct loom_database *database = self->directory.database;
    struct loom_timeline_config config = {.hear = loom_web_events_tell, .user = &self->events};
    int64_t last = 0;
    if (database != NULL) {
        loom_kept_events_begin(&self->kept_events, loom_program_unix_now, NULL);
        config.keeper = &self->kept_events.keeper;
        config.node = LOOM_NUMBER_BOOTSTRAPS + (unsigned)(loom_program_unix_now(NULL) + getpid()) %
                                                   (LOOM_NUMBER_NODES_MAX - LOOM_NUMBER_BOOTSTRAPS);
    }
    if (database != NULL && loom_stored_event_last(database, &last) != LOOM_DATABASE_OK) {
        loom_program_fail(&self->program, "cannot read the store: %s",
                          loom_database_error(database));
        return false;
    }
    config.last = (uint64_t)last;
    if (!loom_bootstraps_begin(&self->bootstraps, &config)) {
        loom_program_fail(&self->program, "out of memory");
        return false;
    }
    if (database != NULL &&
        loom_kept_events_restore(self->bootstraps.timeline, database) != LOOM_DATABASE_OK) {
        loom_program_fail(&self->program, "cannot read the store: %s",
                          loom_database_error(database));
        return false;
    }
    return true;
}

/* @return false after an error, which has been printed */
static bool begin_operator(struct bootstrap_program *self)
{
    static const char *const all_parts[] = {"accounts.json", "bootstraps.json", NULL};
    struct loom_directory *directory = self->directory.directory;
    /* Accounts of a file are not to be changed here. */
    const char *const *parts = directory == NULL ? all_parts + 1 : all_parts;
    if (!loom_program_web_begin(&self->web, &self->program, self->directory.database)) {
        return false;
    }
    if (self->web.http == NULL) {
        return true;
    }
    if (!begin_timeline(self)) {
        return false;
    }
    bool good = loom_web_events_begin(&self->events, self->web.http, self->bootstraps.timeline,
                                      &self->reader.jobs, &self->program.settings.keep_events) &&
                loom_web_audit_begin(&self->audit, self->web.http, &self->reader.jobs) &&
                loom_program_tracing_begin(&self->tracing, &self->program, self->web.http,
                                           no_address, self) &&
                loom_web_bootstraps_begin(&self->routes, self->web.http, self->server,
                                          &self->program.port) &&
                loom_web_leshan_sessions_begin(&self->leshan_sessions, self->web.http) &&
                (directory == NULL ||
                 (loom_web_accounts_begin(directory, self->web.http) &&
                  loom_web_leshan_accounts_begin(&self->leshan_accounts, self->web.http, directory,
                                                 LOOM_FLEET_BOOTSTRAP))) &&
                loom_program_web_describe(&self->web, parts) && loom_web_page_add(self->web.http);
    if (!good) {
        loom_program_fail(&self->program, "out of memory");
    }
    return good;
}

static void on_adopted(void *user, uint64_t number, bool good)
{
    loom_bootstrap_server_adopted(((struct bootstrap_program *)user)->server, number, good);
}

/* @return false after an error, which has been printed */
static bool begin_writing(struct bootstrap_program *self)
{
    struct loom_program_directory *directory = &self->directory;
    if (directory->directory == NULL) {
        return true;
    }
    loom_directory_on_adopted(directory->directory, on_adopted, self);
    if (!loom_program_directory_write(directory, &self->program)) {
        loom_program_fail(&self->program, "cannot write to the store: out of memory");
        return false;
    }
    loom_program_web_write(&self->web, directory->writer);
    if (has_operator(self)) {
        loom_kept_events_write(&self->kept_events, self->bootstraps.timeline, directory->writer);
    }
    return true;
}

static bool run(struct bootstrap_program *self)
{
    const struct loom_program_part server = {.self = self,
                                             .deadline = deadline,
                                             .step = step,
                                             .reload = reload,
                                             .drain = drain,
                                             .busy = is_busy,
                                             .metrics = print_metrics};
    reload(self);
    if (!begin_operator(self) || !begin_writing(self) ||
        (has_operator(self) && !loom_program_reader_begin(&self->reader, &self->program))) {
        return false;
    }
    loom_program_add(&self->program, &server);
    return loom_program_listen(&self->program) && loom_program_run(&self->program, on_line, self);
}

int main(int argc, char **argv)
{
    static struct bootstrap_program self = {.program = {.kind = LOOM_FLEET_BOOTSTRAP}};
    int status = loom_program_transfer(options.program, LOOM_FLEET_BOOTSTRAP, argc, argv);
    if (status >= 0) {
        return status;
    }
    status = loom_program_begin(&self.program, &options, argc, argv);
    if (status >= 0) {
        return status;
    }
    if (!loom_program_models(&self.program) ||
        !loom_program_directory_begin(&self.directory, &self.program)) {
        return EXIT_FAILURE;
    }
    self.server =
        loom_bootstrap_server_create(&self.program.store, &self.program.port, on_event, &self);
    bool good = self.server != NULL &&
                loom_program_open(&self.program, &loom_bootstrap_server_side, self.server) &&
                run(&self);
    loom_program_reader_end(&self.reader);
    if (keeps_events(&self)) {
        loom_timeline_step(self.bootstraps.timeline, INT64_MAX - LOOM_TIMELINE_WAIT_MS);
    }
    loom_program_directory_end(&self.directory);
    loom_kept_events_write(&self.kept_events, NULL, NULL);
    loom_program_web_write(&self.web, NULL);
    loom_program_web_end(&self.web);
    loom_bootstrap_server_destroy(self.server);
    loom_bootstraps_end(&self.bootstraps);
    loom_program_directory_close(&self.directory);
    loom_program_end(&self.program);
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
