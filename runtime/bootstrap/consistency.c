/* SPDX-License-Identifier: Apache-2.0 */
/* What is checked when the bootstrap server says that it has finished: rules and the
 * table of checks after A-89. Each check names the place and the reason of the first fault. */
#include "bootstrap/check.h"

#include "accounts/access.h"
#include "bootstrap/bootstrap.h"
#include "context/context.h"

#define PSK_KEY_MIN 1u

enum loom_reason loom_check_fault(const struct loom_check *check, uint16_t resource,
                                  enum loom_reason why)
{
    *check->where = check->at.node.path;
    check->where->id[LOOM_RESOURCE_ID] = resource;
    check->where->depth = resource == LOOM_ID_NONE ? 2 : 3;
    return why;
}

static enum loom_reason object_fault(const struct loom_check *check, uint16_t object,
                                     enum loom_reason why)
{
    *check->where = loom_path_object(object);
    return why;
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
                    check->at.node.path.id[LOOM_OBJECT_ID] == LOOM_SECURITY;
    return left_out ? loom_cursor_next(&check->at) : found;
}

/* How many of an object's instances are of this server. */
static unsigned count_with(const struct loom_check *check, uint16_t object, uint32_t ssid)
{
    uint16_t resource = object == LOOM_SECURITY ? LOOM_SECURITY_SSID : LOOM_SERVER_SSID;
    struct loom_cursor at;
    unsigned count = 0;
    loom_cursor_begin(&at, check->model, object);
    while (loom_cursor_next(&at)) {
        bool same = loom_cursor_number(&at, resource, 0) == ssid;
        if (same && !(object == LOOM_SECURITY && loom_cursor_is_account(&at))) {
            count++;
        }
    }
    return count;
}

bool loom_check_is_known(const struct loom_check *check, uint32_t ssid, uint32_t special)
{
    return ssid == special || count_with(check, LOOM_SERVER, ssid) > 0 ||
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
    return (row->access & LOOM_MANDATORY) != 0 && (row->access & LOOM_CREDENTIAL) == 0;
}

static enum loom_reason mandatory_resources(struct loom_check *check,
                                            const struct loom_product_object *entry)
{
    const struct loom_object *object = entry->object;
    loom_cursor_enter(&check->at, check->model, entry); /* a view shows what is checked elsewhere */
    while (next(check)) {
        for (unsigned i = 0; i < object->resource_count; i++) {
            const struct loom_resource *row = &object->resources[i];
            if (is_mandatory(row) && !loom_instance_has(check->at.node.instance, i)) {
                return loom_check_fault(check, row->id, LOOM_REASON_MANDATORY);
            }
        }
    }
    return LOOM_REASON_NONE;
}

/* ---- times ----------------------------------------------------------------------------------- */

/* Times in seconds, in a type that has negative numbers and larger ones, too. */
static enum loom_reason times(struct loom_check *check, const uint16_t *resources, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct loom_value value;
        if (loom_cursor_read(&check->at, resources[i], &value) && value.type == LOOM_INTEGER &&
            !loom_server_is_time(value.as.integer)) {
            return loom_check_fault(check, resources[i], LOOM_REASON_TIME);
        }
    }
    return LOOM_REASON_NONE;
}

/* ---- Security -------------------------------------------------------------------------------- */

/* What a security mode needs. */
static const struct {
    uint8_t resource;
    uint8_t modes; /* bit n: mode n */
    uint8_t why;
} needed[] = {
    {LOOM_SECURITY_IDENTITY,
     1 << LOOM_SECURITY_PSK | 1 << LOOM_SECURITY_RPK | 1 << LOOM_SECURITY_CERTIFICATE,
     LOOM_REASON_IDENTITY},
    {LOOM_SECURITY_SECRET_KEY,
     1 << LOOM_SECURITY_PSK | 1 << LOOM_SECURITY_RPK | 1 << LOOM_SECURITY_CERTIFICATE,
     LOOM_REASON_SECRET_KEY},
    {LOOM_SECURITY_SERVER_KEY, 1 << LOOM_SECURITY_RPK | 1 << LOOM_SECURITY_CERTIFICATE,
     LOOM_REASON_SERVER_KEY},
};

static bool skip(struct loom_text *text, const char *what)
{
    size_t at = 0;
    while (what[at] != '\0' && at < text->length && text->data[at] == what[at]) {
        at++;
    }
    if (what[at] != '\0') {
        return false;
    }
    text->data += at;
    text->length -= at;
    return true;
}

/* `coap://`, with or without `s` and `+tcp`, and something behind it.
 * @param secure out: with `s` */
static bool has_scheme(struct loom_text uri, bool *secure)
{
    bool coap = skip(&uri, "coap");
    *secure = skip(&uri, "s");
    (void)skip(&uri, "+tcp");
    return coap && skip(&uri, "://") && uri.length > 0;
}

/* Rules H.2 and H.3: the mode is known, the URI's scheme and the credentials fit it, and this
 * client has the means to use them: the account could be its last one. */
static enum loom_reason credentials(struct loom_check *check)
{
    const struct loom_client_config *config = &check->bootstrap->context->config;
    struct loom_credentials wanted;
    bool secure;
    if (loom_cursor_credentials(&check->at, &wanted) == LOOM_BAD_REQUEST ||
        (wanted.mode == LOOM_SECURITY_EST && config->lwm2m < LOOM_LWM2M_1_1)) {
        return loom_check_fault(check, LOOM_SECURITY_MODE, LOOM_REASON_MODE);
    }
    if (!has_scheme(wanted.uri, &secure)) {
        return loom_check_fault(check, LOOM_SECURITY_URI, LOOM_REASON_SCHEME);
    }
    if (secure == (wanted.mode == LOOM_SECURITY_NOSEC)) {
        return loom_check_fault(check, LOOM_SECURITY_URI, LOOM_REASON_SCHEME_AND_MODE);
    }
    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++) {
        if ((needed[i].modes >> wanted.mode & 1) != 0 &&
            loom_cursor_opaque(&check->at, needed[i].resource).length < PSK_KEY_MIN) {
            return loom_check_fault(check, needed[i].resource, (enum loom_reason)needed[i].why);
        }
    }
    if (config->port->supports != NULL && !config->port->supports(config->port->self, &wanted)) {
        return loom_check_fault(check, LOOM_ID_NONE, LOOM_REASON_UNUSABLE);
    }
    return LOOM_REASON_NONE;
}

static enum loom_reason links(struct loom_check *check)
{
    const struct loom_linked_accounts_feature *feature =
        loom_context_features(check->bootstrap->context)->linked_accounts;
    return feature == NULL ? LOOM_REASON_NONE : feature->check(check);
}

/* Of a server: the Short Server ID pairs the instance with one of the other object. */
static enum loom_reason security_pair(struct loom_check *check)
{
    uint32_t ssid = loom_cursor_number(&check->at, LOOM_SECURITY_SSID, 0);
    if (ssid < LOOM_SSID_MIN || ssid > LOOM_SSID_MAX) {
        return loom_check_fault(check, LOOM_SECURITY_SSID, LOOM_REASON_SSID);
    }
    if (count_with(check, LOOM_SECURITY, ssid) > 1) {
        return loom_check_fault(check, LOOM_SECURITY_SSID, LOOM_REASON_ACCOUNT_TWICE);
    }
    if (count_with(check, LOOM_SERVER, ssid) == 0) {
        return loom_check_fault(check, LOOM_ID_NONE, LOOM_REASON_NO_SERVER);
    }
    return LOOM_REASON_NONE;
}

static enum loom_reason security_instance(struct loom_check *check, bool account)
{
    static const uint16_t security_times[] = {LOOM_SECURITY_HOLD_OFF,
                                              LOOM_SECURITY_ACCOUNT_TIMEOUT};
    enum loom_reason why = credentials(check);
    if (why == LOOM_REASON_NONE) {
        why = links(check);
    }
    if (why == LOOM_REASON_NONE) {
        why = times(check, security_times, sizeof security_times / sizeof security_times[0]);
    }
    return why != LOOM_REASON_NONE || account ? why : security_pair(check);
}

static enum loom_reason securities(struct loom_check *check)
{
    enum loom_reason why = LOOM_REASON_NONE;
    unsigned accounts = 0;
    begin(check, LOOM_SECURITY);
    while (why == LOOM_REASON_NONE && next(check)) {
        bool account = loom_cursor_is_account(&check->at);
        accounts += account ? 1u : 0u;
        why = accounts > 1 ? loom_check_fault(check, LOOM_ID_NONE, LOOM_REASON_BOOTSTRAP_TWICE)
                           : security_instance(check, account);
    }
    return why;
}

/* ---- Server ---------------------------------------------------------------------------------- */

static enum loom_reason server_instance(struct loom_check *check, uint32_t ssid)
{
    struct loom_text binding = loom_cursor_text(&check->at, LOOM_SERVER_BINDING);
    if (ssid < LOOM_SSID_MIN || ssid > LOOM_SSID_MAX) {
        return loom_check_fault(check, LOOM_SERVER_SSID, LOOM_REASON_SSID);
    }
    if (count_with(check, LOOM_SERVER, ssid) > 1) {
        return loom_check_fault(check, LOOM_SERVER_SSID, LOOM_REASON_SERVER_TWICE);
    }
    if (count_with(check, LOOM_SECURITY, ssid) == 0) {
        return loom_check_fault(check, LOOM_ID_NONE, LOOM_REASON_NO_SECURITY);
    }
    const struct loom_client_config *config = &check->bootstrap->context->config;
    if (!loom_server_is_binding(binding, config->lwm2m, config->port->transports)) {
        return loom_check_fault(check, LOOM_SERVER_BINDING, LOOM_REASON_BINDING);
    }
    return times(check, loom_server_times, LOOM_SERVER_TIMES);
}

static enum loom_reason servers(struct loom_check *check, unsigned *count)
{
    enum loom_reason why = LOOM_REASON_NONE;
    begin(check, LOOM_SERVER);
    while (why == LOOM_REASON_NONE && next(check)) {
        uint32_t ssid = loom_cursor_number(&check->at, LOOM_SERVER_SSID, 0);
        if (!loom_check_is_unbootstrapped(check, ssid)) { /* it goes with its Security instance */
            why = server_instance(check, ssid);
            ++*count;
        }
    }
    return why;
}

/* ---- Access Control, rules A-82, C-71 -------------------------------------------------------- */

static enum loom_reason access_control(struct loom_check *check, unsigned server_count)
{
    const struct loom_access_control_feature *feature =
        loom_context_features(check->bootstrap->context)->access_control;
    bool has = feature != NULL && loom_model_object(check->model, LOOM_ACCESS_CONTROL) != NULL;
    if (server_count > 1 && !has) {
        return object_fault(check, LOOM_ACCESS_CONTROL, LOOM_REASON_NO_ACCESS_CONTROL);
    }
    begin(check, LOOM_ACCESS_CONTROL);
    return has ? feature->check(check) : LOOM_REASON_NONE;
}

/* ---- Device ---------------------------------------------------------------------------------- */

static enum loom_reason device(struct loom_check *check)
{
    struct loom_path binding = loom_key_path(LOOM_KEY(DEVICE, BINDING), 0);
    begin(check, LOOM_DEVICE);
    if (check->at.node.entry == NULL) {
        return LOOM_REASON_NONE; /* a product without it: nothing that a server could repair */
    }
    if (!loom_model_has_instance(check->model, LOOM_DEVICE, 0)) {
        binding.depth = 2;
    } else if (loom_model_exists(check->model, &binding) == LOOM_OK) {
        return LOOM_REASON_NONE;
    }
    *check->where = binding;
    return binding.depth == 2 ? LOOM_REASON_NO_DEVICE : LOOM_REASON_DEVICE_BINDING;
}

/* ---- the whole ------------------------------------------------------------------------------- */

enum loom_reason loom_bootstrap_inconsistency(const struct loom_bootstrap *bootstrap,
                                              const struct loom_model *model, uint16_t replaced,
                                              enum loom_bootstrap_source source,
                                              struct loom_path *where)
{
    struct loom_check check = {
        .bootstrap = bootstrap, .model = model, .where = where, .replaced = replaced};
    unsigned server_count = 0;
    enum loom_reason why = LOOM_REASON_NONE;
    for (unsigned i = 0; why == LOOM_REASON_NONE && i < model->product->object_count; i++) {
        why = mandatory_resources(&check, &model->product->objects[i]);
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
