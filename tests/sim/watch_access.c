/* SPDX-License-Identifier: Apache-2.0 */
/* What servers may do, worked out anew from the model when their request arrives: what they have no
 * right to is not done, and what they have is not refused for want of it (rules C-71 .. C-76). */
#include "watch.h"

#include "loom/codec.h"

enum { SERVER = 1, ACCESS_CONTROL = 2, OWN_ID = 0, OBJECT = 0, INSTANCE = 1, LIST = 2, OWNER = 3 };

static unsigned count(const struct loom_model *model, uint16_t object)
{
    unsigned instances = 0;
    uint16_t instance = 0;
    for (; loom_model_next_instance(model, object, &instance); instance++) {
        instances++;
    }
    return instances;
}

static bool says(const struct loom_model *model, uint16_t object, uint16_t instance,
                 uint16_t resource, uint16_t number)
{
    int64_t value;
    return loom_get_integer(model, loom_path_resource(object, instance, resource), &value) ==
               LOOM_OK &&
           value == number;
}

static bool lists(const struct loom_model *model, uint16_t entry, uint16_t ssid, unsigned *rights)
{
    int64_t value;
    if (loom_get_integer(model, loom_path_resource_instance(ACCESS_CONTROL, entry, LIST, ssid),
                         &value) != LOOM_OK) {
        return false;
    }
    *rights = (unsigned)value;
    return true;
}

static unsigned rights_by(const struct loom_model *model, uint16_t entry, uint16_t ssid, bool whole)
{
    unsigned rights = 0;
    if (lists(model, entry, ssid, &rights) || whole) {
        return rights;
    }
    if (says(model, ACCESS_CONTROL, entry, OWNER, ssid)) {
        return ~0u;
    }
    return lists(model, entry, 0, &rights) ? rights : 0;
}

/* @param instance LOOM_ID_NONE: of the object */
static unsigned rights_of(const struct loom_model *model, uint16_t ssid, uint16_t object,
                          uint16_t instance)
{
    bool whole = instance == LOOM_ID_NONE;
    uint16_t entry = 0;
    if (object == ACCESS_CONTROL && !whole) {
        return says(model, ACCESS_CONTROL, instance, OWNER, ssid) ? ~0u : 1u;
    }
    if (object == SERVER && !whole && !says(model, SERVER, instance, OWN_ID, ssid)) {
        return 0;
    }
    if (count(model, SERVER) < 2 || count(model, ACCESS_CONTROL) == 0) {
        return ~0u;
    }
    for (; loom_model_next_instance(model, ACCESS_CONTROL, &entry); entry++) {
        if (says(model, ACCESS_CONTROL, entry, OBJECT, object) &&
            says(model, ACCESS_CONTROL, entry, INSTANCE, instance)) {
            return rights_by(model, entry, ssid, whole);
        }
    }
    return object == SERVER && !whole ? ~0u : 0;
}

bool watch_access_reads(const struct sim_world *world, uint16_t ssid, uint16_t object,
                        uint16_t instance)
{
    return (rights_of(&world->model, ssid, object, instance) & 1u) != 0;
}

static unsigned needed_by(enum loom_event_type operation)
{
    switch (operation) {
    case LOOM_EVENT_READ:
        return 1;
    case LOOM_EVENT_WRITE:
        return 2;
    case LOOM_EVENT_EXECUTE:
        return 4;
    case LOOM_EVENT_DELETE:
        return 8;
    case LOOM_EVENT_CREATE:
        return 16;
    default:
        return 0;
    }
}

/* What is created has an entry when that is told, and what is deleted has none any more, so that
 * the rights are those of before. */
void watch_access_arrives(struct sim_world *world, const struct net_packet *packet)
{
    if (packet->kind != NET_REQUEST || packet->blob < 0 || packet->to != HOST_DEVICE ||
        packet->from < HOST_A || packet->from > HOST_B) {
        return;
    }
    const struct loom_request *request = &world->net.blobs[packet->blob].request;
    uint16_t id[2] = {LOOM_ID_NONE, LOOM_ID_NONE};
    for (unsigned i = 0; i < 2 && i < request->path_count; i++) {
        (void)loom_text_to_id(request->path[i], &id[i]);
    }
    world->watch->rights[packet->from - HOST_A] =
        rights_of(&world->model, SIM_SSID(packet->from - HOST_A), id[0], id[1]);
}

void watch_access_event(struct sim_world *world, const struct loom_event *event)
{
    bool creates = event->type == LOOM_EVENT_CREATE;
    unsigned need = needed_by(event->type);
    if (need == 0 || !event->has_path || event->path.id[0] == 0 ||
        (event->path.depth < 2 && !(creates && event->path.depth == 1))) {
        return;
    }
    for (unsigned i = 0; i < SIM_SERVERS; i++) {
        bool may = (world->watch->rights[i] & need) != 0;
        if (event->ssid != SIM_SSID(i)) {
            continue;
        }
        if (!may && watch_is_done(event)) {
            sim_fail(world, "C-76", "%s of server %u is done, which has no right to it",
                     loom_event_name(event->type), (unsigned)event->ssid);
        } else if (may && event->code == LOOM_UNAUTHORIZED) {
            sim_fail(world, "C-75", "%s of server %u is refused, which has the right to it",
                     loom_event_name(event->type), (unsigned)event->ssid);
        }
    }
}
