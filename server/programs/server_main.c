/* SPDX-License-Identifier: Apache-2.0 */
/* loom-server: the LwM2M server over CoAP, its events and its console. */
#define _POSIX_C_SOURCE 200809L

#include "events/management_event.h"
#include "events/metrics.h"
#include "files/folder.h"
#include "firmware/updates.h"
#include "programs/console_firmware.h"
#include "programs/directory.h"
#include "programs/firmware.h"
#include "programs/kept.h"
#include "programs/program.h"
#include "programs/reader.h"
#include "programs/server_console.h"
#include "programs/store.h"
#include "programs/trace.h"
#include "programs/web.h"
#include "programs/web_trace.h"
#include "web/audit_routes.h"
#include "web/account_routes.h"
#include "web/client_routes.h"
#include "web/device_routes.h"
#include "web/event_routes.h"
#include "web/history_routes.h"
#include "web/leshan_accounts.h"
#include "web/leshan_routes.h"
#include "web/node_routes.h"
#include "web/page_routes.h"
#include "web/wish_routes.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Only such a database can be shared. */
#define POSTGRES "postgresql://"

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

static const char *check_node(const char *value)
{
    return loom_nodes_is_name(value) ? NULL
                                     : "must be up to 63 letters, digits, dots, dashes and _";
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
     .help = "serve the files of this directory to devices, at URI/files/NAME;\n"
             "images that are uploaded by REST are stored there"},
    {.name = "image-max",
     .kind = LOOM_OPTION_NUMBER,
     .field = offsetof(struct loom_settings, image_max),
     .value = "MIB",
     .help = "largest image that may be uploaded, in MiB (default: 64)",
     .least = 1,
     .most = LOOM_FILES_SIZE_MAX >> 20,
     .initial = 64},
    {.name = "store",
     .kind = LOOM_OPTION_TEXT,
     .field = offsetof(struct loom_settings, store),
     .value = "URI",
     .help = "database that keeps registrations, commands and events over a restart:\n"
             "sqlite:FILE or postgresql://[USER[:PASSWORD]@]HOST[:PORT]/NAME"},
    {.name = "store-key",
     .kind = LOOM_OPTION_TEXT,
     .field = offsetof(struct loom_settings, store_key),
     .value = "FILE",
     .help = "the accounts are in the database, instead of --accounts: file with the key\n"
             "under which their keys are sealed; made for a new database"},
    {.name = "node",
     .kind = LOOM_OPTION_TEXT,
     .field = offsetof(struct loom_settings, node),
     .value = "NAME",
     .help = "name of this server among those that share the PostgreSQL database of --store",
     .check = check_node},
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
    if (settings->node != NULL &&
        (settings->store == NULL || strncmp(settings->store, POSTGRES, strlen(POSTGRES)) != 0)) {
        return "--node needs --store with a PostgreSQL database, " POSTGRES "HOST/NAME";
    }
    if (settings->listen.count == 0) {
        return "--listen is required, e.g. --listen coaps://127.0.0.1:5684";
    }
    if (settings->store_key != NULL) {
        return settings->store == NULL ? "--store-key needs --store"
               : settings->accounts != NULL
                   ? "--store-key cannot be used with --accounts; import the file instead"
               : settings->nosec_any
                   ? "--store-key cannot be used with --nosec-any; use a group with `any` instead"
                   : NULL;
    }
    if (settings->accounts == NULL && !settings->nosec_any) {
        return "--accounts, --nosec-any, or --store with --store-key is required";
    }
    return settings->accounts != NULL && settings->nosec_any
               ? "--nosec-any cannot be used with --accounts; use [any] in the file instead"
               : NULL;
}

static const struct loom_options options = {
    .program = "loom-server",
    .summary = "Registers LwM2M clients and lets you manage them from its console.\n"
               "`import --help` tells how accounts get into a database.",
    .console = console_words,
    .own = own_options,
    .own_count = sizeof own_options / sizeof own_options[0],
    .check = check_settings,
};

struct server_program {
    struct loom_program program;
    struct loom_program_directory directory; /**< of `--store-key` */
    struct loom_management_server *server;
    struct loom_dm_updates updates;
    struct loom_folder folder;
    struct loom_files files; /**< of the folder */
    struct loom_dm_metrics metrics;
    struct loom_program_kept kept;
    struct loom_program_reader reader; /**< if there is `--http` */
    struct loom_program_web web;
    struct loom_web_waiting waiting; /**< this and what follows: if there is `--http` */
    struct loom_web_devices routes;
    struct loom_web_events events;
    struct loom_program_tracing tracing;
    struct loom_web_audit audit;
    struct loom_web_history history;
    struct loom_web_leshan leshan;
    struct loom_web_leshan_accounts leshan_accounts;
    struct loom_web_clients clients;
    struct loom_web_wishes wish_routes;
    struct loom_web_nodes node_routes;
    struct loom_program_firmware firmware;
};

/* Nobody looks on without `--http`. */
static bool has_operator(const struct server_program *self)
{
    return self->web.http != NULL;
}

static void print_event(struct loom_program *program, const struct loom_dm_event *event)
{
    const char *name = loom_dm_event_name(event->kind);
    struct loom_program_line line;
    enum loom_log_level level = event->kind == LOOM_DM_REFUSED ? LOOM_LOG_WARNING : LOOM_LOG_INFO;
    if (!loom_program_begin_event(program, &line, event->time, name, level)) {
        return;
    }
    if (line.json != NULL) {
        loom_dm_event_json(line.json, program->catalog, event);
    } else {
        loom_dm_event_print(line.out, program->catalog, event);
    }
    loom_program_end_line(program, &line);
}

/* What anybody on the network can cause has a limit, in the log as in the timeline, from which it
 * would push all else. */
static bool may_be_told(struct loom_program *program, const struct loom_dm_event *event)
{
    return event->kind != LOOM_DM_REFUSED ||
           loom_program_may_say(program, loom_dm_event_name(event->kind));
}

static void on_event(void *user, const struct loom_dm_event *event)
{
    struct server_program *self = user;
    bool told = may_be_told(&self->program, event);
    if (told) {
        print_event(&self->program, event);
    }
    loom_dm_metrics_hear(&self->metrics, event);
    if (event->registration != NULL) {
        loom_program_trace_follow(&self->program, event->endpoint, event->registration->address);
    }
    loom_dm_updates_hear(&self->updates, event);
    if (told) {
        loom_program_kept_hear(&self->kept, event);
    }
    loom_program_firmware_hear(&self->firmware, event);
}

static void on_update(void *user, const struct loom_dm_update_event *event)
{
    struct server_program *self = user;
    loom_dm_console_tell_update(&self->program, event);
    loom_program_kept_hear_update(&self->kept, event);
    loom_program_firmware_hear_update(&self->firmware, event);
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

static uint64_t earlier(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static uint64_t deadline(void *user)
{
    const struct server_program *self = user;
    int64_t waiting = has_operator(self) ? loom_web_waiting_deadline(&self->waiting) : INT64_MAX;
    uint64_t first = earlier(loom_management_server_deadline(self->server),
                             loom_dm_updates_deadline(&self->updates));
    first = earlier(first, loom_program_kept_deadline(&self->kept));
    if (has_operator(self)) {
        first = earlier(first, loom_web_leshan_deadline(&self->leshan));
    }
    first = earlier(first, loom_program_firmware_deadline(&self->firmware));
    return earlier(first, loom_program_port_time(&self->program, waiting));
}

static void step(void *user, short events)
{
    struct server_program *self = user;
    (void)events;
    loom_dm_updates_step(&self->updates, loom_program_now(&self->program));
    loom_program_firmware_step(&self->firmware);
    loom_program_kept_step(&self->kept);
    if (has_operator(self)) {
        loom_web_waiting_step(&self->waiting, loom_program_unix_now(NULL));
        loom_web_leshan_step(&self->leshan);
    }
    loom_management_server_step(self->server);
    loom_program_kept_store(&self->kept);
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
    loom_program_kept_drain(&self->kept);
}

static bool is_busy(void *user)
{
    const struct server_program *self = user;
    return loom_management_server_busy(self->server) || loom_program_kept_busy(&self->kept);
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
    loom_program_kept_metrics(&self->kept, out);
    loom_program_firmware_metrics(&self->firmware, out);
}

static struct loom_text address_of(void *user, struct loom_text endpoint)
{
    const struct server_program *self = user;
    const struct loom_dm_client *client = loom_management_server_find(self->server, endpoint);
    return client == NULL ? (struct loom_text){NULL, 0} : client->address;
}

static bool trace_for_leshan(struct server_program *self)
{
    const struct loom_trace_listener listener = {loom_web_leshan_traced,
                                                 loom_web_leshan_trace_ended, &self->leshan};
    const struct loom_web_tracer tracer = loom_program_tracer(&self->tracing);
    loom_web_leshan_trace(&self->leshan, &tracer);
    return loom_program_trace_listen(&self->program, &listener);
}

/* @return false after an error, which has been printed */
static bool begin_operator(struct server_program *self)
{
    static const char *const all_parts[] = {"accounts.json", "server.json", "firmware.json", NULL};
    struct loom_directory *directory = self->directory.directory;
    /* Accounts of a file are not to be changed here. */
    const char *const *parts = directory == NULL ? all_parts + 1 : all_parts;
    struct loom_database *database = self->kept.store.database;
    struct loom_devices *devices = &self->kept.devices;
    if (!loom_program_web_begin(&self->web, &self->program, database)) {
        return false;
    }
    if ((has_operator(self) || database != NULL) &&
        !loom_program_kept_devices(&self->kept, make_seed())) {
        return false;
    }
    if (!has_operator(self)) {
        return true;
    }
    if (!loom_program_firmware_begin(&self->firmware, &self->program, &self->kept, &self->updates,
                                     make_seed())) {
        return false;
    }
    const struct loom_web_rows rows = {&self->reader.jobs, &self->kept.store.writer,
                                       self->kept.nodes.name};
    const struct loom_devices_listener events = {.on_event = loom_web_events_tell,
                                                 .self = &self->events};
    bool good =
        loom_web_events_begin(&self->events, self->web.http, devices->timeline, &self->reader.jobs,
                              &self->program.settings.keep_events) &&
        loom_devices_listen(devices, &events) &&
        loom_web_history_begin(&self->history, self->web.http, devices, &self->reader.jobs) &&
        loom_web_audit_begin(&self->audit, self->web.http, &self->reader.jobs) &&
        loom_program_tracing_begin(&self->tracing, &self->program, self->web.http, address_of,
                                   self) &&
        loom_web_waiting_begin(&self->waiting, devices) &&
        loom_web_devices_begin(&self->routes, self->web.http, devices, self->server, &self->waiting,
                               &rows) &&
        loom_web_leshan_begin(&self->leshan, self->web.http, devices, self->server,
                              &self->program.port, &self->waiting) &&
        trace_for_leshan(self) &&
        loom_web_clients_begin(&self->clients, self->web.http, devices, self->server,
                               &self->program.port, &rows) &&
        loom_web_wishes_begin(&self->wish_routes, self->web.http, &self->kept.wishes,
                              loom_program_unix_now, NULL) &&
        loom_web_nodes_begin(&self->node_routes, self->web.http, &self->kept.nodes,
                             &self->reader.jobs) &&
        loom_program_firmware_serve(&self->firmware, self->web.http) &&
        (directory == NULL ||
         (loom_web_accounts_begin(directory, self->web.http) &&
          loom_web_leshan_accounts_begin(&self->leshan_accounts, self->web.http, directory,
                                         LOOM_FLEET_MANAGEMENT))) &&
        loom_program_web_describe(&self->web, parts) && loom_web_page_add(self->web.http);
    if (!good) {
        loom_program_fail(&self->program, "out of memory");
    } else if (loom_nodes_is_one(&self->kept.nodes)) {
        loom_web_events_share(&self->events);
    }
    return good;
}

/* The Register that it came with is not heard: it comes again, and finds the account. */
static void on_adopted(void *user, uint64_t number, bool good)
{
    const struct loom_port *port = &((struct server_program *)user)->program.port;
    (void)good;
    port->settle(port->self, number, false);
}

/* @return false after an error, which has been printed */
static bool begin_accounts(struct server_program *self)
{
    struct loom_program_directory *directory = &self->directory;
    if (directory->directory == NULL) {
        return true;
    }
    loom_directory_listen(directory->directory, loom_program_kept_account, &self->kept);
    loom_directory_on_adopted(directory->directory, on_adopted, self);
    if (!loom_program_directory_write(directory, &self->program)) {
        loom_program_fail(&self->program, "cannot write to the store: out of memory");
        return false;
    }
    loom_program_kept_check_accounts(&self->kept);
    return true;
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
    self->kept.directory = self->directory.directory;
    /* HTTP first: what it asks for goes out in the same turn. */
    if (!loom_program_kept_restore(&self->kept, &self->program, self->server) ||
        !begin_operator(self) || !loom_program_kept_write(&self->kept) ||
        (has_operator(self) && !loom_program_reader_begin(&self->reader, &self->program))) {
        return false;
    }
    loom_program_web_write(&self->web, self->kept.store.writer);
    loom_program_firmware_write(&self->firmware, self->kept.store.writer);
    if (!begin_accounts(self)) {
        return false;
    }
    loom_program_add(&self->program, &server);
    if (!loom_program_listen(&self->program)) {
        return false;
    }
    loom_program_kept_announce(&self->kept);
    return loom_program_run(&self->program, on_line, self);
}

int main(int argc, char **argv)
{
    static struct server_program self = {.program = {.kind = LOOM_FLEET_MANAGEMENT,
                                                     .progress = on_progress,
                                                     .resume = loom_management_server_resume},
                                         .folder = {.descriptor = -1}};
    int status = loom_program_transfer(options.program, LOOM_FLEET_MANAGEMENT, argc, argv);
    if (status >= 0) {
        return status;
    }
    status = loom_program_begin(&self.program, &options, argc, argv);
    if (status >= 0) {
        return status;
    }
    if (self.program.settings.backup != NULL) {
        bool copied = loom_program_store_backup(&self.program);
        loom_program_end(&self.program);
        return copied ? EXIT_SUCCESS : EXIT_FAILURE;
    }
    if (!open_folder(&self) || !loom_program_models(&self.program) ||
        !loom_program_directory_begin(&self.directory, &self.program)) {
        return EXIT_FAILURE;
    }
    self.server = loom_management_server_create(&self.program.store, &self.program.port,
                                                make_seed(), on_event, &self);
    if (self.server != NULL) {
        loom_management_server_serve(self.server, files_of(&self));
        loom_dm_updates_begin(&self.updates, self.server, self.program.catalog, make_seed(),
                              on_update, &self);
    }
    bool good = self.server != NULL &&
                loom_program_open(&self.program, &loom_management_server_side, self.server) &&
                run(&self);
    if (self.server != NULL) {
        loom_dm_updates_end(&self.updates);
    }
    loom_program_directory_end(&self.directory);
    loom_program_reader_end(&self.reader);
    loom_program_kept_end_writing(&self.kept);
    loom_program_web_write(&self.web, NULL);
    loom_program_firmware_write(&self.firmware, NULL);
    loom_program_web_end(&self.web);
    loom_program_firmware_end(&self.firmware);
    loom_management_server_destroy(self.server);
    loom_program_directory_close(&self.directory);
    loom_program_kept_end(&self.kept);
    loom_program_end(&self.program);
    loom_folder_close(&self.folder);
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
