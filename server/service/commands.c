/* SPDX-License-Identifier: Apache-2.0 */
#include "service/commands.h"

#include "common/index.h"
#include "common/list.h"
#include "common/text.h"
#include "service/number.h"
#include "service/operation.h"

#include <stdlib.h>
#include <string.h>

/** How often a command goes out at most. */
#define ATTEMPTS_MAX 3u

/** Between two looks for what has expired: each one goes over all that waits. */
#define LOOK_MS 1000

/** Until what could not be kept or sent is tried again. */
#define AGAIN_MS 1000

struct device;

/* What the keeper has been given, and not said anything of yet. */
enum saving { SAVED, ADDING, SENDING, CANCELLING, CHANGING };

struct entry {
    struct loom_command command; /* first: a command seen outside is its entry */
    struct device *device;
    struct loom_list place; /* in one list of the device; in none: it is the active one */
    struct loom_list stale; /* in the list of those whose state is to be kept again */
    struct loom_index_link by_id;
    enum saving saving;
    size_t bytes;
    char texts[];
};

struct device {
    struct loom_list all;
    struct loom_index_link by_endpoint;
    struct loom_list ready; /* in the list of those that a step looks at, or looks at later */
    struct loom_list waiting;
    struct loom_list ended; /* the newest first */
    struct entry *active;   /* the keeper is told that it goes out, or it has gone */
    uint32_t ticket;        /* of the active one; 0: it has not gone out */
    size_t waiting_count;
    size_t ended_count;
    struct loom_text endpoint;
    char name[];
};

struct loom_commands {
    struct loom_commands_config config;
    struct loom_index by_id;
    struct loom_index by_endpoint;
    struct loom_list all; /* devices that have commands */
    struct loom_list ready;
    struct loom_list later; /* devices whose command could not be kept: ready when `again` is due */
    struct loom_list stale;
    size_t bytes;
    uint64_t random;
    uint64_t last_id;
    int64_t next_expiry; /* none expires before */
    int64_t next_look;
    int64_t again; /* when what is stale, or could not go, is tried again; INT64_MAX: never */
};

static const char *const state_names[] = {
    [LOOM_COMMAND_QUEUED] = "queued",     [LOOM_COMMAND_SENT] = "sent",
    [LOOM_COMMAND_ANSWERED] = "answered", [LOOM_COMMAND_FAILED] = "failed",
    [LOOM_COMMAND_EXPIRED] = "expired",   [LOOM_COMMAND_CANCELLED] = "cancelled",
    [LOOM_COMMAND_UNKNOWN] = "unknown",
};

const char *loom_command_state_name(enum loom_command_state state)
{
    return state_names[state];
}

bool loom_command_state_read(struct loom_text name, enum loom_command_state *state)
{
    for (size_t i = 0; i < LOOM_COMMAND_STATE_COUNT; i++) {
        if (loom_text_is(name, state_names[i])) {
            *state = (enum loom_command_state)i;
            return true;
        }
    }
    return false;
}

bool loom_command_may_repeat(enum loom_dm_operation operation)
{
    return operation != LOOM_DM_EXECUTE && operation != LOOM_DM_CREATE;
}

/* ---- devices --------------------------------------------------------------------------------- */

static struct device *find_device(const struct loom_commands *commands, struct loom_text endpoint)
{
    uint64_t hash = loom_index_hash(&commands->by_endpoint, endpoint.data, endpoint.length);
    struct loom_index_link *link = loom_index_first(&commands->by_endpoint, hash);
    for (; link != NULL; link = loom_index_next(link)) {
        struct device *device = LOOM_INDEX_ENTRY(link, struct device, by_endpoint);
        if (loom_text_same(device->endpoint, endpoint)) {
            return device;
        }
    }
    return NULL;
}

static struct device *have_device(struct loom_commands *commands, struct loom_text endpoint)
{
    struct device *device = find_device(commands, endpoint);
    if (device != NULL) {
        return device;
    }
    device = calloc(1, sizeof *device + endpoint.length + 1);
    if (device == NULL) {
        return NULL;
    }
    memcpy(device->name, endpoint.data, endpoint.length);
    device->endpoint = (struct loom_text){device->name, endpoint.length};
    loom_list_begin(&device->all);
    loom_list_append(&commands->all, &device->all);
    loom_list_begin(&device->ready);
    loom_list_begin(&device->waiting);
    loom_list_begin(&device->ended);
    loom_index_add(&commands->by_endpoint, &device->by_endpoint,
                   loom_index_hash(&commands->by_endpoint, endpoint.data, endpoint.length));
    return device;
}

static void forget_device(struct loom_commands *commands, struct device *device)
{
    if (device->active == NULL && loom_list_is_empty(&device->waiting) &&
        loom_list_is_empty(&device->ended)) {
        loom_index_remove(&commands->by_endpoint, &device->by_endpoint);
        loom_list_remove(&device->ready);
        loom_list_remove(&device->all);
        free(device);
    }
}

static void make_ready(struct loom_commands *commands, struct device *device)
{
    if (device->active == NULL && !loom_list_is_empty(&device->waiting)) {
        loom_list_append(&commands->ready, &device->ready);
    }
}

/* ---- entries --------------------------------------------------------------------------------- */

static struct entry *find_entry(const struct loom_commands *commands, uint64_t id)
{
    uint64_t hash = loom_index_hash(&commands->by_id, &id, sizeof id);
    struct loom_index_link *link = loom_index_first(&commands->by_id, hash);
    for (; link != NULL; link = loom_index_next(link)) {
        struct entry *entry = LOOM_INDEX_ENTRY(link, struct entry, by_id);
        if (entry->command.id == id) {
            return entry;
        }
    }
    return NULL;
}

static char *copy_text(char *at, const char *text, const char **copy)
{
    size_t size = strlen(text) + 1;
    memcpy(at, text, size);
    *copy = at;
    return at + size;
}

static char *duplicate(const char *data, size_t length)
{
    char *copy = malloc(length + 1);
    if (copy != NULL) {
        memcpy(copy, data, length);
        copy[length] = '\0';
    }
    return copy;
}

static void set_result(struct loom_commands *commands, struct entry *entry, struct loom_text json)
{
    char *copy = duplicate(json.data, json.length);
    if (copy != NULL) {
        entry->command.result = copy;
        entry->bytes += json.length + 1;
        commands->bytes += json.length + 1;
    }
}

/* Makes an entry that is in no list. */
static struct entry *new_entry(struct loom_commands *commands, const struct loom_command *command)
{
    struct loom_text endpoint = {command->endpoint, strlen(command->endpoint)};
    struct device *device = have_device(commands, endpoint);
    size_t bytes = sizeof(struct entry) + strlen(command->body) + strlen(command->who) + 2;
    struct entry *entry = device == NULL ? NULL : calloc(1, bytes);
    if (entry == NULL) {
        if (device != NULL) {
            forget_device(commands, device);
        }
        return NULL;
    }
    entry->command = *command;
    entry->device = device;
    entry->command.endpoint = device->name;
    entry->command.result = NULL;
    entry->command.catalog = commands->config.catalog;
    (void)copy_text(copy_text(entry->texts, command->body, &entry->command.body), command->who,
                    &entry->command.who);
    loom_list_begin(&entry->place);
    loom_list_begin(&entry->stale);
    loom_index_add(&commands->by_id, &entry->by_id,
                   loom_index_hash(&commands->by_id, &entry->command.id, sizeof entry->command.id));
    entry->bytes = bytes;
    commands->bytes += bytes;
    return entry;
}

static void free_entry(struct loom_commands *commands, struct entry *entry)
{
    loom_index_remove(&commands->by_id, &entry->by_id);
    loom_list_remove(&entry->place);
    loom_list_remove(&entry->stale);
    commands->bytes -= entry->bytes;
    free((void *)(uintptr_t)entry->command.result);
    free(entry);
}

/* Behind all that go before it. */
static void enqueue(struct loom_commands *commands, struct entry *entry)
{
    struct device *device = entry->device;
    struct loom_list *at = device->waiting.previous;
    while (at != &device->waiting) {
        const struct entry *before = LOOM_LIST_ENTRY(at, struct entry, place);
        if (before->command.priority < entry->command.priority ||
            (before->command.priority == entry->command.priority &&
             before->command.created <= entry->command.created)) {
            break;
        }
        at = at->previous;
    }
    loom_list_append(at->next, &entry->place);
    device->waiting_count++;
    if (entry->command.expires < commands->next_expiry) {
        commands->next_expiry = entry->command.expires;
    }
}

static void dequeue(struct entry *entry)
{
    loom_list_remove(&entry->place);
    entry->device->waiting_count--;
}

static void tell(const struct loom_commands *commands, const struct entry *entry)
{
    if (commands->config.changed != NULL) {
        commands->config.changed(commands->config.user, &entry->command);
    }
}

/* ---- keeping --------------------------------------------------------------------------------- */

static void try_again(struct loom_commands *commands, int64_t now)
{
    if (commands->again > now + AGAIN_MS) {
        commands->again = now + AGAIN_MS;
    }
}

/* Gives the keeper the state that a command has. @return false: it cannot be kept now */
static bool keep(const struct loom_commands *commands, struct entry *entry, enum saving saving)
{
    const struct loom_command_keeper *keeper = commands->config.keeper;
    if (keeper == NULL) {
        return true;
    }
    bool good = keeper->ready(keeper->self) &&
                (saving == ADDING ? keeper->add(keeper->self, &entry->command)
                                  : keeper->keep(keeper->self, &entry->command));
    if (!good) {
        return false;
    }
    entry->saving = saving;
    return true;
}

/* Keeps a state that nothing waits for; later, if not now. */
static void keep_change(struct loom_commands *commands, struct entry *entry, int64_t now)
{
    if (entry->saving != SAVED || !keep(commands, entry, CHANGING)) {
        loom_list_append(&commands->stale, &entry->stale);
        try_again(commands, now);
    }
}

/* ---- ends ------------------------------------------------------------------------------------ */

/* Old ends make room; one whose state is not kept yet stays. */
static void trim(struct loom_commands *commands, struct device *device)
{
    struct loom_list *at = device->ended.previous;
    while (device->ended_count > LOOM_COMMANDS_ENDED_MAX && at != &device->ended) {
        struct entry *entry = LOOM_LIST_ENTRY(at, struct entry, place);
        at = at->previous;
        if (entry->saving == SAVED && loom_list_is_empty(&entry->stale)) {
            device->ended_count--;
            free_entry(commands, entry);
        }
    }
}

/* Puts a command that is neither waiting nor active any more among those that have ended. */
static void put_behind(struct loom_commands *commands, struct entry *entry,
                       enum loom_command_state state, int64_t now)
{
    struct device *device = entry->device;
    entry->command.state = state;
    entry->command.changed = now;
    loom_list_append(device->ended.next, &entry->place);
    device->ended_count++;
    tell(commands, entry);
    trim(commands, device);
    make_ready(commands, device);
}

/* The same; that it has ended is kept as soon as it can be. */
static void end(struct loom_commands *commands, struct entry *entry, enum loom_command_state state,
                int64_t now)
{
    entry->command.state = state;
    entry->command.changed = now;
    keep_change(commands, entry, now);
    put_behind(commands, entry, state, now);
}

/* What has ended makes room for what is to be done, of all devices. */
static void forget_ended(struct loom_commands *commands)
{
    struct loom_list *at = commands->all.next;
    while (commands->bytes >= commands->config.bytes_max && at != &commands->all) {
        struct device *device = LOOM_LIST_ENTRY(at, struct device, all);
        struct loom_list *old = device->ended.previous;
        at = at->next;
        while (old != &device->ended) {
            struct entry *entry = LOOM_LIST_ENTRY(old, struct entry, place);
            old = old->previous;
            if (entry->saving == SAVED && loom_list_is_empty(&entry->stale)) {
                device->ended_count--;
                free_entry(commands, entry);
            }
        }
        forget_device(commands, device);
    }
}

bool loom_commands_are_full(struct loom_commands *commands)
{
    if (commands->bytes >= commands->config.bytes_max) {
        forget_ended(commands);
    }
    return commands->bytes >= commands->config.bytes_max;
}

/* Back into the queue: it has not gone out, or may go out again. */
static void requeue(struct loom_commands *commands, struct entry *entry, int64_t now)
{
    entry->command.state = LOOM_COMMAND_QUEUED;
    entry->command.changed = now;
    enqueue(commands, entry);
    keep_change(commands, entry, now);
    tell(commands, entry);
}

/* ---- giving and cancelling ------------------------------------------------------------------- */

static uint64_t new_id(struct loom_commands *commands, int64_t now)
{
    do {
        commands->last_id = loom_number_next(commands->last_id, commands->config.node, now);
    } while (find_entry(commands, commands->last_id) != NULL);
    return commands->last_id;
}

/* Whether a request can be made of a body, for the device as it is registered now. */
static bool read_operation(const struct loom_commands *commands, struct loom_text endpoint,
                           const json_t *body, struct loom_service_request *operation,
                           json_t *errors)
{
    const struct loom_dm_client *client =
        loom_management_server_find(commands->config.server, endpoint);
    return loom_service_request_read(commands->config.catalog, client, body, operation, errors);
}

static enum loom_commands_status add(struct loom_commands *commands,
                                     const struct loom_command *command)
{
    struct entry *entry = new_entry(commands, command);
    if (entry == NULL) {
        return LOOM_COMMANDS_NO_MEMORY;
    }
    if (!keep(commands, entry, ADDING)) {
        struct device *device = entry->device;
        free_entry(commands, entry);
        forget_device(commands, device);
        return LOOM_COMMANDS_NOT_KEPT;
    }
    enqueue(commands, entry);
    if (entry->saving == SAVED) {
        make_ready(commands, entry->device);
        tell(commands, entry);
    }
    return LOOM_COMMANDS_OK;
}

static enum loom_commands_status give(struct loom_commands *commands,
                                      const struct loom_command_order *order,
                                      enum loom_dm_operation operation, uint64_t *id)
{
    char *endpoint = duplicate(order->endpoint.data, order->endpoint.length);
    char *body = json_dumps(order->body, JSON_COMPACT);
    enum loom_commands_status status = LOOM_COMMANDS_NO_MEMORY;
    if (endpoint != NULL && body != NULL) {
        struct loom_command command = {
            .id = new_id(commands, order->now),
            .endpoint = endpoint,
            .body = body,
            .who = order->who != NULL ? order->who : "",
            .operation = operation,
            .priority = order->priority,
            .created = order->now,
            .changed = order->now,
            .expires = order->expires != 0 ? order->expires : order->now + LOOM_COMMAND_EXPIRY_MS};
        *id = command.id;
        status = add(commands, &command);
    }
    free(endpoint);
    free(body);
    return status;
}

enum loom_commands_status loom_commands_give(struct loom_commands *commands,
                                             const struct loom_command_order *order, json_t *errors,
                                             uint64_t *id)
{
    struct loom_service_request operation;
    if (!read_operation(commands, order->endpoint, order->body, &operation, errors)) {
        return LOOM_COMMANDS_BAD;
    }
    enum loom_dm_operation kind = operation.request.operation;
    loom_service_request_free(&operation);
    bool full = loom_commands_are_full(commands);
    const struct device *device = find_device(commands, order->endpoint);
    if (full || (device != NULL && device->waiting_count >= LOOM_COMMANDS_OF_DEVICE_MAX)) {
        return LOOM_COMMANDS_TOO_MANY;
    }
    return give(commands, order, kind, id);
}

enum loom_commands_status loom_commands_cancel(struct loom_commands *commands, uint64_t id,
                                               int64_t now)
{
    struct entry *entry = find_entry(commands, id);
    if (entry == NULL || entry->saving == ADDING) {
        return LOOM_COMMANDS_NOT_FOUND;
    }
    if (entry->device->active == entry) {
        return LOOM_COMMANDS_UNDER_WAY;
    }
    if (entry->command.state != LOOM_COMMAND_QUEUED) {
        return LOOM_COMMANDS_OVER;
    }
    if (entry->saving != SAVED) {
        return LOOM_COMMANDS_NOT_KEPT; /* one thing at a time */
    }
    /* It has ended when that is kept, so that no restart gives it back. */
    entry->command.state = LOOM_COMMAND_CANCELLED;
    entry->command.changed = now;
    bool good = keep(commands, entry, CANCELLING);
    entry->command.state = LOOM_COMMAND_QUEUED;
    if (good && entry->saving == SAVED) {
        dequeue(entry);
        put_behind(commands, entry, LOOM_COMMAND_CANCELLED, now);
    }
    return good ? LOOM_COMMANDS_OK : LOOM_COMMANDS_NOT_KEPT;
}

bool loom_commands_restore(struct loom_commands *commands, const struct loom_command *command,
                           int64_t now)
{
    if (find_entry(commands, command->id) != NULL) {
        return true;
    }
    struct entry *entry = new_entry(commands, command);
    if (entry == NULL) {
        return false;
    }
    if (command->result != NULL) {
        set_result(commands, entry, (struct loom_text){command->result, strlen(command->result)});
    }
    if (command->state == LOOM_COMMAND_QUEUED) {
        enqueue(commands, entry);
        make_ready(commands, entry->device);
    } else if (command->state != LOOM_COMMAND_SENT) {
        loom_list_append(&entry->device->ended, &entry->place);
        entry->device->ended_count++;
    } else if (loom_command_may_repeat(command->operation)) {
        requeue(commands, entry, now);
        make_ready(commands, entry->device);
    } else {
        end(commands, entry, LOOM_COMMAND_UNKNOWN, now);
    }
    return true;
}

/* ---- going out ------------------------------------------------------------------------------- */

/* The active command goes out. What cannot be made a request any more has failed. */
static void send(struct loom_commands *commands, struct device *device, int64_t now)
{
    struct entry *entry = device->active;
    struct loom_service_request operation;
    json_t *errors = json_array();
    json_t *body = json_loads(entry->command.body, 0, NULL);
    enum loom_status status = LOOM_BAD_REQUEST;
    if (errors != NULL && body != NULL &&
        read_operation(commands, device->endpoint, body, &operation, errors)) {
        status = loom_management_server_send(commands->config.server, device->endpoint,
                                             &operation.request, &device->ticket);
        loom_service_request_free(&operation);
    }
    json_decref(body);
    json_decref(errors);
    if (status == LOOM_OK) {
        entry->command.attempts++;
        entry->command.state = LOOM_COMMAND_SENT;
        entry->command.changed = now;
        tell(commands, entry);
        return;
    }
    device->active = NULL;
    device->ticket = 0;
    if (status == LOOM_NOT_FOUND || status == LOOM_UNAVAILABLE) {
        requeue(commands, entry, now);
    } else {
        entry->command.failure = LOOM_FAILURE_UNUSABLE;
        end(commands, entry, LOOM_COMMAND_FAILED, now);
    }
}

static bool is_awake(const struct loom_commands *commands, const struct device *device)
{
    const struct loom_dm_client *client =
        loom_management_server_find(commands->config.server, device->endpoint);
    return client != NULL && client->address.length > 0 &&
           !loom_management_server_asleep(commands->config.server, client);
}

/* The first one that the keeper has. */
static struct entry *first_of(const struct device *device)
{
    struct loom_list *at = device->waiting.next;
    for (; at != &device->waiting; at = at->next) {
        struct entry *entry = LOOM_LIST_ENTRY(at, struct entry, place);
        if (entry->saving != ADDING) {
            return entry->saving == SAVED ? entry : NULL;
        }
    }
    return NULL;
}

static void send_next(struct loom_commands *commands, struct device *device, int64_t now)
{
    struct entry *entry = first_of(device);
    if (device->active != NULL || entry == NULL || !is_awake(commands, device)) {
        return;
    }
    enum loom_command_state before = entry->command.state;
    entry->command.state = LOOM_COMMAND_SENT; /* as it is to be kept */
    if (!keep(commands, entry, SENDING)) {
        entry->command.state = before;
        loom_list_append(&commands->later, &device->ready);
        try_again(commands, now);
        return;
    }
    loom_list_remove(&entry->stale);
    dequeue(entry);
    device->active = entry;
    device->ticket = 0;
    if (entry->saving == SAVED) {
        send(commands, device, now);
    }
}

/* That a command is cancelled is kept, or is not: then it waits as before. */
static void cancelled(struct loom_commands *commands, struct entry *entry, bool kept, int64_t now)
{
    if (!kept) {
        make_ready(commands, entry->device);
        return;
    }
    dequeue(entry);
    put_behind(commands, entry, LOOM_COMMAND_CANCELLED, now);
}

void loom_commands_kept(struct loom_commands *commands, uint64_t id, bool kept, int64_t now)
{
    struct entry *entry = find_entry(commands, id);
    if (entry == NULL) {
        return;
    }
    struct device *device = entry->device;
    enum saving saving = entry->saving;
    entry->saving = SAVED;
    if (saving == ADDING) {
        if (kept) {
            make_ready(commands, device);
            tell(commands, entry);
            return;
        }
        dequeue(entry);
        entry->command.state = LOOM_COMMAND_CANCELLED;
        tell(commands, entry);
        free_entry(commands, entry);
        forget_device(commands, device);
    } else if (saving == SENDING) {
        if (kept) {
            send(commands, device, now);
            return;
        }
        device->active = NULL;
        entry->command.state = LOOM_COMMAND_QUEUED;
        enqueue(commands, entry);
        loom_list_append(&commands->later, &device->ready);
        try_again(commands, now);
    } else if (saving == CANCELLING) {
        cancelled(commands, entry, kept, now);
    } else if (!kept) {
        loom_list_append(&commands->stale, &entry->stale);
        try_again(commands, now);
    } else {
        make_ready(commands, device);
        trim(commands, device);
    }
}

/* ---- other nodes ----------------------------------------------------------------------------- */

/* Out of the list that it is in, without a word to those who look on. */
static void let_go(struct loom_commands *commands, struct entry *entry)
{
    struct device *device = entry->device;
    if (device->active == entry) {
        device->active = NULL;
        device->ticket = 0;
    } else if (entry->command.state == LOOM_COMMAND_QUEUED) {
        dequeue(entry);
    } else {
        device->ended_count--;
    }
    entry->command.elsewhere = true;
    tell(commands, entry);
    free_entry(commands, entry);
}

void loom_commands_elsewhere(struct loom_commands *commands, uint64_t id, int64_t now)
{
    struct entry *entry = find_entry(commands, id);
    if (entry == NULL) {
        return;
    }
    struct device *device = entry->device;
    if (entry->saving == ADDING) {
        entry->command.changed = now;
        tell(commands, entry); /* it has been given */
    }
    let_go(commands, entry);
    make_ready(commands, device);
    forget_device(commands, device);
}

void loom_commands_moved(struct loom_commands *commands, struct loom_text endpoint)
{
    struct device *device = find_device(commands, endpoint);
    if (device == NULL) {
        return;
    }
    if (device->active != NULL) {
        let_go(commands, device->active);
    }
    struct loom_list *at = device->waiting.next;
    while (at != &device->waiting) {
        struct entry *entry = LOOM_LIST_ENTRY(at, struct entry, place);
        at = at->next;
        if (entry->saving != ADDING) { /* where that one belongs is found out just now */
            let_go(commands, entry);
        }
    }
    forget_device(commands, device);
}

void loom_commands_check(struct loom_commands *commands, struct loom_text endpoint, int64_t now)
{
    const struct device *device = find_device(commands, endpoint);
    const struct loom_list *end = device == NULL ? NULL : &device->waiting;
    for (struct loom_list *at = device == NULL ? NULL : end->next; at != end; at = at->next) {
        struct entry *entry = LOOM_LIST_ENTRY(at, struct entry, place);
        if (entry->saving == SAVED) { /* else it is found out anyway */
            keep_change(commands, entry, now);
        }
    }
}

/* ---- hearing --------------------------------------------------------------------------------- */

/* No answer: once more, if that is the same as once. */
static void unanswered(struct loom_commands *commands, struct entry *entry,
                       const struct loom_dm_event *event, int64_t now)
{
    if (loom_command_may_repeat(entry->command.operation) &&
        entry->command.attempts < ATTEMPTS_MAX && event->failure != LOOM_FAILURE_UNUSABLE &&
        event->failure != LOOM_FAILURE_RESET && now < entry->command.expires) {
        requeue(commands, entry, now);
        return;
    }
    entry->command.failure = event->failure;
    end(commands, entry, LOOM_COMMAND_FAILED, now);
}

static void answered(struct loom_commands *commands, struct device *device,
                     const struct loom_dm_event *event, struct loom_text json, int64_t now)
{
    struct entry *entry = device->active;
    device->active = NULL;
    device->ticket = 0;
    if (event->code == 0) {
        unanswered(commands, entry, event, now);
        return;
    }
    entry->command.code = event->code;
    set_result(commands, entry, json);
    end(commands, entry, LOOM_COMMAND_ANSWERED, now);
}

const struct loom_command *loom_commands_hear(struct loom_commands *commands,
                                              const struct loom_dm_event *event,
                                              struct loom_text json, int64_t now)
{
    struct device *device = find_device(commands, event->endpoint);
    if (device == NULL) {
        return NULL;
    }
    struct entry *entry = device->active;
    bool mine = entry != NULL && device->ticket != 0 && event->ticket == device->ticket;
    if (mine && event->kind == LOOM_DM_ANSWERED) {
        answered(commands, device, event, json, now);
    }
    /* Whatever comes from a device says that it is awake. */
    if (event->registration != NULL) {
        make_ready(commands, device);
    }
    return mine ? &entry->command : NULL;
}

uint64_t loom_commands_of_ticket(const struct loom_commands *commands, struct loom_text endpoint,
                                 uint32_t ticket)
{
    const struct device *device = find_device(commands, endpoint);
    return device != NULL && device->active != NULL && ticket != 0 && device->ticket == ticket
               ? device->active->command.id
               : 0;
}

/* ---- steps ----------------------------------------------------------------------------------- */

static void expire_of(struct loom_commands *commands, struct device *device, int64_t now)
{
    struct loom_list *at = device->waiting.next;
    while (at != &device->waiting) {
        struct entry *entry = LOOM_LIST_ENTRY(at, struct entry, place);
        at = at->next;
        if (entry->command.expires > now) {
            if (entry->command.expires < commands->next_expiry) {
                commands->next_expiry = entry->command.expires;
            }
        } else if (entry->saving != ADDING && entry->saving != CANCELLING) {
            dequeue(entry);
            end(commands, entry, LOOM_COMMAND_EXPIRED, now);
        }
    }
}

static void expire(struct loom_commands *commands, int64_t now)
{
    if (now < commands->next_expiry || now < commands->next_look) {
        return;
    }
    commands->next_expiry = INT64_MAX;
    commands->next_look = now + LOOK_MS;
    for (struct loom_list *at = commands->all.next; at != &commands->all; at = at->next) {
        expire_of(commands, LOOM_LIST_ENTRY(at, struct device, all), now);
    }
}

static void keep_stale(struct loom_commands *commands, int64_t now)
{
    struct loom_list stale;
    loom_list_begin(&stale);
    loom_list_move(&stale, &commands->stale);
    while (!loom_list_is_empty(&stale)) {
        struct entry *entry = LOOM_LIST_ENTRY(stale.next, struct entry, stale);
        loom_list_remove(&entry->stale);
        keep_change(commands, entry, now);
    }
}

void loom_commands_step(struct loom_commands *commands, int64_t now)
{
    struct loom_list ready;
    if (now >= commands->again) {
        commands->again = INT64_MAX;
        keep_stale(commands, now);
        while (!loom_list_is_empty(&commands->later)) {
            loom_list_append(&commands->ready, commands->later.next);
        }
    }
    expire(commands, now);
    loom_list_begin(&ready);
    loom_list_move(&ready, &commands->ready);
    while (!loom_list_is_empty(&ready)) {
        struct device *device = LOOM_LIST_ENTRY(ready.next, struct device, ready);
        loom_list_remove(&device->ready);
        send_next(commands, device, now);
    }
}

int64_t loom_commands_deadline(const struct loom_commands *commands)
{
    if (!loom_list_is_empty(&commands->ready)) {
        return 0;
    }
    int64_t look = commands->next_expiry == INT64_MAX            ? INT64_MAX
                   : commands->next_expiry > commands->next_look ? commands->next_expiry
                                                                 : commands->next_look;
    return look < commands->again ? look : commands->again;
}

/* ---- looking --------------------------------------------------------------------------------- */

const struct loom_command *loom_commands_find(const struct loom_commands *commands, uint64_t id)
{
    const struct entry *entry = find_entry(commands, id);
    return entry != NULL && entry->saving != ADDING ? &entry->command : NULL;
}

/* From a list on: its first entry, or that of the next list. */
static const struct entry *from(const struct device *device, const struct loom_list *at)
{
    if (at == &device->waiting) {
        at = device->ended.next;
    }
    return at == &device->ended ? NULL : LOOM_LIST_ENTRY(at, const struct entry, place);
}

const struct loom_command *loom_commands_next(const struct loom_commands *commands,
                                              struct loom_text endpoint,
                                              const struct loom_command *command)
{
    const struct device *device = find_device(commands, endpoint);
    const struct entry *entry = (const struct entry *)(const void *)command;
    if (device == NULL) {
        return NULL;
    }
    if (entry == NULL && device->active != NULL) {
        return &device->active->command;
    }
    const struct loom_list *at =
        entry == NULL || entry == device->active ? device->waiting.next : entry->place.next;
    const struct entry *next = from(device, at);
    return next == NULL ? NULL : &next->command;
}

size_t loom_commands_waiting(const struct loom_commands *commands, struct loom_text endpoint)
{
    const struct device *device = find_device(commands, endpoint);
    return device == NULL ? 0 : device->waiting_count + (device->active != NULL ? 1 : 0);
}

/* ---- begin and end --------------------------------------------------------------------------- */

struct loom_commands *loom_commands_create(const struct loom_commands_config *config)
{
    struct loom_commands *commands = calloc(1, sizeof *commands);
    if (commands != NULL) {
        commands->config = *config;
        if (config->bytes_max == 0) {
            commands->config.bytes_max = LOOM_COMMANDS_BYTES_MAX;
        }
        commands->random = config->seed;
        commands->next_expiry = INT64_MAX;
        commands->again = INT64_MAX;
        loom_index_begin(&commands->by_id, loom_random_next(&commands->random));
        loom_index_begin(&commands->by_endpoint, loom_random_next(&commands->random));
        loom_list_begin(&commands->all);
        loom_list_begin(&commands->ready);
        loom_list_begin(&commands->later);
        loom_list_begin(&commands->stale);
    }
    return commands;
}

static void free_list(struct loom_commands *commands, struct loom_list *list)
{
    while (!loom_list_is_empty(list)) {
        free_entry(commands, LOOM_LIST_ENTRY(list->next, struct entry, place));
    }
}

void loom_commands_destroy(struct loom_commands *commands)
{
    if (commands == NULL) {
        return;
    }
    while (!loom_list_is_empty(&commands->all)) {
        struct device *device = LOOM_LIST_ENTRY(commands->all.next, struct device, all);
        if (device->active != NULL) {
            free_entry(commands, device->active);
            device->active = NULL;
        }
        free_list(commands, &device->waiting);
        free_list(commands, &device->ended);
        forget_device(commands, device);
    }
    loom_index_end(&commands->by_id);
    loom_index_end(&commands->by_endpoint);
    free(commands);
}
