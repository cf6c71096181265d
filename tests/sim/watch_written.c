/* SPDX-License-Identifier: Apache-2.0 */
/* What the bootstrap server has written, deleted and finished, worked out anew from its requests
 * and from what they were answered. After a commit that, and nothing else, is in force (rules A-40,
 * */
#include "watch.h"

#include "loom/codec.h"
#include "model/node.h"
#include "model/payload.h"

#include <string.h>

/* The Bootstrap-Server Account makes way for what is written (rule A-43), wherever to: here it
 * always has an instance id that nobody writes to. */
#define APART 65000u
/* Security, Server, Access Control, Device. */
#define OBJECTS 4u

static struct watch_written *written_of(struct sim_world *world)
{
    return &world->watch->written;
}

/* ---- a model of its own ---------------------------------------------------------------------- */

static void copy(const struct loom_model *from, struct loom_model *to, uint64_t *data)
{
    *to = *from;
    to->data = (unsigned char *)data;
    to->hooks = NULL;
    to->watch = NULL; /* the client does not hear of it */
    memcpy(data, from->data, from->product->data_size);
}

static void rename_security(struct loom_model *model, uint16_t instance, uint16_t id)
{
    unsigned char *bytes = loom_node_instance(model, loom_model_object(model, 0), instance);
    memcpy(bytes, &id, sizeof id);
}

static void set_apart(struct loom_model *model)
{
    uint16_t account = loom_account_instance(model);
    if (account != LOOM_ID_NONE) {
        rename_security(model, account, APART);
    }
}

static uint64_t ssid_at(const struct loom_model *model, uint16_t object, uint16_t instance)
{
    int64_t ssid;
    struct loom_path path = loom_path_resource(object, instance, object == 0 ? 10 : 0);
    return loom_get_integer(model, path, &ssid) == LOOM_OK && ssid > 0 ? (uint64_t)ssid : 0;
}

static uint16_t with_ssid(const struct loom_model *model, uint16_t object, uint64_t ssid)
{
    uint16_t instance = 0;
    for (; loom_model_next_instance(model, object, &instance); instance++) {
        if (instance != APART && ssid_at(model, object, instance) == ssid) {
            return instance;
        }
    }
    return LOOM_ID_NONE;
}

/* ---- commands -------------------------------------------------------------------------------- */

static void begin(struct sim_world *world)
{
    struct watch_written *written = written_of(world);
    copy(&world->model, &written->model, written->data);
    set_apart(&written->model);
    written->known = true;
    written->pairs = 0;
    uint16_t instance = 0;
    for (; loom_model_next_instance(&written->model, 1, &instance); instance++) {
        uint64_t ssid = ssid_at(&written->model, 1, instance);
        if (written->pairs < SIM_REGISTRATIONS && ssid != 0 &&
            with_ssid(&written->model, 0, ssid) != LOOM_ID_NONE) {
            written->pair[written->pairs++] = ssid;
        }
    }
}

static struct loom_payload payload_of(struct watch_written *written, uint16_t format,
                                      struct loom_path path, struct loom_bytes bytes)
{
    struct loom_payload payload = {.format = loom_format_find(loom_formats_all, format, &path),
                                   .path = path,
                                   .bytes = bytes,
                                   .scratch = written->scratch,
                                   .scratch_size = sizeof written->scratch};
    return payload;
}

static const struct loom_write_rules whole = {.replace = true, .create = true, .complete = true};

static void on_write(struct sim_world *world, const struct loom_event *event)
{
    struct watch_written *written = written_of(world);
    const struct loom_request *request = written->request;
    const struct loom_product_object *entry =
        event->path.depth == 0 ? NULL : loom_model_object(&written->model, event->path.id[0]);
    if (entry == NULL || request == NULL) {
        sim_fail(world, "A-44", "a Write to an object that is not there is answered 2.04");
        return;
    }
    /* Where the account is for the client is told by nobody. */
    bool view = (entry->object->flags & LOOM_OBJECT_ACCOUNT_VIEW) != 0;
    written->known = written->known && !view && (event->path.id[0] != 0 || event->path.depth < 3);
    if (!written->known) {
        return;
    }
    struct loom_payload payload =
        payload_of(written, request->content_format, event->path, request->payload);
    payload.rules = whole;
    enum loom_status status = loom_payload_write(&written->model, &payload);
    if (status == LOOM_TOO_LARGE) {
        written->known = false; /* for two accounts at once there need not be room here */
    } else if (status != LOOM_OK) {
        sim_fail(world, "A-40", "a Write to object %u is answered 2.04 that cannot be done",
                 (unsigned)event->path.id[0]);
    }
}

/* What can be done is done (rule A-40). */
static void on_refused_write(struct sim_world *world, const struct loom_event *event)
{
    struct watch_written *written = written_of(world);
    const struct loom_request *request = written->request;
    bool whole_instance = event->path.depth == 1 || event->path.depth == 2;
    if (!written->known || request == NULL || !whole_instance || event->path.id[0] >= OBJECTS ||
        request->query_count > 0) {
        return;
    }
    struct loom_payload payload =
        payload_of(written, request->content_format, event->path, request->payload);
    struct loom_payload_plan plan;
    payload.rules = whole;
    if (loom_payload_check(&written->model, &payload, &plan) == LOOM_OK) {
        sim_fail(world, "A-40", "a Write to object %u is refused that can be done",
                 (unsigned)event->path.id[0]);
    }
}

/* Rules A-50 .. A-52: all but the Bootstrap-Server Account and the Device. */
static void clear(struct loom_model *model, uint16_t object)
{
    uint16_t instance = 0;
    for (; loom_model_next_instance(model, object, &instance); instance++) {
        if (object != 3 && !(object == 0 && instance == APART)) {
            loom_model_delete(model, object, instance);
        }
    }
}

static void on_delete(struct sim_world *world, const struct loom_event *event)
{
    struct watch_written *written = written_of(world);
    for (uint16_t object = 0; object < OBJECTS; object++) {
        bool named = event->path.depth == 0 || event->path.id[0] == object;
        if (named && event->path.depth < 2) {
            clear(&written->model, object);
        } else if (named && event->path.depth == 2 &&
                   loom_model_has_instance(&written->model, object, event->path.id[1])) {
            loom_model_delete(&written->model, object, event->path.id[1]);
        }
    }
    if (event->path.depth > 2) {
        sim_fail(world, "A-50", "a Delete of a resource is answered 2.02");
    }
}

/* ---- what must be in force ------------------------------------------------------------------- */

/* Rule A-84: of two Bootstrap-Server Accounts the new one. */
static void replace_account(struct loom_model *model)
{
    uint16_t account = loom_account_instance(model);
    if (account != LOOM_ID_NONE && account != APART) {
        if (loom_model_has_instance(model, 0, APART)) {
            loom_model_delete(model, 0, APART);
        }
        rename_security(model, account, APART);
    }
}

/* Rules A-53, C-70. @return whether a server has lost its account */
static bool unbootstrap(struct watch_written *written)
{
    bool any = false;
    for (unsigned i = 0; i < written->pairs; i++) {
        uint16_t server;
        if (with_ssid(&written->model, 0, written->pair[i]) != LOOM_ID_NONE) {
            continue;
        }
        any = true;
        while ((server = with_ssid(&written->model, 1, written->pair[i])) != LOOM_ID_NONE) {
            loom_model_delete(&written->model, 1, server);
        }
    }
    return any;
}

/* What the client itself sets: 1/x/11, the last alert, and 1/x/12, the time of the bootstrap. */
static void leave_out_own(struct loom_model *model)
{
    uint16_t instance = 0;
    for (; loom_model_next_instance(model, 1, &instance); instance++) {
        for (uint16_t resource = 11; resource <= 12; resource++) {
            struct loom_path path = loom_path_resource(1, instance, resource);
            if (loom_model_exists(model, &path) == LOOM_OK) {
                loom_model_clear(model, &path);
            }
        }
    }
}

static size_t canonical(const struct loom_model *model, uint16_t object, uint8_t *room, size_t size)
{
    struct loom_output out = loom_output(room, size);
    struct loom_path path = loom_path_object(object);
    return loom_payload_read(model, &loom_format_tlv, &path, &path, LOOM_READ_ALL, &out) !=
                       LOOM_OK ||
                   out.overflow
               ? 0
               : out.length;
}

static void compare(struct sim_world *world)
{
    struct watch_written *written = written_of(world);
    struct loom_model live;
    if (!written->known) {
        return;
    }
    copy(&world->model, &live, written->live);
    set_apart(&live);
    replace_account(&written->model);
    bool lost = unbootstrap(written);
    leave_out_own(&live);
    leave_out_own(&written->model);
    for (uint16_t object = 0; object < OBJECTS; object++) {
        uint8_t is[RECORD];
        uint8_t should[RECORD];
        size_t length = canonical(&live, object, is, sizeof is);
        bool goes_with_server = object == 2 && lost; /* rule C-70 says how */
        if (!goes_with_server &&
            (length != canonical(&written->model, object, should, sizeof should) ||
             memcmp(is, should, length) != 0)) {
            sim_fail(world, "A-83", "object %u in force is not what the bootstrap server wrote",
                     (unsigned)object);
        }
    }
}

static void on_pack(struct sim_world *world)
{
    struct watch_written *written = written_of(world);
    unsigned position = 0;
    uint16_t object;
    if (written->response == NULL || !written->known) {
        return;
    }
    struct loom_payload payload = payload_of(written, written->response->content_format,
                                             loom_path_root(), written->response->payload);
    while (loom_payload_object(&payload, &position, &object)) {
        clear(&written->model, object); /* rule A-101 */
    }
    payload.rules = whole;
    if (loom_payload_write(&written->model, &payload) != LOOM_OK) {
        sim_fail(world, "A-102", "a pack that cannot be read is committed");
    }
}

/* ---- what is told ---------------------------------------------------------------------------- */

void watch_written_arrives(struct sim_world *world, const struct net_packet *packet)
{
    struct watch_written *written = written_of(world);
    const struct net_blob *blob = packet->blob < 0 ? NULL : &world->net.blobs[packet->blob];
    if (packet->from == HOST_BS && packet->to == HOST_DEVICE && blob != NULL) {
        bool request = packet->kind == NET_REQUEST;
        bool answer = packet->kind == NET_ANSWER || packet->kind == NET_SEPARATE;
        written->request = request ? &blob->request : written->request;
        written->response = answer ? &blob->response : written->response;
    }
}

/* No push begins with what is none of the commands. */
static void check_push(struct sim_world *world)
{
    const struct loom_request *request = written_of(world)->request;
    if (request == NULL || (request->method != LOOM_GET && request->method != LOOM_PUT &&
                            request->method != LOOM_DELETE)) {
        sim_fail(world, "A-22", "a push begins with what is no command");
    }
}

void watch_written_event(struct sim_world *world, const struct loom_event *event)
{
    switch (event->type) {
    case LOOM_EVENT_BOOTSTRAP_REQUEST:
    case LOOM_EVENT_BOOTSTRAP_PACK_REQUEST:
        begin(world);
        break;
    case LOOM_EVENT_BOOTSTRAP_PUSH:
        check_push(world);
        begin(world);
        break;
    case LOOM_EVENT_BOOTSTRAP_WRITE:
        if (watch_is_done(event)) {
            on_write(world, event);
        } else {
            on_refused_write(world, event);
        }
        break;
    case LOOM_EVENT_BOOTSTRAP_DELETE:
        if (watch_is_done(event)) {
            on_delete(world, event);
        }
        break;
    case LOOM_EVENT_BOOTSTRAP_FINISH:
        if (event->code == LOOM_CHANGED) {
            compare(world);
            written_of(world)->known = false;
        }
        break;
    case LOOM_EVENT_BOOTSTRAP_PACK:
        if (event->code == LOOM_CONTENT && event->reason == LOOM_REASON_NONE) {
            on_pack(world);
            compare(world);
            written_of(world)->known = false;
        }
        break;
    default:
        break;
    }
}
