/* SPDX-License-Identifier: Apache-2.0 */
/* The end of a transaction: checked, stored and in force, or none of it (rules ).
 */
#include "bootstrap/transaction.h"

#include "accounts/accounts.h"
#include "accounts/cursor.h"
#include "bootstrap/bootstrap.h"
#include "bootstrap/commands.h"
#include "codec/text.h"
#include "context/context.h"

#include <string.h>

/* Whether an instance, be it by another id now, has the values that it had before. */
static bool is_unchanged(const struct loom_bootstrap *bootstrap, uint16_t object, uint16_t instance,
                         uint16_t instance_now)
{
    const struct loom_product_object *entry =
        loom_model_object(bootstrap->context->config.model, object);
    const unsigned char *before =
        loom_node_instance(bootstrap->context->config.model, entry, instance);
    const unsigned char *after = loom_node_instance(&bootstrap->staged, entry, instance_now);
    size_t id = sizeof instance; /* begins each instance */
    return before != NULL && after != NULL &&
           memcmp(before + id, after + id, entry->object->instance_size - id) == 0;
}

/* Rule A-84: a second Bootstrap-Server Account replaces the one that was there before. One that was
 * written, too, is wanted beside it: that makes two, which the check refuses.
 * @return the new one, or LOOM_ID_NONE */
static uint16_t replacement(const struct loom_bootstrap *bootstrap)
{
    uint16_t other = LOOM_ID_NONE;
    unsigned accounts = 0;
    struct loom_cursor at;
    loom_cursor_begin(&at, &bootstrap->staged, LOOM_ID_SECURITY);
    while (loom_cursor_next(&at)) {
        if (loom_cursor_is_account(&at)) {
            uint16_t instance = loom_cursor_instance(&at);
            accounts++;
            other = instance != bootstrap->account ? instance : other;
        }
    }
    uint16_t account =
        accounts == 2 ? loom_account_instance(bootstrap->context->config.model) : LOOM_ID_NONE;
    bool replaced =
        accounts == 2 && is_unchanged(bootstrap, LOOM_ID_SECURITY, account, bootstrap->account);
    return replaced ? other : LOOM_ID_NONE;
}

const struct loom_account_replacement_feature loom_feature_account_replacement = {
    .replacement = replacement, .move = loom_bootstrap_move_account};

static bool has_same_security(const struct loom_bootstrap *bootstrap, uint16_t server)
{
    const struct loom_model *staged = &bootstrap->staged;
    uint16_t security = loom_account_security(staged, loom_account_ssid(staged, server));
    return is_unchanged(bootstrap, LOOM_ID_SECURITY, security, security);
}

/* Rule A-112: when the bootstrap server last changed this account. */
static void note_bootstrapped(struct loom_bootstrap *bootstrap)
{
    struct loom_model *staged = &bootstrap->staged;
    uint64_t unix_time = loom_context_unix_time(bootstrap->context);
    struct loom_cursor at;
    loom_cursor_begin(&at, staged, LOOM_ID_SERVER);
    while (unix_time != 0 && loom_cursor_next(&at)) {
        uint16_t instance = loom_cursor_instance(&at);
        if (!is_unchanged(bootstrap, LOOM_ID_SERVER, instance, instance) ||
            !has_same_security(bootstrap, instance)) {
            struct loom_path path = loom_key_path(LOOM_KEY(SERVER, LAST_BOOTSTRAPPED), instance);
            loom_transaction_touch(bootstrap, LOOM_ID_SERVER);
            loom_set_time(staged, path, (int64_t)unix_time);
        }
    }
}

const struct loom_last_bootstrapped_feature loom_feature_last_bootstrapped = {
    .note = note_bootstrapped};

/* Rule A-88 leaves open from when it counts: here, from the success. */
void loom_transaction_start_timeout(struct loom_bootstrap *bootstrap)
{
    uint32_t seconds = 0;
    struct loom_cursor at;
    loom_cursor_begin(&at, &bootstrap->staged, LOOM_ID_SECURITY);
    while (loom_cursor_next(&at)) {
        if (loom_cursor_is_account(&at)) {
            seconds = loom_cursor_number(&at, LOOM_ID_SECURITY_BOOTSTRAP_SERVER_ACCOUNT_TIMEOUT, 0);
        }
    }
    bootstrap->context->account_deadline =
        seconds == 0 ? LOOM_NEVER : loom_context_after(bootstrap->context, seconds);
}

void loom_fault_report(const struct loom_bootstrap *bootstrap, enum loom_event_type type,
                       uint8_t code, const struct loom_fault *fault)
{
    struct loom_event event = loom_context_event(bootstrap->context, type, 0);
    event.code = code;
    event.failure = fault->failure;
    event.path = fault->path;
    event.has_path = fault->has_path;
    event.reason = fault->reason;
    loom_context_emit(bootstrap->context, &event);
}

enum loom_status loom_transaction_finish(struct loom_bootstrap *bootstrap,
                                         enum loom_bootstrap_source source,
                                         struct loom_fault *fault)
{
    loom_transaction_refresh(bootstrap); /* what is stored is all that is in force */
    const struct loom_features *features = loom_context_features(bootstrap->context);
    const struct loom_account_replacement_feature *replacing = features->account_replacement;
    uint16_t other = replacing == NULL ? LOOM_ID_NONE : replacing->replacement(bootstrap);
    uint16_t replaced = other == LOOM_ID_NONE ? LOOM_ID_NONE : bootstrap->account;
    if (!loom_bootstrap_check(bootstrap, replaced, source, fault)) {
        return LOOM_NOT_ACCEPTABLE; /* rule A-81; the server may repair and finish again */
    }
    if (features->unbootstrap != NULL) {
        features->unbootstrap->unbootstrap(bootstrap);
    }
    if (replaced != LOOM_ID_NONE) {
        loom_model_delete(&bootstrap->staged, LOOM_ID_SECURITY, replaced);
        bootstrap->account = other;
    }
    if (features->last_bootstrapped != NULL) {
        features->last_bootstrapped->note(bootstrap);
    }
    uint64_t running = bootstrap->context->account_deadline;
    if (features->account_timeout != NULL) {
        features->account_timeout->start(bootstrap);
    }
    /* What is on a card is read from it again at every start, and gone with it (rule E-3). */
    if (source != LOOM_BOOTSTRAP_FROM_CARD &&
        loom_state_save(bootstrap->context, &bootstrap->staged) != LOOM_OK) {
        bootstrap->context->account_deadline = running;
        fault->reason = LOOM_REASON_NOT_STORED;
        return LOOM_INTERNAL_ERROR; /* rule A-21; the old accounts stand */
    }
    if (features->unbootstrap != NULL) {
        features->unbootstrap->drop_unstaged(bootstrap);
    }
    loom_transaction_commit(bootstrap);
    return LOOM_OK;
}

enum loom_status loom_transaction_purge(struct loom_bootstrap *bootstrap)
{
    uint16_t account = loom_account_instance(bootstrap->context->config.model);
    loom_transaction_begin(bootstrap);
    loom_transaction_touch(bootstrap, LOOM_ID_SECURITY);
    const struct loom_unbootstrap_feature *feature =
        loom_context_features(bootstrap->context)->unbootstrap;
    if (feature != NULL) {
        feature->drop_linked(bootstrap, account);
    }
    loom_model_delete(&bootstrap->staged, LOOM_ID_SECURITY, account);
    enum loom_status status = loom_state_save(bootstrap->context, &bootstrap->staged);
    if (status == LOOM_OK) {
        loom_transaction_commit(bootstrap);
    }
    loom_transaction_drop(bootstrap);
    return status;
}

/* Staged first: a record that cannot be used leaves the model as it is. */
enum loom_status loom_bootstrap_recall(struct loom_bootstrap *bootstrap)
{
    loom_transaction_begin(bootstrap);
    enum loom_status status = loom_state_load(bootstrap->context, &bootstrap->staged);
    if (status == LOOM_OK) {
        loom_transaction_restore(bootstrap);
    }
    loom_transaction_drop(bootstrap);
    return status;
}
