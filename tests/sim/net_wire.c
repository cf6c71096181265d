/* SPDX-License-Identifier: Apache-2.0 */
/* Timers, the bytes of messages, and datagrams that the weather gets at. */
#include "net_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LATENCY_LEAST 15u
#define LATENCY_MOST  45u

/* ---- pools ----------------------------------------------------------------------------------- */

/* A pool that runs dry means that something sends without end: a fault of the simulation itself. */
void net_dry(const char *what)
{
    (void)fprintf(stderr, "sim: the network has no %s left\n", what);
    abort();
}

int net_new_blob(struct net *net)
{
    if (net->free_blob_count == 0) {
        net_dry("blobs");
    }
    int index = net->free_blobs[--net->free_blob_count];
    net->blobs[index].references = 1;
    net->blobs[index].used = 0;
    return index;
}

int net_hold_blob(struct net *net, int index)
{
    if (index != NOTHING) {
        net->blobs[index].references++;
    }
    return index;
}

void net_drop_blob(struct net *net, int index)
{
    if (index != NOTHING && --net->blobs[index].references == 0) {
        net->free_blobs[net->free_blob_count++] = (uint16_t)index;
    }
}

static bool is_before(const struct net_timer *a, const struct net_timer *b)
{
    return a->at != b->at ? a->at < b->at : (int32_t)(a->order - b->order) < 0;
}

void net_push_timer(struct net *net, uint64_t at, enum timer_kind kind, int index,
                    uint32_t generation)
{
    struct net_timer timer = {.at = at,
                              .order = net->order++,
                              .kind = (uint8_t)kind,
                              .index = index,
                              .generation = generation};
    if (net->timer_count == NET_TIMERS) {
        net_dry("timers");
    }
    unsigned i = net->timer_count++;
    while (i > 0 && is_before(&timer, &net->timers[(i - 1) / 2])) {
        net->timers[i] = net->timers[(i - 1) / 2];
        i = (i - 1) / 2;
    }
    net->timers[i] = timer;
}

struct net_timer net_pop_timer(struct net *net)
{
    struct net_timer first = net->timers[0];
    struct net_timer last = net->timers[--net->timer_count];
    unsigned i = 0;
    for (;;) {
        unsigned child = 2 * i + 1;
        if (child >= net->timer_count) {
            break;
        }
        if (child + 1 < net->timer_count &&
            is_before(&net->timers[child + 1], &net->timers[child])) {
            child++;
        }
        if (!is_before(&net->timers[child], &last)) {
            break;
        }
        net->timers[i] = net->timers[child];
        i = child;
    }
    net->timers[i] = last;
    return first;
}

/* ---- messages as bytes ----------------------------------------------------------------------- */

static bool keep(struct net_blob *blob, const void *data, size_t length, const void **at)
{
    if (length > NET_DATAGRAM - blob->used) {
        return false;
    }
    if (length > 0) {
        memcpy(blob->bytes + blob->used, data, length);
    }
    *at = blob->bytes + blob->used;
    blob->used = (uint16_t)(blob->used + length);
    return true;
}

static bool keep_texts(struct net_blob *blob, struct loom_text *texts, uint8_t count)
{
    bool fits = true;
    for (uint8_t i = 0; fits && i < count; i++) {
        const void *at = NULL;
        fits = keep(blob, texts[i].data, texts[i].length, &at);
        texts[i].data = at;
    }
    return fits;
}

bool net_keep_bytes(struct net_blob *blob, struct loom_bytes *bytes)
{
    const void *at = NULL;
    bool fits = keep(blob, bytes->data, bytes->length, &at);
    bytes->data = at;
    return fits;
}

bool net_keep_request(struct net_blob *blob, const struct loom_request *request)
{
    blob->request = *request;
    blob->request.confirmable = true;
    return keep_texts(blob, blob->request.path, request->path_count) &&
           keep_texts(blob, blob->request.query, request->query_count) &&
           net_keep_bytes(blob, &blob->request.payload);
}

bool net_keep_response(struct net_blob *blob, const struct loom_response *response)
{
    blob->response = *response;
    return keep_texts(blob, blob->response.location, response->location_count) &&
           net_keep_bytes(blob, &blob->response.payload);
}

/* ---- datagrams ------------------------------------------------------------------------------- */

static void post(struct net *net, const struct net_packet *packet, uint64_t delay)
{
    if (net->free_packet_count == 0) {
        net_dry("packets");
    }
    int index = net->free_packets[--net->free_packet_count];
    net->packets[index] = *packet;
    net->packets[index].used = true;
    net_hold_blob(net, packet->blob);
    net_push_timer(net, net->now + delay, TIMER_DATAGRAM, index, 0);
}

struct sim_random *net_chances(struct net *net, bool aside)
{
    return aside ? &net->reports : &net->random;
}

void net_send_datagram(struct net *net, const struct net_packet *packet, uint32_t hold)
{
    struct net_weather *weather = &net->weather;
    struct sim_random *random = net_chances(net, packet->aside);
    unsigned copies = sim_random_chance(random, weather->doubled) ? 2 : 1;
    if (!net->hosts[packet->from].up) {
        return;
    }
    if (net->listener != NULL) {
        net->listener(net->listener_user, packet, false);
    }
    net->counts.datagrams++;
    net->counts.doubled += copies - 1;
    for (unsigned i = 0; i < copies; i++) {
        bool lost = net->cut[packet->from][packet->to] || sim_random_chance(random, weather->loss);
        uint64_t delay = hold + sim_random_between(random, LATENCY_LEAST, LATENCY_MOST) +
                         sim_random_below(random, (uint64_t)weather->delay + 1);
        if (lost) {
            net->counts.lost++;
        } else {
            post(net, packet, delay);
        }
    }
}

/* A packet from this end of a session to the other. */
struct net_packet net_packet_of(const struct net *net, const struct loom_session *session,
                                enum net_kind kind)
{
    struct net_packet packet = {.used = true,
                                .kind = (uint8_t)kind,
                                .from = session->host,
                                .to = session->peer,
                                .association = session->association,
                                .blob = NOTHING};
    if (session->passive) {
        packet.to_place = session->place;
        packet.to_port = session->port;
        packet.from_place = net->hosts[session->host].place;
    } else {
        packet.from_place = net->hosts[session->host].place;
        packet.from_port = session->port;
        packet.to_place = net->hosts[session->peer].place;
    }
    return packet;
}
