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

/* ---- values ---------------------------------------------------------------------------------- */

static bool reads_path(const struct sim_world *world, uint16_t ssid, const struct loom_path *path)
{
    return watch_access_reads(world, ssid, path->id[0],
                              path->depth > 1 ? path->id[1] : LOOM_ID_NONE);
}

/* Of an object what may be read of its only instance counts (rule C-78). */
static bool reads_single(const struct sim_world *world, const struct watch_observation *observation)
{
    return watch_access_reads(world, observation->ssid, observation->path.id[0], 0);
}

/* The number, or a digest of what stands there. */
static uint64_t value_at(const struct sim_world *world, const struct loom_path *path,
                         enum loom_type *type)
{
    uint8_t payload[SIM_BUFFER];
    struct loom_output out = loom_output(payload, sizeof payload);
    struct loom_value value;
    *type = LOOM_NONE;
    if (path->depth >= 3 && loom_model_read(&world->model, path, &value) == LOOM_OK) {
        *type = value.type;
        return value.type == LOOM_BOOLEAN ? value.as.boolean : value.as.unsigned_integer;
    }
    (void)loom_payload_read(&world->model, &loom_format_tlv, path, path, LOOM_READ_ALL, &out);
    uint64_t digest = 14695981039346656037u;
    for (size_t i = 0; i < out.length; i++) {
        digest = (digest ^ out.data[i]) * 1099511628211u;
    }
    return digest;
}

/* Of a list a digest of what may be read of it (rule C-77). */
static uint64_t value_of(const struct sim_world *world, struct watch_observation *observation)
{
    enum loom_type part;
    uint64_t digest = 0;
    if (observation->path.depth == 1 && !reads_single(world, observation)) {
        return UINT64_MAX;
    }
    if (observation->path.depth > 0) {
        return value_at(world, &observation->path, &observation->type);
    }
    for (unsigned i = 0; i < observation->listed; i++) {
        const struct loom_path *path = &observation->list[i];
        uint64_t value =
            reads_path(world, observation->ssid, path) ? value_at(world, path, &part) : UINT64_MAX;
        digest = (digest ^ value) * 1099511628211u;
    }
    return digest;
}

static double number_of(enum loom_type type, uint64_t raw)
{
    double number;
    memcpy(&number, &raw, sizeof number);
    return type == LOOM_FLOAT ? number : type == LOOM_INTEGER ? (double)(int64_t)raw : (double)raw;
}

static bool has_condition(const struct watch_attributes *attributes, enum loom_type type)
{
    return type != LOOM_NONE &&
           (watch_has(attributes, WATCH_GT) || watch_has(attributes, WATCH_LT) ||
            watch_has(attributes, WATCH_ST) || watch_has(attributes, WATCH_EDGE));
}

/* Rule C-55: by thresholds in both directions, or by the step. */
static bool is_worth(const struct watch_attributes *attributes,
                     const struct watch_observation *observation)
{
    if (!has_condition(attributes, observation->type)) {
        return observation->value != observation->notified;
    }
    double old = number_of(observation->type, observation->notified);
    double now = number_of(observation->type, observation->value);
    double gt = attributes->value[WATCH_GT];
    double lt = attributes->value[WATCH_LT];
    double step = old < now ? now - old : old - now;
    bool crosses_gt =
        watch_has(attributes, WATCH_GT) && ((old <= gt && now > gt) || (now <= gt && old > gt));
    bool crosses_lt =
        watch_has(attributes, WATCH_LT) && ((old >= lt && now < lt) || (now >= lt && old < lt));
    return crosses_gt || crosses_lt ||
           (watch_has(attributes, WATCH_ST) && step > 0 && step >= attributes->value[WATCH_ST]);
}

/* Of a boolean, after the value that was there before. */
static bool is_edge(const struct watch_attributes *attributes, uint64_t before, uint64_t now)
{
    return watch_has(attributes, WATCH_EDGE) && before != now &&
           (now != 0) == (attributes->value[WATCH_EDGE] > 0);
}

static uint64_t after(uint64_t time, const struct watch_attributes *attributes, unsigned period)
{
    return time +
           (watch_has(attributes, period) ? (uint64_t)attributes->value[period] * SECOND : 0);
}

static bool is_bounded(const struct watch_attributes *attributes)
{
    double pmax = attributes->value[WATCH_PMAX];
    return pmax > 0 && pmax >= attributes->value[WATCH_PMIN];
}

static bool is_too_long(const struct watch_attributes *attributes, uint64_t passed)
{
    return is_bounded(attributes) && passed >= after(0, attributes, WATCH_PMAX);
}

/* Looks whether the value is another. An edge that is over before `epmin` is may be missed. */
static void look(struct sim_world *world, struct watch_observation *observation)
{
    struct watch_attributes attributes = watch_attributes_in_force(world, observation);
    uint64_t before = observation->value;
    observation->now = attributes;
    observation->value = value_of(world, observation);
    bool changed = observation->value != before;
    bool edge = is_edge(&attributes, before, observation->value);
    bool worth = is_worth(&attributes, observation) || edge;
    observation->edged = observation->edged || watch_has(&attributes, WATCH_EDGE);
    observation->may = observation->may || worth || observation->edged;
    if (changed) {
        bool kept = observation->must && watch_has(&attributes, WATCH_EDGE) &&
                    !watch_has(&attributes, WATCH_EPMIN);
        observation->changed_at = watch_now(world);
        observation->must = kept || worth;
    }
    if (observation->edged && !watch_has(&attributes, WATCH_EDGE)) {
        observation->must = false;
    }
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
    static struct watch_observation before;
    struct watch_observation *observation = &world->watch->reports.at[reply->observation - 1];
    before = *observation;
    memset(observation, 0, sizeof *observation);
    observation->stands = true;
    observation->ssid = ssid;
    observation->path = *path;
    observation->text = reply->content_format == LOOM_FORMAT_TEXT;
    observation->notified_at = watch_now(world);
    observation->changed_at = observation->notified_at;
    observation->confirmed_at = observation->notified_at;
    if (path->depth == 0) {
        read_list(observation, &request->payload);
    }
    observation->value = value_of(world, observation);
    observation->notified = observation->value;
    observation->timed = path->depth >= 3 && observation->type != LOOM_NONE &&
                         reply->content_format == LOOM_FORMAT_SENML_JSON;
    watch_attributes_apply(&observation->own, request);
    watch_stored_taken_up(world, observation, &before);
    world->counts->observations++;
}

/* With other attributes, what was not worth a notification need not be so now, and may be; what was
 * looked at with those before is not hidden by another `epmin`. */
static void forgive(struct sim_world *world, uint16_t ssid)
{
    for (unsigned i = 0; i < SIM_OBSERVATIONS; i++) {
        struct watch_observation *observation = &world->watch->reports.at[i];
        if (observation->ssid == ssid) {
            struct watch_attributes attributes = watch_attributes_in_force(world, observation);
            uint64_t looked = after(observation->notified_at, &observation->now, WATCH_EPMIN);
            observation->again =
                observation->again || (observation->may && watch_now(world) >= looked);
            observation->must = observation->must && !watch_has(&attributes, WATCH_EDGE) &&
                                is_worth(&attributes, observation);
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
    world->watch->reports.news = true;
    if (request->accept == LOOM_FORMAT_LINK && request->method == LOOM_GET) {
        watch_attributes_shown(world, ssid, &path, reply);
    }
    if (request->observe != LOOM_OBSERVE_NONE && request->observation_of != 0) {
        world->watch->reports.at[request->observation_of - 1].stands = false;
    }
    if (request->observe == LOOM_OBSERVE_BEGIN) {
        begin(world, ssid, &path, request, reply);
    } else if (request->method == LOOM_PUT && request->query_count > 0) {
        watch_attributes_write(world, ssid, &path, request);
        forgive(world, ssid);
    }
}

void watch_reports_ended(struct sim_world *world, uint16_t name, enum loom_failure failure)
{
    struct watch_observation *observation = &world->watch->reports.at[name - 1];
    bool stored = watch_stored_ended(observation, failure == LOOM_FAILURE_NONE);
    observation->confirming = false;
    world->watch->reports.news = true;
    if (failure == LOOM_FAILURE_RESET) {
        observation->stands = false;
        observation->stored.dormant = false;
    } else if (failure != LOOM_FAILURE_NONE && !stored) {
        observation->may = true;
        observation->must = true;
        observation->again = true;
    }
}

/* Rule B-82: for a notification that is due a device that sleeps wakes up. */
static void on_update(struct sim_world *world, const struct loom_event *event)
{
    struct observed *server = watch_server(world, event->ssid);
    for (unsigned i = 0; server != NULL && server->asleep && i < SIM_OBSERVATIONS; i++) {
        struct watch_observation *observation = &world->watch->reports.at[i];
        if (observation->stands && observation->ssid == event->ssid) {
            struct watch_attributes attributes = watch_attributes_in_force(world, observation);
            uint64_t passed = watch_now(world) - observation->notified_at;
            look(world, observation);
            server->may_update =
                server->may_update || world->watch->reports.vague ||
                (observation->may && passed >= after(0, &attributes, WATCH_PMIN)) ||
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
        if (observation->ssid == event->ssid &&
            (observation->stands || observation->stored.dormant)) {
            watch_stored_rests(world, observation);
        }
        observation->stands = observation->stands && observation->ssid != event->ssid;
    }
}

/* What is attached outlives a reboot, what is observed does not (rule C-62). */
void watch_reports_boot(struct sim_world *world)
{
    struct watch_reports *reports = &world->watch->reports;
    memset(reports->at, 0, sizeof reports->at);
    memset(reports->level, 0, sizeof reports->level);
    memset(reports->free_since, 0, sizeof reports->free_since);
    reports->vague = false;
    reports->unsaved = false;
    reports->news = true;
}

void watch_reports_saved(struct sim_world *world)
{
    struct watch_reports *reports = &world->watch->reports;
    memcpy(reports->kept, reports->level, sizeof reports->kept);
    reports->kept_vague = reports->vague;
    reports->unsaved = false;
}

void watch_reports_not_saved(struct sim_world *world)
{
    world->watch->reports.unsaved = false;
}

void watch_reports_loaded(struct sim_world *world, bool same)
{
    struct watch_reports *reports = &world->watch->reports;
    if (same) {
        memcpy(reports->level, reports->kept, sizeof reports->level);
    }
    reports->vague = !same || reports->kept_vague;
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
    enum loom_type type;
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
        if (item.path.depth == 3 && watch_same_path(&item.path, wanted)) {
            found++;
            struct loom_value value = {.type = LOOM_INTEGER};
            if (loom_decode_value(&decoder, &item, LOOM_INTEGER, &value) != LOOM_OK ||
                (uint64_t)value.as.integer != value_at(world, wanted, &type)) {
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
    char text[32] = "";
    if (observation->path.depth == 0) {
        check_list(world, observation, notification);
        return;
    }
    if (!observation->text || observation->type == LOOM_NONE ||
        notification->payload.length >= sizeof text) {
        return;
    }
    memcpy(text, notification->payload.data, notification->payload.length);
    double value = number_of(observation->type, observation->value);
    if (strtod(text, NULL) != value) {
        sim_fail(world, "C-60", "server %u is notified of %s, which is not the newest value",
                 (unsigned)observation->ssid, text);
    }
}

static void check_time(struct sim_world *world, const struct watch_observation *observation)
{
    struct watch_attributes attributes = watch_attributes_in_force(world, observation);
    uint64_t passed = watch_now(world) - observation->notified_at;
    if (world->watch->reports.vague) {
        return;
    }
    if (passed < after(0, &attributes, WATCH_PMIN)) {
        sim_fail(world, "C-60", "server %u is notified %u ms after the last time, and pmin is %u s",
                 (unsigned)observation->ssid, (unsigned)passed,
                 (unsigned)attributes.value[WATCH_PMIN]);
    }
    if (!observation->again && !is_too_long(&attributes, passed) &&
        passed < after(0, &attributes, WATCH_EPMIN)) {
        sim_fail(world, "C.2", "server %u is notified of a value that `epmin` hides",
                 (unsigned)observation->ssid);
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
    struct watch_attributes attributes = watch_attributes_in_force(world, observation);
    uint64_t now = watch_now(world);
    bool asked = attributes.value[WATCH_CON] > 0;
    bool known = !world->watch->reports.vague;
    bool unasked = known && confirmable && !asked;
    if ((known && asked && !confirmable) ||
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

static void note_told(const struct sim_world *world, struct watch_observation *observation)
{
    observation->notified_at = watch_now(world);
    observation->notified = observation->value;
    observation->may = false;
    observation->must = false;
    observation->edged = false;
    observation->again = false;
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
    if (watch_stored_notified(world, observation, notification)) {
        observation->confirming = true;
        return;
    }
    check_time(world, observation);
    check_confirmable(world, observation, notification->confirmable);
    check_content(world, observation, notification);
    observation->confirming = observation->confirming || notification->confirmable;
    note_told(world, observation);
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

static uint64_t due_at(const struct watch_observation *observation, bool worth)
{
    const struct watch_attributes *attributes = &observation->now;
    uint64_t due = UINT64_MAX;
    if (is_bounded(attributes)) {
        due = after(observation->notified_at, attributes, WATCH_PMAX);
    }
    uint64_t least = after(observation->notified_at, attributes, WATCH_PMIN);
    uint64_t seen = after(observation->changed_at, attributes, WATCH_EPMIN);
    least = least < seen ? seen : least;
    return worth && least < due ? least : due;
}

/* What falls due while the server cannot be reached is stored (rule B-72). */
static void check_stored(struct sim_world *world, struct watch_observation *observation)
{
    uint64_t now = watch_now(world);
    watch_stored_after(world, observation);
    if (!observation->stored.dormant || observation->stored.returned) {
        return;
    }
    look(world, observation);
    /* `epmin` counts from when the device has looked, which nobody sees. */
    if (!reads(world, observation) || now <= world->watch->disturbed ||
        watch_has(&observation->now, WATCH_EPMIN) || world->watch->reports.vague) {
        observation->stored.vague = true;
    }
    if (now >= due_at(observation, observation->must)) {
        watch_stored_keep(world, observation);
        note_told(world, observation);
    } else if (now >= due_at(observation, observation->may)) {
        observation->stored.vague = true;
    }
}

static void check_due(struct sim_world *world, struct watch_observation *observation,
                      uint64_t free_since)
{
    uint64_t due = due_at(observation, observation->must);
    if (watch_stored_waits(observation)) {
        struct watch_stored *stored = &observation->stored;
        bool moved = stored->flushing || stored->free_since < free_since;
        stored->free_since = stored->flushing ? watch_now(world)
                             : moved          ? free_since
                                              : stored->free_since;
        due = stored->flushing ? UINT64_MAX : stored->free_since;
    } else {
        due = due < observation->stored.free_since ? observation->stored.free_since : due;
    }
    due = due < free_since ? free_since : due;
    due = due < world->watch->disturbed ? world->watch->disturbed : due;
    if (due < UINT64_MAX && watch_now(world) > due + TOLERANCE) {
        sim_fail(world, observation->must ? "C-60" : "C.2",
                 "server %u is not notified though it is time", (unsigned)observation->ssid);
    }
}

/* What is in force and what is there is read again if anything may have changed. */
static bool has_news(struct sim_world *world)
{
    struct watch_reports *reports = &world->watch->reports;
    size_t size = world->model.product->data_size;
    bool news = reports->news || memcmp(reports->data, world->data, size) != 0;
    if (news) {
        memcpy(reports->data, world->data, size);
    }
    reports->news = false;
    return news;
}

void watch_reports_after(struct sim_world *world)
{
    struct watch_reports *reports = &world->watch->reports;
    uint64_t now = watch_now(world);
    if (!world->setup.observes) {
        return;
    }
    if (world->stopping || world->restarting) {
        reports->unsaved = false; /* nothing is stored any more */
    }
    if (reports->unsaved && now > reports->written_at + TOLERANCE) {
        sim_fail(world, "C-50", "what a server has attached is not stored");
    }
    for (unsigned i = 0; i < SIM_SERVERS; i++) {
        const struct observed *server = &world->watch->server[i];
        if (!server->registered || world->watch->bootstrapping || world->stopping ||
            world->restarting || is_confirming(world, SIM_SSID(i))) {
            reports->free_since[i] = now;
        }
    }
    bool news = has_news(world);
    if (news) {
        watch_attributes_drop(world);
    }
    for (unsigned i = 0; i < SIM_OBSERVATIONS; i++) {
        struct watch_observation *observation = &reports->at[i];
        /* With its accounts a registration ends, and no event says so. */
        observation->stored.vague = observation->stored.vague || world->watch->bootstrapping;
        if (observation->stored.dormant) {
            check_stored(world, observation);
        }
        if (!observation->stands) {
            continue;
        }
        if (news) {
            look(world, observation);
            observation->doubtful =
                observation->doubtful || !reads(world, observation) ||
                (observation->path.depth == 1 && !reads_single(world, observation));
        }
        if (!observation->doubtful && !reports->vague) {
            check_due(world, observation, reports->free_since[observation->ssid - SIM_SSID(0)]);
        }
    }
}
