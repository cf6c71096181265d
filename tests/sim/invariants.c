/* SPDX-License-Identifier: Apache-2.0 */
/* What must hold after every event of a story, whatever goes wrong in it. The watch knows the
 * client by its events, its model, its store and its datagrams, as anybody outside does. */
#include "world.h"

#include "model/node.h"
#include "model/payload.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OBJECTS_WATCHED 2u     /* 0 and 1 */
#define REGION          16384u /* bytes of an object's instances */
#define RECORD          4096u
#define STORM_EVENTS    60u
#define STORM_MS        5000u

/* Defaults of rule B-56 and the value of B-58. */
#define RETRY_COUNT      5u
#define RETRY_TIMER      60u
#define SEQUENCE_DELAY   86400u
#define SEQUENCE_COUNT   1u
#define DELAY_NO_FURTHER 0xFFFFFFFFu

enum phase { PHASE_UNKNOWN, PHASE_ASKING, PHASE_FAILED };

/* A registration as its events tell it. */
struct observed {
    bool registered;
    uint32_t place;          /* of the device when it registered */
    uint64_t refreshed;      /* device time of the last answer that prolonged it */
    uint32_t lifetime;       /* 0: no end */
    uint64_t disabled_until; /* device time; 0: it is not */
    /* The model of rules B-54 .. B-58. */
    bool modelled; /* the sequence has been seen from its beginning */
    enum phase phase;
    uint64_t attempts;
    uint64_t sequences;
    uint64_t expected; /* device time of the next Register; SIM_NEVER: none is expected */
    bool spent;        /* nothing but giving up is left */
};

struct record_watch {
    size_t length;
    size_t older_length;
    size_t tried_length;
    bool trying;
    uint8_t bytes[RECORD];
    uint8_t older[RECORD];
    uint8_t tried[RECORD];
};

struct sim_watch {
    struct observed server[SIM_SERVERS];
    bool bootstrapping; /* from the request, or a push, to its end */
    bool expired;       /* 0/x/12 has taken the Bootstrap-Server Account */
    bool accounts_lost; /* the store was damaged beyond what it can promise */
    bool damaged;       /* a bit of the memory has turned */
    bool may_change[OBJECTS_WATCHED];
    bool compare;       /* memory and store must be the same now */
    uint64_t disturbed; /* device time: timers before it may come late */
    unsigned char shadow[OBJECTS_WATCHED][REGION];
    struct record_watch record[LOOM_RECORD_COUNT];
    uint64_t asked[STORM_EVENTS]; /* when requests went out, a ring */
    unsigned next_asked;

    /* A second client, to read what the store has. */
    struct loom_client reader;
    struct loom_registration registrations[SIM_REGISTRATIONS];
    struct loom_model model;
    uint64_t data[SIM_MODEL / 8];
    uint64_t staging[SIM_MODEL / 8];
    uint8_t buffer[SIM_BUFFER];
};

struct sim_watch *watch_create(void)
{
    struct sim_watch *watch = calloc(1, sizeof *watch);
    if (watch == NULL) {
        abort();
    }
    return watch;
}

static uint64_t device_now(const struct sim_world *world)
{
    return world->port.now(world->port.self);
}

static struct observed *observed_of(struct sim_world *world, uint16_t ssid)
{
    for (unsigned i = 0; i < SIM_SERVERS; i++) {
        if (ssid == SIM_SSID(i)) {
            return &world->watch->server[i];
        }
    }
    return NULL;
}

/* ---- accounts in memory ---------------------------------------------------------------------- */

static unsigned char *region(const struct sim_world *world, uint16_t object, size_t *size)
{
    const struct loom_product_object *entry = loom_model_object(&world->model, object);
    *size = (size_t)entry->room * entry->object->instance_size;
    if (*size > REGION) {
        abort();
    }
    return world->model.data + entry->offset;
}

static void take_shadow(struct sim_world *world)
{
    for (uint16_t object = 0; object < OBJECTS_WATCHED; object++) {
        size_t size;
        const unsigned char *bytes = region(world, object, &size);
        memcpy(world->watch->shadow[object], bytes, size);
        world->watch->may_change[object] = false;
    }
}

static void check_accounts(struct sim_world *world)
{
    struct sim_watch *watch = world->watch;
    for (uint16_t object = 0; object < OBJECTS_WATCHED; object++) {
        size_t size;
        const unsigned char *bytes = region(world, object, &size);
        if (memcmp(watch->shadow[object], bytes, size) == 0) {
            watch->may_change[object] = false;
            continue;
        }
        if (!watch->may_change[object]) {
            sim_fail(world, "A-83", "object %u has changed without a committed bootstrap",
                     (unsigned)object);
        }
        memcpy(watch->shadow[object], bytes, size);
        watch->may_change[object] = false;
    }
    if (world->setup.has_bootstrap_account && !watch->expired && !watch->accounts_lost &&
        loom_account_instance(&world->model) == LOOM_ID_NONE) {
        sim_fail(world, "A-50", "the Bootstrap-Server Account is lost");
    }
}

/* ---- accounts in the store ------------------------------------------------------------------- */

static size_t canonical(const struct loom_model *model, uint16_t object, uint8_t *room, size_t size)
{
    struct loom_output out = loom_output(room, size);
    struct loom_path path = loom_path_object(object);
    if (loom_payload_read_tlv(model, &path, LOOM_READ_ALL, &out) != LOOM_OK || out.overflow) {
        return 0;
    }
    return out.length;
}

static void compare_with_store(struct sim_world *world)
{
    struct sim_watch *watch = world->watch;
    struct loom_client_config config = world->client.config;
    watch->compare = false;
    device_factory(world, &watch->model, watch->data);
    config.model = &watch->model;
    config.staging = watch->staging;
    config.registrations = watch->registrations;
    config.buffer = watch->buffer;
    config.store = &world->record_store;
    config.event = NULL;
    config.smartcard = NULL;
    if (loom_client_start(&watch->reader, &config) != LOOM_OK) {
        sim_fail(world, "A-83", "a committed bootstrap cannot be read from the store");
        return;
    }
    for (uint16_t object = 0; object <= 2; object++) {
        uint8_t live[RECORD];
        uint8_t stored[RECORD];
        size_t length = canonical(&world->model, object, live, sizeof live);
        if (length != canonical(&watch->model, object, stored, sizeof stored) ||
            memcmp(live, stored, length) != 0) {
            sim_fail(world, "A-83", "object %u in memory is not what the store has after a commit",
                     (unsigned)object);
        }
    }
}

void watch_saving(struct sim_world *world, enum loom_record record, const void *data, size_t length)
{
    struct record_watch *watched = &world->watch->record[record];
    if (length <= RECORD) {
        memcpy(watched->tried, data, length);
        watched->tried_length = length;
        watched->trying = true;
    }
}

void watch_saved(struct sim_world *world, enum loom_record record, enum loom_status status)
{
    struct record_watch *watched = &world->watch->record[record];
    if (status == LOOM_OK) {
        memcpy(watched->older, watched->bytes, watched->length);
        watched->older_length = watched->length;
        memcpy(watched->bytes, watched->tried, watched->tried_length);
        watched->length = watched->tried_length;
        watched->trying = false;
    } else {
        /* On a memory that fails, what could not be confirmed may still be there. */
        watched->trying = world->medium.failing;
    }
}

static bool is_record(const void *data, size_t length, const uint8_t *record, size_t record_length)
{
    return length == record_length && memcmp(data, record, length) == 0;
}

void watch_loaded(struct sim_world *world, enum loom_record record, const void *data, size_t length,
                  enum loom_status status, bool previous)
{
    struct sim_watch *watch = world->watch;
    struct record_watch *watched = &watch->record[record];
    bool none = watched->length == 0;
    if (watch->damaged || world->medium.failing) {
        watch->accounts_lost = watch->accounts_lost || status != LOOM_OK;
    } else if (status == LOOM_NOT_FOUND) {
        if (!none) {
            sim_fail(world, "store", "record %u was saved, but is not there", (unsigned)record);
        }
    } else if (status != LOOM_OK) {
        if (!none || !watched->trying) {
            sim_fail(world, "store", "record %u cannot be read: %u", (unsigned)record,
                     (unsigned)status);
        }
    } else {
        bool old = !none && is_record(data, length, watched->bytes, watched->length);
        bool tried =
            watched->trying && is_record(data, length, watched->tried, watched->tried_length);
        if (!old && !tried) {
            sim_fail(world, "store", "record %u is neither the old nor the new one%s",
                     (unsigned)record, previous ? ", but one before" : "");
        }
    }
    if (status == LOOM_OK && length <= RECORD) {
        memcpy(watched->bytes, data, length);
        watched->length = length;
    }
    watched->trying = false;
}

/* ---- when a Register is due: rules B-54 .. B-58, worked out anew ------------------------------
 */

static uint64_t resource(const struct sim_world *world, uint16_t ssid, uint16_t id,
                         uint64_t otherwise)
{
    uint16_t instance = 0;
    for (; loom_model_next_instance(&world->model, 1, &instance); instance++) {
        int64_t number;
        uint64_t natural;
        if (loom_get_integer(&world->model, loom_path_resource(1, instance, 0), &number) !=
                LOOM_OK ||
            number != ssid) {
            continue;
        }
        struct loom_path path = loom_path_resource(1, instance, id);
        if (loom_get_unsigned(&world->model, path, &natural) == LOOM_OK) {
            return natural;
        }
        return loom_get_integer(&world->model, path, &number) == LOOM_OK && number >= 0
                   ? (uint64_t)number
                   : otherwise;
    }
    return otherwise;
}

static uint64_t at_least_1(uint64_t seconds)
{
    return seconds == 0 ? 1 : seconds;
}

static uint64_t doubled(uint64_t seconds, uint64_t times)
{
    while (times-- > 0 && seconds > 0 && seconds < 0xFFFFFFFFu) {
        seconds *= 2;
    }
    return seconds > 0xFFFFFFFFu ? 0xFFFFFFFFu : seconds;
}

static void model_begin(struct observed *server)
{
    server->modelled = true;
    server->phase = PHASE_UNKNOWN;
    server->attempts = 0;
    server->sequences = 1;
    server->expected = SIM_NEVER;
    server->spent = false;
}

static void model_register(struct sim_world *world, uint16_t ssid, struct observed *server)
{
    uint64_t now = device_now(world);
    bool late = server->expected < world->watch->disturbed;
    if (server->modelled && server->expected != SIM_NEVER && server->expected != now && !late) {
        sim_fail(world, "B-54", "server %u: a Register %lld ms beside its time (attempt %llu)",
                 (unsigned)ssid, (long long)(now - server->expected),
                 (unsigned long long)server->attempts + 1);
    }
    if (server->modelled && server->spent) {
        sim_fail(world, "B-55", "server %u: a Register after all attempts were made",
                 (unsigned)ssid);
    }
    server->attempts++;
    server->expected = SIM_NEVER;
    server->phase = PHASE_ASKING;
}

static void model_failure(struct sim_world *world, uint16_t ssid, struct observed *server)
{
    uint64_t count = resource(world, ssid, 17, RETRY_COUNT);
    uint64_t timer = resource(world, ssid, 18, RETRY_TIMER);
    uint64_t delay = resource(world, ssid, 19, SEQUENCE_DELAY);
    uint64_t sequences = resource(world, ssid, 20, SEQUENCE_COUNT);
    uint64_t now = device_now(world);
    if (server->phase != PHASE_ASKING) {
        return;
    }
    server->phase = PHASE_FAILED;
    if (server->attempts < count) {
        server->expected = now + at_least_1(doubled(timer, server->attempts - 1)) * 1000;
    } else if (server->sequences < sequences && delay < DELAY_NO_FURTHER) {
        server->sequences++;
        server->attempts = 0;
        server->expected = now + at_least_1(delay) * 1000;
    } else {
        server->spent = true;
    }
}

static void model_given_up(struct sim_world *world, uint16_t ssid, struct observed *server)
{
    if (server->modelled && server->phase == PHASE_FAILED && !server->spent) {
        sim_fail(world, "B-55", "server %u is given up with attempts left", (unsigned)ssid);
    }
    server->modelled = false;
}

/* ---- what the client tells ------------------------------------------------------------------- */

static void check_secrecy(struct sim_world *world, const struct loom_event *event)
{
    static const char *const secrets[] = {"KEYKEY", "4b45594b4559", "4B45594B4559"};
    const struct loom_text texts[] = {event->text, event->uri};
    for (unsigned i = 0; i < 2; i++) {
        for (unsigned s = 0; s < 3; s++) {
            size_t length = strlen(secrets[s]);
            for (size_t at = 0; at + length <= texts[i].length; at++) {
                if (memcmp(texts[i].data + at, secrets[s], length) == 0) {
                    sim_fail(world, "H-3", "a key stands in event %s",
                             loom_event_name(event->type));
                }
            }
        }
    }
}

static void check_storm(struct sim_world *world)
{
    struct sim_watch *watch = world->watch;
    uint64_t *oldest = &watch->asked[watch->next_asked];
    uint64_t now = world->net.now;
    if (*oldest != 0 && now - *oldest < STORM_MS && watch->asked[0] != 0) {
        sim_fail(world, "storm", "%u requests of the device within %u ms", STORM_EVENTS, STORM_MS);
    }
    *oldest = now;
    watch->next_asked = (watch->next_asked + 1) % STORM_EVENTS;
}

static bool is_done(const struct loom_event *event)
{
    return event->code >= LOOM_CREATED && event->code <= LOOM_CODE(2, 31);
}

static void on_management(struct sim_world *world, const struct loom_event *event)
{
    struct observed *server = observed_of(world, event->ssid);
    if (event->code == 0) {
        return;
    }
    if (server == NULL || !server->registered) {
        sim_fail(world, "A-92",
                 "%s of server %u is answered, but the device is not registered there",
                 loom_event_name(event->type), (unsigned)event->ssid);
    }
    if (world->watch->bootstrapping) {
        sim_fail(world, "A-90", "%s of server %u is answered during a bootstrap",
                 loom_event_name(event->type), (unsigned)event->ssid);
    }
    if (is_done(event)) {
        world->counts->operations++;
        bool changes = event->type == LOOM_EVENT_WRITE || event->type == LOOM_EVENT_DELETE ||
                       event->type == LOOM_EVENT_CREATE;
        if (changes && event->has_path && event->path.id[0] == 1) {
            world->watch->may_change[1] = true;
        }
    }
    if (event->has_path && event->path.depth > 0 && event->path.id[0] == 0 && is_done(event)) {
        sim_fail(world, "C-40", "server %u reached object 0", (unsigned)event->ssid);
    }
}

/* A watched operation of the product: executed within a request of a server that may ask. */
void watch_operation(struct sim_world *world)
{
    bool any = false;
    for (unsigned i = 0; i < SIM_SERVERS; i++) {
        any = any || world->watch->server[i].registered;
    }
    if (!any) {
        sim_fail(world, "A-92", "a resource was executed while the device is registered nowhere");
    }
}

static void end_all(struct sim_watch *watch)
{
    for (unsigned i = 0; i < SIM_SERVERS; i++) {
        memset(&watch->server[i], 0, sizeof watch->server[i]);
        model_begin(&watch->server[i]);
    }
}

static void on_bootstrap(struct sim_world *world, const struct loom_event *event)
{
    struct sim_watch *watch = world->watch;
    switch (event->type) {
    case LOOM_EVENT_BOOTSTRAP_REQUEST:
    case LOOM_EVENT_BOOTSTRAP_PACK_REQUEST:
        check_storm(world);
        watch->bootstrapping = true;
        break;
    case LOOM_EVENT_BOOTSTRAP_PUSH:
        watch->bootstrapping = true;
        break;
    case LOOM_EVENT_BOOTSTRAP_FINISH:
        if (event->code != LOOM_CHANGED) {
            break;
        }
        if (!watch->bootstrapping) {
            sim_fail(world, "A-22", "a Finish outside a bootstrap is answered 2.04");
        }
        watch->bootstrapping = false;
        watch->may_change[0] = true;
        watch->may_change[1] = true;
        watch->compare = true;
        world->counts->bootstraps++;
        end_all(watch);
        break;
    case LOOM_EVENT_BOOTSTRAP_PACK:
        if (event->code == LOOM_CONTENT && event->text.length == 0) {
            watch->bootstrapping = false;
            watch->may_change[0] = true;
            watch->may_change[1] = true;
            watch->compare = true;
            world->counts->bootstraps++;
            end_all(watch);
        }
        break;
    case LOOM_EVENT_BOOTSTRAP_FAILED:
    case LOOM_EVENT_BOOTSTRAP_REFUSED:
    case LOOM_EVENT_BOOTSTRAP_RETRY:
    case LOOM_EVENT_BOOTSTRAP_NO_ACCOUNT:
    case LOOM_EVENT_HOLD_OFF:
        watch->bootstrapping = false;
        break;
    case LOOM_EVENT_ACCOUNT_EXPIRED:
        watch->expired = true;
        watch->may_change[0] = true;
        break;
    case LOOM_EVENT_BOOTSTRAP_WRITE:
    case LOOM_EVENT_BOOTSTRAP_DELETE:
        if (!watch->bootstrapping && is_done(event)) {
            sim_fail(world, "A-22", "a bootstrap command is done outside a bootstrap");
        }
        break;
    default:
        break;
    }
}

static void on_registered(struct sim_world *world, struct observed *server,
                          const struct loom_event *event)
{
    server->registered = true;
    server->refreshed = device_now(world);
    server->lifetime = (uint32_t)resource(world, event->ssid, 1, 86400);
    server->modelled = false;
    server->place = world->net.hosts[HOST_DEVICE].place;
    world->counts->registrations++;
}

static void on_update(struct sim_world *world, struct observed *server,
                      const struct loom_event *event)
{
    uint64_t end = server->refreshed + (uint64_t)server->lifetime * 1000;
    check_storm(world);
    world->counts->updates++;
    if (!server->registered) {
        sim_fail(world, "B-20", "server %u: an Update without a registration",
                 (unsigned)event->ssid);
    }
    if (server->lifetime != 0 && device_now(world) >= end && end >= world->watch->disturbed) {
        sim_fail(world, "B-22", "server %u: the Update comes after the lifetime is over",
                 (unsigned)event->ssid);
    }
}

/* Alerts after which another attempt would end the same way (rule H-17). */
static bool is_for_good(int alert)
{
    return (alert >= 42 && alert <= 49 && alert != 47) || (alert >= 112 && alert <= 115);
}

static void on_registration(struct sim_world *world, const struct loom_event *event)
{
    struct observed *server = observed_of(world, event->ssid);
    if (server == NULL) {
        return;
    }
    switch (event->type) {
    case LOOM_EVENT_REGISTER:
        check_storm(world);
        server->registered = false;
        model_register(world, event->ssid, server);
        if (server->disabled_until > device_now(world)) {
            sim_fail(world, "B-70", "server %u: a Register while disabled", (unsigned)event->ssid);
        }
        server->disabled_until = 0;
        break;
    case LOOM_EVENT_REGISTERED:
        on_registered(world, server, event);
        break;
    case LOOM_EVENT_REGISTER_FAILED:
        model_failure(world, event->ssid, server);
        break;
    case LOOM_EVENT_REGISTER_REFUSED:
        if (event->code >= LOOM_CODE(5, 0) && event->code < LOOM_CODE(6, 0)) {
            model_failure(world, event->ssid, server);
        } else {
            server->modelled = false;
        }
        break;
    case LOOM_EVENT_REGISTRATION_GIVEN_UP:
        server->registered = false;
        model_given_up(world, event->ssid, server);
        break;
    case LOOM_EVENT_UPDATE:
        on_update(world, server, event);
        break;
    case LOOM_EVENT_UPDATED:
        server->refreshed = device_now(world);
        server->lifetime = (uint32_t)resource(world, event->ssid, 1, 86400);
        break;
    case LOOM_EVENT_DEREGISTER:
    case LOOM_EVENT_DEREGISTERED:
        server->registered = false;
        break;
    case LOOM_EVENT_DISABLED:
        server->registered = false;
        server->modelled = false;
        server->disabled_until = device_now(world) + (uint64_t)event->seconds * 1000;
        break;
    case LOOM_EVENT_SESSION_FAILED:
        server->registered = false;
        if (is_for_good(event->alert)) {
            server->modelled = false;
        } else {
            model_failure(world, event->ssid, server);
        }
        if (event->alert >= 0) {
            world->watch->may_change[1] = true; /* 1/x/11, rule A-111 */
        }
        break;
    default:
        break;
    }
}

static void trace_event(const struct sim_world *world, const struct loom_event *event)
{
    char path[32] = "";
    size_t used = 0;
    for (unsigned i = 0; event->has_path && i < event->path.depth; i++) {
        used +=
            (size_t)snprintf(path + used, sizeof path - used, "/%u", (unsigned)event->path.id[i]);
    }
    sim_say(world, "   %s%s%s ssid %u code %u.%02u %u s %s %.*s", loom_event_name(event->type),
            path[0] != '\0' ? " " : "", path, (unsigned)event->ssid, (unsigned)event->code / 32,
            (unsigned)event->code % 32, (unsigned)event->seconds,
            event->failure != LOOM_FAILURE_NONE ? loom_failure_name(event->failure) : "",
            (int)event->text.length, event->text.length > 0 ? event->text.data : "");
}

void watch_event(struct sim_world *world, const struct loom_event *event)
{
    if (world->trace) {
        trace_event(world, event);
    }
    check_secrecy(world, event);
    if (event->type <= LOOM_EVENT_ACCOUNT_EXPIRED) {
        on_bootstrap(world, event);
    } else if (event->type >= LOOM_EVENT_READ && event->type <= LOOM_EVENT_REQUEST) {
        if (event->type != LOOM_EVENT_REQUEST || event->ssid != 0) {
            on_management(world, event);
        }
    } else {
        on_registration(world, event);
    }
}

/* ---- after every step ------------------------------------------------------------------------ */

static void check_lifetimes(struct sim_world *world)
{
    uint64_t now = device_now(world);
    for (unsigned i = 0; i < SIM_SERVERS; i++) {
        const struct observed *server = &world->watch->server[i];
        uint64_t end = server->refreshed + (uint64_t)server->lifetime * 1000 + 247000;
        if (server->registered && server->lifetime != 0 && now > end &&
            end >= world->watch->disturbed) {
            sim_fail(world, "B-20", "server %u: registered for longer than the lifetime",
                     (unsigned)SIM_SSID(i));
        }
    }
}

/* A Register that is due and does not come. */
static void check_due(struct sim_world *world)
{
    uint64_t now = device_now(world);
    for (unsigned i = 0; i < SIM_SERVERS; i++) {
        const struct observed *server = &world->watch->server[i];
        if (server->modelled && server->expected < now &&
            server->expected >= world->watch->disturbed) {
            sim_fail(world, "B-54", "server %u: no Register when its time has come",
                     (unsigned)SIM_SSID(i));
        }
    }
}

void watch_after(struct sim_world *world, uint64_t deadline)
{
    const struct net_host *host = &world->net.hosts[HOST_DEVICE];
    (void)deadline;
    if (!world->on || !host->up) {
        return;
    }
    check_accounts(world);
    if (world->watch->compare) {
        compare_with_store(world);
    }
    if (host->wakes <= world->net.now) {
        check_lifetimes(world);
        check_due(world);
    }
    if (host->open_sessions > SIM_REGISTRATIONS + 1) {
        sim_fail(world, "sessions", "%u sessions are open", host->open_sessions);
    }
}

void watch_datagram(struct sim_world *world, const struct net_packet *packet, bool arrives)
{
    bool to_server = packet->to >= HOST_A && packet->to <= HOST_B;
    if (packet->from != HOST_DEVICE || !to_server || arrives || packet->kind == NET_GOODBYE) {
        return;
    }
    const struct observed *server = &world->watch->server[packet->to - HOST_A];
    if (server->disabled_until > device_now(world)) {
        sim_fail(world, "B-70", "the device sends to %s while disabled", host_name(packet->to));
    }
}

/* Something from outside the rules moved the timers: a product's wish, a stopped processor, a jump
 * of the clock. What was due before may come now. */
void watch_disturbed(struct sim_world *world)
{
    const struct net_host *host = &world->net.hosts[HOST_DEVICE];
    uint64_t wakes = host->wakes > world->net.now ? host->wakes - world->net.now : 0;
    world->watch->disturbed = device_now(world) + wakes + 1;
    for (unsigned i = 0; i < SIM_SERVERS; i++) {
        world->watch->server[i].modelled = false;
    }
}

void watch_damaged(struct sim_world *world)
{
    world->watch->damaged = true;
}

/* A server that knows the device by another address and a secure session does not hear it. */
bool watch_is_heard(const struct sim_world *world, unsigned server)
{
    return !world->setup.account[server].secure ||
           world->watch->server[server].place == world->net.hosts[HOST_DEVICE].place;
}

void watch_begin(struct sim_world *world)
{
    struct sim_watch *watch = world->watch;
    watch->expired = false;
    watch->accounts_lost = false;
    watch->damaged = false;
    watch->disturbed = 0;
    watch->compare = false;
    watch->next_asked = 0;
    memset(watch->asked, 0, sizeof watch->asked);
    for (unsigned i = 0; i < LOOM_RECORD_COUNT; i++) {
        watch->record[i].length = 0;
        watch->record[i].older_length = 0;
        watch->record[i].trying = false;
    }
    watch_boot(world);
}

void watch_boot(struct sim_world *world)
{
    struct sim_watch *watch = world->watch;
    watch->bootstrapping = false;
    watch->compare = false;
    end_all(watch);
    /* Attempts of before the reboot may count (loom/store.h, LOOM_RECORD_STATE). */
    for (unsigned i = 0; i < SIM_SERVERS; i++) {
        watch->server[i].modelled = watch->record[LOOM_RECORD_STATE].length == 0;
    }
    for (unsigned i = 0; i < OBJECTS_WATCHED; i++) {
        watch->may_change[i] = true; /* the store brings what it has */
    }
}

void watch_booted(struct sim_world *world)
{
    take_shadow(world);
}
