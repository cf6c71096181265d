/* SPDX-License-Identifier: Apache-2.0 */
/* What must hold after every event of a story, whatever goes wrong in it. The watch knows the
 * client by its events, its model, its store and its datagrams, as anybody outside does. */
#include "watch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct sim_watch *watch_create(void)
{
    struct sim_watch *watch = calloc(1, sizeof *watch);
    if (watch == NULL) {
        abort();
    }
    return watch;
}

uint64_t watch_now(const struct sim_world *world)
{
    return world->port.now(world->port.self);
}

int64_t watch_unix_time(const struct sim_world *world)
{
    int64_t seconds = world->port.unix_time(world->port.self);
    return seconds > 0 ? seconds : 0;
}

struct observed *watch_server(struct sim_world *world, uint16_t ssid)
{
    for (unsigned i = 0; i < SIM_SERVERS; i++) {
        if (ssid == SIM_SSID(i)) {
            return &world->watch->server[i];
        }
    }
    return NULL;
}

uint64_t watch_resource(const struct sim_world *world, uint16_t ssid, uint16_t id,
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
        bool truth;
        if (loom_get_boolean(&world->model, path, &truth) == LOOM_OK) {
            return truth;
        }
        return loom_get_integer(&world->model, path, &number) == LOOM_OK && number >= 0
                   ? (uint64_t)number
                   : otherwise;
    }
    return otherwise;
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

void watch_asked(struct sim_world *world)
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

bool watch_is_done(const struct loom_event *event)
{
    return event->code >= LOOM_CREATED && event->code <= LOOM_CODE(2, 31);
}

static void on_management(struct sim_world *world, const struct loom_event *event)
{
    struct observed *server = watch_server(world, event->ssid);
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
    if (server != NULL) {
        server->heard = watch_now(world);
        if (server->asleep) {
            sim_fail(world, "B-82", "a request of server %u is answered while asleep",
                     (unsigned)event->ssid);
        }
    }
    if (watch_is_done(event)) {
        world->counts->operations++;
        for (unsigned i = 0; i < SIM_SERVERS; i++) {
            world->watch->server[i].may_update = true;
        }
        bool changes = event->type == LOOM_EVENT_WRITE || event->type == LOOM_EVENT_DELETE ||
                       event->type == LOOM_EVENT_CREATE;
        if (changes && event->has_path && event->path.id[0] == 1) {
            world->watch->may_change[1] = true;
        }
    }
    if (event->has_path && event->path.depth > 0 && event->path.id[0] == 0 &&
        watch_is_done(event)) {
        sim_fail(world, "C-40", "server %u reached object 0", (unsigned)event->ssid);
    }
    watch_access_event(world, event);
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
    world->watch->told = true;
    check_secrecy(world, event);
    watch_reports_event(world, event);
    watch_sends_event(world, event);
    watch_written_event(world, event);
    watch_states_event(world, event);
    bool command = event->type == LOOM_EVENT_REQUEST && event->ssid == 0;
    if (command || event->type <= LOOM_EVENT_ACCOUNT_EXPIRED) {
        watch_bootstrap_event(world, event);
    } else if (event->type >= LOOM_EVENT_READ && event->type <= LOOM_EVENT_REQUEST) {
        bool asked = event->type != LOOM_EVENT_NOTIFY;
        if (asked && (event->type != LOOM_EVENT_REQUEST || event->ssid != 0)) {
            on_management(world, event);
        }
    } else {
        watch_registration_event(world, event);
    }
}

/* ---- after every step ------------------------------------------------------------------------ */

void watch_after(struct sim_world *world, uint64_t deadline)
{
    const struct net_host *host = &world->net.hosts[HOST_DEVICE];
    (void)deadline;
    if (!world->on || !host->up) {
        return;
    }
    watch_bootstrap_after(world);
    /* What changes in silence is seen with the next event. */
    if (world->watch->told || world->watch->fresh) {
        watch_check_accounts(world);
    }
    if (world->watch->compare) {
        watch_compare_with_store(world);
        watch_check_consistency(world);
    }
    if (host->wakes <= world->net.now) {
        watch_registration_after(world);
        watch_reports_after(world);
        watch_sends_after(world);
        watch_states_after(world);
        world->watch->told = false;
    }
    if (host->open_sessions > SIM_REGISTRATIONS + 1) {
        sim_fail(world, "sessions", "%u sessions are open", host->open_sessions);
    }
}

/* Rule B-6: Register and Update name no Security instance. */
static void check_list(struct sim_world *world, const struct net_packet *packet)
{
    static const char security[] = {'<', '/', '0'};
    const struct loom_bytes *payload = &world->net.blobs[packet->blob].request.payload;
    for (size_t at = 0; at + sizeof security < payload->length; at++) {
        char next = (char)payload->data[at + sizeof security];
        if (memcmp(payload->data + at, security, sizeof security) == 0 &&
            (next == '/' || next == '>')) {
            sim_fail(world, "B-6", "the object list names object 0");
        }
    }
}

void watch_datagram(struct sim_world *world, const struct net_packet *packet, bool arrives)
{
    if (arrives) {
        watch_written_arrives(world, packet);
        watch_access_arrives(world, packet);
    }
    if (packet->from == HOST_BS && packet->to == HOST_DEVICE && arrives && packet->blob >= 0 &&
        (packet->kind == NET_ANSWER || packet->kind == NET_SEPARATE)) {
        watch_states_answered(world, world->net.blobs[packet->blob].response.code);
    }
    if (packet->to == HOST_DEVICE && arrives && packet->kind == NET_REQUEST) {
        watch_states_commanded(world, packet->from);
    }
    bool to_server = packet->to >= HOST_A && packet->to <= HOST_B;
    if (packet->from == HOST_DEVICE && packet->kind == NET_REQUEST && !arrives) {
        check_list(world, packet);
    }
    /* A Reset says that there is nobody to talk to, as it should be. */
    if (packet->from != HOST_DEVICE || !to_server || arrives || packet->kind == NET_GOODBYE ||
        packet->kind == NET_RESET) {
        return;
    }
    const struct observed *server = &world->watch->server[packet->to - HOST_A];
    if (server->disabled_until > watch_now(world)) {
        sim_fail(world, "B-70", "the device sends to %s while disabled", host_name(packet->to));
    }
}

/* Something from outside the rules moved the timers: a product's wish, a stopped processor, a jump
 * of the clock. What was due before may come now. */
void watch_disturbed(struct sim_world *world)
{
    const struct net_host *host = &world->net.hosts[HOST_DEVICE];
    uint64_t wakes = host->wakes > world->net.now ? host->wakes - world->net.now : 0;
    world->watch->disturbed = watch_now(world) + wakes + 1;
    for (unsigned i = 0; i < SIM_SERVERS; i++) {
        world->watch->server[i].modelled = false;
        world->watch->server[i].may_update = true;
    }
    watch_states_disturbed(world);
}

void watch_damaged(struct sim_world *world)
{
    world->watch->damaged = true;
}

/* Whether the client has not taken leave of a server that it registered at. */
bool watch_is_registered(const struct sim_world *world)
{
    bool any = false;
    for (unsigned i = 0; i < SIM_SERVERS; i++) {
        any = any || world->watch->server[i].registered;
    }
    return any;
}

/* Rules, B-81: whom the client serves. */
bool watch_expects_answer(const struct sim_world *world, unsigned host)
{
    if ((host != HOST_A && host != HOST_B) || world->stopping || world->restarting) {
        return false;
    }
    const struct observed *server = &world->watch->server[host - HOST_A];
    return server->registered && !server->asleep && !world->watch->bootstrapping &&
           strcmp(loom_client_bootstrap_state(&world->client), "committed") != 0;
}

uint64_t watch_registered_at(const struct sim_world *world, unsigned server)
{
    const struct observed *observed = &world->watch->server[server];
    return observed->registered ? observed->registered_at : 0;
}

/* A server that knows the device by another address and a secure session does not hear it, nor
 * does one that has closed the session. */
bool watch_is_heard(const struct sim_world *world, unsigned server)
{
    const struct observed *observed = &world->watch->server[server];
    bool same_place = observed->place == world->net.hosts[HOST_DEVICE].place;
    bool session = same_place && !world->watch->states.hung_up[server];
    return observed->registered && (!world->setup.account[server].secure || session);
}

const char *watch_location(const struct sim_world *world, unsigned server)
{
    return world->watch->server[server].location;
}

void watch_begin(struct sim_world *world)
{
    struct sim_watch *watch = world->watch;
    watch->expired = false;
    watch->accounts_lost = false;
    watch->damaged = false;
    watch->disturbed = 0;
    watch->compare = false;
    watch->written.known = false;
    watch->next_asked = 0;
    memset(watch->kept, 0, sizeof watch->kept);
    watch_states_begin(world);
    memset(watch->asked, 0, sizeof watch->asked);
    for (unsigned i = 0; i < LOOM_RECORD_COUNT; i++) {
        watch->record[i].length = 0;
        watch->record[i].older_length = 0;
        watch->record[i].trying = false;
        watch->record[i].torn = false;
        watch->record[i].vague = false;
    }
    watch_boot(world);
}

void watch_boot(struct sim_world *world)
{
    struct sim_watch *watch = world->watch;
    watch->bootstrapping = false;
    watch->took_new = false;
    watch->ask_after = 0;
    watch->last_back_off = 0;
    watch->tries = 0;
    watch->last_tries = 0;
    watch->compare = false;
    watch_end_all(world);
    watch_reports_boot(world);
    /* Attempts of before the reboot may count (loom/store.h, LOOM_RECORD_STATE). */
    for (unsigned i = 0; i < SIM_SERVERS; i++) {
        watch->ordered = false;
        watch->server[i].modelled = watch->record[LOOM_RECORD_STATE].length == 0;
    }
    for (unsigned i = 0; i < OBJECTS_WATCHED; i++) {
        watch->may_change[i] = true; /* the store brings what it has */
    }
}
