/* SPDX-License-Identifier: Apache-2.0 */
/* What is checked when the bootstrap server says that it has finished: rules and the
 * table of checks after A-89. Each check names the place and the reason of the first fault. */
#include "accounts/accounts.h"
#include "bootstrap/transaction.h"
#include "model/node.h"

#include <string.h>

#define PSK_KEY_MIN 1u

struct check {
    const struct loom_bootstrap *bootstrap;
    const struct loom_model *model;
    uint16_t replaced;
    struct loom_path *where;
};

static enum loom_reason fault(const struct check *check, struct loom_path where,
                              enum loom_reason why)
{
    *check->where = where;
    return why;
}

static bool is_account(const struct check *check, uint16_t instance)
{
    return loom_resource_true(
        check->model, loom_path_resource(LOOM_SECURITY, instance, LOOM_SECURITY_BOOTSTRAP_SERVER),
        false);
}

static uint64_t security_ssid(const struct check *check, uint16_t instance)
{
    return loom_resource_or(check->model,
                            loom_path_resource(LOOM_SECURITY, instance, LOOM_SECURITY_SSID), 0);
}

static unsigned servers_with(const struct check *check, uint64_t ssid)
{
    unsigned count = 0;
    uint16_t instance = 0;
    for (; loom_model_next_instance(check->model, LOOM_SERVER, &instance); instance++) {
        count += loom_account_ssid(check->model, instance) == ssid ? 1u : 0u;
    }
    return count;
}

static unsigned securities_with(const struct check *check, uint64_t ssid)
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

static enum loom_reason mandatory_resources(const struct check *check,
                                            const struct loom_object *object)
{
    uint16_t instance = 0;
    if ((object->flags & LOOM_OBJECT_ACCOUNT_VIEW) != 0) {
        return LOOM_REASON_NONE; /* what it shows is checked where it stands */
    }
    for (; loom_model_next_instance(check->model, object->id, &instance); instance++) {
        if (object->id == LOOM_SECURITY && instance == check->replaced) {
            continue;
        }
        for (unsigned i = 0; i < object->resource_count; i++) {
            const struct loom_resource *row = &object->resources[i];
            struct loom_path path = loom_path_resource(object->id, instance, row->id);
            if (is_mandatory(row) && loom_model_exists(check->model, &path) != LOOM_OK) {
                return fault(check, path, LOOM_REASON_MANDATORY);
            }
        }
    }
    return LOOM_REASON_NONE;
}

/* ---- times ----------------------------------------------------------------------------------- */

/* Times in seconds, in a type that has negative numbers, too. */
static enum loom_reason times(const struct check *check, uint16_t object, uint16_t instance,
                              const uint16_t *resources, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct loom_path path = loom_path_resource(object, instance, resources[i]);
        int64_t seconds;
        if (loom_get_integer(check->model, path, &seconds) == LOOM_OK && seconds < 0) {
            return fault(check, path, LOOM_REASON_TIME);
        }
    }
    return LOOM_REASON_NONE;
}

/* ---- Security -------------------------------------------------------------------------------- */

static bool begins_with(struct loom_text text, const char *prefix)
{
    size_t length = strlen(prefix);
    return text.length > length && memcmp(text.data, prefix, length) == 0;
}

static size_t opaque_length(const struct check *check, uint16_t instance, uint16_t resource)
{
    struct loom_bytes bytes;
    struct loom_path path = loom_path_resource(LOOM_SECURITY, instance, resource);
    return loom_get_opaque(check->model, path, &bytes) == LOOM_OK ? bytes.length : 0;
}

/* Rules H.2 and H.3: the mode is known and the URI's scheme and the credentials fit it. */
static enum loom_reason credentials(const struct check *check, uint16_t instance)
{
    struct loom_path mode_path = loom_path_resource(LOOM_SECURITY, instance, LOOM_SECURITY_MODE);
    struct loom_path uri_path = loom_path_resource(LOOM_SECURITY, instance, LOOM_SECURITY_URI);
    uint64_t mode = loom_resource_or(check->model, mode_path, UINT64_MAX);
    struct loom_text uri = {"", 0};
    loom_get_text(check->model, uri_path, &uri);
    bool secure = begins_with(uri, "coaps://") || begins_with(uri, "coaps+tcp://");
    bool plain = begins_with(uri, "coap://") || begins_with(uri, "coap+tcp://");
    if (mode > LOOM_SECURITY_EST ||
        (mode == LOOM_SECURITY_EST && check->bootstrap->context->config.lwm2m < LOOM_LWM2M_1_1)) {
        return fault(check, mode_path, LOOM_REASON_MODE);
    }
    if (!secure && !plain) {
        return fault(check, uri_path, LOOM_REASON_SCHEME);
    }
    if (plain != (mode == LOOM_SECURITY_NOSEC)) {
        return fault(check, uri_path, LOOM_REASON_SCHEME_AND_MODE);
    }
    if (mode == LOOM_SECURITY_NOSEC || mode == LOOM_SECURITY_EST) {
        return LOOM_REASON_NONE;
    }
    if (opaque_length(check, instance, LOOM_SECURITY_IDENTITY) == 0) {
        return fault(check, loom_path_resource(LOOM_SECURITY, instance, LOOM_SECURITY_IDENTITY),
                     LOOM_REASON_IDENTITY);
    }
    if (opaque_length(check, instance, LOOM_SECURITY_SECRET_KEY) < PSK_KEY_MIN) {
        return fault(check, loom_path_resource(LOOM_SECURITY, instance, LOOM_SECURITY_SECRET_KEY),
                     LOOM_REASON_SECRET_KEY);
    }
    if (mode != LOOM_SECURITY_PSK &&
        opaque_length(check, instance, LOOM_SECURITY_SERVER_KEY) == 0) {
        return fault(check, loom_path_resource(LOOM_SECURITY, instance, LOOM_SECURITY_SERVER_KEY),
                     LOOM_REASON_SERVER_KEY);
    }
    return LOOM_REASON_NONE;
}

/* An account that this client has no means to use could be its last one. */
static enum loom_reason usable(const struct check *check, uint16_t instance)
{
    const struct loom_port *port = check->bootstrap->context->config.port;
    struct loom_credentials wanted;
    bool known = loom_account_credentials(check->model, instance, &wanted) == LOOM_OK;
    if (!known || (port->supports != NULL && !port->supports(port->self, &wanted))) {
        return fault(check, loom_path_instance(LOOM_SECURITY, instance), LOOM_REASON_UNUSABLE);
    }
    return LOOM_REASON_NONE;
}

/* Rule A-2: what an account links to is there, and not shared with another account. */
static enum loom_reason links(const struct check *check, uint16_t instance)
{
    struct loom_path path = loom_path_resource(LOOM_SECURITY, instance, LOOM_SECURITY_OSCORE);
    struct loom_objlnk link = {LOOM_ID_NONE, LOOM_ID_NONE};
    uint16_t other = 0;
    bool none = loom_get_objlnk(check->model, path, &link) != LOOM_OK ||
                link.object == LOOM_ID_NONE || link.instance == LOOM_ID_NONE;
    if (none) {
        return LOOM_REASON_NONE;
    }
    if (link.object != LOOM_OSCORE ||
        !loom_model_has_instance(check->model, LOOM_OSCORE, link.instance)) {
        return fault(check, path, LOOM_REASON_OSCORE);
    }
    for (; loom_model_next_instance(check->model, LOOM_SECURITY, &other); other++) {
        if (other != instance && other != check->replaced &&
            loom_account_links(check->model, other, LOOM_OSCORE, link.instance)) {
            return fault(check, path, LOOM_REASON_OSCORE_TWICE);
        }
    }
    return LOOM_REASON_NONE;
}

static enum loom_reason security_instance(const struct check *check, uint16_t instance)
{
    static const uint16_t security_times[] = {LOOM_SECURITY_HOLD_OFF,
                                              LOOM_SECURITY_ACCOUNT_TIMEOUT};
    struct loom_path ssid_path = loom_path_resource(LOOM_SECURITY, instance, LOOM_SECURITY_SSID);
    enum loom_reason why = credentials(check, instance);
    if (why == LOOM_REASON_NONE) {
        why = usable(check, instance);
    }
    if (why == LOOM_REASON_NONE) {
        why = links(check, instance);
    }
    if (why == LOOM_REASON_NONE) {
        why = times(check, LOOM_SECURITY, instance, security_times,
                    sizeof security_times / sizeof security_times[0]);
    }
    if (why != LOOM_REASON_NONE || is_account(check, instance)) {
        return why;
    }
    uint64_t ssid = security_ssid(check, instance);
    if (ssid < LOOM_SSID_MIN || ssid > LOOM_SSID_MAX) {
        return fault(check, ssid_path, LOOM_REASON_SSID);
    }
    if (securities_with(check, ssid) > 1) {
        return fault(check, ssid_path, LOOM_REASON_ACCOUNT_TWICE);
    }
    if (servers_with(check, ssid) == 0) {
        return fault(check, loom_path_instance(LOOM_SECURITY, instance), LOOM_REASON_NO_SERVER);
    }
    return LOOM_REASON_NONE;
}

static enum loom_reason securities(const struct check *check)
{
    unsigned accounts = 0;
    uint16_t instance = 0;
    for (; loom_model_next_instance(check->model, LOOM_SECURITY, &instance); instance++) {
        if (instance == check->replaced) {
            continue;
        }
        accounts += is_account(check, instance) ? 1u : 0u;
        if (accounts > 1) {
            return fault(check, loom_path_instance(LOOM_SECURITY, instance),
                         LOOM_REASON_BOOTSTRAP_TWICE);
        }
        enum loom_reason why = security_instance(check, instance);
        if (why != LOOM_REASON_NONE) {
            return why;
        }
    }
    return LOOM_REASON_NONE;
}

/* ---- Server ---------------------------------------------------------------------------------- */

static enum loom_reason server_instance(const struct check *check, uint16_t instance)
{
    struct loom_path binding_path = loom_path_resource(LOOM_SERVER, instance, LOOM_SERVER_BINDING);
    struct loom_text binding = {"", 0};
    loom_get_text(check->model, binding_path, &binding);
    if (!loom_server_is_binding(binding, check->bootstrap->context->config.lwm2m)) {
        return fault(check, binding_path, LOOM_REASON_BINDING);
    }
    return times(check, LOOM_SERVER, instance, loom_server_times, LOOM_SERVER_TIMES);
}

static enum loom_reason servers(const struct check *check, unsigned *count)
{
    uint16_t instance = 0;
    for (; loom_model_next_instance(check->model, LOOM_SERVER, &instance); instance++) {
        struct loom_path ssid_path = loom_path_resource(LOOM_SERVER, instance, LOOM_SERVER_SSID);
        uint64_t ssid = loom_account_ssid(check->model, instance);
        if (loom_is_unbootstrapped(check->bootstrap, ssid)) {
            continue; /* it goes with its Security instance */
        }
        ++*count;
        if (ssid < LOOM_SSID_MIN || ssid > LOOM_SSID_MAX) {
            return fault(check, ssid_path, LOOM_REASON_SSID);
        }
        if (servers_with(check, ssid) > 1) {
            return fault(check, ssid_path, LOOM_REASON_SERVER_TWICE);
        }
        if (securities_with(check, ssid) == 0) {
            return fault(check, loom_path_instance(LOOM_SERVER, instance), LOOM_REASON_NO_SECURITY);
        }
        enum loom_reason why = server_instance(check, instance);
        if (why != LOOM_REASON_NONE) {
            return why;
        }
    }
    return LOOM_REASON_NONE;
}

/* ---- Access Control, rules A-82, C-71 -------------------------------------------------------- */

static bool is_known_ssid(const struct check *check, uint64_t ssid, uint64_t special)
{
    return ssid == special || servers_with(check, ssid) > 0 ||
           loom_is_unbootstrapped(check->bootstrap, ssid);
}

static enum loom_reason access_control(const struct check *check, unsigned server_count)
{
    uint16_t object = LOOM_ACCESS_CONTROL;
    uint16_t instance = 0;
    if (loom_model_object(check->model, object) == NULL) {
        return server_count > 1
                   ? fault(check, loom_path_object(object), LOOM_REASON_NO_ACCESS_CONTROL)
                   : LOOM_REASON_NONE;
    }
    for (; loom_model_next_instance(check->model, object, &instance); instance++) {
        struct loom_path target = loom_path_resource(object, instance, LOOM_ACCESS_CONTROL_OBJECT);
        struct loom_path owner = loom_path_resource(object, instance, LOOM_ACCESS_CONTROL_OWNER);
        struct loom_path acl = loom_path_resource(object, instance, LOOM_ACCESS_CONTROL_ACL);
        uint64_t id = loom_resource_or(check->model, target, LOOM_ID_NONE);
        if (id >= LOOM_ID_NONE || loom_model_object(check->model, (uint16_t)id) == NULL) {
            return fault(check, target, LOOM_REASON_ACCESS_TARGET);
        }
        if (!is_known_ssid(check, loom_resource_or(check->model, owner, 0), LOOM_ID_NONE)) {
            return fault(check, owner, LOOM_REASON_ACCESS_OWNER);
        }
        uint16_t ssid = 0;
        for (; loom_model_next_resource_instance(check->model, object, instance,
                                                 LOOM_ACCESS_CONTROL_ACL, &ssid);
             ssid++) {
            if (!is_known_ssid(check, ssid, 0)) {
                return fault(check, acl, LOOM_REASON_ACCESS_RIGHT);
            }
        }
    }
    return LOOM_REASON_NONE;
}

/* ---- Device ---------------------------------------------------------------------------------- */

static enum loom_reason device(const struct check *check)
{
    struct loom_path binding = loom_path_resource(LOOM_DEVICE, 0, LOOM_DEVICE_BINDING);
    if (loom_model_object(check->model, LOOM_DEVICE) == NULL) {
        return LOOM_REASON_NONE; /* a product without it: nothing that a bootstrap server could mend
                                  */
    }
    if (!loom_model_has_instance(check->model, LOOM_DEVICE, 0)) {
        return fault(check, loom_path_instance(LOOM_DEVICE, 0), LOOM_REASON_NO_DEVICE);
    }
    if (loom_model_exists(check->model, &binding) != LOOM_OK) {
        return fault(check, binding, LOOM_REASON_DEVICE_BINDING);
    }
    return LOOM_REASON_NONE;
}

/* ---- the whole ------------------------------------------------------------------------------- */

enum loom_reason loom_bootstrap_inconsistency(const struct loom_bootstrap *bootstrap,
                                              const struct loom_model *model, uint16_t replaced,
                                              enum loom_bootstrap_source source,
                                              struct loom_path *where)
{
    struct check check = {bootstrap, model, replaced, where};
    unsigned server_count = 0;
    for (unsigned i = 0; i < model->product->object_count; i++) {
        enum loom_reason why = mandatory_resources(&check, model->product->objects[i].object);
        if (why != LOOM_REASON_NONE) {
            return why;
        }
    }
    enum loom_reason why = securities(&check);
    if (why == LOOM_REASON_NONE) {
        why = servers(&check, &server_count);
    }
    bool for_bootstrap =
        source == LOOM_BOOTSTRAP_FROM_CARD && loom_account_instance(model) != LOOM_ID_NONE;
    if (why == LOOM_REASON_NONE && server_count == 0 && !for_bootstrap) {
        why = fault(&check, loom_path_object(LOOM_SERVER), LOOM_REASON_NO_ACCOUNT); /* */
    }
    if (why == LOOM_REASON_NONE) {
        why = access_control(&check, server_count);
    }
    return why != LOOM_REASON_NONE ? why : device(&check);
}
