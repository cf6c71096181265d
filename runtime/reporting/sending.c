/* SPDX-License-Identifier: Apache-2.0 */
/* What becomes of a Send in the outbox: it goes when its server can be reached, and again until it
 * is delivered, refused or of no use any more; rules C-34, B-74, C-63. */
#include "reporting/send.h"

#include "accounts/access.h"
#include "accounts/accounts.h"
#include "loom/ids.h"

/* The longest wait after a failure while the registration stands: 2^6 s. */
#define FAILURES_MOST 6u

/* So many go, or are dropped, in one step: the product may send again from within each event. */
#define ENDS_MOST 16u

/* ---- the message ----------------------------------------------------------------------------- */

/* @return seconds as loom_encode_set_time() wants them; 0: now */
static double seconds_of(const struct loom_context *context, const struct loom_outbox_time *time,
                         uint64_t now)
{
    int64_t age = ((int64_t)now - time->clock) / (int64_t)LOOM_MILLISECONDS;
    double today = (double)loom_context_unix_time(context);
    if (time->absolute) {
        return time->seconds;
    }
    /* Without a clock the time is relative to now (RFC 8428 section 4.5.3). */
    return age == 0 ? 0 : today - (double)age;
}

/* What the server may read now; what is gone since is not in the object list that it knows. */
static bool may_read(const struct loom_context *context, uint16_t ssid,
                     const struct loom_path *path)
{
    const struct loom_model *model = context->config.model;
    struct loom_path instance =
        loom_path_instance(path->id[LOOM_OBJECT_ID], path->id[LOOM_INSTANCE_ID]);
    return loom_model_exists(model, &instance) == LOOM_OK &&
           loom_access_allows(model, ssid, path, LOOM_RIGHT_READ);
}

bool loom_send_put(const struct loom_context *context, uint16_t entry, uint16_t ssid,
                   struct loom_encoder *encoder, uint64_t now)
{
    struct loom_outbox outbox = loom_outbox_of(context);
    struct loom_outbox_item item = {.at = 0};
    bool any = false;
    while (loom_outbox_item(&outbox, entry, &item)) {
        if (may_read(context, ssid, &item.path)) {
            loom_encode_set_time(encoder, seconds_of(context, &item.time, now));
            loom_encode_put(encoder, &item.path, &item.value);
            any = true;
        }
    }
    return any;
}

/* @param out the message, in the client's buffer
 * @return LOOM_NOT_FOUND nothing in it may be read; LOOM_TOO_LARGE */
static enum loom_status put(const struct loom_context *context, uint16_t entry,
                            const struct loom_outbox_head *head, const struct loom_format *format,
                            uint64_t now, struct loom_output *out)
{
    struct loom_path root = loom_path_root();
    struct loom_encoder encoder;
    *out = loom_output(context->config.buffer, context->config.buffer_size);
    loom_encode_begin(&encoder, format, &root, out);
    bool any = loom_send_put(context, entry, head->ssid, &encoder, now);
    enum loom_status status = loom_encode_end(&encoder);
    return any ? status : LOOM_NOT_FOUND;
}

/* ---- events ---------------------------------------------------------------------------------- */

static struct loom_event event_of(const struct loom_context *context,
                                  const struct loom_outbox_head *head, enum loom_event_type type)
{
    struct loom_event event = loom_context_event(context, type, head->ssid);
    event.count = head->owner;
    return event;
}

/* An event is the last thing: the product may send again from within it, and entries move. */
static void drop(struct loom_context *context, uint16_t entry, const struct loom_outbox_head *head,
                 enum loom_reason reason)
{
    struct loom_outbox outbox = loom_outbox_of(context);
    struct loom_event event = event_of(context, head, LOOM_EVENT_SEND_DROPPED);
    event.reason = reason;
    loom_outbox_remove(&outbox, entry);
    loom_context_emit(context, &event);
}

/* It stays, and goes again later; in another registration at once. */
static void put_off(const struct loom_context *context, uint16_t entry,
                    struct loom_outbox_head *head)
{
    struct loom_outbox outbox = loom_outbox_of(context);
    head->under_way = false;
    head->again_at = loom_context_after(context, UINT32_C(1) << head->failures);
    head->failures = (uint8_t)(head->failures + (head->failures < FAILURES_MOST ? 1 : 0));
    loom_outbox_write(&outbox, entry, head);
}

/* ---- one Send -------------------------------------------------------------------------------- */

static const struct loom_format *format_of(const struct loom_context *context,
                                           const struct loom_outbox_head *head, uint16_t lwm2m)
{
    const struct loom_product *product = context->config.model->product;
    const struct loom_format *wanted =
        head->format == LOOM_OUTBOX_ANY_FORMAT ? NULL : product->formats[head->format];
    return loom_send_format(product, wanted, lwm2m, head->timed);
}

static enum loom_reason reason_of(enum loom_status status)
{
    return status == LOOM_NOT_FOUND ? LOOM_REASON_NOT_READABLE : LOOM_REASON_NO_MEMORY;
}

static void go(struct loom_context *context, const struct loom_report_servers *servers,
               uint16_t entry, struct loom_outbox_head *head,
               const struct loom_report_server *server, uint64_t now)
{
    struct loom_outbox outbox = loom_outbox_of(context);
    const struct loom_port *port = context->config.port;
    const struct loom_format *format = format_of(context, head, server->lwm2m);
    struct loom_draft draft;
    if (format == NULL) {
        drop(context, entry, head, LOOM_REASON_NO_FORMAT);
        return;
    }
    loom_draft_begin(&draft, context, LOOM_POST);
    enum loom_status status = put(context, entry, head, format, now, &draft.out);
    if (status == LOOM_OK) {
        loom_draft_add_path(&draft, "dp", 2);
        draft.request.content_format = format->number;
        draft.request.payload = (struct loom_bytes){draft.out.data, draft.out.length};
        head->exchange = loom_context_exchange(context);
        head->since = server->since;
        status = port->request(port->self, server->session, &draft.request, head->exchange);
    }
    if (status == LOOM_UNAVAILABLE) {
        put_off(context, entry, head);
        return;
    }
    if (status != LOOM_OK) {
        drop(context, entry, head, reason_of(status));
        return;
    }
    head->under_way = true;
    loom_outbox_write(&outbox, entry, head);
    servers->told(context, head->ssid);
    struct loom_event event = event_of(context, head, LOOM_EVENT_SEND);
    loom_context_emit(context, &event);
}

/* Whether nothing waits before it for the same server: they go one at a time, in order. */
static bool is_first(const struct loom_outbox *outbox, uint16_t entry, uint16_t ssid)
{
    struct loom_outbox_head head;
    uint16_t at = loom_outbox_first(outbox);
    for (; at != entry; at = loom_outbox_next(outbox, at)) {
        loom_outbox_read(outbox, at, &head);
        if (head.kind == LOOM_OUTBOX_SEND && head.ssid == ssid) {
            return false;
        }
    }
    return true;
}

/* Looks at one.
 * @param next in and out: when to look again
 * @return whether the entries are as they were */
static bool look(struct loom_context *context, const struct loom_report_servers *servers,
                 uint16_t entry, uint64_t now, uint64_t *next)
{
    struct loom_outbox outbox = loom_outbox_of(context);
    struct loom_report_server server = {0};
    struct loom_outbox_head head;
    uint64_t again = LOOM_NEVER;
    loom_outbox_read(&outbox, entry, &head);
    servers->find(context, head.ssid, &server);
    bool same = server.stands && server.since == head.since;
    if (head.under_way && same) {
        return true; /* its end is reported */
    }
    if (head.under_way) { /* in a registration that is over, but perhaps in this very session */
        head.under_way = false;
        loom_outbox_write(&outbox, entry, &head);
        if (server.session != NULL) {
            loom_context_cancel(context, server.session, &head.exchange);
        }
    }
    /* After a start registrations may begin later than this looks. */
    if (!server.known && loom_account_security(context->config.model, head.ssid) == LOOM_ID_NONE) {
        drop(context, entry, &head, LOOM_REASON_NO_SUCH_SERVER);
        return false;
    }
    if (head.too_late <= now) {
        drop(context, entry, &head, LOOM_REASON_TOO_LATE);
        return false;
    }
    if (!server.stands || !is_first(&outbox, entry, head.ssid)) {
        again = LOOM_NEVER; /* a registration, or the end of the one before it, comes first */
    } else if (servers->is_mute(context, head.ssid)) {
        drop(context, entry, &head, LOOM_REASON_MUTED); /* B-74 */
        return false;
    } else if (same && head.again_at > now) {
        again = head.again_at;
    } else if (!server.awake) {
        servers->wake(context, head.ssid);
        again = loom_context_after(context, 1);
    } else if (server.settled) {
        go(context, servers, entry, &head, &server, now);
        return false;
    }
    again = again < head.too_late ? again : head.too_late;
    *next = again < *next ? again : *next;
    return true;
}

uint64_t loom_send_run(struct loom_context *context, const struct loom_report_servers *servers,
                       uint64_t now)
{
    struct loom_outbox outbox = loom_outbox_of(context);
    uint64_t next = LOOM_NEVER;
    unsigned ends = 0;
    uint16_t at = loom_outbox_first(&outbox);
    while (at != LOOM_OUTBOX_NONE) {
        struct loom_outbox_head head;
        loom_outbox_read(&outbox, at, &head);
        if (head.kind == LOOM_OUTBOX_SEND && !look(context, servers, at, now, &next)) {
            if (++ends == ENDS_MOST) {
                return loom_time_after(now, 1);
            }
            next = LOOM_NEVER;
            at = loom_outbox_first(&outbox); /* entries have moved */
        } else {
            at = loom_outbox_next(&outbox, at);
        }
    }
    return next;
}

/* ---- its end --------------------------------------------------------------------------------- */

static bool find_exchange(const struct loom_outbox *outbox, uint16_t ssid, uint32_t exchange,
                          uint16_t *entry, struct loom_outbox_head *head)
{
    uint16_t at = loom_outbox_first(outbox);
    for (; at != LOOM_OUTBOX_NONE; at = loom_outbox_next(outbox, at)) {
        loom_outbox_read(outbox, at, head);
        if (head->under_way && head->ssid == ssid && head->exchange == exchange) {
            *entry = at;
            return true;
        }
    }
    return false;
}

/* Only what the server says for good is the end: 5.xx is its trouble of the moment, and silence may
 * be the network's. After silence an Update shows whether the server can be reached. */
bool loom_send_response(struct loom_context *context, const struct loom_report_servers *servers,
                        uint16_t ssid, uint32_t exchange, const struct loom_response *response,
                        enum loom_failure failure)
{
    struct loom_outbox outbox = loom_outbox_of(context);
    struct loom_outbox_head head;
    uint16_t entry;
    uint8_t code = response->code;
    bool taken = code >= LOOM_CODE(2, 0) && code < LOOM_CODE(3, 0);
    bool refused = code >= LOOM_CODE(4, 0) && code < LOOM_CODE(5, 0);
    if (!find_exchange(&outbox, ssid, exchange, &entry, &head)) {
        return false;
    }
    struct loom_event event = event_of(context, &head,
                                       taken     ? LOOM_EVENT_SEND_DELIVERED
                                       : refused ? LOOM_EVENT_SEND_REFUSED
                                                 : LOOM_EVENT_SEND_FAILED);
    event.code = code;
    event.failure = failure;
    if (taken || refused) {
        loom_outbox_remove(&outbox, entry);
    } else {
        put_off(context, entry, &head);
    }
    if (code != 0) {
        servers->told(context, ssid);
    } else {
        servers->wake(context, ssid);
    }
    loom_context_emit(context, &event);
    return true;
}
