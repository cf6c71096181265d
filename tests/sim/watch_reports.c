/* SPDX-License-Identifier: Apache-2.0 */
/* Notifications, judged by the requests that the device has answered, by the values in its model
 * and by the clock: rules C-50, C-53, C-55, C-57, C-60 .. C-63, A-90 worked out anew. */
#include "watch.h"

#include "loom/codec.h"
#include "model/payload.h"

#include <stdlib.h>
#include <string.h>

#define SECOND 1000u
#define HOUR   (3600ull * SECOND)
/* What cannot be sent at once is tried again after a second; a device that sleeps wakes first. */
#define TOLERANCE (2 * SECOND)

/* ---- attributes ------------------------------------------------------------------------------ */

static void set_one(struct watch_attributes *attributes, unsigned bit, double value)
{
    switch (bit) {
    case HAS_PMIN:
        attributes->pmin = (uint32_t)value;
        break;
    case HAS_PMAX:
        attributes->pmax = (uint32_t)value;
        break;
    case HAS_CON:
        attributes->con = value > 0;
        break;
    case HAS_GT:
        attributes->gt = value;
        break;
    case HAS_LT:
        attributes->lt = value;
        break;
    default:
        attributes->st = value;
        break;
    }
    attributes->has |= bit;
}

static double one_of(const struct watch_attributes *attributes, unsigned bit)
{
    switch (bit) {
    case HAS_PMIN:
        return attributes->pmin;
    case HAS_PMAX:
        return attributes->pmax;
    case HAS_CON:
        return attributes->con ? 1 : 0;
    case HAS_GT:
        return attributes->gt;
    case HAS_LT:
        return attributes->lt;
    default:
        return attributes->st;
    }
}

static void inherit(struct watch_attributes *attributes, const struct watch_attributes *above)
{
    for (unsigned bit = HAS_PMIN; bit <= HAS_ST; bit <<= 1) {
        if ((above->has & bit) != 0 && (attributes->has & bit) == 0) {
            set_one(attributes, bit, one_of(above, bit));
        }
    }
}

/* What a query sets, and without a value unsets (rule C-53). */
static void apply(struct watch_attributes *attributes, const struct loom_request *request)
{
    static const char *const names[] = {"pmin", "pmax", "con", "gt", "lt", "st"};
    for (unsigned i = 0; i < request->query_count; i++) {
        char text[32] = "";
        size_t length = request->query[i].length;
        memcpy(text, request->query[i].data, length < sizeof text ? length : sizeof text - 1);
        char *equals = strchr(text, '=');
        if (equals != NULL) {
            *equals = '\0';
        }
        for (unsigned n = 0; n < sizeof names / sizeof names[0]; n++) {
            if (strcmp(text, names[n]) == 0 && equals != NULL) {
                set_one(attributes, 1u << n, strtod(equals + 1, NULL));
            } else if (strcmp(text, names[n]) == 0) {
                attributes->has &= ~(1u << n);
            }
        }
    }
}

static bool same_path(const struct loom_path *a, const struct loom_path *b)
{
    return a->depth == b->depth && memcmp(a->id, b->id, a->depth * sizeof a->id[0]) == 0;
}

static struct watch_level *level_of(struct sim_world *world, uint16_t ssid,
                                    const struct loom_path *path)
{
    struct watch_level *levels = world->watch->reports.level;
    for (unsigned i = 0; i < WATCH_LEVELS; i++) {
        if (levels[i].ssid == ssid && same_path(&levels[i].path, path)) {
            return &levels[i];
        }
    }
    return NULL;
}

static struct watch_attributes at_path(struct sim_world *world, uint16_t ssid,
                                       struct loom_path path)
{
    struct watch_attributes attributes = {0};
    for (; path.depth > 0; path.depth--) {
        const struct watch_level *level = level_of(world, ssid, &path);
        if (level != NULL) {
            inherit(&attributes, &level->attributes);
        }
    }
    struct watch_attributes server = {.has = HAS_PMIN | HAS_PMAX | HAS_CON};
    server.pmin = (uint32_t)watch_resource(world, ssid, 2, 0);
    server.pmax = (uint32_t)watch_resource(world, ssid, 3, 0);
    server.con = watch_resource(world, ssid, 26, 0) == 1;
    inherit(&attributes, &server);
    return attributes;
}

/* One notification has to suit all paths of a list. */
static struct watch_attributes at_list(struct sim_world *world,
                                       const struct watch_observation *observation)
{
    struct watch_attributes all = {.has = HAS_PMIN | HAS_PMAX | HAS_CON};
    for (unsigned i = 0; i < observation->listed; i++) {
        struct watch_attributes one = at_path(world, observation->ssid, observation->list[i]);
        all.pmin = one.pmin > all.pmin ? one.pmin : all.pmin;
        all.pmax = all.pmax == 0 || (one.pmax > 0 && one.pmax < all.pmax) ? one.pmax : all.pmax;
        all.con = all.con || one.con;
    }
    return all;
}

static struct watch_attributes in_force(struct sim_world *world,
                                        const struct watch_observation *observation)
{
    struct watch_attributes attributes = observation->own;
    struct watch_attributes others = observation->path.depth == 0
                                         ? at_list(world, observation)
                                         : at_path(world, observation->ssid, observation->path);
    inherit(&attributes, &others);
    return attributes;
}

/* Those of servers and instances that are gone have gone with them. */
static void drop_levels(struct sim_world *world)
{
    for (unsigned i = 0; i < WATCH_LEVELS; i++) {
        struct watch_level *level = &world->watch->reports.level[i];
        uint16_t instance = 0;
        bool account = false;
        for (; loom_model_next_instance(&world->model, 0, &instance); instance++) {
            int64_t ssid;
            account =
                account || (loom_get_integer(&world->model, loom_path_resource(0, instance, 10),
                                             &ssid) == LOOM_OK &&
                            ssid == level->ssid);
        }
        if (!account ||
            (level->path.depth > 1 &&
             !loom_model_has_instance(&world->model, level->path.id[0], level->path.id[1]))) {
            level->ssid = 0;
        }
    }
}

static void write_level(struct sim_world *world, uint16_t ssid, const struct loom_path *path,
                        const struct loom_request *request)
{
    struct watch_level *level = level_of(world, ssid, path);
    for (unsigned i = 0; level == NULL && i < WATCH_LEVELS; i++) {
        if (world->watch->reports.level[i].ssid == 0) {
            level = &world->watch->reports.level[i];
            memset(level, 0, sizeof *level);
        }
    }
    if (level == NULL) {
        abort(); /* more than servers have to write to */
    }
    level->ssid = ssid;
    level->path = *path;
    apply(&level->attributes, request);
}

/* ---- values ---------------------------------------------------------------------------------- */

static bool is_number(const struct watch_observation *observation)
{
    return observation->path.depth == 3;
}

static bool reads_path(const struct sim_world *world, uint16_t ssid, const struct loom_path *path)
{
    return watch_access_reads(world, ssid, path->id[0],
                              path->depth > 1 ? path->id[1] : LOOM_ID_NONE);
}

/* The number, or a digest of what stands there. */
static uint64_t value_at(const struct sim_world *world, const struct loom_path *path)
{
    uint8_t payload[SIM_BUFFER];
    struct loom_output out = loom_output(payload, sizeof payload);
    int64_t number = 0;
    uint64_t natural = 0;
    if (path->depth == 3) {
        if (loom_get_integer(&world->model, *path, &number) != LOOM_OK) {
            (void)loom_get_unsigned(&world->model, *path, &natural);
            return natural;
        }
        return (uint64_t)number;
    }
    (void)loom_payload_read(&world->model, &loom_format_tlv, path, path, LOOM_READ_ALL, &out);
    uint64_t digest = 14695981039346656037u;
    for (size_t i = 0; i < out.length; i++) {
        digest = (digest ^ out.data[i]) * 1099511628211u;
    }
    return digest;
}

/* Of a list a digest of what may be read of it (rule C-77). */
static uint64_t value_of(const struct sim_world *world, const struct watch_observation *observation)
{
    uint64_t digest = 0;
    if (observation->path.depth > 0) {
        return value_at(world, &observation->path);
    }
    for (unsigned i = 0; i < observation->listed; i++) {
        const struct loom_path *path = &observation->list[i];
        uint64_t value =
            reads_path(world, observation->ssid, path) ? value_at(world, path) : UINT64_MAX;
        digest = (digest ^ value) * 1099511628211u;
    }
    return digest;
}

/* Rule C-55: by thresholds in both directions, or by the step. */
static bool is_worth(const struct watch_attributes *attributes,
                     const struct watch_observation *observation)
{
    if (!is_number(observation) || (attributes->has & (HAS_GT | HAS_LT | HAS_ST)) == 0) {
        return observation->value != observation->notified;
    }
    double old = (double)(int64_t)observation->notified;
    double now = (double)(int64_t)observation->value;
    bool crosses_gt =
        (attributes->has & HAS_GT) != 0 && ((old <= attributes->gt && now > attributes->gt) ||
                                            (now <= attributes->gt && old > attributes->gt));
    bool crosses_lt =
        (attributes->has & HAS_LT) != 0 && ((old >= attributes->lt && now < attributes->lt) ||
                                            (now >= attributes->lt && old < attributes->lt));
    double step = old < now ? now - old : old - now;
    return crosses_gt || crosses_lt ||
           ((attributes->has & HAS_ST) != 0 && step > 0 && step >= attributes->st);
}

static bool is_bounded(const struct watch_attributes *attributes)
{
    return attributes->pmax > 0 && attributes->pmax >= attributes->pmin;
}

static bool is_too_long(const struct watch_attributes *attributes, uint64_t passed)
{
    return is_bounded(attributes) && passed >= (uint64_t)attributes->pmax * SECOND;
}

/* Looks whether the value is another. */
static void look(struct sim_world *world, struct watch_observation *observation)
{
    struct watch_attributes attributes = in_force(world, observation);
    uint64_t value = value_of(world, observation);
    bool changed = value != observation->value;
    observation->value = value;
    bool worth = is_worth(&attributes, observation);
    observation->may = observation->may || worth;
    observation->must = changed ? worth : observation->must;
}

/* ---- what the servers ask -------------------------------------------------------------------- */

static bool leads_to(const struct loom_path *from, const struct loom_path *to)
{
    return from->depth <= to->depth &&
           memcmp(from->id, to->id, from->depth * sizeof to->id[0]) == 0;
}

/* What another path of a list leads to as well is left to that one. */
static void leave_out_covered(struct watch_observation *observation)
{
    struct loom_path all[WATCH_LIST];
    unsigned count = observation->listed;
    memcpy(all, observation->list, sizeof all);
    observation->listed = 0;
    for (unsigned i = 0; i < count; i++) {
        bool covered = false;
        for (unsigned k = 0; k < count; k++) {
            covered =
                covered || (leads_to(&all[k], &all[i]) && (all[k].depth < all[i].depth || k < i));
        }
        if (!covered) {
            observation->list[observation->listed++] = all[i];
        }
    }
}

/* The names of a list, which servers send without a base name. */
static void read_list(struct watch_observation *observation, const struct loom_bytes *payload)
{
    char text[128] = "";
    memcpy(text, payload->data, payload->length < sizeof text ? payload->length : sizeof text - 1);
    const char *at = text;
    while ((at = strstr(at, "\"n\":\"")) != NULL && observation->listed < WATCH_LIST) {
        struct loom_path *path = &observation->list[observation->listed++];
        at += strlen("\"n\":\"");
        while (*at == '/') {
            char *end;
            path->id[path->depth++] = (uint16_t)strtoul(at + 1, &end, 10);
            at = end;
        }
    }
    leave_out_covered(observation);
}

static void begin(struct sim_world *world, uint16_t ssid, const struct loom_path *path,
                  const struct loom_request *request, const struct loom_reply *reply)
{
    if (reply->observation == 0 || reply->observation > SIM_OBSERVATIONS) {
        return; /* a Read: there was no room */
    }
    struct watch_observation *observation = &world->watch->reports.at[reply->observation - 1];
    memset(observation, 0, sizeof *observation);
    observation->stands = true;
    observation->ssid = ssid;
    observation->path = *path;
    observation->text = reply->content_format == LOOM_FORMAT_TEXT;
    observation->notified_at = watch_now(world);
    observation->confirmed_at = watch_now(world);
    if (path->depth == 0) {
        read_list(observation, &request->payload);
    }
    observation->value = value_of(world, observation);
    observation->notified = observation->value;
    apply(&observation->own, request);
    world->counts->observations++;
}

/* With other attributes, what was not worth a notification need not be so now, and may be. */
static void forgive(struct sim_world *world, uint16_t ssid)
{
    for (unsigned i = 0; i < SIM_OBSERVATIONS; i++) {
        struct watch_observation *observation = &world->watch->reports.at[i];
        if (observation->ssid == ssid) {
            struct watch_attributes attributes = in_force(world, observation);
            observation->must = observation->must && is_worth(&attributes, observation);
        }
    }
}

void watch_reports_asked(struct sim_world *world, unsigned host, const struct loom_request *request,
                         const struct loom_reply *reply)
{
    uint16_t ssid = SIM_SSID(host - HOST_A);
    struct loom_path path = {.depth = request->path_count < 4 ? request->path_count : 4};
    bool done = reply->code >> 5 == 2;
    if (host < HOST_A || host > HOST_B || !done) {
        return;
    }
    for (unsigned i = 0; i < path.depth; i++) {
        if (!loom_text_to_id(request->path[i], &path.id[i])) {
            return;
        }
    }
    if (request->observe != LOOM_OBSERVE_NONE && request->observation_of != 0) {
        world->watch->reports.at[request->observation_of - 1].stands = false;
    }
    if (request->observe == LOOM_OBSERVE_BEGIN) {
        begin(world, ssid, &path, request, reply);
    } else if (request->method == LOOM_PUT && request->query_count > 0) {
        write_level(world, ssid, &path, request);
        forgive(world, ssid);
    }
}

void watch_reports_ended(struct sim_world *world, uint16_t name, enum loom_failure failure)
{
    struct watch_observation *observation = &world->watch->reports.at[name - 1];
    observation->confirming = false;
    if (failure == LOOM_FAILURE_RESET) {
        observation->stands = false;
    } else if (failure != LOOM_FAILURE_NONE) {
        observation->may = true;
        observation->must = true;
    }
}

/* Rule B-82: for a notification that is due a device that sleeps wakes up. */
static void on_update(struct sim_world *world, const struct loom_event *event)
{
    struct observed *server = watch_server(world, event->ssid);
    for (unsigned i = 0; server != NULL && server->asleep && i < SIM_OBSERVATIONS; i++) {
        struct watch_observation *observation = &world->watch->reports.at[i];
        if (observation->stands && observation->ssid == event->ssid) {
            struct watch_attributes attributes = in_force(world, observation);
            uint64_t passed = watch_now(world) - observation->notified_at;
            look(world, observation);
            server->may_update =
                server->may_update ||
                (observation->may && passed >= (uint64_t)attributes.pmin * SECOND) ||
                is_too_long(&attributes, passed);
        }
    }
}

/* Rules C-62, A-90. */
void watch_reports_event(struct sim_world *world, const struct loom_event *event)
{
    bool ends = event->type == LOOM_EVENT_REGISTER || event->type == LOOM_EVENT_REGISTERED ||
                event->type == LOOM_EVENT_DEREGISTER || event->type == LOOM_EVENT_DEREGISTERED ||
                event->type == LOOM_EVENT_DISABLED || event->type == LOOM_EVENT_SESSION_FAILED ||
                event->type == LOOM_EVENT_REGISTRATION_GIVEN_UP;
    if (event->type == LOOM_EVENT_UPDATE) {
        on_update(world, event);
    }
    for (unsigned i = 0; ends && i < SIM_OBSERVATIONS; i++) {
        struct watch_observation *observation = &world->watch->reports.at[i];
        observation->stands = observation->stands && observation->ssid != event->ssid;
    }
}

void watch_reports_boot(struct sim_world *world)
{
    memset(&world->watch->reports, 0, sizeof world->watch->reports);
}

/* ---- notifications --------------------------------------------------------------------------- */

static bool reads(const struct sim_world *world, const struct watch_observation *observation)
{
    bool all =
        observation->path.depth == 0 || reads_path(world, observation->ssid, &observation->path);
    for (unsigned i = 0; i < observation->listed; i++) {
        all = all && reads_path(world, observation->ssid, &observation->list[i]);
    }
    return all;
}

/* How often a path comes in a notification of a list, and what is wrong with any other one. */
static unsigned check_items(struct sim_world *world, const struct watch_observation *observation,
                            const struct loom_notification *notification,
                            const struct loom_path *wanted)
{
    uint8_t scratch[256];
    const struct loom_path root = loom_path_root();
    struct loom_decoder decoder;
    struct loom_item item;
    unsigned found = 0;
    enum loom_status status = loom_decode_begin(&decoder, &loom_format_senml_json, &root, 0,
                                                notification->payload, scratch, sizeof scratch);
    while (status == LOOM_OK && (status = loom_decode_next(&decoder, &item)) == LOOM_OK) {
        bool listed = false;
        for (unsigned i = 0; i < observation->listed; i++) {
            listed = listed || leads_to(&observation->list[i], &item.path);
        }
        if (!listed || !reads_path(world, observation->ssid, &item.path)) {
            sim_fail(world, "C-77", "server %u is notified of /%u/%u/%u",
                     (unsigned)observation->ssid, (unsigned)item.path.id[0],
                     (unsigned)item.path.id[1], (unsigned)item.path.id[2]);
        }
        if (item.path.depth == 3 && same_path(&item.path, wanted)) {
            found++;
            struct loom_value value = {.type = LOOM_INTEGER};
            if (loom_decode_value(&decoder, &item, LOOM_INTEGER, &value) != LOOM_OK ||
                (uint64_t)value.as.integer != value_at(world, wanted)) {
                sim_fail(world, "C-60", "server %u is notified of what is not the newest value",
                         (unsigned)observation->ssid);
            }
        }
    }
    if (status != LOOM_END) {
        sim_fail(world, "C-30", "server %u is notified of something malformed",
                 (unsigned)observation->ssid);
    }
    return found;
}

/* Rules C-30, C-77: everything that may be read, and each value once. */
static void check_list(struct sim_world *world, const struct watch_observation *observation,
                       const struct loom_notification *notification)
{
    for (unsigned i = 0; i < observation->listed; i++) {
        const struct loom_path *path = &observation->list[i];
        bool number = path->depth == 3;
        bool there = number && loom_model_exists(&world->model, path) == LOOM_OK &&
                     reads_path(world, observation->ssid, path);
        unsigned found = check_items(world, observation, notification, path);
        if (number && found != (there ? 1u : 0u)) {
            sim_fail(world, "C-30", "server %u is notified %u times of /%u/%u/%u",
                     (unsigned)observation->ssid, found, (unsigned)path->id[0],
                     (unsigned)path->id[1], (unsigned)path->id[2]);
        }
    }
}

static void check_content(struct sim_world *world, const struct watch_observation *observation,
                          const struct loom_notification *notification)
{
    char text[24] = "";
    if (observation->path.depth == 0) {
        check_list(world, observation, notification);
        return;
    }
    if (!observation->text || notification->payload.length >= sizeof text) {
        return;
    }
    memcpy(text, notification->payload.data, notification->payload.length);
    if (strtoull(text, NULL, 10) != observation->value) {
        sim_fail(world, "C-60", "server %u is notified of %s, which is not the newest value",
                 (unsigned)observation->ssid, text);
    }
}

static void check_time(struct sim_world *world, const struct watch_observation *observation)
{
    struct watch_attributes attributes = in_force(world, observation);
    uint64_t passed = watch_now(world) - observation->notified_at;
    if (passed < (uint64_t)attributes.pmin * SECOND) {
        sim_fail(world, "C-60", "server %u is notified %u ms after the last time, and pmin is %u s",
                 (unsigned)observation->ssid, (unsigned)passed, (unsigned)attributes.pmin);
    }
    if (!observation->may && !is_too_long(&attributes, passed)) {
        sim_fail(world, "C-55", "server %u is notified, and nothing calls for it",
                 (unsigned)observation->ssid);
    }
}

/* Without `con` one confirms at least every 24 hours (RFC 7641 section 4.5), and few do. */
static void check_confirmable(struct sim_world *world, struct watch_observation *observation,
                              bool confirmable)
{
    struct watch_attributes attributes = in_force(world, observation);
    uint64_t now = watch_now(world);
    bool unasked = confirmable && !attributes.con;
    if ((attributes.con && !confirmable) ||
        (unasked && observation->unasked[1] != 0 && now - observation->unasked[1] < 9 * HOUR)) {
        sim_fail(world, "C-66", "server %u is notified as `con` does not say",
                 (unsigned)observation->ssid);
    }
    if (!confirmable && now - observation->confirmed_at >= 24 * HOUR) {
        sim_fail(world, "RFC 7641 4.5", "server %u has confirmed nothing for a day",
                 (unsigned)observation->ssid);
    }
    observation->confirmed_at = confirmable ? now : observation->confirmed_at;
    if (unasked) {
        observation->unasked[1] = observation->unasked[0];
        observation->unasked[0] = now;
    }
}

void watch_reports_notified(struct sim_world *world, uint16_t name,
                            const struct loom_notification *notification)
{
    struct watch_observation *observation = &world->watch->reports.at[name - 1];
    struct observed *server = watch_server(world, observation->ssid);
    world->counts->notifications++;
    if (!observation->stands || server == NULL || !server->registered) {
        sim_fail(world, "C-62", "server %u is notified of what it does not observe",
                 (unsigned)observation->ssid);
        return;
    }
    if (world->watch->bootstrapping) {
        sim_fail(world, "A-90", "server %u is notified during a bootstrap",
                 (unsigned)observation->ssid);
    }
    if (server->asleep) {
        sim_fail(world, "B-82", "server %u is notified while asleep", (unsigned)observation->ssid);
    }
    server->heard = watch_now(world); /* rule B-81 */
    if (notification->code >> 5 != 2) {
        observation->stands = false; /* what is observed is gone */
        return;
    }
    if (observation->path.depth > 1 && !reads(world, observation)) {
        sim_fail(world, "C-63", "server %u is notified of what it has no right to",
                 (unsigned)observation->ssid);
    }
    look(world, observation);
    check_time(world, observation);
    check_confirmable(world, observation, notification->confirmable);
    check_content(world, observation, notification);
    observation->confirming = observation->confirming || notification->confirmable;
    observation->notified_at = watch_now(world);
    observation->notified = observation->value;
    observation->may = false;
    observation->must = false;
}

/* ---- what is due ----------------------------------------------------------------------------- */

static bool is_confirming(const struct sim_world *world, uint16_t ssid)
{
    bool any = false;
    for (unsigned i = 0; i < SIM_OBSERVATIONS; i++) {
        const struct watch_observation *observation = &world->watch->reports.at[i];
        any = any || (observation->stands && observation->ssid == ssid && observation->confirming);
    }
    return any;
}

static void check_due(struct sim_world *world, struct watch_observation *observation,
                      uint64_t free_since)
{
    struct watch_attributes attributes = in_force(world, observation);
    uint64_t due = UINT64_MAX;
    if (is_bounded(&attributes)) {
        due = observation->notified_at + (uint64_t)attributes.pmax * SECOND;
    }
    uint64_t least = observation->notified_at + (uint64_t)attributes.pmin * SECOND;
    due = observation->must && least < due ? least : due;
    due = due < free_since ? free_since : due;
    due = due < world->watch->disturbed ? world->watch->disturbed : due;
    if (due < UINT64_MAX && watch_now(world) > due + TOLERANCE) {
        sim_fail(world, observation->must ? "C-60" : "C.2",
                 "server %u is not notified though it is time", (unsigned)observation->ssid);
    }
}

void watch_reports_after(struct sim_world *world)
{
    struct watch_reports *reports = &world->watch->reports;
    uint64_t now = watch_now(world);
    if (!world->setup.observes) {
        return;
    }
    if (world->watch->told) {
        drop_levels(world);
    }
    for (unsigned i = 0; i < SIM_SERVERS; i++) {
        const struct observed *server = &world->watch->server[i];
        if (!server->registered || world->watch->bootstrapping || world->stopping ||
            world->restarting || is_confirming(world, SIM_SSID(i))) {
            reports->free_since[i] = now;
        }
    }
    for (unsigned i = 0; i < SIM_OBSERVATIONS; i++) {
        struct watch_observation *observation = &reports->at[i];
        if (!observation->stands) {
            continue;
        }
        look(world, observation);
        observation->doubtful = observation->doubtful || !reads(world, observation);
        if (!observation->doubtful) {
            check_due(world, observation, reports->free_since[observation->ssid - SIM_SSID(0)]);
        }
    }
}
