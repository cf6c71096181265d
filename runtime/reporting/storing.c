/* SPDX-License-Identifier: Apache-2.0 */
/* Notifications that fall due while their server cannot be reached (rules B-72, C-65).
 *
 * With its registration an observation ends (C-62), and the port forgets it; but here it goes on as
 * a dormant one, looked at as before, and what it would notify is stored. When the server observes
 * the same again, that takes the place of the dormant one, and what is stored goes first. */
#include "reporting/observation.h"
#include "reporting/send.h"

#include "accounts/accounts.h"
#include "model/walk.h"

static const struct loom_format *format_of(const struct loom_context *context,
                                           const struct loom_observation *observation)
{
    return context->config.model->product->formats[observation->format];
}

/* A notification has the format of the answer (RFC 7641 section 4.2), so that has to have times. */
static bool is_wanted(const struct loom_context *context,
                      const struct loom_observation *observation,
                      const struct loom_report_server *server)
{
    uint32_t key = LOOM_KEY(SERVER, NOTIFICATION_STORING_WHEN_DISABLED_OR_OFFLINE);
    return server->known && !server->ended && loom_observation_depth(observation) > 0 &&
           context->config.outbox_size > 0 &&
           (format_of(context, observation)->traits & LOOM_FORMAT_TIMES) != 0 &&
           loom_number_at(context->config.model, key, server->instance, 1) != 0;
}

/* What was under way of an observation's is taken, or waits again. */
static void settle(struct loom_context *context, uint16_t name, bool taken)
{
    struct loom_outbox outbox = loom_outbox_of(context);
    struct loom_outbox_head head;
    uint16_t at = loom_outbox_first(&outbox);
    while (at != LOOM_OUTBOX_NONE) {
        loom_outbox_read(&outbox, at, &head);
        if (head.kind != LOOM_OUTBOX_NOTIFICATION || head.owner != name || !head.under_way) {
            at = loom_outbox_next(&outbox, at);
            continue;
        }
        head.under_way = false;
        loom_outbox_write(&outbox, at, &head);
        if (taken) {
            loom_outbox_remove(&outbox, at);
            at = loom_outbox_first(&outbox);
        }
    }
}

static bool has_stored(const struct loom_context *context, uint16_t name, uint16_t *first)
{
    struct loom_outbox outbox = loom_outbox_of(context);
    return loom_outbox_find(&outbox, LOOM_OUTBOX_NOTIFICATION, name, first);
}

static void drop(struct loom_context *context, const struct loom_observation *observation)
{
    struct loom_outbox outbox = loom_outbox_of(context);
    uint16_t entry;
    while (has_stored(context, loom_observation_name(context, observation), &entry)) {
        loom_outbox_remove(&outbox, entry);
    }
}

static bool rest(struct loom_context *context, struct loom_observation *observation,
                 const struct loom_report_server *server)
{
    const struct loom_port *port = context->config.port;
    uint16_t name = loom_observation_name(context, observation);
    bool dormant = loom_observation_has(observation, LOOM_OBSERVATION_DORMANT);
    bool returned = dormant && loom_observation_has(observation, LOOM_OBSERVATION_RETURNED);
    uint16_t entry;
    if (!is_wanted(context, observation, server) || (returned && !server->stands) ||
        (!dormant && server->stands && !has_stored(context, name, &entry))) {
        return false; /* nothing fell due before the device was registered anew */
    }
    if (!dormant && server->session != NULL) {
        port->forget(port->self, server->session, name);
    }
    if (!dormant) {
        settle(context, name, false);
        observation->flags &= (uint8_t)~LOOM_OBSERVATION_CONFIRMING;
        observation->flags |= LOOM_OBSERVATION_DORMANT;
    }
    observation->flags |= server->stands ? LOOM_OBSERVATION_RETURNED : 0;
    return true;
}

/* ---- into the outbox ------------------------------------------------------------------------- */

/* Makes room for one more among those that hqmax lets be. @return false: there are none */
static bool keep_to_hqmax(struct loom_context *context, uint16_t name,
                          const struct loom_attributes *attributes)
{
    struct loom_outbox outbox = loom_outbox_of(context);
    struct loom_outbox_head head;
    uint32_t count = 0;
    uint16_t entry;
    if (!loom_attributes_have(attributes, LOOM_ATTRIBUTE_HQMAX)) {
        return true;
    }
    uint16_t at = loom_outbox_first(&outbox);
    for (; at != LOOM_OUTBOX_NONE; at = loom_outbox_next(&outbox, at)) {
        loom_outbox_read(&outbox, at, &head);
        count += head.kind == LOOM_OUTBOX_NOTIFICATION && head.owner == name;
    }
    uint32_t most = attributes->whole[LOOM_ATTRIBUTE_HQMAX];
    for (; count > 0 && count >= most && has_stored(context, name, &entry); count--) {
        loom_outbox_remove(&outbox, entry);
    }
    return most > 0;
}

/* @return LOOM_END: it is to be made once more */
static enum loom_status make(struct loom_context *context,
                             const struct loom_observation *observation, uint64_t now)
{
    struct loom_outbox outbox = loom_outbox_of(context);
    struct loom_outbox_draft draft;
    struct loom_path path;
    loom_observation_path(observation, &path);
    struct loom_outbox_head head = {.ssid = observation->ssid,
                                    .owner = loom_observation_name(context, observation)};
    uint64_t seconds = loom_context_unix_time(context);
    struct loom_outbox_time time = {
        .absolute = seconds != 0, .seconds = (double)seconds, .clock = (int64_t)now};
    if (!loom_outbox_begin(&draft, &outbox, LOOM_OUTBOX_NOTIFICATION)) {
        return LOOM_UNAVAILABLE;
    }
    loom_outbox_put_time(&draft, &time);
    enum loom_status status =
        loom_walk(context->config.model, &path, LOOM_READ_READABLE, &draft.encoder);
    return loom_outbox_end(&draft, status == LOOM_OK ? &head : NULL);
}

static void store(struct loom_context *context, const struct loom_observation *observation,
                  const struct loom_attributes *attributes, uint64_t now)
{
    if (keep_to_hqmax(context, loom_observation_name(context, observation), attributes) &&
        make(context, observation, now) == LOOM_END) {
        (void)make(context, observation, now);
    }
}

/* ---- out of it ------------------------------------------------------------------------------- */

/* Puts so many of an observation's into the client's buffer, and marks them. */
static enum loom_status put(struct loom_context *context,
                            const struct loom_observation *observation, unsigned most, uint64_t now,
                            struct loom_output *out)
{
    struct loom_outbox outbox = loom_outbox_of(context);
    struct loom_outbox_head head;
    struct loom_path path;
    loom_observation_path(observation, &path);
    struct loom_encoder encoder;
    uint16_t name = loom_observation_name(context, observation);
    bool any = false;
    uint16_t at = loom_outbox_first(&outbox);
    *out = loom_output(context->config.buffer, context->config.buffer_size);
    loom_encode_begin(&encoder, format_of(context, observation), &path, out);
    for (; at != LOOM_OUTBOX_NONE && most > 0; at = loom_outbox_next(&outbox, at)) {
        loom_outbox_read(&outbox, at, &head);
        if (head.kind == LOOM_OUTBOX_NOTIFICATION && head.owner == name) {
            any = loom_send_put(context, at, observation->ssid, &encoder, now) || any;
            head.under_way = true;
            loom_outbox_write(&outbox, at, &head);
            most--;
        }
    }
    enum loom_status status = loom_encode_end(&encoder);
    return any ? status : LOOM_NOT_FOUND;
}

/* As many as fit, the client's memory and the port, go as one; of those that go the entries are
 * marked.
 * @return LOOM_NOT_FOUND none of them may be read (C-63); LOOM_TOO_LARGE one alone does not fit;
 *         else what the port has said */
static enum loom_status send_most(struct loom_context *context,
                                  const struct loom_observation *observation,
                                  const struct loom_report_server *server, uint64_t now)
{
    const struct loom_port *port = context->config.port;
    struct loom_notification notification = {.code = LOOM_CONTENT,
                                             .confirmable = true,
                                             .content_format =
                                                 format_of(context, observation)->number};
    struct loom_output out;
    enum loom_status status = LOOM_TOO_LARGE;
    for (unsigned most = UINT16_MAX; most > 0 && status == LOOM_TOO_LARGE; most /= 2) {
        settle(context, loom_observation_name(context, observation), false);
        status = put(context, observation, most, now, &out);
        if (status == LOOM_OK) {
            notification.payload = (struct loom_bytes){out.data, out.length};
            status = port->notify(port->self, server->session,
                                  loom_observation_name(context, observation), &notification);
            status = status == LOOM_NOT_FOUND ? LOOM_INTERNAL_ERROR : status;
        }
    }
    return status;
}

/* @return when to look again */
static uint64_t send_stored(struct loom_context *context, struct loom_observation *observation,
                            const struct loom_report_server *server,
                            const struct loom_report_servers *servers, uint64_t now)
{
    uint16_t name = loom_observation_name(context, observation);
    if (loom_observations_confirm(context, observation->ssid)) {
        return LOOM_NEVER; /* one that is not acknowledged yet comes first */
    }
    if (!server->awake) {
        servers->wake(context, observation->ssid);
        return now;
    }
    switch (send_most(context, observation, server, now)) {
    case LOOM_OK:
        observation->flags |= LOOM_OBSERVATION_CONFIRMING;
        servers->told(context, observation->ssid);
        loom_observation_report(context, observation, LOOM_CONTENT);
        return LOOM_NEVER;
    case LOOM_UNAVAILABLE:
        settle(context, name, false);
        return loom_context_after(context, 1);
    case LOOM_NOT_FOUND:
    case LOOM_TOO_LARGE:
        settle(context, name, true);
        return now;
    default: /* the port does not know it (any more) */
        loom_observation_forget(context, observation, server->session);
        return LOOM_NEVER;
    }
}

/* What is stored needs times (C-65): an observation whose new answer is in a format without them
 * begins with what is true now. */
static bool flush(struct loom_context *context, struct loom_observation *observation,
                  const struct loom_report_server *server,
                  const struct loom_report_servers *servers, uint64_t now, uint64_t *next)
{
    uint16_t entry;
    if (!has_stored(context, loom_observation_name(context, observation), &entry)) {
        return false;
    }
    if ((format_of(context, observation)->traits & LOOM_FORMAT_TIMES) == 0) {
        drop(context, observation);
        return false;
    }
    *next = send_stored(context, observation, server, servers, now);
    return true;
}

static bool is_acknowledged(struct loom_context *context,
                            const struct loom_observation *observation, bool taken)
{
    uint16_t name = loom_observation_name(context, observation);
    struct loom_outbox outbox = loom_outbox_of(context);
    struct loom_outbox_head head = {.under_way = false};
    uint16_t entry;
    if (has_stored(context, name, &entry)) {
        loom_outbox_read(&outbox, entry, &head);
        settle(context, name, taken);
    }
    return head.under_way;
}

/* ---- places ---------------------------------------------------------------------------------- */

static struct loom_observation *find_dormant(const struct loom_context *context, uint16_t ssid,
                                             const struct loom_path *path)
{
    struct loom_observation *end = loom_observations_end(context);
    for (struct loom_observation *each = context->config.observations; each < end; each++) {
        if (each->ssid != 0 && loom_observation_has(each, LOOM_OBSERVATION_DORMANT) &&
            (path == NULL || (each->ssid == ssid && path->depth == loom_observation_depth(each) &&
                              loom_paths_meet(each->id, path->depth, path)))) {
            return each;
        }
    }
    return NULL;
}

static struct loom_observation *evict(struct loom_context *context)
{
    struct loom_observation *dormant = find_dormant(context, 0, NULL);
    if (dormant != NULL) {
        loom_observation_forget(context, dormant, NULL);
    }
    return dormant;
}

const struct loom_stored_notifications_feature loom_feature_stored_notifications = {
    .rest = rest,
    .store = store,
    .flush = flush,
    .is_acknowledged = is_acknowledged,
    .drop = drop,
    .find_dormant = find_dormant,
    .evict = evict};
