/* SPDX-License-Identifier: Apache-2.0 */
/* Bootstrap-Write, -Delete, -Discover and -Read. All of them see and change the staged model. */
#include "bootstrap/commands.h"

#include "accounts/accounts.h"
#include "accounts/cursor.h"
#include "bootstrap/check.h"
#include "bootstrap/transaction.h"
#include "codec/text.h"
#include "context/context.h"
#include "model/large_answer.h"
#include "model/node.h"
#include "model/payload.h"

/* ---- Bootstrap-Write, rules A-40 .. A-48 ----------------------------------------------------- */

static bool is_view(const struct loom_model *model, uint16_t object)
{
    const struct loom_product_object *entry = loom_model_object(model, object);
    return entry != NULL && (entry->object->flags & LOOM_OBJECT_ACCOUNT_VIEW) != 0;
}

/* Whether a payload brings a Security instance of this id, and of which kind; resource 1 is
 * mandatory, so an instance that is written as a whole has it. */
static bool names_security(const struct loom_payload *payload, uint16_t instance, bool *is_account)
{
    struct loom_path kind = loom_key_path(LOOM_KEY(SECURITY, BOOTSTRAP_SERVER), instance);
    struct loom_value value;
    if (!loom_payload_value(payload, &kind, LOOM_BOOLEAN, &value)) {
        return false;
    }
    *is_account = value.as.boolean;
    return true;
}

/* Gives the Bootstrap-Server Account another instance id, one that this payload does not use. It
 * reads the payload for each id that it tries: if so many are taken, the payload names more
 * instances than there is room for. */
enum loom_status loom_bootstrap_move_account(struct loom_bootstrap *bootstrap,
                                             const struct loom_payload *payload)
{
    struct loom_model *model = &bootstrap->staged;
    const struct loom_product_object *entry = loom_model_object(model, LOOM_ID_SECURITY);
    unsigned char *account = loom_node_instance(model, entry, bootstrap->account);
    const unsigned most = 2u * entry->room;
    uint16_t id = 0;
    bool ignored;
    while (id <= most && (loom_model_has_instance(model, LOOM_ID_SECURITY, id) ||
                          names_security(payload, id, &ignored))) {
        id++;
    }
    if (id > most || account == NULL || loom_node_instance(model, entry, LOOM_ID_NONE) == NULL) {
        return LOOM_TOO_LARGE;
    }
    account[0] = ((const unsigned char *)&id)[0];
    account[1] = ((const unsigned char *)&id)[1];
    bootstrap->account = id;
    return LOOM_OK;
}

enum loom_status loom_bootstrap_make_way(struct loom_bootstrap *bootstrap,
                                         const struct loom_payload *payload)
{
    bool elsewhere =
        payload->path.depth > 0 && payload->path.id[LOOM_OBJECT_ID] != LOOM_ID_SECURITY;
    bool is_account = true;
    if (elsewhere || !names_security(payload, bootstrap->account, &is_account) || is_account) {
        return LOOM_OK; /* something else, or its own change */
    }
    const struct loom_account_replacement_feature *feature =
        loom_context_features(bootstrap->context)->account_replacement;
    return payload->path.depth >= 3 || feature == NULL ? LOOM_BAD_REQUEST
                                                       : feature->move(bootstrap, payload);
}

/* Rules: no wire form of the object version was ever published; here it is `ver=1.2`, as
 * in link format. A client that does not have that version cannot take what is written to it: the
 * minor version only ever adds. */
static enum loom_reason version_fault(const struct loom_object *object,
                                      const struct loom_request *request)
{
    for (uint8_t i = 0; i < request->query_count; i++) {
        struct loom_text version = request->query[i];
        uint16_t major = 0;
        uint16_t minor = 0;
        if (!loom_text_skip(&version, "ver=")) {
            continue;
        }
        if (!loom_text_to_version(version, &major, &minor)) {
            return LOOM_REASON_VERSION_FORM;
        }
        if (major != object->version_major || minor > object->version_minor) {
            return LOOM_REASON_VERSION;
        }
    }
    return LOOM_REASON_NONE;
}

const struct loom_written_versions_feature loom_feature_written_versions = {.fault = version_fault};

static enum loom_status write_payload(struct loom_bootstrap *bootstrap,
                                      const struct loom_payload *payload, bool view)
{
    struct loom_model *model = &bootstrap->staged;
    struct loom_payload_plan plan;
    uint16_t account = bootstrap->account;
    enum loom_status status = loom_payload_check(model, payload, &plan);
    if (status == LOOM_OK) {
        loom_transaction_touch(bootstrap,
                               view ? LOOM_ID_SECURITY : payload->path.id[LOOM_OBJECT_ID]);
        status = loom_bootstrap_make_way(bootstrap, payload);
    }
    if (status == LOOM_OK && account != bootstrap->account) {
        status = loom_payload_check(model, payload, &plan); /* one instance more */
    }
    return status == LOOM_OK ? loom_payload_apply(model, payload, &plan) : status;
}

enum loom_status loom_bootstrap_write(struct loom_bootstrap *bootstrap,
                                      const struct loom_request *request, struct loom_fault *fault)
{
    const struct loom_path *path = &fault->path;
    const struct loom_product_object *entry =
        path->depth == 0 ? NULL : loom_model_object(&bootstrap->staged, path->id[LOOM_OBJECT_ID]);
    if (entry == NULL || entry->staging == 0) {
        return LOOM_BAD_REQUEST; /* rules */
    }
    const struct loom_written_versions_feature *versions =
        loom_context_features(bootstrap->context)->written_versions;
    if (versions != NULL) {
        fault->reason = versions->fault(entry->object, request);
        if (fault->reason != LOOM_REASON_NONE) {
            return LOOM_BAD_REQUEST;
        }
    }
    struct loom_payload payload =
        loom_request_payload(bootstrap->context, request->content_format, path, request->payload);
    bool view = (entry->object->flags & LOOM_OBJECT_ACCOUNT_VIEW) != 0;
    payload.rules.replace = true;
    payload.rules.create = true;
    payload.rules.complete = !view;
    enum loom_status status = write_payload(bootstrap, &payload, view);
    loom_context_wipe(bootstrap->context); /* a decoded key may stand there */
    /* Rule A-20: 4.15 for the format, 4.00 for everything else the table has. */
    return status == LOOM_OK || status == LOOM_UNSUPPORTED_FORMAT ? status : LOOM_BAD_REQUEST;
}

/* ---- Bootstrap-Delete, rules A-50 .. A-55 ---------------------------------------------------- */

/* Whether the Bootstrap-Server Account has need of an instance. */
static bool is_linked(const struct loom_bootstrap *bootstrap, const struct loom_model *model,
                      uint16_t object, uint16_t instance)
{
    const struct loom_linked_accounts_feature *feature =
        loom_context_features(bootstrap->context)->linked_accounts;
    return feature != NULL && feature->links(model, bootstrap->account, object, instance);
}

static bool is_kept(const struct loom_bootstrap *bootstrap, uint16_t object, uint16_t instance)
{
    return (object == LOOM_ID_SECURITY && instance == bootstrap->account) ||
           object == LOOM_ID_DEVICE || is_view(&bootstrap->staged, object) ||
           is_linked(bootstrap, &bootstrap->staged, object, instance); /* rule A-51 */
}

void loom_bootstrap_clear(struct loom_bootstrap *bootstrap, uint16_t object)
{
    struct loom_model *model = &bootstrap->staged;
    uint16_t instance = 0;
    if (!loom_transaction_takes(bootstrap, object)) {
        return; /* rule A-55 leaves open what else there is that no bootstrap removes */
    }
    loom_transaction_touch(bootstrap, object);
    for (; loom_model_next_instance(model, object, &instance); instance++) {
        if (!is_kept(bootstrap, object, instance)) {
            loom_model_delete(model, object, instance);
        }
    }
}

enum loom_status loom_bootstrap_delete(struct loom_bootstrap *bootstrap,
                                       const struct loom_path *path)
{
    const struct loom_product *product = bootstrap->context->config.model->product;
    uint16_t object = path->id[LOOM_OBJECT_ID];
    uint16_t instance = path->id[LOOM_INSTANCE_ID];
    if (path->depth == 0) {
        for (unsigned i = 0; i < product->object_count; i++) {
            loom_bootstrap_clear(bootstrap, product->objects[i].object->id);
        }
        return LOOM_OK;
    }
    if (path->depth > 2 || !loom_transaction_takes(bootstrap, object)) {
        return LOOM_BAD_REQUEST;
    }
    if (path->depth == 1) {
        loom_bootstrap_clear(bootstrap, object);
        return LOOM_OK; /* rule A-52: what is protected is passed over in silence */
    }
    if (is_kept(bootstrap, object, instance)) {
        return LOOM_BAD_REQUEST; /* rule A-52: the only error the table lists */
    }
    loom_transaction_touch(bootstrap, object);
    loom_model_delete(&bootstrap->staged, object, instance);
    return LOOM_OK; /* one that is not there is as the server wants it */
}

void loom_bootstrap_put_account(const struct loom_bootstrap *bootstrap, struct loom_output *out)
{
    const struct loom_model *model = bootstrap->context->config.model;
    struct loom_path path = loom_path_instance(LOOM_ID_SECURITY, bootstrap->account);
    size_t begin = out->length;
    uint16_t instance = 0;
    loom_put_link(out, begin, &path);
    for (; loom_model_next_instance(model, LOOM_ID_OSCORE, &instance); instance++) {
        if (is_linked(bootstrap, model, LOOM_ID_OSCORE, instance)) {
            path = loom_path_instance(LOOM_ID_OSCORE, instance);
            loom_put_link(out, begin, &path);
        }
    }
}

/* ---- what has no room as a whole ------------------------------------------------------------- */

static enum loom_status answer_in_pieces(const struct loom_bootstrap *bootstrap,
                                         const struct loom_path *path,
                                         const struct loom_format *format,
                                         const struct loom_request *request,
                                         struct loom_reply *reply)
{
    const struct loom_large_answers_feature *large =
        loom_context_features(bootstrap->context)->large_answers;
    return large == NULL ? LOOM_INTERNAL_ERROR
                         : large->bootstrap_answer(bootstrap, path, format, request, reply);
}

/* ---- Bootstrap-Discover, rules A-60 .. A-66 -------------------------------------------------- */

/* In quotes: what a bootstrap server wrote may be anything until its Finish. */
static void put_uri(struct loom_cursor *security, struct loom_output *out)
{
    struct loom_text uri;
    loom_cursor_text(security, LOOM_ID_SECURITY_LWM2M_SERVER_URI, &uri);
    if (uri.data == NULL) {
        return;
    }
    loom_put_text(out, ";uri=\"");
    for (size_t i = 0; i < uri.length; i++) {
        if (uri.data[i] == '"' || uri.data[i] == '\\') {
            loom_put_byte(out, '\\');
        }
        loom_put_byte(out, (uint8_t)uri.data[i]);
    }
    loom_put_byte(out, '"');
}

/* Rules. */
static void describe(const struct loom_links *links, uint16_t object, uint16_t instance)
{
    struct loom_cursor at;
    if ((object != LOOM_ID_SECURITY && object != LOOM_ID_SERVER) ||
        !loom_cursor_open(&at, links->model, object, instance) ||
        (object == LOOM_ID_SECURITY && loom_cursor_is_account(&at))) {
        return;
    }
    uint16_t resource = object == LOOM_ID_SECURITY ? LOOM_ID_SECURITY_SHORT_SERVER_ID
                                                   : LOOM_ID_SERVER_SHORT_SERVER_ID;
    uint32_t ssid = loom_cursor_number(&at, resource, 0);
    if (ssid != 0) {
        loom_put_text(links->out, ";ssid=");
        loom_put_unsigned(links->out, ssid);
    }
    if (object == LOOM_ID_SECURITY && links->own >= LOOM_LWM2M_1_1) {
        put_uri(&at, links->out);
    }
}

/* The text of 1.0 has its parameter bare, which no reader of link format takes, and in quotes,
 * which readers of 1.0 may look for: as an attribute of the root both kinds find it (rules A-60,
 * */
static void put_release(uint16_t lwm2m, struct loom_output *out)
{
    const char *quote = lwm2m == LOOM_LWM2M_1_0 ? "\"" : "";
    loom_put_text(out, "</>;lwm2m=");
    loom_put_text(out, quote);
    loom_put_text(out, loom_release_name(lwm2m));
    loom_put_text(out, quote);
}

static void put_links(const struct loom_bootstrap *bootstrap, const struct loom_path *path,
                      struct loom_output *out)
{
    const struct loom_product *product = bootstrap->context->config.model->product;
    uint16_t lwm2m = bootstrap->context->config.lwm2m;
    const struct loom_links links = {.model = &bootstrap->staged,
                                     .own = lwm2m,
                                     .lwm2m = lwm2m,
                                     .out = out,
                                     .describe = describe};
    put_release(lwm2m, out);
    for (unsigned i = 0; i < product->object_count; i++) {
        const struct loom_object *object = product->objects[i].object;
        bool asked = path->depth == 0 || object->id == path->id[LOOM_OBJECT_ID];
        if (asked && (object->flags & LOOM_OBJECT_HIDDEN) == 0) {
            loom_links_put_object(&links, object);
        }
    }
}

static enum loom_status discover(const struct loom_bootstrap *bootstrap,
                                 const struct loom_path *path, const struct loom_request *request,
                                 struct loom_reply *reply)
{
    struct loom_output out = loom_output(reply->payload, reply->room);
    if (path->depth > 1) {
        return LOOM_BAD_REQUEST;
    }
    if (path->depth == 1) {
        const struct loom_product_object *entry =
            loom_model_object(&bootstrap->staged, path->id[LOOM_OBJECT_ID]);
        if (entry == NULL || (entry->object->flags & LOOM_OBJECT_HIDDEN) != 0) {
            return LOOM_NOT_FOUND;
        }
    }
    put_links(bootstrap, path, &out);
    reply->content_format = LOOM_FORMAT_LINK;
    reply->length = out.length;
    return out.overflow ? answer_in_pieces(bootstrap, path, NULL, request, reply) : LOOM_OK;
}

const struct loom_bootstrap_get_feature loom_feature_bootstrap_discover = {.get = discover,
                                                                           .put_links = put_links};

/* ---- Bootstrap-Read, rules A-70, A-71 -------------------------------------------------------- */

static enum loom_status read(const struct loom_bootstrap *bootstrap, const struct loom_path *path,
                             const struct loom_request *request, struct loom_reply *reply)
{
    const struct loom_model *model = &bootstrap->staged;
    bool readable = path->depth >= 1 && path->depth <= 2 &&
                    (path->id[LOOM_OBJECT_ID] == LOOM_ID_SERVER ||
                     path->id[LOOM_OBJECT_ID] == LOOM_ID_ACCESS_CONTROL);
    if (bootstrap->context->config.lwm2m < LOOM_LWM2M_1_1 || !readable) {
        return LOOM_METHOD_NOT_ALLOWED;
    }
    const struct loom_format *chosen =
        loom_format_for_answer(model->product->formats, request->accept, LOOM_NONE);
    if (chosen == NULL) {
        return LOOM_NOT_ACCEPTABLE;
    }
    struct loom_output out = loom_output(reply->payload, reply->room);
    enum loom_status status = loom_payload_read(model, chosen, path, path, LOOM_READ_ALL, &out);
    reply->content_format = chosen->number;
    reply->length = out.length;
    return status == LOOM_TOO_LARGE ? answer_in_pieces(bootstrap, path, chosen, request, reply)
                                    : status;
}

const struct loom_bootstrap_get_feature loom_feature_bootstrap_read = {.get = read};
