/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/kept.h"

#include "common/text.h"
#include "events/metrics.h"
#include "programs/web.h"
#include "service/number.h"
#include "store/stored_command.h"
#include "store/stored_registration.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What has ended long ago is removed as often. */
#define PRUNE_MS 60000

/* ---- devices as an operator has them --------------------------------------------------------- */

static size_t put_name(struct loom_text name, char *room)
{
    if (name.data == NULL || name.length > LOOM_WISH_NAME_MAX) {
        return 0;
    }
    memcpy(room, name.data, name.length);
    return name.length;
}

/* The group of its account, and the model that it has told by its resource /3/0/1. */
size_t loom_program_kept_name(const struct loom_program_kept *self, enum loom_wish_scope scope,
                              struct loom_text endpoint, char *name)
{
    struct loom_path path = loom_path_resource(3, 0, 1);
    if (scope == LOOM_WISH_GROUP) {
        return put_name(loom_directory_group(self->directory, endpoint), name);
    }
    json_t *known = loom_values_below(self->devices.values, endpoint, &path);
    const json_t *value = json_object_get(json_array_get(known, 0), "value");
    struct loom_text model = {json_string_value(value), json_string_length(value)};
    size_t length = put_name(model, name);
    json_decref(known);
    return length;
}

static size_t name_of(void *user, enum loom_wish_scope scope, struct loom_text endpoint, char *name)
{
    return loom_program_kept_name(user, scope, endpoint, name);
}

unsigned loom_program_kept_scopes(const struct loom_program_kept *self)
{
    unsigned groups = self->directory == NULL ? 0 : 1u << LOOM_WISH_GROUP;
    return 1u << LOOM_WISH_ENDPOINT | 1u << LOOM_WISH_MODEL | 1u << LOOM_WISH_ALL | groups;
}

/* @return false after an error, which has been printed */
static bool begin_wishes(struct loom_program_kept *self, uint64_t seed)
{
    struct loom_database *database = self->store.database;
    const struct loom_wishes_config config = {.server = self->server,
                                              .catalog = self->program->catalog,
                                              .seed = seed,
                                              .scopes = loom_program_kept_scopes(self),
                                              .name = name_of,
                                              .user = self};
    size_t count;
    self->wishes.wishes = loom_wishes_create(&config);
    if (self->wishes.wishes == NULL) {
        loom_program_fail(self->program, "out of memory");
        return false;
    }
    if (database != NULL &&
        loom_kept_wishes_restore(&self->wishes, database, &count) != LOOM_DATABASE_OK) {
        loom_program_fail(self->program, "cannot read the store: %s",
                          loom_database_error(database));
        return false;
    }
    return true;
}

/* Commands and the timeline, with what is kept of them if there is a store. @return false after an
 * error, which has been printed */
static bool begin_devices(struct loom_program_kept *self, uint64_t seed)
{
    struct loom_database *database = self->store.database;
    struct loom_devices_config config = {.server = self->server,
                                         .catalog = self->program->catalog,
                                         .seed = seed,
                                         .node = self->nodes.number,
                                         .now = loom_program_unix_now};
    int64_t last = 0;
    size_t count;
    if (database != NULL) {
        loom_kept_commands_begin(&self->kept_commands, loom_program_text(self->nodes.name),
                                 loom_program_unix_now, NULL);
        loom_kept_events_begin(&self->kept_events, loom_program_unix_now, NULL);
        config.command_keeper = &self->kept_commands.keeper;
        config.timeline_keeper = &self->kept_events.keeper;
        if (loom_stored_event_last(database, &last) != LOOM_DATABASE_OK) {
            loom_program_fail(self->program, "cannot read the store: %s",
                              loom_database_error(database));
            return false;
        }
        config.last_event = (uint64_t)last;
    }
    if (!loom_devices_begin(&self->devices, &config)) {
        loom_program_fail(self->program, "out of memory");
        return false;
    }
    if (database != NULL &&
        (loom_kept_events_restore(self->devices.timeline, database) != LOOM_DATABASE_OK ||
         loom_kept_commands_restore(&self->kept_commands, self->devices.commands, database,
                                    &count) != LOOM_DATABASE_OK)) {
        loom_program_fail(self->program, "cannot read the store: %s",
                          loom_database_error(database));
        return false;
    }
    return true;
}

bool loom_program_kept_devices(struct loom_program_kept *self, uint64_t seed)
{
    return begin_devices(self, seed) && begin_wishes(self, seed);
}

static bool has_devices(const struct loom_program_kept *self)
{
    return self->wishes.wishes != NULL;
}

/* Commands go where their device goes. */
static void follow(struct loom_program_kept *self, const struct loom_dm_event *event)
{
    switch (event->kind) {
    case LOOM_DM_REGISTERED:
    case LOOM_DM_TAKEN_OVER:
        loom_kept_commands_claim(&self->kept_commands, event->endpoint);
        break;
    case LOOM_DM_MOVED:
        loom_commands_moved(self->devices.commands, event->endpoint);
        break;
    default:
        break;
    }
}

void loom_program_kept_hear(struct loom_program_kept *self, const struct loom_dm_event *event)
{
    if (has_devices(self)) {
        loom_devices_hear(&self->devices, event);
        follow(self, event);
        loom_wishes_hear(self->wishes.wishes, event);
    }
}

void loom_program_kept_hear_update(struct loom_program_kept *self,
                                   const struct loom_dm_update_event *event)
{
    char code[8];
    (void)snprintf(code, sizeof code, "%u.%02u", event->code >> 5, event->code & 31u);
    json_t *json = json_pack("{s:s%, s:s, s:s*, s:s*}", "endpoint", event->endpoint.data,
                             event->endpoint.length, "step", loom_dm_update_step_name(event->step),
                             "text", event->text, "code", event->code == 0 ? NULL : code);
    if (json != NULL && event->result > 0) {
        (void)json_object_set_new(json, "result", json_integer(event->result));
    }
    char *text = json == NULL ? NULL : json_dumps(json, JSON_COMPACT);
    if (text != NULL && has_devices(self)) {
        const struct loom_text members = {text + 1, strlen(text) - 2};
        (void)loom_timeline_tell(self->devices.timeline, "firmware", event->endpoint, members,
                                 loom_program_unix_now(NULL));
    }
    free(text);
    json_decref(json);
}

/* ---- accounts -------------------------------------------------------------------------------- */

/* What waits for a device is not for another one that may come under its name. */
static void cancel_commands(struct loom_program_kept *self, struct loom_text endpoint)
{
    struct loom_commands *commands = self->devices.commands;
    const struct loom_command *command = NULL;
    uint64_t waiting[LOOM_COMMANDS_OF_DEVICE_MAX];
    size_t count = 0;
    while (count < LOOM_COMMANDS_OF_DEVICE_MAX &&
           (command = loom_commands_next(commands, endpoint, command)) != NULL) {
        if (command->state == LOOM_COMMAND_QUEUED) {
            waiting[count++] = command->id;
        }
    }
    for (size_t i = 0; i < count; i++) {
        (void)loom_commands_cancel(commands, waiting[i], loom_program_unix_now(NULL));
    }
}

void loom_program_kept_account(void *user, struct loom_text endpoint, bool gone)
{
    struct loom_program_kept *self = user;
    if (gone && has_devices(self)) {
        cancel_commands(self, endpoint);
    }
    if (gone) {
        (void)loom_management_server_remove(self->server, endpoint);
    } else if (has_devices(self)) {
        loom_wishes_rename_device(self->wishes.wishes, endpoint);
    }
}

void loom_program_kept_check_accounts(struct loom_program_kept *self)
{
    const struct loom_fleet_store *store = &self->program->store;
    const struct loom_dm_client *client = loom_management_server_next(self->server, NULL);
    bool takes_any = store->allows_any(store->self);
    while (client != NULL) {
        const struct loom_dm_client *next = loom_management_server_next(self->server, client);
        bool may_stay = (takes_any && client->identity.length == 0) ||
                        loom_directory_has(self->directory, client->endpoint);
        if (!may_stay) {
            loom_program_kept_account(self, client->endpoint, true);
        }
        client = next;
    }
}

/* ---- the store ------------------------------------------------------------------------------- */

static void tell_restored(struct loom_program_kept *self, const struct loom_kept_restored *restored,
                          uint64_t took)
{
    char text[160];
    (void)snprintf(text, sizeof text,
                   "%zu registrations and %zu observations in %llu ms; %zu rows were unusable",
                   restored->registrations, restored->observations, (unsigned long long)took,
                   restored->unusable);
    loom_program_say(self->program, "restored",
                     restored->unusable == 0 ? LOOM_LOG_INFO : LOOM_LOG_WARNING, text);
}

/* Joins the others, or finds out that there are none. @return false after an error, which has been
 * printed */
static bool join(struct loom_program_kept *self)
{
    struct loom_database *database = self->store.database;
    bool shared = false;
    enum loom_database_status status =
        loom_nodes_is_one(&self->nodes)
            ? loom_nodes_join(&self->nodes, database, LOOM_NUMBER_BOOTSTRAPS)
            : loom_nodes_look(&self->nodes, database, &shared);
    if (shared) {
        loom_program_fail(self->program, "the database of --store is shared: --node is required");
        return false;
    }
    /* What a server without a name has left is the first node's, and the other way round. */
    if (status == LOOM_DATABASE_OK) {
        status = loom_stored_registration_adopt(database, loom_program_text(self->nodes.name));
    }
    if (status != LOOM_DATABASE_OK) {
        loom_program_fail(self->program, "cannot join the nodes of the store: %s",
                          loom_database_error(database));
    }
    return status == LOOM_DATABASE_OK;
}

bool loom_program_kept_restore(struct loom_program_kept *self, struct loom_program *program,
                               struct loom_management_server *server)
{
    self->program = program;
    self->server = server;
    loom_nodes_begin(&self->nodes, "management",
                     program->settings.node == NULL ? "" : program->settings.node,
                     loom_program_unix_now, NULL);
    const struct loom_kept_registrations_config config = {.server = self->server,
                                                          .port = &self->program->port,
                                                          .node =
                                                              loom_program_text(self->nodes.name),
                                                          .now = loom_program_unix_now};
    struct loom_kept_restored restored;
    uint64_t began = loom_program_now(self->program);
    if (!loom_program_store_open(&self->store, self->program)) {
        return false;
    }
    if (self->store.database == NULL) {
        return true;
    }
    if (!join(self)) {
        return false;
    }
    self->registrations = loom_kept_registrations_create(&config);
    if (self->registrations == NULL) {
        loom_program_fail(self->program, "out of memory");
        return false;
    }
    /* So that observations can be put back. */
    loom_kept_registrations_begin(self->registrations, NULL);
    if (loom_kept_registrations_restore(self->registrations, self->store.database, &restored) !=
        LOOM_DATABASE_OK) {
        loom_program_fail(self->program, "cannot read the store: %s",
                          loom_database_error(self->store.database));
        return false;
    }
    tell_restored(self, &restored, loom_program_now(self->program) - began);
    return true;
}

/* A command that another node has cancelled goes nowhere. */
static void hear_cancelled(struct loom_program_kept *self, const struct loom_timeline_event *event)
{
    json_t *json = json_loads(event->json, 0, NULL);
    const char *id_text = json_string_value(json_object_get(json, "command"));
    const char *state = json_string_value(json_object_get(json, "state"));
    uint64_t id;
    if (id_text != NULL && state != NULL && strcmp(state, "cancelled") == 0 &&
        loom_command_id_read(loom_program_text(id_text), &id)) {
        loom_commands_elsewhere(self->devices.commands, id, loom_program_unix_now(NULL));
    }
    json_decref(json);
}

static void hear_node(void *user, const struct loom_timeline_event *event)
{
    struct loom_program_kept *self = user;
    if (strcmp(event->kind, loom_dm_event_name(LOOM_DM_REGISTERED)) == 0 ||
        strcmp(event->kind, loom_dm_event_name(LOOM_DM_TAKEN_OVER)) == 0) {
        struct loom_text endpoint = loom_program_text(event->endpoint);
        loom_kept_registrations_check(self->registrations, endpoint);
        if (loom_management_server_find(self->server, endpoint) == NULL) {
            loom_commands_check(self->devices.commands, endpoint, loom_program_unix_now(NULL));
        }
    } else if (strcmp(event->kind, "command") == 0) {
        hear_cancelled(self, event);
    }
}

/* @return false after an error, which has been printed */
static bool begin_hearing(struct loom_program_kept *self)
{
    const struct loom_node_events_config config = {.timeline = self->devices.timeline,
                                                   .writer = self->store.writer,
                                                   .node = self->nodes.number,
                                                   .now = loom_program_unix_now,
                                                   .hear = hear_node,
                                                   .user = self};
    self->node_events = loom_node_events_create(&config);
    if (self->node_events == NULL) {
        loom_program_fail(self->program, "out of memory");
    }
    return self->node_events != NULL;
}

bool loom_program_kept_write(struct loom_program_kept *self)
{
    if (!loom_program_store_begin(&self->store)) {
        return false;
    }
    if (self->store.writer != NULL) {
        loom_kept_registrations_begin(self->registrations, self->store.writer);
        loom_kept_commands_write(&self->kept_commands, self->store.writer);
        loom_kept_events_write(&self->kept_events, self->devices.timeline, self->store.writer);
        self->wishes.writer = self->store.writer;
    }
    return !loom_nodes_is_one(&self->nodes) || begin_hearing(self);
}

static void tell_node(struct loom_program_kept *self, const char *kind)
{
    static const struct loom_text none = {"", 0};
    char members[LOOM_NODES_NAME_SIZE + 16];
    (void)snprintf(members, sizeof members, "\"node\":\"%s\"", self->nodes.name);
    (void)loom_timeline_tell(self->devices.timeline, kind, none, loom_program_text(members),
                             loom_program_unix_now(NULL));
}

void loom_program_kept_announce(struct loom_program_kept *self)
{
    if (self->store.writer != NULL && loom_nodes_is_one(&self->nodes)) {
        loom_nodes_write(&self->nodes, self->store.writer,
                         self->program->bound_count > 0 ? self->program->bound[0] : "");
        loom_program_say(self->program, "node-joined", LOOM_LOG_INFO, self->nodes.name);
        tell_node(self, "node-joined");
    }
}

/* What its console has ended has not been drained. */
void loom_program_kept_end_writing(struct loom_program_kept *self)
{
    if (self->store.writer != NULL) {
        loom_kept_registrations_drain(self->registrations);
        if (loom_nodes_is_one(&self->nodes)) {
            tell_node(self, "node-left");
        }
        loom_timeline_step(self->devices.timeline, INT64_MAX - LOOM_TIMELINE_WAIT_MS);
        loom_nodes_leave(&self->nodes); /* the last: others may take what is its own from then on */
    }
    loom_program_store_end(&self->store);
    loom_kept_commands_write(&self->kept_commands, NULL);
    loom_kept_events_write(&self->kept_events, NULL, NULL);
    self->wishes.writer = NULL;
}

/* ---- in the loop ----------------------------------------------------------------------------- */

uint64_t loom_program_kept_deadline(const struct loom_program_kept *self)
{
    int64_t devices = !has_devices(self) ? INT64_MAX
                      : loom_wishes_are_due(self->wishes.wishes)
                          ? 0
                          : loom_devices_deadline(&self->devices);
    int64_t store = self->registrations == NULL
                        ? INT64_MAX
                        : loom_kept_registrations_deadline(self->registrations);
    int64_t first = devices < store ? devices : store;
    if (self->registrations != NULL) {
        int64_t nodes = loom_nodes_deadline(&self->nodes);
        int64_t commands = loom_kept_commands_deadline(&self->kept_commands);
        int64_t events =
            self->node_events == NULL ? INT64_MAX : loom_node_events_deadline(self->node_events);
        nodes = commands < nodes ? commands : nodes;
        nodes = events < nodes ? events : nodes;
        first = nodes < first ? nodes : first;
    }
    return loom_program_port_time(self->program, first);
}

void loom_program_kept_step(struct loom_program_kept *self)
{
    if (has_devices(self)) {
        loom_devices_step(&self->devices);
        (void)loom_wishes_step(self->wishes.wishes);
    }
}

/* In any turn that comes after the time: nobody waits for it. */
static void prune(struct loom_program_kept *self)
{
    int64_t now = loom_program_unix_now(NULL);
    if (now >= self->prune) {
        self->prune = now + PRUNE_MS;
        loom_kept_commands_prune(&self->kept_commands);
        self->kept_events.days = self->program->settings.keep_events;
        loom_kept_events_prune(&self->kept_events);
    }
}

static void renew(struct loom_program_kept *self)
{
    loom_nodes_step(&self->nodes);
    if (loom_nodes_replaced(&self->nodes) && !self->program->failed) {
        loom_program_fail(self->program,
                          "another process has the name or the number of node %s now",
                          self->nodes.name);
        self->program->failed = true;
    }
}

/* In any turn that comes after the time, as there is one with each look for events. */
static void look_for_wishes(struct loom_program_kept *self)
{
    int64_t now = loom_program_unix_now(NULL);
    if (now >= self->wishes_due) {
        self->wishes_due = now + LOOM_KEPT_WISHES_LOOK_MS;
        loom_kept_wishes_look(&self->wishes);
    }
}

void loom_program_kept_store(struct loom_program_kept *self)
{
    if (self->registrations != NULL) {
        loom_kept_registrations_step(self->registrations);
        loom_kept_commands_step(&self->kept_commands);
        if (self->node_events != NULL) {
            loom_node_events_step(self->node_events);
            look_for_wishes(self);
        }
        renew(self);
        prune(self);
    }
}

void loom_program_kept_metrics(const struct loom_program_kept *self, FILE *out)
{
    loom_metrics_print_lost(out, loom_timeline_lost(self->devices.timeline));
    if (loom_nodes_is_one(&self->nodes)) {
        loom_metric_single(out, LOOM_METRIC_GAUGE, "loom_node_lease_seconds",
                           "What is left of the lease of this node, which it renews.",
                           (uint64_t)(loom_nodes_lease(&self->nodes) / 1000));
    }
}

void loom_program_kept_drain(struct loom_program_kept *self)
{
    if (self->registrations != NULL) {
        loom_kept_registrations_drain(self->registrations);
    }
}

bool loom_program_kept_busy(const struct loom_program_kept *self)
{
    return self->registrations != NULL && loom_kept_registrations_busy(self->registrations);
}

void loom_program_kept_end(struct loom_program_kept *self)
{
    loom_kept_registrations_destroy(self->registrations);
    loom_node_events_destroy(self->node_events);
    loom_wishes_destroy(self->wishes.wishes);
    loom_devices_end(&self->devices);
}
