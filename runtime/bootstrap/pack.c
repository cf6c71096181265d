/* SPDX-License-Identifier: Apache-2.0 */
/* A whole bootstrap in one piece, and the Bootstrap-Pack of LwM2M 1.2 (rules A-100 .. A-103). */
#include "bootstrap/pack.h"

#include "bootstrap/commands.h"
#include "bootstrap/transaction.h"
#include "codec/text.h"
#include "context/context.h"
#include "model/payload.h"

enum loom_status loom_pack_replace(struct loom_bootstrap *bootstrap, uint16_t format,
                                   const struct loom_path *path, struct loom_bytes bytes)
{
    struct loom_payload payload = loom_request_payload(bootstrap->context, format, path, bytes);
    unsigned position = 0;
    uint16_t object;
    bool taken = true;
    payload.rules = (struct loom_write_rules){.replace = true, .create = true, .complete = true};
    /* The payload is read once for each object, so one that the product lacks is the last. */
    while (taken && loom_payload_object(&payload, &position, &object)) {
        taken = loom_transaction_takes(bootstrap, object);
        loom_bootstrap_clear(bootstrap, object);
    }
    enum loom_status status =
        taken ? loom_bootstrap_make_way(bootstrap, &payload) : LOOM_BAD_REQUEST; /* rule A-44 */
    if (status == LOOM_OK) {
        status = loom_payload_write(&bootstrap->staged, &payload);
    }
    loom_context_wipe(bootstrap->context); /* a decoded key may be in it */
    return status;
}

static void prepare(const struct loom_bootstrap *bootstrap, struct loom_draft *draft)
{
    char links[48];
    struct loom_output account = loom_output(links, sizeof links);
    loom_bootstrap_put_account(bootstrap, &account);
    struct loom_text links_text = {links, account.length};
    loom_draft_add_path(draft, "bspack", 6);
    loom_draft_add_string(draft, "ep", bootstrap->context->config.endpoint);
    loom_draft_add_query(draft, "acc", links_text); /* */
    draft->request.accept = LOOM_FORMAT_SENML_CBOR;
}

static enum loom_status apply_content(struct loom_bootstrap *bootstrap,
                                      const struct loom_response *response,
                                      struct loom_fault *fault)
{
    const struct loom_path root = loom_path_root();
    if (response->content_format != LOOM_FORMAT_SENML_CBOR ||
        loom_pack_replace(bootstrap, LOOM_FORMAT_SENML_CBOR, &root, response->payload) != LOOM_OK) {
        fault->reason = LOOM_REASON_PACK_CONTENT;
        return LOOM_BAD_REQUEST;
    }
    return loom_transaction_finish(bootstrap, LOOM_BOOTSTRAP_FROM_SERVER, fault);
}

static enum loom_status apply(struct loom_bootstrap *bootstrap,
                              const struct loom_response *response, enum loom_failure failure)
{
    enum loom_status status = LOOM_UNAVAILABLE;
    struct loom_fault fault = {.failure = failure};
    if (response->code == LOOM_CONTENT) {
        status = apply_content(bootstrap, response, &fault);
    }
    /* Whatever went wrong, the way that every bootstrap server knows comes next. */
    bootstrap->pack_refused = status != LOOM_OK;
    loom_fault_report(bootstrap, LOOM_EVENT_BOOTSTRAP_PACK, response->code, &fault);
    return status;
}

const struct loom_bootstrap_pack_feature loom_feature_bootstrap_pack = {.prepare = prepare,
                                                                        .apply = apply};
