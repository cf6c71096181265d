/* SPDX-License-Identifier: Apache-2.0 */
/* loom-server: the LwM2M server over CoAP, its events and its console. */
#define _POSIX_C_SOURCE 200809L

#include "common/text.h"
#include "events/management_event.h"
#include "events/metrics.h"
#include "files/folder.h"
#include "firmware/updates.h"
#include "programs/console_firmware.h"
#include "programs/program.h"
#include "programs/server_console.h"
#include "programs/store.h"
#include "programs/trace.h"
#include "programs/web.h"
#include "service/kept_commands.h"
#include "service/kept_events.h"
#include "service/kept_registrations.h"
#include "service/kept_wishes.h"
#include "store/stored_command.h"
#include "web/client_routes.h"
#include "web/device_routes.h"
#include "web/event_routes.h"
#include "web/leshan_routes.h"
#include "web/page_routes.h"
#include "web/wish_routes.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char console_words[] =
    "  clients                              list the registered clients\n"
    "  read EP PATH [FORMAT]                e.g. read my-device /3/0 senml-cbor\n"
    "  write EP PATH VALUE                  e.g. write my-device /3/0/14 +02:00\n"
    "  write EP PATH RESOURCE=VALUE ...     replace a whole instance\n"
    "  write-file EP PATH FILE              e.g. write-file my-device /5/0/0 firmware.bin\n"
    "  firmware EP push FILE                send an image, install it, report the result\n"
    "  firmware EP pull NAME|URI            the same; the device fetches a file of --files\n"
    "  update EP PATH RESOURCE=VALUE ...    e.g. update my-device /1/0 lifetime=60\n"
    "  execute EP PATH [ARGUMENTS]          e.g. execute my-device /3/0/4\n"
    "  discover EP PATH [DEPTH]             e.g. discover my-device /3 3\n"
    "  create EP PATH [RESOURCE=VALUE ...]  e.g. create my-device /3303/1 5700=21.5\n"
    "  delete EP PATH                       delete an instance or a resource instance\n"
    "  write-attributes EP PATH NAME=VALUE ...\n"
    "                                       e.g. write-attributes my-device /3/0 pmin=10 pmax\n"
    "  observe EP PATH [NAME=VALUE ...] [FORMAT]\n"
    "                                       e.g. observe my-device /3303/0/5700 gt=30\n"
    "  observations                         list the observations\n"
    "  cancel EP TICKET [silently]          e.g. cancel my-device 7\n"
    "  trace EP on|off                      each CoAP message of the device, without keys\n"
    "  read-composite EP PATH ... [FORMAT]  e.g. read-composite my-device /3/0/9 /1\n"
    "  write-composite EP PATH=VALUE ...    e.g. write-composite my-device /1/0/1=60 -/2/0/2/9\n"
    "  observe-composite EP PATH ... [NAME=VALUE ...] [FORMAT]\n"
    "  help, quit\n";

/* `1.0,1.2` as LOOM_DM_LWM2M_...; 0: malformed. */
static unsigned read_versions(const char *text)
{
    static const char *const versions[] = {"1.0", "1.1", "1.2"};
    unsigned bits = 0;
    for (;;) {
        size_t length = strcspn(text, ",");
        unsigned bit = 0;
        for (unsigned i = 0; i < 3; i++) {
            bit |= length == 3 && memcmp(text, versions[i], 3) == 0 ? 1u << i : 0u;
        }
        if (bit == 0) {
            return 0;
        }
        bits |= bit;
        if (text[length] == '\0') {
            return bits;
        }
        text += length + 1;
    }
}

static const char *check_versions(const char *value)
{
    return read_versions(value) == 0 ? "must be a list of versions, e.g. 1.0,1.1,1.2" : NULL;
}

static const struct loom_option own_options[] = {
    {.name = "nosec-any",
     .kind = LOOM_OPTION_FLAG,
     .field = offsetof(struct loom_settings, nosec_any),
     .help = "accept every endpoint, without security; for tests and demos",
     .live = true},
    {.name = "files",
     .kind = LOOM_OPTION_TEXT,
     .field = offsetof(struct loom_settings, files),
     .value = "DIR",
     .help = "serve the files of this directory to devices, at URI/files/NAME"},
    {.name = "store",
     .kind = LOOM_OPTION_TEXT,
     .field = offsetof(struct loom_settings, store),
     .value = "URI",
     .help = "database that keeps registrations, commands and events over a restart:\n"
             "sqlite:FILE or postgresql://[USER[:PASSWORD]@]HOST[:PORT]/NAME"},
    {.name = "backup",
     .kind = LOOM_OPTION_ONCE,
     .field = offsetof(struct loom_settings, backup),
     .value = "COPY",
     .help = "copy the SQLite database of --store to this file, and exit;\n"
             "a server may use it meanwhile"},
    {.name = "lwm2m",
     .kind = LOOM_OPTION_TEXT,
     .field = offsetof(struct loom_settings, lwm2m),
     .value = "VERSIONS",
     .help = "LwM2M versions that may register, e.g. 1.0,1.1 (default: all)",
     .check = check_versions,
     .live = true},
};

static const char *check_settings(const struct loom_settings *settings)
{
    if (settings->backup != NULL) {
        return settings->store == NULL ? "--backup needs --store" : NULL;
    }
    if (settings->listen.count == 0) {
        return "--listen is required, e.g. --listen coaps://127.0.0.1:5684";
    }
    if (settings->accounts == NULL && !settings->nosec_any) {
        return "--accounts or --nosec-any is required";
    }
    return settings->accounts != NULL && settings->nosec_any
               ? "--nosec-any cannot be used with --accounts; use [any] in the file instead"
               : NULL;
}

static const struct loom_options options = {
    .program = "loom-server",
    .summary = "Registers LwM2M clients and lets you manage them from its console.",
    .console = console_words,
    .own = own_options,
    .own_count = sizeof own_options / sizeof own_options[0],
    .check = check_settings,
};

struct server_program {
    struct loom_program program;
    struct loom_management_server *server;
    struct loom_dm_updates updates;
    struct loom_folder folder;
    struct loom_files files; /**< of the folder */
    struct loom_dm_metrics metrics;
    struct loom_devices devices;
    struct loom_program_store store;
    struct loom_kept_registrations *registrations; /**< NULL without `--store` */
    struct loom_kept_commands kept_commands;
    struct loom_kept_events kept_events;
    struct loom_kept_wishes wishes; /**< if there are devices */
    int64_t prune; /**< when what is old is removed from the store, in milliseconds since 1970 */
    struct loom_program_web web;
    struct loom_web_waiting waiting; /**< this and what follows: if there is `--http` */
    struct loom_web_devices routes;
    struct loom_web_events events;
    struct loom_web_leshan leshan;
    struct loom_web_clients clients;
    struct loom_web_wishes wish_routes;
};

/* What has ended long ago is removed as often. */
#define PRUNE_MS 60000

/* Nobody looks on without `--http`. */
static bool has_operator(const struct server_program *self)
{
    return self->web.http != NULL;
}

/* What happens is also written down with `--store`. */
static bool has_devices(const struct server_program *self)
{
    return self->devices.commands != NULL;
}

static void print_event(struct loom_program *program, const struct loom_dm_event *event)
{
    const char *name = loom_dm_event_name(event->kind);
    struct loom_program_line line;
    bool wanted = event->kind == LOOM_DM_REFUSED
                      ? loom_program_begin_strange(program, &line, event->time, name)
                      : loom_program_begin_event(program, &line, event->time, name, LOOM_LOG_INFO);
    if (!wanted) {
        return;
    }
    if (line.json != NULL) {
        loom_dm_event_json(line.json, program->catalog, event);
    } else {
        loom_dm_event_print(line.out, program->catalog, event);
    }
    loom_program_end_line(program, &line);
}

static void on_event(void *user, const struct loom_dm_event *event)
{
    struct server_program *self = user;
    print_event(&self->program, event);
    loom_dm_metrics_hear(&self->metrics, event);
    if (event->registration != NULL) {
        loom_program_trace_follow(&self->program, event->endpoint, event->registration->address);
    }
    loom_dm_updates_hear(&self->updates, event);
    if (has_devices(self)) {
        loom_devices_hear(&self->devices, event);
        loom_wishes_hear(self->wishes.wishes, event);
    }
}

static void on_update(void *user, const struct loom_dm_update_event *event)
{
    struct server_program *self = user;
    loom_dm_console_tell_update(&self->program, event);
}

/* NULL: there are none. */
static const struct loom_files *files_of(const struct server_program *self)
{
    return self->program.settings.files == NULL ? NULL : &self->files;
}

static bool on_line(void *user, char *line)
{
    struct server_program *self = user;
    struct loom_dm_console console = {&self->program, self->program.catalog, self->server,
                                      &self->updates, files_of(self)};
    return loom_dm_console_line(&console, line);
}

/* Locations need only differ from those of an earlier run. */
static uint64_t make_seed(void)
{
    struct timespec time = {0, 0};
    (void)clock_gettime(CLOCK_REALTIME, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec + (uint64_t)getpid();
}

static void on_progress(void *side, uint32_t exchange, size_t done)
{
    loom_management_server_progress(side, exchange, done);
}

/* @return false after an error, which has been printed */
static bool open_folder(struct server_program *self)
{
    const char *path = self->program.settings.files;
    if (path != NULL && !loom_folder_open(&self->folder, path)) {
        loom_program_fail(&self->program, "cannot use the directory %s: %s", path, strerror(errno));
        return false;
    }
    self->files = loom_folder_files(&self->folder);
    return true;
}

static uint64_t operator_deadline(const struct server_program *self)
{
    if (!has_devices(self)) {
        return UINT64_MAX;
    }
    int64_t devices = loom_devices_deadline(&self->devices);
    int64_t web = has_operator(self) ? loom_web_waiting_deadline(&self->waiting) : INT64_MAX;
    return loom_program_port_time(&self->program, devices < web ? devices : web);
}

static uint64_t store_deadline(const struct server_program *self)
{
    return self->registrations == NULL
               ? UINT64_MAX
               : loom_program_port_time(&self->program,
                                        loom_kept_registrations_deadline(self->registrations));
}

static uint64_t deadline(void *user)
{
    const struct server_program *self = user;
    uint64_t server = loom_management_server_deadline(self->server);
    uint64_t updates = loom_dm_updates_deadline(&self->updates);
    uint64_t first = server < updates ? server : updates;
    uint64_t wanted = operator_deadline(self);
    uint64_t stored = store_deadline(self);
    first = first < stored ? first : stored;
    return first < wanted ? first : wanted;
}

/* In any turn that comes after the time: nobody waits for it. */
static void prune(struct server_program *self)
{
    int64_t now = loom_program_unix_now(NULL);
    if (now >= self->prune) {
        self->prune = now + PRUNE_MS;
        loom_kept_commands_prune(&self->kept_commands);
        loom_kept_events_prune(&self->kept_events);
    }
}

static void step(void *user, short events)
{
    struct server_program *self = user;
    (void)events;
    loom_dm_updates_step(&self->updates, loom_program_now(&self->program));
    if (has_devices(self)) {
        loom_devices_step(&self->devices);
    }
    if (has_operator(self)) {
        loom_web_waiting_step(&self->waiting, loom_program_unix_now(NULL));
    }
    loom_management_server_step(self->server);
    if (self->registrations != NULL) {
        loom_kept_registrations_step(self->registrations);
        prune(self);
    }
}

static void reload(void *user)
{
    struct server_program *self = user;
    const char *lwm2m = self->program.settings.lwm2m;
    loom_management_server_support(self->server,
                                   read_versions(lwm2m == NULL ? "1.0,1.1,1.2" : lwm2m));
}

static void drain(void *user)
{
    struct server_program *self = user;
    loom_management_server_drain(self->server);
    if (self->registrations != NULL) {
        loom_kept_registrations_drain(self->registrations);
    }
}

static bool is_busy(void *user)
{
    const struct server_program *self = user;
    return loom_management_server_busy(self->server) ||
           (self->registrations != NULL && loom_kept_registrations_busy(self->registrations));
}

/* Clients are counted when somebody asks: that is once in some seconds. */
static void print_metrics(void *user, FILE *out)
{
    const struct server_program *self = user;
    const struct loom_dm_client *client = NULL;
    uint64_t asleep = 0;
    uint64_t all = 0;
    uint64_t waiting = 0;
    while ((client = loom_management_server_next(self->server, client)) != NULL) {
        all++;
        asleep += loom_management_server_asleep(self->server, client) ? 1 : 0;
        waiting += client->waiting;
    }
    loom_metric_begin(out, LOOM_METRIC_GAUGE, "loom_clients", "Devices that are registered.");
    loom_metric_labelled(out, "loom_clients", "state", "awake", NULL, NULL, all - asleep);
    loom_metric_labelled(out, "loom_clients", "state", "asleep", NULL, NULL, asleep);
    loom_metric_single(out, LOOM_METRIC_GAUGE, "loom_requests_waiting",
                       "Requests to devices that have not ended.", waiting);
    loom_dm_metrics_print(out, &self->metrics);
}

/* Whether a device has told that it is of a model, by its resource /3/0/1. */
static bool is_of_model(void *user, enum loom_wish_scope scope, struct loom_text name,
                        struct loom_text endpoint)
{
    const struct server_program *self = user;
    struct loom_path path = loom_path_resource(3, 0, 1);
    json_t *known = loom_values_below(self->devices.values, endpoint, &path);
    const char *model = json_string_value(json_object_get(json_array_get(known, 0), "value"));
    bool same = model != NULL && loom_text_is(name, model);
    (void)scope;
    json_decref(known);
    return same;
}

/* @return false after an error, which has been printed */
static bool begin_wishes(struct server_program *self)
{
    struct loom_database *database = self->store.database;
    const struct loom_wishes_config config = {.server = self->server,
                                              .catalog = self->program.catalog,
                                              .seed = make_seed(),
                                              .scopes = 1u << LOOM_WISH_ENDPOINT |
                                                        1u << LOOM_WISH_MODEL | 1u << LOOM_WISH_ALL,
                                              .belongs = is_of_model,
                                              .user = self};
    size_t count;
    self->wishes.wishes = loom_wishes_create(&config);
    if (self->wishes.wishes == NULL) {
        loom_program_fail(&self->program, "out of memory");
        return false;
    }
    if (database != NULL &&
        loom_kept_wishes_restore(&self->wishes, database, &count) != LOOM_DATABASE_OK) {
        loom_program_fail(&self->program, "cannot read the store: %s",
                          loom_database_error(database));
        return false;
    }
    return true;
}

/* Commands and the timeline, with what is kept of them if there is a store. @return false after an
 * error, which has been printed */
static bool begin_devices(struct server_program *self)
{
    struct loom_database *database = self->store.database;
    struct loom_devices_config config = {.server = self->server,
                                         .catalog = self->program.catalog,
                                         .seed = make_seed(),
                                         .now = loom_program_unix_now};
    int64_t last = 0;
    size_t count;
    if (database != NULL) {
        loom_kept_commands_begin(&self->kept_commands, loom_program_unix_now, NULL);
        loom_kept_events_begin(&self->kept_events, loom_program_unix_now, NULL);
        config.command_keeper = &self->kept_commands.keeper;
        config.timeline_keeper = &self->kept_events.keeper;
        if (loom_stored_event_last(database, &last) != LOOM_DATABASE_OK) {
            loom_program_fail(&self->program, "cannot read the store: %s",
                              loom_database_error(database));
            return false;
        }
        config.last_event = (uint64_t)last;
    }
    if (!loom_devices_begin(&self->devices, &config)) {
        loom_program_fail(&self->program, "out of memory");
        return false;
    }
    if (database != NULL &&
        (loom_kept_events_restore(self->devices.timeline, database) != LOOM_DATABASE_OK ||
         loom_kept_commands_restore(&self->kept_commands, self->devices.commands, database,
                                    &count) != LOOM_DATABASE_OK)) {
        loom_program_fail(&self->program, "cannot read the store: %s",
                          loom_database_error(database));
        return false;
    }
    return true;
}

/* @return false after an error, which has been printed */
static bool begin_operator(struct server_program *self)
{
    static const char *const document_parts[] = {"server.json", NULL};
    if (!loom_program_web_begin(&self->web, &self->program, self->store.database)) {
        return false;
    }
    if ((has_operator(self) || self->store.database != NULL) &&
        (!begin_devices(self) || !begin_wishes(self))) {
        return false;
    }
    if (!has_operator(self)) {
        return true;
    }
    const struct loom_devices_listener events = {.on_event = loom_web_events_tell,
                                                 .self = &self->events};
    bool good = loom_web_events_begin(&self->events, self->web.http, self->devices.timeline) &&
                loom_devices_listen(&self->devices, &events) &&
                loom_web_waiting_begin(&self->waiting, &self->devices) &&
                loom_web_devices_begin(&self->routes, self->web.http, &self->devices, self->server,
                                       &self->waiting) &&
                loom_web_leshan_begin(&self->leshan, self->web.http, &self->devices, self->server,
                                      &self->program.port, &self->waiting) &&
                loom_web_clients_begin(&self->clients, self->web.http, &self->devices, self->server,
                                       &self->program.port) &&
                loom_web_wishes_begin(&self->wish_routes, self->web.http, &self->wishes,
                                      self->server, loom_program_unix_now, NULL) &&
                loom_program_web_describe(&self->web, document_parts) &&
                loom_web_page_add(self->web.http);
    if (!good) {
        loom_program_fail(&self->program, "out of memory");
    }
    return good;
}

static void tell_restored(struct server_program *self, const struct loom_kept_restored *restored,
                          uint64_t took)
{
    char text[160];
    (void)snprintf(text, sizeof text,
                   "%zu registrations and %zu observations in %llu ms; %zu rows were unusable",
                   restored->registrations, restored->observations, (unsigned long long)took,
                   restored->unusable);
    loom_program_say(&self->program, "restored",
                     restored->unusable == 0 ? LOOM_LOG_INFO : LOOM_LOG_WARNING, text);
}

/* What is kept is there before anybody can ask. @return false after an error, which has been
 * printed */
static bool restore(struct server_program *self)
{
    const struct loom_kept_registrations_config config = {
        .server = self->server, .port = &self->program.port, .now = loom_program_unix_now};
    struct loom_kept_restored restored;
    uint64_t began = loom_program_now(&self->program);
    if (!loom_program_store_open(&self->store, &self->program)) {
        return false;
    }
    if (self->store.database == NULL) {
        return true;
    }
    self->registrations = loom_kept_registrations_create(&config);
    if (self->registrations == NULL) {
        loom_program_fail(&self->program, "out of memory");
        return false;
    }
    /* So that observations can be put back. */
    loom_kept_registrations_begin(self->registrations, NULL);
    if (loom_kept_registrations_restore(self->registrations, self->store.database, &restored) !=
        LOOM_DATABASE_OK) {
        loom_program_fail(&self->program, "cannot read the store: %s",
                          loom_database_error(self->store.database));
        return false;
    }
    tell_restored(self, &restored, loom_program_now(&self->program) - began);
    return true;
}

/* All that is read has been read. @return false after an error, which has been printed */
static bool begin_writing(struct server_program *self)
{
    if (!loom_program_store_begin(&self->store)) {
        return false;
    }
    if (self->store.writer != NULL) {
        loom_kept_registrations_begin(self->registrations, self->store.writer);
        loom_kept_commands_write(&self->kept_commands, self->store.writer);
        loom_kept_events_write(&self->kept_events, self->devices.timeline, self->store.writer);
        loom_program_web_write(&self->web, self->store.writer);
        self->wishes.writer = self->store.writer;
    }
    return true;
}

/* What its console has ended has not been drained. */
static void end_writing(struct server_program *self)
{
    if (self->store.writer != NULL) {
        loom_kept_registrations_drain(self->registrations);
        loom_timeline_step(self->devices.timeline, INT64_MAX - LOOM_TIMELINE_WAIT_MS);
    }
    loom_program_store_end(&self->store);
    loom_kept_commands_write(&self->kept_commands, NULL);
    loom_kept_events_write(&self->kept_events, NULL, NULL);
    loom_program_web_write(&self->web, NULL);
    self->wishes.writer = NULL;
}

static bool run(struct server_program *self)
{
    const struct loom_program_part server = {.self = self,
                                             .deadline = deadline,
                                             .step = step,
                                             .reload = reload,
                                             .drain = drain,
                                             .busy = is_busy,
                                             .metrics = print_metrics};
    reload(self);
    /* HTTP first: what it asks for goes out in the same turn. */
    if (!restore(self) || !begin_operator(self) || !begin_writing(self)) {
        return false;
    }
    loom_program_add(&self->program, &server);
    return loom_program_listen(&self->program) && loom_program_run(&self->program, on_line, self);
}

int main(int argc, char **argv)
{
    static struct server_program self = {.program = {.kind = LOOM_FLEET_MANAGEMENT,
                                                     .progress = on_progress,
                                                     .resume = loom_management_server_resume},
                                         .folder = {.descriptor = -1}};
    int status = loom_program_begin(&self.program, &options, argc, argv);
    if (status >= 0) {
        return status;
    }
    if (self.program.settings.backup != NULL) {
        bool copied = loom_program_store_backup(&self.program);
        loom_program_end(&self.program);
        return copied ? EXIT_SUCCESS : EXIT_FAILURE;
    }
    if (!open_folder(&self) || !loom_program_models(&self.program) ||
        !loom_program_accounts(&self.program)) {
        return EXIT_FAILURE;
    }
    self.server = loom_management_server_create(&self.program.store, &self.program.port,
                                                make_seed(), on_event, &self);
    if (self.server != NULL) {
        loom_management_server_serve(self.server, files_of(&self));
        loom_dm_updates_begin(&self.updates, self.server, self.program.catalog, on_update, &self);
    }
    bool good = self.server != NULL &&
                loom_program_open(&self.program, &loom_management_server_side, self.server) &&
                run(&self);
    if (self.server != NULL) {
        loom_dm_updates_end(&self.updates);
    }
    end_writing(&self);
    loom_program_web_end(&self.web);
    loom_kept_registrations_destroy(self.registrations);
    loom_wishes_destroy(self.wishes.wishes);
    self.wishes.wishes = NULL;
    loom_management_server_destroy(self.server);
    loom_devices_end(&self.devices);
    loom_program_end(&self.program);
    loom_folder_close(&self.folder);
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
