/* SPDX-License-Identifier: Apache-2.0 */
/* What the rooms of a client share: time, events, exchanges and sessions. */
#include "context/context.h"

#include <string.h>

/* ---- time ------------------------------------------------------------------------------------ */

uint64_t loom_context_now(const struct loom_context *context)
{
    const struct loom_port *port = context->config.port;
    return port->now(port->self);
}

bool loom_context_is_due(const struct loom_context *context, uint64_t time)
{
    return time <= loom_context_now(context);
}

uint64_t loom_time_after(uint64_t time, uint32_t seconds)
{
    uint64_t after = time + (uint64_t)seconds * LOOM_MILLISECONDS;
    return after < time || after == LOOM_NEVER ? LOOM_NEVER - 1 : after;
}

uint64_t loom_context_after(const struct loom_context *context, uint32_t seconds)
{
    return loom_time_after(loom_context_now(context), seconds);
}

uint32_t loom_context_seconds(const struct loom_context *context, uint64_t time)
{
    uint64_t now = loom_context_now(context);
    uint64_t left = time > now ? time - now : 0;
    uint64_t seconds = left == 0 ? 0 : (left - 1) / LOOM_MILLISECONDS + 1;
    return seconds > UINT32_MAX ? UINT32_MAX : (uint32_t)seconds;
}

uint64_t loom_context_unix_time(const struct loom_context *context)
{
    const struct loom_port *port = context->config.port;
    int64_t now = port->unix_time == NULL ? 0 : port->unix_time(port->self);
    return now > 0 ? (uint64_t)now : 0;
}

/* ---- events ---------------------------------------------------------------------------------- */

struct loom_event loom_context_event(const struct loom_context *context, enum loom_event_type type,
                                     uint16_t ssid)
{
    struct loom_event event = {
        .type = type, .time = loom_context_now(context), .ssid = ssid, .alert = -1};
    return event;
}

void loom_context_emit(const struct loom_context *context, const struct loom_event *event)
{
    if (context->config.event != NULL) {
        context->config.event(context->config.user, event);
    }
}

void loom_context_report_wait(const struct loom_context *context, enum loom_event_type type,
                              uint16_t ssid, uint32_t seconds)
{
    struct loom_event event = loom_context_event(context, type, ssid);
    event.seconds = seconds;
    loom_context_emit(context, &event);
}

void loom_context_report_reason(const struct loom_context *context, enum loom_event_type type,
                                uint16_t ssid, enum loom_reason reason)
{
    struct loom_event event = loom_context_event(context, type, ssid);
    event.reason = reason;
    loom_context_emit(context, &event);
}

void loom_context_report(const struct loom_context *context, enum loom_event_type type,
                         uint16_t ssid)
{
    loom_context_report_wait(context, type, ssid, 0);
}

void loom_context_explain(const struct loom_context *context, enum loom_event_type type,
                          uint8_t code, enum loom_reason reason)
{
    struct loom_event event = loom_context_event(context, type, 0);
    event.code = code;
    event.reason = reason;
    loom_context_emit(context, &event);
}

/* ---- features -------------------------------------------------------------------------------- */

/* @return NULL: nothing is kept */
static const struct loom_stored_accounts_feature *
stored_accounts(const struct loom_context *context)
{
    return context->config.store == NULL ? NULL : loom_context_features(context)->stored_accounts;
}

enum loom_status loom_state_save(struct loom_context *context, const struct loom_model *model)
{
    const struct loom_stored_accounts_feature *stored = stored_accounts(context);
    return stored == NULL ? LOOM_OK : stored->save(context, model);
}

enum loom_status loom_state_load(struct loom_context *context, struct loom_model *model)
{
    const struct loom_stored_accounts_feature *stored = stored_accounts(context);
    return stored == NULL ? LOOM_NOT_FOUND : stored->load(context, model);
}

bool loom_state_is_stored(const struct loom_context *context)
{
    return stored_accounts(context) != NULL;
}

void loom_state_keep(struct loom_context *context)
{
    const struct loom_stored_accounts_feature *stored = stored_accounts(context);
    if (stored != NULL && loom_context_wishes(context, LOOM_WISH_KEEP)) {
        stored->keep(context);
    }
}

/* ---- wishes ---------------------------------------------------------------------------------- */

void loom_context_wish(struct loom_context *context, uint32_t wishes)
{
    context->wishes |= wishes;
}

bool loom_context_take_wish(struct loom_context *context, enum loom_wish wish)
{
    bool wished = loom_context_wishes(context, wish);
    context->wishes &= ~(uint32_t)wish;
    return wished;
}

/* ---- exchanges and sessions ------------------------------------------------------------------ */

uint32_t loom_context_exchange(struct loom_context *context)
{
    context->last_exchange++;
    if (context->last_exchange == 0) {
        context->last_exchange = 1; /* 0 means: no exchange under way */
    }
    return context->last_exchange;
}

void loom_context_cancel(struct loom_context *context, struct loom_session *session,
                         uint32_t *exchange)
{
    if (session != NULL && *exchange != 0) {
        context->config.port->cancel(context->config.port->self, session, *exchange);
    }
    *exchange = 0;
}

struct loom_session *loom_context_open(struct loom_context *context,
                                       const struct loom_credentials *credentials, uint16_t ssid,
                                       void *owner)
{
    const struct loom_port *port = context->config.port;
    struct loom_session *session = NULL;
    struct loom_event event = loom_context_event(context, LOOM_EVENT_SESSION, ssid);
    enum loom_status status = credentials == NULL
                                  ? LOOM_BAD_REQUEST
                                  : port->open(port->self, credentials, owner, &session);
    if (status == LOOM_OK) {
        event.uri = credentials->uri;
        event.secure = credentials->mode != LOOM_SECURITY_NOSEC;
    } else {
        session = NULL;
        event.type = LOOM_EVENT_SESSION_FAILED;
        event.failure = LOOM_FAILURE_UNREACHABLE;
        event.reason =
            status == LOOM_UNAVAILABLE ? LOOM_REASON_UNREACHABLE : LOOM_REASON_CREDENTIALS;
    }
    loom_context_emit(context, &event);
    return session;
}

void loom_context_close(struct loom_context *context, struct loom_session **session)
{
    if (*session != NULL) {
        context->config.port->close(context->config.port->self, *session);
        *session = NULL;
    }
}

void loom_context_wipe(struct loom_context *context)
{
    memset(context->config.buffer, 0, context->config.buffer_size);
}
