/* SPDX-License-Identifier: Apache-2.0 */
/* Observations (RFC 7641): what both ends keep of them, and notifications. */
#include "net_internal.h"

#include <string.h>

struct net_observed *net_find_observed(struct net *net, const struct loom_session *session,
                                       uint32_t token)
{
    for (unsigned i = 0; i < NET_OBSERVED; i++) {
        struct net_observed *observed = &net->observed[i];
        if (observed->used && observed->session == net_index_of(net, session) &&
            observed->token == token) {
            return observed;
        }
    }
    return NULL;
}

static struct net_observed *find_name(struct net *net, const struct loom_session *session,
                                      uint16_t name)
{
    for (unsigned i = 0; i < NET_OBSERVED; i++) {
        struct net_observed *observed = &net->observed[i];
        if (observed->used && observed->session == net_index_of(net, session) &&
            observed->name == name) {
            return observed;
        }
    }
    return NULL;
}

void net_add_observed(struct net *net, const struct loom_session *session, uint32_t token,
                      uint32_t number, uint16_t name)
{
    struct net_observed *added = net_find_observed(net, session, token);
    for (unsigned i = 0; added == NULL && i < NET_OBSERVED; i++) {
        added = net->observed[i].used ? NULL : &net->observed[i];
    }
    if (added == NULL) {
        net_dry("observations");
    }
    *added = (struct net_observed){.used = true,
                                   .session = net_index_of(net, session),
                                   .token = token,
                                   .number = number,
                                   .name = name};
}

/* The confirmable notification of an observation that is under way; NULL: none */
static struct net_exchange *find_confirmable(struct net *net, const struct loom_session *session,
                                             uint32_t token)
{
    for (unsigned i = 0; i < NET_EXCHANGES; i++) {
        struct net_exchange *exchange = &net->exchanges[i];
        if (exchange->used && exchange->notifies &&
            exchange->session == net_index_of(net, session) &&
            (token == 0 || exchange->token == token)) {
            return exchange;
        }
    }
    return NULL;
}

void net_end_observed(struct net *net, struct net_observed *observed)
{
    struct net_exchange *exchange =
        find_confirmable(net, &net->sessions[observed->session], observed->token);
    if (exchange != NULL) {
        net_drop_exchange(net, exchange);
    }
    observed->used = false;
}

void net_end_all_observed(struct net *net, const struct loom_session *session)
{
    for (unsigned i = 0; i < NET_OBSERVED; i++) {
        if (net->observed[i].session == net_index_of(net, session)) {
            net->observed[i].used = false;
        }
    }
}

/* ---- the end that observes ------------------------------------------------------------------- */

static struct net_observed *find_number(struct net *net, const struct loom_session *session,
                                        uint32_t number)
{
    for (unsigned i = 0; i < NET_OBSERVED; i++) {
        struct net_observed *observed = &net->observed[i];
        if (observed->used && observed->session == net_index_of(net, session) &&
            observed->name == 0 && observed->number == number) {
            return observed;
        }
    }
    return NULL;
}

static struct net_exchange *find_request(struct net *net, const struct loom_session *session,
                                         uint32_t number)
{
    for (unsigned i = 0; i < NET_EXCHANGES; i++) {
        struct net_exchange *exchange = &net->exchanges[i];
        if (exchange->used && !exchange->notifies &&
            exchange->session == net_index_of(net, session) && exchange->number == number) {
            return exchange;
        }
    }
    return NULL;
}

uint32_t net_token_of(struct net *net, const struct loom_session *session, uint32_t number)
{
    const struct net_observed *observed = find_number(net, session, number);
    const struct net_exchange *exchange = find_request(net, session, number);
    return observed != NULL ? observed->token : exchange != NULL ? exchange->token : 0;
}

/* A request, or the observation that it has begun. */
void net_stop_observing(struct net *net, const struct loom_session *session, uint32_t number)
{
    struct net_observed *observed = find_number(net, session, number);
    struct net_exchange *exchange = find_request(net, session, number);
    if (observed != NULL) {
        observed->used = false;
    }
    if (exchange != NULL) {
        net_drop_exchange(net, exchange);
    }
}

/* What this end observes comes to its end with the session. The side may close it meanwhile. */
void net_report_observed(struct net *net, struct loom_session *session, enum loom_failure failure)
{
    const struct net_host *host = &net->hosts[session->host];
    uint32_t generation = session->generation;
    struct loom_response nothing;
    memset(&nothing, 0, sizeof nothing);
    nothing.content_format = LOOM_FORMAT_ABSENT;
    for (unsigned i = 0; i < NET_OBSERVED; i++) {
        struct net_observed *observed = &net->observed[i];
        if (observed->used && observed->session == net_index_of(net, session) &&
            observed->name == 0) {
            observed->used = false;
            host->side->response(host->side_self, session->owner, session, observed->number,
                                 &nothing, failure);
        }
        if (!session->used || session->generation != generation) {
            return;
        }
    }
}

static void reply_with(struct net *net, const struct loom_session *session, enum net_kind kind,
                       const struct net_packet *to)
{
    struct net_packet packet = net_packet_of(net, session, kind);
    packet.mid = to->mid;
    packet.token = to->token;
    packet.aside = true;
    net_send_datagram(net, &packet, 0);
}

/* One may overtake the answer that begins the observation, and stands for it then. */
void net_on_notification(struct net *net, struct loom_session *session,
                         const struct net_packet *packet)
{
    const struct net_host *host = &net->hosts[session->host];
    const struct loom_response *response = &net->blobs[packet->blob].response;
    struct net_observed *observed = net_find_observed(net, session, packet->token);
    struct net_exchange *exchange = net_find_exchange(net, session, packet);
    session->last_used = net->now;
    if (observed == NULL && exchange != NULL &&
        net->blobs[exchange->blob].request.observe == LOOM_OBSERVE_BEGIN) {
        net_add_observed(net, session, packet->token, exchange->number, 0);
        net_drop_exchange(net, exchange);
        observed = net_find_observed(net, session, packet->token);
    }
    if (observed == NULL) {
        reply_with(net, session, NET_RESET, packet);
        return;
    }
    if (packet->confirmable) {
        reply_with(net, session, NET_NOTED, packet);
    }
    if (packet->sequence > observed->sequence) {
        observed->sequence = packet->sequence;
        observed->used = response->observe_more;
        host->side->response(host->side_self, session->owner, session, observed->number, response,
                             LOOM_FAILURE_NONE);
    }
}

/* ---- the end that is observed ---------------------------------------------------------------- */

/* What an answer means for the observation that has the token of the request. */
void net_note_observation(struct net *net, const struct loom_session *session,
                          const struct net_packet *packet, const struct loom_reply *reply)
{
    struct net_observed *observed = net_find_observed(net, session, packet->token);
    bool begins = reply->observation != 0 && reply->code >> 5 == 2;
    if (net->blobs[packet->blob].request.observe == LOOM_OBSERVE_NONE || reply->code >> 5 != 2) {
        return;
    }
    if (observed != NULL) {
        net_end_observed(net, observed);
    }
    if (begins) {
        net_add_observed(net, session, packet->token, 0, reply->observation);
    }
}

enum loom_status net_notify(void *self, struct loom_session *session, uint16_t observation,
                            const struct loom_notification *notification)
{
    struct net_host *host = self;
    struct net *net = host->net;
    struct net_observed *observed = find_name(net, session, observation);
    struct loom_response response = {.code = notification->code,
                                     .content_format = notification->content_format,
                                     .observe_more = notification->code >> 5 == 2,
                                     .payload = notification->payload};
    if (!session->used) {
        net->complaint = "a notification was sent in a session that is gone";
        return LOOM_NOT_FOUND;
    }
    if (observed == NULL) {
        return LOOM_NOT_FOUND;
    }
    if (!host->up || (notification->confirmable && find_confirmable(net, session, 0) != NULL)) {
        return LOOM_UNAVAILABLE;
    }
    int blob = net_new_blob(net);
    if (!net_keep_response(&net->blobs[blob], &response)) {
        net_drop_blob(net, blob);
        return LOOM_TOO_LARGE;
    }
    observed->sequence++;
    if (notification->confirmable) {
        net->aside = true;
        struct net_exchange *made = net_new_exchange(net, session);
        net->aside = false;
        made->notifies = true;
        made->number = observation;
        made->token = observed->token;
        made->sequence = observed->sequence;
        made->blob = blob;
        net_set_retransmission(net, made, 0);
    } else {
        struct net_packet packet = net_packet_of(net, session, NET_NOTIFICATION);
        packet.mid = ++host->last_mid;
        packet.token = observed->token;
        packet.sequence = observed->sequence;
        packet.aside = true;
        packet.blob = blob;
        net_send_datagram(net, &packet, 0);
        net_drop_blob(net, blob);
    }
    if (notification->code >> 5 != 2) {
        observed->used = false;
    }
    return LOOM_OK;
}

void net_forget_observation(void *self, struct loom_session *session, uint16_t observation)
{
    struct net *net = ((struct net_host *)self)->net;
    struct net_observed *observed = find_name(net, session, observation);
    if (!session->used) {
        net->complaint = "an observation was ended in a session that is gone";
    } else if (observed != NULL) {
        net_end_observed(net, observed);
    }
}

void net_on_noted(struct net *net, struct loom_session *session, const struct net_packet *packet)
{
    const struct net_host *host = &net->hosts[session->host];
    struct net_exchange *exchange = find_confirmable(net, session, packet->token);
    if (exchange != NULL && exchange->mid == packet->mid) {
        uint16_t name = (uint16_t)exchange->number;
        net_drop_exchange(net, exchange);
        host->side->notified(host->side_self, session->owner, session, name, LOOM_FAILURE_NONE);
    }
}

bool net_on_reset(struct net *net, struct loom_session *session, const struct net_packet *packet)
{
    const struct net_host *host = &net->hosts[session->host];
    struct net_observed *observed = net_find_observed(net, session, packet->token);
    if (observed == NULL || observed->name == 0) {
        return false;
    }
    uint16_t name = observed->name;
    net_end_observed(net, observed);
    host->side->notified(host->side_self, session->owner, session, name, LOOM_FAILURE_RESET);
    return true;
}
