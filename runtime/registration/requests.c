/* SPDX-License-Identifier: Apache-2.0 */
/* Register, Update and De-register as they go out, in the release that the server is addressed in.
 */
#include "registration/requests.h"

#include "accounts/accounts.h"
#include "codec/number.h"
#include "codec/text.h"
#include "context/context.h"
#include "registration/server_object.h"

static void add_lifetime(struct loom_registration *registration, struct loom_draft *draft)
{
    size_t begin = draft->out.length;
    registration->lifetime = loom_server_lifetime(registration);
    loom_put_text(&draft->out, "lt=");
    loom_put_unsigned(&draft->out, registration->lifetime); /* rule B-3 */
    loom_draft_end_query(draft, begin);
}

static uint32_t digest_of(struct loom_text text)
{
    return loom_digest(LOOM_DIGEST_BEGIN, text.data, text.length);
}

static void add_binding(struct loom_registration *registration, struct loom_draft *draft)
{
    struct loom_text binding = loom_server_binding(registration);
    registration->binding_sent = digest_of(binding);
    loom_draft_add_query(draft, "b", binding);
}

static uint32_t digest_of_links(const struct loom_context *context)
{
    return loom_links_digest(context->config.model, context->config.lwm2m);
}

static void add_links(struct loom_registration *registration, struct loom_draft *draft)
{
    const struct loom_client_config *config = &registration->context->config;
    size_t begin = draft->out.length;
    const struct loom_listed_formats_feature *formats =
        loom_context_features(registration->context)->listed_formats;
    if (formats != NULL) {
        formats->put(registration, draft);
    }
    loom_links_put(config->model, config->lwm2m, registration->lwm2m, &draft->out);
    registration->links_sent = digest_of_links(registration->context);
    draft->request.content_format = LOOM_FORMAT_LINK;
    draft->request.payload.data = draft->out.data + begin;
    draft->request.payload.length = draft->out.length - begin;
}

/* Rules B-40, B-43: the id stands for the list that the product began with, and no other. */
static bool may_use_profile(const struct loom_registration *registration)
{
    const struct loom_context *context = registration->context;
    return context->config.profile_id != NULL && registration->lwm2m >= LOOM_LWM2M_1_2 &&
           !registration->full_list && digest_of_links(context) == context->profile_links;
}

static bool add_profile(struct loom_registration *registration, struct loom_draft *draft)
{
    const struct loom_context *context = registration->context;
    bool use = may_use_profile(registration);
    if (use) {
        loom_draft_add_string(draft, "pid", context->config.profile_id);
        registration->links_sent = context->profile_links;
    }
    return use;
}

static void note_profile(struct loom_context *context)
{
    context->profile_links = digest_of_links(context);
}

const struct loom_profile_id_feature loom_feature_profile_id = {.note = note_profile,
                                                                .add = add_profile};

static void add_profile_or_links(struct loom_registration *registration, struct loom_draft *draft)
{
    const struct loom_profile_id_feature *profile =
        loom_context_features(registration->context)->profile_id;
    registration->profile_sent = profile != NULL && profile->add(registration, draft);
    if (!registration->profile_sent) {
        add_links(registration, draft);
    }
}

static void add_location(const struct loom_registration *registration, struct loom_draft *draft)
{
    const uint8_t *at = registration->location;
    const uint8_t *end = at + registration->location_length;
    for (; at < end; at += 1 + *at) {
        loom_draft_add_path(draft, (const char *)at + 1, *at);
    }
}

/* @return false: it could not be sent */
static bool send(struct loom_registration *registration, const struct loom_draft *draft)
{
    struct loom_context *context = registration->context;
    const struct loom_port *port = context->config.port;
    /* What is still on its way there, such as an Update before a De-register, has no use any more.
     */
    loom_context_cancel(context, registration->session, &registration->exchange);
    registration->exchange = loom_context_exchange(context);
    /* Should the port never report the end. */
    registration->deadline = loom_context_after(context, LOOM_EXCHANGE_LIFETIME);
    if (registration->session == NULL || draft->out.overflow ||
        port->request(port->self, registration->session, &draft->request, registration->exchange) !=
            LOOM_OK) {
        struct loom_event event =
            loom_context_event(context, LOOM_EVENT_REGISTER_FAILED, registration->ssid);
        event.failure = LOOM_FAILURE_UNREACHABLE;
        event.reason = LOOM_REASON_NOT_SENT;
        loom_context_emit(context, &event);
        registration->exchange = 0;
        return false;
    }
    return true;
}

static void open_session(struct loom_registration *registration)
{
    struct loom_context *context = registration->context;
    struct loom_credentials credentials;
    bool usable = loom_account_credentials(context->config.model, registration->security_instance,
                                           &credentials) == LOOM_OK;
    const struct loom_transports_feature *transports = loom_context_features(context)->transports;
    if (usable && transports != NULL) {
        credentials.transport = transports->choose(registration);
    }
    registration->session =
        loom_context_open(context, usable ? &credentials : NULL, registration->ssid, registration);
}

/* ---- Register and Update ----------------------------------------------------------------------
 *
 * What both have comes in the same order. An Update has of it only what has changed (rules B-18,
 * B-19). */

static bool lifetime_changed(const struct loom_registration *registration)
{
    return registration->lifetime != loom_server_lifetime(registration);
}

static bool binding_changed(const struct loom_registration *registration)
{
    return registration->binding_digest != digest_of(loom_server_binding(registration));
}

static bool links_changed(const struct loom_registration *registration)
{
    return registration->links_digest != digest_of_links(registration->context);
}

bool loom_registration_changed(const struct loom_registration *registration)
{
    return lifetime_changed(registration) || binding_changed(registration) ||
           links_changed(registration);
}

static void begin(struct loom_registration *registration, struct loom_draft *draft)
{
    loom_draft_begin(draft, registration->context, LOOM_POST);
    loom_registration_drop_wish(registration, LOOM_REGISTRATION_WISH_UPDATE);
    registration->links_sent = registration->links_digest;
    registration->binding_sent = registration->binding_digest;
}

static void report_register(const struct loom_registration *registration)
{
    struct loom_event event =
        loom_context_event(registration->context, LOOM_EVENT_REGISTER, registration->ssid);
    event.uri = loom_text_at(registration->context->config.model,
                             LOOM_KEY(SECURITY, LWM2M_SERVER_URI), registration->security_instance);
    event.seconds = registration->lifetime;
    loom_context_emit(registration->context, &event);
}

bool loom_registration_send_register(struct loom_registration *registration)
{
    struct loom_draft draft;
    begin(registration, &draft);
    registration->location_length = 0;
    if (registration->session == NULL) {
        open_session(registration);
    }
    loom_draft_add_path(&draft, "rd", 2);
    loom_draft_add_string(&draft, "ep", registration->context->config.endpoint);
    add_lifetime(registration, &draft);
    loom_draft_add_string(&draft, "lwm2m", loom_release_name(registration->lwm2m));
    add_binding(registration, &draft);
    if (registration->lwm2m >= LOOM_LWM2M_1_1 && loom_server_in_queue_mode(registration)) {
        loom_draft_add_string(&draft, "Q", NULL); /* rule B-80 */
    }
    add_profile_or_links(registration, &draft);
    report_register(registration);
    return send(registration, &draft);
}

/* @param carried what the Update carries, each with a space behind it */
static void report_update(const struct loom_registration *registration,
                          const struct loom_output *carried)
{
    struct loom_event event =
        loom_context_event(registration->context, LOOM_EVENT_UPDATE, registration->ssid);
    event.text.data = (const char *)carried->data;
    event.text.length = carried->length > 0 ? carried->length - 1 : 0;
    loom_context_emit(registration->context, &event);
}

bool loom_registration_send_update(struct loom_registration *registration)
{
    struct loom_draft draft;
    char text[32];
    struct loom_output carried = loom_output(text, sizeof text);
    begin(registration, &draft);
    add_location(registration, &draft);
    if (lifetime_changed(registration)) {
        add_lifetime(registration, &draft);
        loom_put_text(&carried, "lifetime ");
    }
    if (binding_changed(registration)) {
        add_binding(registration, &draft);
        loom_put_text(&carried, "binding ");
    }
    if (links_changed(registration)) {
        add_links(registration, &draft);
        loom_put_text(&carried, "objects ");
    }
    report_update(registration, &carried);
    bool sent = send(registration, &draft);
    if (sent && registration->expires_at < registration->deadline) {
        registration->deadline = registration->expires_at; /* rule B-20 */
    }
    return sent;
}

bool loom_registration_send_deregister(struct loom_registration *registration)
{
    struct loom_draft draft;
    loom_draft_begin(&draft, registration->context, LOOM_DELETE);
    add_location(registration, &draft);
    loom_context_report(registration->context, LOOM_EVENT_DEREGISTER, registration->ssid);
    return send(registration, &draft);
}
