/* SPDX-License-Identifier: Apache-2.0 */
/* Register, Update and De-register as they go out, in the release that the server is addressed in.
 */
#include "registration/requests.h"

#include "accounts/accounts.h"
#include "codec/number.h"
#include "codec/text.h"
#include "context/context.h"
#include "registration/server_object.h"

/* A number as a query argument, written behind what `out` has. */
static void add_number(struct loom_request *request, struct loom_output *out, const char *name,
                       int64_t number)
{
    uint8_t digits[21];
    struct loom_output text = loom_output(digits, sizeof digits);
    loom_put_integer(&text, number);
    struct loom_text value = {(const char *)digits, text.length};
    loom_request_add_query(request, out, name, value);
}

static void add_lifetime(struct loom_registration *registration, struct loom_request *request,
                         struct loom_output *out)
{
    registration->lifetime = loom_server_lifetime(registration);
    add_number(request, out, "lt", registration->lifetime); /* rule B-3 */
}

static uint32_t digest_of(struct loom_text text)
{
    return loom_digest(LOOM_DIGEST_BEGIN, text.data, text.length);
}

static void add_binding(struct loom_registration *registration, struct loom_request *request,
                        struct loom_output *out)
{
    struct loom_text binding = loom_server_binding(registration);
    registration->binding_sent = digest_of(binding);
    loom_request_add_query(request, out, "b", binding);
}

static uint32_t digest_of_links(const struct loom_context *context)
{
    return loom_links_digest(context->config.model, context->config.lwm2m);
}

static void add_links(struct loom_registration *registration, struct loom_request *request,
                      struct loom_output *out)
{
    size_t begin = out->length;
    loom_links_put(registration->context->config.model, registration->context->config.lwm2m,
                   registration->lwm2m, out);
    registration->links_sent = digest_of_links(registration->context);
    request->content_format = LOOM_FORMAT_LINK;
    request->payload.data = out->data + begin;
    request->payload.length = out->length - begin;
}

/* Rules B-40, B-43: the id stands for the list that the product began with, and no other. */
static bool may_use_profile(const struct loom_registration *registration)
{
    const struct loom_context *context = registration->context;
    return context->config.profile_id != NULL && registration->lwm2m >= LOOM_LWM2M_1_2 &&
           !registration->full_list && digest_of_links(context) == context->profile_links;
}

static bool add_profile(struct loom_registration *registration, struct loom_request *request,
                        struct loom_output *out)
{
    const struct loom_context *context = registration->context;
    bool use = may_use_profile(registration);
    if (use) {
        loom_request_add_string(request, out, "pid", context->config.profile_id);
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

static void add_profile_or_links(struct loom_registration *registration,
                                 struct loom_request *request, struct loom_output *out)
{
    const struct loom_profile_id_feature *profile =
        loom_context_features(registration->context)->profile_id;
    registration->profile_sent = profile != NULL && profile->add(registration, request, out);
    if (!registration->profile_sent) {
        add_links(registration, request, out);
    }
}

static void add_location(const struct loom_registration *registration, struct loom_request *request)
{
    size_t at = 0;
    while (at < registration->location_length) {
        struct loom_text segment = {(const char *)registration->location + at + 1,
                                    registration->location[at]};
        loom_request_add_path(request, segment);
        at += 1 + segment.length;
    }
}

/* @return false: it could not be sent */
static bool send(struct loom_registration *registration, const struct loom_request *request,
                 const struct loom_output *out)
{
    struct loom_context *context = registration->context;
    const struct loom_port *port = context->config.port;
    /* What is still on its way there, such as an Update before a De-register, has no use any more.
     */
    loom_context_cancel(context, registration->session, &registration->exchange);
    registration->exchange = loom_context_exchange(context);
    /* Should the port never report the end. */
    registration->deadline = loom_context_after(context, LOOM_EXCHANGE_LIFETIME);
    if (registration->session == NULL || (out != NULL && out->overflow) ||
        port->request(port->self, registration->session, request, registration->exchange) !=
            LOOM_OK) {
        struct loom_event event = loom_context_event(
            registration->context, LOOM_EVENT_REGISTER_FAILED, registration->ssid);
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
 */

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

static void begin_register(struct loom_registration *registration, struct loom_request *request,
                           struct loom_output *out)
{
    registration->location_length = 0;
    if (registration->session == NULL) {
        open_session(registration);
    }
    loom_request_add_path(request, loom_text_of("rd"));
    loom_request_add_string(request, out, "ep", registration->context->config.endpoint);
}

/* @param carried what an Update carries, each with a space behind it; NULL: it is a Register */
static void report(const struct loom_registration *registration, const struct loom_output *carried)
{
    struct loom_event event = loom_context_event(
        registration->context, carried == NULL ? LOOM_EVENT_REGISTER : LOOM_EVENT_UPDATE,
        registration->ssid);
    if (carried == NULL) {
        event.uri =
            loom_text_at(registration->context->config.model, LOOM_KEY(SECURITY, LWM2M_SERVER_URI),
                         registration->security_instance);
        event.seconds =
            registration->lifetime > UINT32_MAX ? UINT32_MAX : (uint32_t)registration->lifetime;
    } else {
        event.text.data = (const char *)carried->data;
        event.text.length = carried->length > 0 ? carried->length - 1 : 0;
    }
    loom_context_emit(registration->context, &event);
}

/* What both have comes in the same order. An Update has of it only what has changed (rules B-18,
 * B-19). */
static bool send_either(struct loom_registration *registration, bool update)
{
    const struct loom_client_config *config = &registration->context->config;
    struct loom_output out = loom_output(config->buffer, config->buffer_size);
    struct loom_request request = loom_request_begin(LOOM_POST);
    char text[32];
    struct loom_output carried = loom_output(text, sizeof text);
    loom_registration_drop_wish(registration, LOOM_REGISTRATION_WISH_UPDATE);
    registration->links_sent = registration->links_digest;
    registration->binding_sent = registration->binding_digest;
    if (update) {
        add_location(registration, &request);
    } else {
        begin_register(registration, &request, &out);
    }
    if (!update || lifetime_changed(registration)) {
        add_lifetime(registration, &request, &out);
        loom_put_text(&carried, "lifetime ");
    }
    if (!update) {
        loom_request_add_string(&request, &out, "lwm2m", loom_release_name(registration->lwm2m));
    }
    if (!update || binding_changed(registration)) {
        add_binding(registration, &request, &out);
        loom_put_text(&carried, "binding ");
    }
    if (!update) {
        if (registration->lwm2m >= LOOM_LWM2M_1_1 && loom_server_in_queue_mode(registration)) {
            loom_request_add_string(&request, &out, "Q", NULL); /* rule B-80 */
        }
        add_profile_or_links(registration, &request, &out);
    } else if (links_changed(registration)) {
        add_links(registration, &request, &out);
        loom_put_text(&carried, "objects ");
    }
    report(registration, update ? &carried : NULL);
    return send(registration, &request, &out);
}

bool loom_registration_send_register(struct loom_registration *registration)
{
    return send_either(registration, false);
}

bool loom_registration_send_update(struct loom_registration *registration)
{
    bool sent = send_either(registration, true);
    if (sent && registration->expires_at < registration->deadline) {
        registration->deadline = registration->expires_at; /* rule B-20 */
    }
    return sent;
}

bool loom_registration_send_deregister(struct loom_registration *registration)
{
    struct loom_request request = loom_request_begin(LOOM_DELETE);
    add_location(registration, &request);
    loom_context_report(registration->context, LOOM_EVENT_DEREGISTER, registration->ssid);
    return send(registration, &request, NULL);
}
