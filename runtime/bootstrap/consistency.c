/* SPDX-License-Identifier: Apache-2.0 */
/* What is checked when the bootstrap server says that it has finished: rules and the
 * table of checks after A-89. Each check names the place and the reason of the first fault. */
#include "accounts/accounts.h"
#include "bootstrap/transaction.h"
#include "codec/text.h"
#include "context/context.h"
#include "model/node.h"

#include <string.h>

#define PSK_KEY_MIN 1u

/* The configuration, and which instance is being looked at. */
struct check {
    const struct loom_bootstrap *bootstrap;
    const struct loom_model *model;
    struct loom_path *where; /* out: the place of the fault */
    uint16_t replaced;       /* Security instance that is left out */
    uint16_t object;
    uint16_t instance;
};

/* @param resource LOOM_ID_NONE: it is the instance that is wrong */
static enum loom_reason fault(const struct check *check, uint16_t resource, enum loom_reason why)
{
    *check->where = loom_path_resource(check->object, check->instance, resource);
    check->where->depth = resource == LOOM_ID_NONE ? 2 : 3;
    return why;
}

static enum loom_reason object_fault(const struct check *check, uint16_t object,
                                     enum loom_reason why)
{
    *check->where = loom_path_object(object);
    return why;
}

/* Goes to the next instance of an object. */
static bool next(struct check *check)
{
    return loom_model_next_instance(check->model, check->object, &check->instance);
}

static void begin(struct check *check, uint16_t object)
{
    check->object = object;
    check->instance = 0;
}

static bool is_account(const struct check *check, uint16_t security)
{
    return loom_true_at(check->model, LOOM_KEY(SECURITY, BOOTSTRAP_SERVER), security, false);
}

static uint32_t security_ssid(const struct check *check, uint16_t security)
{
    return loom_number_at(check->model, LOOM_KEY(SECURITY, SSID), security, 0);
}

static unsigned servers_with(const struct check *check, uint32_t ssid)
{
    unsigned count = 0;
    uint16_t instance = 0;
    for (; loom_model_next_instance(check->model, LOOM_SERVER, &instance); instance++) {
        count += loom_account_ssid(check->model, instance) == ssid ? 1u : 0u;
    }
    return count;
}

static unsigned securities_with(const struct check *check, uint32_t ssid)
{
    unsigned count = 0;
    uint16_t instance = 0;
    for (; loom_model_next_instance(check->model, LOOM_SECURITY, &instance); instance++) {
        bool server = !is_account(check, instance);
        count += server && security_ssid(check, instance) == ssid ? 1u : 0u;
    }
    return count;
}

/* ---- mandatory resources --------------------------------------------------------------------- */

/* Credentials depend on the security mode, see credentials(). */
static bool is_mandatory(const struct loom_resource *row)
{
    return (row->access & LOOM_MANDATORY) != 0 && (row->access & LOOM_CREDENTIAL) == 0;
}

static enum loom_reason mandatory_resources(struct check *check, const struct loom_object *object)
{
    if ((object->flags & LOOM_OBJECT_ACCOUNT_VIEW) != 0) {
        return LOOM_REASON_NONE; /* what it shows is checked where it is */
    }
    for (begin(check, object->id); next(check); check->instance++) {
        if (object->id == LOOM_SECURITY && check->instance == check->replaced) {
            continue;
        }
        for (unsigned i = 0; i < object->resource_count; i++) {
            const struct loom_resource *row = &object->resources[i];
            struct loom_path path = loom_path_resource(object->id, check->instance, row->id);
            if (is_mandatory(row) && loom_model_exists(check->model, &path) != LOOM_OK) {
                return fault(check, row->id, LOOM_REASON_MANDATORY);
            }
        }
    }
    return LOOM_REASON_NONE;
}

/* ---- times ----------------------------------------------------------------------------------- */

/* Times in seconds, in a type that has negative numbers and larger ones, too. */
static enum loom_reason times(const struct check *check, const uint16_t *resources, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct loom_path path = loom_path_resource(check->object, check->instance, resources[i]);
        int64_t seconds;
        if (loom_get_integer(check->model, path, &seconds) == LOOM_OK &&
            !loom_server_is_time(seconds)) {
            return fault(check, resources[i], LOOM_REASON_TIME);
        }
    }
    return LOOM_REASON_NONE;
}

/* ---- Security -------------------------------------------------------------------------------- */

static bool lacks(const struct check *check, uint32_t key)
{
    return loom_opaque_at(check->model, key, check->instance).length < PSK_KEY_MIN;
}

/* Whether there is something behind the scheme. */
static bool has_scheme(struct loom_text uri, const char *scheme)
{
    return loom_text_begins(uri, scheme) && uri.length > strlen(scheme);
}

/* Rules H.2 and H.3: the mode is known and the URI's scheme and the credentials fit it. */
static enum loom_reason credentials(const struct check *check)
{
    uint32_t mode =
        loom_number_at(check->model, LOOM_KEY(SECURITY, MODE), check->instance, UINT32_MAX);
    struct loom_text uri = loom_text_at(check->model, LOOM_KEY(SECURITY, URI), check->instance);
    bool secure = has_scheme(uri, "coaps://") || has_scheme(uri, "coaps+tcp://");
    bool plain = has_scheme(uri, "coap://") || has_scheme(uri, "coap+tcp://");
    if (mode > LOOM_SECURITY_EST ||
        (mode == LOOM_SECURITY_EST && check->bootstrap->context->config.lwm2m < LOOM_LWM2M_1_1)) {
        return fault(check, LOOM_SECURITY_MODE, LOOM_REASON_MODE);
    }
    if (!secure && !plain) {
        return fault(check, LOOM_SECURITY_URI, LOOM_REASON_SCHEME);
    }
    if (plain != (mode == LOOM_SECURITY_NOSEC)) {
        return fault(check, LOOM_SECURITY_URI, LOOM_REASON_SCHEME_AND_MODE);
    }
    if (mode == LOOM_SECURITY_NOSEC || mode == LOOM_SECURITY_EST) {
        return LOOM_REASON_NONE;
    }
    if (lacks(check, LOOM_KEY(SECURITY, IDENTITY))) {
        return fault(check, LOOM_SECURITY_IDENTITY, LOOM_REASON_IDENTITY);
    }
    if (lacks(check, LOOM_KEY(SECURITY, SECRET_KEY))) {
        return fault(check, LOOM_SECURITY_SECRET_KEY, LOOM_REASON_SECRET_KEY);
    }
    if (mode != LOOM_SECURITY_PSK && lacks(check, LOOM_KEY(SECURITY, SERVER_KEY))) {
        return fault(check, LOOM_SECURITY_SERVER_KEY, LOOM_REASON_SERVER_KEY);
    }
    return LOOM_REASON_NONE;
}

/* An account that this client has no means to use could be its last one. */
static enum loom_reason usable(const struct check *check)
{
    const struct loom_port *port = check->bootstrap->context->config.port;
    struct loom_credentials wanted;
    bool known = loom_account_credentials(check->model, check->instance, &wanted) == LOOM_OK;
    if (!known || (port->supports != NULL && !port->supports(port->self, &wanted))) {
        return fault(check, LOOM_ID_NONE, LOOM_REASON_UNUSABLE);
    }
    return LOOM_REASON_NONE;
}

/* Rule A-2: what an account links to is there, and not shared with another account. */
static enum loom_reason links(const struct check *check)
{
    struct loom_path path = loom_key_path(LOOM_KEY(SECURITY, OSCORE), check->instance);
    struct loom_objlnk link = {LOOM_ID_NONE, LOOM_ID_NONE};
    uint16_t other = 0;
    bool none = loom_get_objlnk(check->model, path, &link) != LOOM_OK ||
                link.object == LOOM_ID_NONE || link.instance == LOOM_ID_NONE;
    if (none) {
        return LOOM_REASON_NONE;
    }
    if (link.object != LOOM_OSCORE ||
        !loom_model_has_instance(check->model, LOOM_OSCORE, link.instance)) {
        return fault(check, LOOM_SECURITY_OSCORE, LOOM_REASON_OSCORE);
    }
    for (; loom_model_next_instance(check->model, LOOM_SECURITY, &other); other++) {
        if (other != check->instance && other != check->replaced &&
            loom_account_links(check->model, other, LOOM_OSCORE, link.instance)) {
            return fault(check, LOOM_SECURITY_OSCORE, LOOM_REASON_OSCORE_TWICE);
        }
    }
    return LOOM_REASON_NONE;
}

/* Of a server: the Short Server ID pairs the instance with one of the other object. */
static enum loom_reason security_pair(const struct check *check)
{
    uint32_t ssid = security_ssid(check, check->instance);
    if (ssid < LOOM_SSID_MIN || ssid > LOOM_SSID_MAX) {
        return fault(check, LOOM_SECURITY_SSID, LOOM_REASON_SSID);
    }
    if (securities_with(check, ssid) > 1) {
        return fault(check, LOOM_SECURITY_SSID, LOOM_REASON_ACCOUNT_TWICE);
    }
    if (servers_with(check, ssid) == 0) {
        return fault(check, LOOM_ID_NONE, LOOM_REASON_NO_SERVER);
    }
    return LOOM_REASON_NONE;
}

static enum loom_reason security_instance(const struct check *check)
{
    static const uint16_t security_times[] = {LOOM_SECURITY_HOLD_OFF,
                                              LOOM_SECURITY_ACCOUNT_TIMEOUT};
    enum loom_reason why = credentials(check);
    if (why == LOOM_REASON_NONE) {
        why = usable(check);
    }
    if (why == LOOM_REASON_NONE) {
        why = links(check);
    }
    if (why == LOOM_REASON_NONE) {
        why = times(check, security_times, sizeof security_times / sizeof security_times[0]);
    }
    return why != LOOM_REASON_NONE || is_account(check, check->instance) ? why
                                                                         : security_pair(check);
}

static enum loom_reason securities(struct check *check)
{
    unsigned accounts = 0;
    for (begin(check, LOOM_SECURITY); next(check); check->instance++) {
        if (check->instance == check->replaced) {
            continue;
        }
        accounts += is_account(check, check->instance) ? 1u : 0u;
        if (accounts > 1) {
            return fault(check, LOOM_ID_NONE, LOOM_REASON_BOOTSTRAP_TWICE);
        }
        enum loom_reason why = security_instance(check);
        if (why != LOOM_REASON_NONE) {
            return why;
        }
    }
    return LOOM_REASON_NONE;
}

/* ---- Server ---------------------------------------------------------------------------------- */

static enum loom_reason server_instance(const struct check *check, uint32_t ssid)
{
    struct loom_text binding =
        loom_text_at(check->model, LOOM_KEY(SERVER, BINDING), check->instance);
    if (ssid < LOOM_SSID_MIN || ssid > LOOM_SSID_MAX) {
        return fault(check, LOOM_SERVER_SSID, LOOM_REASON_SSID);
    }
    if (servers_with(check, ssid) > 1) {
        return fault(check, LOOM_SERVER_SSID, LOOM_REASON_SERVER_TWICE);
    }
    if (securities_with(check, ssid) == 0) {
        return fault(check, LOOM_ID_NONE, LOOM_REASON_NO_SECURITY);
    }
    const struct loom_client_config *config = &check->bootstrap->context->config;
    if (!loom_server_is_binding(binding, config->lwm2m, config->port->transports)) {
        return fault(check, LOOM_SERVER_BINDING, LOOM_REASON_BINDING);
    }
    return times(check, loom_server_times, LOOM_SERVER_TIMES);
}

static bool is_unbootstrapped(const struct check *check, uint32_t ssid)
{
    const struct loom_unbootstrap_feature *feature =
        loom_context_features(check->bootstrap->context)->unbootstrap;
    return feature != NULL && feature->is_unbootstrapped(check->bootstrap, ssid);
}

static enum loom_reason servers(struct check *check, unsigned *count)
{
    for (begin(check, LOOM_SERVER); next(check); check->instance++) {
        uint32_t ssid = loom_account_ssid(check->model, check->instance);
        if (is_unbootstrapped(check, ssid)) {
            continue; /* it goes with its Security instance */
        }
        enum loom_reason why = server_instance(check, ssid);
        ++*count;
        if (why != LOOM_REASON_NONE) {
            return why;
        }
    }
    return LOOM_REASON_NONE;
}

/* ---- Access Control, rules A-82, C-71 -------------------------------------------------------- */

static bool is_known_ssid(const struct check *check, uint32_t ssid, uint32_t special)
{
    return ssid == special || servers_with(check, ssid) > 0 || is_unbootstrapped(check, ssid);
}

static enum loom_reason access_instance(const struct check *check)
{
    uint32_t object = loom_number_at(check->model, LOOM_KEY(ACCESS_CONTROL, OBJECT),
                                     check->instance, LOOM_ID_NONE);
    uint32_t owner =
        loom_number_at(check->model, LOOM_KEY(ACCESS_CONTROL, OWNER), check->instance, 0);
    uint16_t ssid = 0;
    if (object >= LOOM_ID_NONE || loom_model_object(check->model, (uint16_t)object) == NULL) {
        return fault(check, LOOM_ACCESS_CONTROL_OBJECT, LOOM_REASON_ACCESS_TARGET);
    }
    if (!is_known_ssid(check, owner, LOOM_ID_NONE)) {
        return fault(check, LOOM_ACCESS_CONTROL_OWNER, LOOM_REASON_ACCESS_OWNER);
    }
    for (; loom_model_next_resource_instance(check->model, LOOM_ACCESS_CONTROL, check->instance,
                                             LOOM_ACCESS_CONTROL_ACL, &ssid);
         ssid++) {
        if (!is_known_ssid(check, ssid, 0)) {
            return fault(check, LOOM_ACCESS_CONTROL_ACL, LOOM_REASON_ACCESS_RIGHT);
        }
    }
    return LOOM_REASON_NONE;
}

static enum loom_reason access_control(struct check *check, unsigned server_count)
{
    if (server_count > 1 && loom_model_object(check->model, LOOM_ACCESS_CONTROL) == NULL) {
        return object_fault(check, LOOM_ACCESS_CONTROL, LOOM_REASON_NO_ACCESS_CONTROL);
    }
    for (begin(check, LOOM_ACCESS_CONTROL); next(check); check->instance++) {
        enum loom_reason why = access_instance(check);
        if (why != LOOM_REASON_NONE) {
            return why;
        }
    }
    return LOOM_REASON_NONE;
}

/* ---- Device ---------------------------------------------------------------------------------- */

static enum loom_reason device(struct check *check)
{
    struct loom_path binding = loom_key_path(LOOM_KEY(DEVICE, BINDING), 0);
    begin(check, LOOM_DEVICE);
    if (loom_model_object(check->model, LOOM_DEVICE) == NULL) {
        return LOOM_REASON_NONE; /* a product without it: nothing that a server could repair */
    }
    if (!loom_model_has_instance(check->model, LOOM_DEVICE, 0)) {
        return fault(check, LOOM_ID_NONE, LOOM_REASON_NO_DEVICE);
    }
    if (loom_model_exists(check->model, &binding) != LOOM_OK) {
        return fault(check, LOOM_DEVICE_BINDING, LOOM_REASON_DEVICE_BINDING);
    }
    return LOOM_REASON_NONE;
}

/* ---- the whole ------------------------------------------------------------------------------- */

enum loom_reason loom_bootstrap_inconsistency(const struct loom_bootstrap *bootstrap,
                                              const struct loom_model *model, uint16_t replaced,
                                              enum loom_bootstrap_source source,
                                              struct loom_path *where)
{
    struct check check = {
        .bootstrap = bootstrap, .model = model, .where = where, .replaced = replaced};
    unsigned server_count = 0;
    enum loom_reason why = LOOM_REASON_NONE;
    for (unsigned i = 0; why == LOOM_REASON_NONE && i < model->product->object_count; i++) {
        why = mandatory_resources(&check, model->product->objects[i].object);
    }
    if (why == LOOM_REASON_NONE) {
        why = securities(&check);
    }
    if (why == LOOM_REASON_NONE) {
        why = servers(&check, &server_count);
    }
    bool for_bootstrap =
        source == LOOM_BOOTSTRAP_FROM_CARD && loom_account_instance(model) != LOOM_ID_NONE;
    if (why == LOOM_REASON_NONE && server_count == 0 && !for_bootstrap) {
        why = object_fault(&check, LOOM_SERVER, LOOM_REASON_NO_ACCOUNT); /* */
    }
    if (why == LOOM_REASON_NONE) {
        why = access_control(&check, server_count);
    }
    return why != LOOM_REASON_NONE ? why : device(&check);
}
