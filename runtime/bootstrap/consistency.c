/* SPDX-License-Identifier: Apache-2.0 */
/* What is checked when the bootstrap server says that it has finished: rules and the
 * table of checks after A-89. Each check names the place and the reason of the first fault. */
#include "bootstrap/check.h"

#include "accounts/access.h"
#include "codec/text.h"
#include "context/context.h"

void loom_check_note(struct loom_check *check, uint16_t resource, enum loom_reason why)
{
    struct loom_fault *fault = check->fault;
    fault->path = check->at.node.path;
    fault->path.id[LOOM_RESOURCE_ID] = resource;
    fault->path.depth = resource != LOOM_ID_NONE                           ? 3
                        : loom_cursor_instance(&check->at) != LOOM_ID_NONE ? 2
                                                                           : 1;
    fault->has_path = true;
    fault->reason = why;
}

static void begin(struct loom_check *check, uint16_t object)
{
    loom_cursor_begin(&check->at, check->model, object);
}

/* Goes to the next instance, but not to the one that is left out. */
static bool next(struct loom_check *check)
{
    bool found = loom_cursor_next(&check->at);
    bool left_out = found && loom_cursor_instance(&check->at) == check->replaced &&
                    check->at.node.path.id[LOOM_OBJECT_ID] == LOOM_ID_SECURITY;
    return left_out ? loom_cursor_next(&check->at) : found;
}

/* A server's account is an instance of each of two objects, paired by the Short Server ID. */
struct half {
    uint8_t object;
    uint8_t ssid;   /* the resource */
    uint8_t twice;  /* reason: two instances with the same one */
    uint8_t lonely; /* reason: there is none of the other half */
};

static const struct half security_half = {LOOM_ID_SECURITY, LOOM_ID_SECURITY_SHORT_SERVER_ID,
                                          LOOM_REASON_ACCOUNT_TWICE, LOOM_REASON_NO_SERVER};
static const struct half server_half = {LOOM_ID_SERVER, LOOM_ID_SERVER_SHORT_SERVER_ID,
                                        LOOM_REASON_SERVER_TWICE, LOOM_REASON_NO_SECURITY};

/* How many instances are of this server. */
static unsigned count_with(const struct loom_check *check, const struct half *half, uint32_t ssid)
{
    struct loom_cursor at;
    unsigned count = 0;
    loom_cursor_begin(&at, check->model, half->object);
    while (loom_cursor_next(&at)) {
        bool same = loom_cursor_number(&at, half->ssid, 0) == ssid;
        if (same && !(half->object == LOOM_ID_SECURITY && loom_cursor_is_account(&at))) {
            count++;
        }
    }
    return count;
}

static bool pair(struct loom_check *check, const struct half *half, const struct half *other,
                 uint32_t ssid)
{
    if (ssid < LOOM_SHORT_SERVER_ID_MIN || ssid > LOOM_SHORT_SERVER_ID_MAX) {
        return loom_check_fault(check, half->ssid, LOOM_REASON_SSID);
    }
    if (count_with(check, half, ssid) > 1) {
        return loom_check_fault(check, half->ssid, (enum loom_reason)half->twice);
    }
    return count_with(check, other, ssid) > 0 ||
           loom_check_fault(check, LOOM_ID_NONE, (enum loom_reason)half->lonely);
}

bool loom_check_is_known(const struct loom_check *check, uint32_t ssid, uint32_t special)
{
    return ssid == special || count_with(check, &server_half, ssid) > 0 ||
           loom_check_is_unbootstrapped(check, ssid);
}

bool loom_check_is_unbootstrapped(const struct loom_check *check, uint32_t ssid)
{
    const struct loom_unbootstrap_feature *feature =
        loom_context_features(check->bootstrap->context)->unbootstrap;
    return feature != NULL && feature->is_unbootstrapped(check->bootstrap, ssid);
}

/* ---- mandatory resources --------------------------------------------------------------------- */

/* Credentials depend on the security mode, see credentials(). */
static bool is_mandatory(const struct loom_resource *row)
{
    return (row->access & (LOOM_MANDATORY | LOOM_CREDENTIAL)) == LOOM_MANDATORY;
}

static bool mandatory_resources(struct loom_check *check, const struct loom_product_object *entry)
{
    const struct loom_object *object = entry->object;
    loom_cursor_enter(&check->at, check->model, entry); /* a view shows what is checked elsewhere */
    while (next(check)) {
        const struct loom_resource *row = object->resources;
        for (unsigned i = 0; i < object->resource_count; i++, row++) {
            if (is_mandatory(row) && !loom_instance_has(check->at.node.instance, i)) {
                return loom_check_fault(check, row->id, LOOM_REASON_MANDATORY);
            }
        }
    }
    return true;
}

/* ---- times ----------------------------------------------------------------------------------- */

/* Times in seconds, in a type that has negative numbers and larger ones, too. */
static bool times(struct loom_check *check, const uint16_t *resources, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct loom_value value;
        if (loom_cursor_read(&check->at, resources[i], &value) && value.type == LOOM_INTEGER &&
            !loom_server_is_time(value.as.integer)) {
            return loom_check_fault(check, resources[i], LOOM_REASON_TIME);
        }
    }
    return true;
}

/* ---- Security -------------------------------------------------------------------------------- */

/* What a security mode needs. */
static const struct {
    uint8_t resource;
    uint8_t modes; /* bit n: mode n */
    uint8_t why;
} needed[] = {
    {LOOM_ID_SECURITY_PUBLIC_KEY_OR_IDENTITY,
     1 << LOOM_SECURITY_PSK | 1 << LOOM_SECURITY_RPK | 1 << LOOM_SECURITY_CERTIFICATE,
     LOOM_REASON_IDENTITY},
    {LOOM_ID_SECURITY_SECRET_KEY,
     1 << LOOM_SECURITY_PSK | 1 << LOOM_SECURITY_RPK | 1 << LOOM_SECURITY_CERTIFICATE,
     LOOM_REASON_SECRET_KEY},
    {LOOM_ID_SECURITY_SERVER_PUBLIC_KEY, 1 << LOOM_SECURITY_RPK | 1 << LOOM_SECURITY_CERTIFICATE,
     LOOM_REASON_SERVER_KEY},
};

/* `coap://`, with or without `s` and `+tcp`, and something behind it; in any case (RFC 3986 section
 * 3.1).
 * @param secure out: with `s` */
static bool has_scheme(struct loom_text uri, bool *secure)
{
    char lower[sizeof "coaps+tcp://" - 1];
    struct loom_text rest = {lower, uri.length < sizeof lower ? uri.length : sizeof lower};
    for (size_t i = 0; i < rest.length; i++) {
        bool upper = uri.data[i] >= 'A' && uri.data[i] <= 'Z';
        lower[i] = upper ? (char)(uri.data[i] | 0x20) : uri.data[i];
    }
    bool coap = loom_text_skip(&rest, "coap");
    *secure = loom_text_skip(&rest, "s");
    (void)loom_text_skip(&rest, "+tcp");
    return coap && loom_text_skip(&rest, "://") && uri.length > (size_t)(rest.data - lower);
}

/* Rules H.2 and H.3: the mode is known, the URI's scheme and the credentials fit it, and this
 * client has the means to use them: the account could be its last one. */
static bool credentials(struct loom_check *check)
{
    const struct loom_client_config *config = &check->bootstrap->context->config;
    struct loom_credentials wanted;
    bool secure;
    if (loom_cursor_credentials(&check->at, &wanted) == LOOM_BAD_REQUEST ||
        (wanted.mode == LOOM_SECURITY_EST && config->lwm2m < LOOM_LWM2M_1_1)) {
        return loom_check_fault(check, LOOM_ID_SECURITY_SECURITY_MODE, LOOM_REASON_MODE);
    }
    if (!has_scheme(wanted.uri, &secure)) {
        return loom_check_fault(check, LOOM_ID_SECURITY_LWM2M_SERVER_URI, LOOM_REASON_SCHEME);
    }
    if (secure == (wanted.mode == LOOM_SECURITY_NOSEC)) {
        return loom_check_fault(check, LOOM_ID_SECURITY_LWM2M_SERVER_URI,
                                LOOM_REASON_SCHEME_AND_MODE);
    }
    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++) {
        struct loom_bytes key;
        if ((needed[i].modes >> wanted.mode & 1) == 0) {
            continue;
        }
        loom_cursor_opaque(&check->at, needed[i].resource, &key);
        if (key.length == 0) {
            return loom_check_fault(check, needed[i].resource, (enum loom_reason)needed[i].why);
        }
    }
    return config->port->supports == NULL || config->port->supports(config->port->self, &wanted) ||
           loom_check_fault(check, LOOM_ID_NONE, LOOM_REASON_UNUSABLE);
}

static bool links(struct loom_check *check)
{
    const struct loom_linked_accounts_feature *feature =
        loom_context_features(check->bootstrap->context)->linked_accounts;
    return feature == NULL || feature->check(check);
}

static bool security_instance(struct loom_check *check, bool account)
{
    static const uint16_t security_times[] = {LOOM_ID_SECURITY_CLIENT_HOLD_OFF_TIME,
                                              LOOM_ID_SECURITY_BOOTSTRAP_SERVER_ACCOUNT_TIMEOUT};
    uint32_t ssid = loom_cursor_number(&check->at, LOOM_ID_SECURITY_SHORT_SERVER_ID, 0);
    return credentials(check) && links(check) &&
           times(check, security_times, sizeof security_times / sizeof security_times[0]) &&
           (account || pair(check, &security_half, &server_half, ssid));
}

static bool securities(struct loom_check *check)
{
    bool good = true;
    unsigned accounts = 0;
    begin(check, LOOM_ID_SECURITY);
    while (good && next(check)) {
        bool account = loom_cursor_is_account(&check->at);
        accounts += account ? 1u : 0u;
        good = accounts > 1 ? loom_check_fault(check, LOOM_ID_NONE, LOOM_REASON_BOOTSTRAP_TWICE)
                            : security_instance(check, account);
    }
    return good;
}

/* ---- Server ---------------------------------------------------------------------------------- */

static bool server_instance(struct loom_check *check, uint32_t ssid)
{
    const struct loom_client_config *config = &check->bootstrap->context->config;
    struct loom_text binding;
    loom_cursor_text(&check->at, LOOM_ID_SERVER_BINDING, &binding);
    if (!pair(check, &server_half, &security_half, ssid)) {
        return false;
    }
    if (!loom_server_is_binding(binding, config->lwm2m, config->port->transports)) {
        return loom_check_fault(check, LOOM_ID_SERVER_BINDING, LOOM_REASON_BINDING);
    }
    return times(check, loom_server_times, LOOM_SERVER_TIMES);
}

static bool servers(struct loom_check *check, unsigned *count)
{
    bool good = true;
    begin(check, LOOM_ID_SERVER);
    while (good && next(check)) {
        uint32_t ssid = loom_cursor_number(&check->at, LOOM_ID_SERVER_SHORT_SERVER_ID, 0);
        if (!loom_check_is_unbootstrapped(check, ssid)) { /* it goes with its Security instance */
            good = server_instance(check, ssid);
            ++*count;
        }
    }
    return good;
}

/* ---- Access Control, rules A-82, C-71 -------------------------------------------------------- */

static bool access_control(struct loom_check *check, unsigned server_count)
{
    const struct loom_access_control_feature *feature =
        loom_context_features(check->bootstrap->context)->access_control;
    begin(check, LOOM_ID_ACCESS_CONTROL);
    bool has = feature != NULL && check->at.node.entry != NULL;
    if (server_count > 1 && !has) {
        return loom_check_fault(check, LOOM_ID_NONE, LOOM_REASON_NO_ACCESS_CONTROL);
    }
    return !has || feature->check(check);
}

/* ---- Device ---------------------------------------------------------------------------------- */

static bool device(struct loom_check *check)
{
    const struct loom_node *node = &check->at.node;
    bool there = loom_cursor_open(&check->at, check->model, LOOM_ID_DEVICE, 0);
    if (node->entry == NULL) {
        return true; /* a product without it: nothing that a server could repair */
    }
    if (!there) {
        return loom_check_fault(check, LOOM_ID_NONE, LOOM_REASON_NO_DEVICE);
    }
    const struct loom_resource *binding =
        loom_object_resource(node->object, LOOM_ID_DEVICE_SUPPORTED_BINDING_AND_MODES);
    return (binding != NULL && loom_row_present(node->object, node->instance, binding)) ||
           loom_check_fault(check, LOOM_ID_DEVICE_SUPPORTED_BINDING_AND_MODES,
                            LOOM_REASON_DEVICE_BINDING);
}

/* ---- the whole ------------------------------------------------------------------------------- */

static bool all_mandatory(struct loom_check *check)
{
    const struct loom_product *product = check->model->product;
    bool good = true;
    for (unsigned i = 0; good && i < product->object_count; i++) {
        good = mandatory_resources(check, &product->objects[i]);
    }
    return good;
}

/* Rule A-3. */
static bool somebody(struct loom_check *check, unsigned server_count,
                     enum loom_bootstrap_source source)
{
    bool for_bootstrap = source == LOOM_BOOTSTRAP_FROM_CARD && loom_account_exists(check->model);
    if (server_count > 0 || for_bootstrap) {
        return true;
    }
    begin(check, LOOM_ID_SERVER);
    return loom_check_fault(check, LOOM_ID_NONE, LOOM_REASON_NO_ACCOUNT);
}

bool loom_bootstrap_check(const struct loom_bootstrap *bootstrap, uint16_t replaced,
                          enum loom_bootstrap_source source, struct loom_fault *fault)
{
    struct loom_check check;
    check.bootstrap = bootstrap;
    check.model = &bootstrap->staged;
    check.fault = fault;
    check.replaced = replaced;
    unsigned server_count = 0;
    return all_mandatory(&check) && securities(&check) && servers(&check, &server_count) &&
           somebody(&check, server_count, source) && access_control(&check, server_count) &&
           device(&check);
}
