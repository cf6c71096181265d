/* SPDX-License-Identifier: Apache-2.0 */
/* A bootstrap as a transaction: what is written goes into a copy of the product's data, which takes
 * the place of the data when the Finish is answered 2.04, or not at all (rules ).
 */
#include "client/internal.h"

#include "model/node.h"

#include <string.h>

void loom_transaction_begin(struct loom_client *client)
{
    /* What was dropped may have moved or replaced the account. */
    client->bootstrap.account = loom_account_instance(client->config.model);
    memcpy(client->bootstrap.staged.data, client->config.model->data,
           client->config.model->product->data_size);
    memset(client->bootstrap.touched, 0, sizeof client->bootstrap.touched);
}

/* Keys do not stay behind in a copy that nothing will use any more. */
void loom_transaction_drop(struct loom_client *client)
{
    memset(client->bootstrap.staged.data, 0, client->config.model->product->data_size);
}

void loom_transaction_touch(struct loom_client *client, uint16_t object)
{
    const struct loom_model *model = client->config.model;
    for (unsigned i = 0; i < model->product->object_count; i++) {
        const struct loom_product_object *entry = &model->product->objects[i];
        uint8_t *byte = &client->bootstrap.touched[i / 8];
        unsigned bit = 1u << (i % 8);
        if (entry->object->id == object && (*byte & bit) == 0) {
            *byte = (uint8_t)(*byte | bit);
            memcpy(client->bootstrap.staged.data + entry->offset, model->data + entry->offset,
                   (size_t)entry->room * entry->object->instance_size);
        }
    }
}

/* Whether an instance, be it by another id now, has the values that it had before. */
static bool is_unchanged(const struct loom_client *client, uint16_t object, uint16_t instance,
                         uint16_t instance_now)
{
    const struct loom_product_object *entry = loom_model_object(client->config.model, object);
    const unsigned char *before = loom_node_instance(client->config.model, entry, instance);
    const unsigned char *after = loom_node_instance(&client->bootstrap.staged, entry, instance_now);
    size_t id = sizeof instance; /* begins each instance */
    return before != NULL && after != NULL &&
           memcmp(before + id, after + id, entry->object->instance_size - id) == 0;
}

/* Rule A-84: a second Bootstrap-Server Account replaces the one that was there before. One that was
 * written, too, is wanted beside it: that makes two, which the check refuses.
 * @return the new one, or LOOM_ID_NONE */
static uint16_t replacement(const struct loom_client *client)
{
    const struct loom_bootstrap *bootstrap = &client->bootstrap;
    uint16_t other = LOOM_ID_NONE;
    unsigned accounts = 0;
    uint16_t instance = 0;
    for (; loom_model_next_instance(&bootstrap->staged, LOOM_SECURITY, &instance); instance++) {
        if (loom_resource_true(
                &bootstrap->staged,
                loom_path_resource(LOOM_SECURITY, instance, LOOM_SECURITY_BOOTSTRAP_SERVER),
                false)) {
            accounts++;
            other = instance != bootstrap->account ? instance : other;
        }
    }
    uint16_t account = loom_account_instance(client->config.model);
    bool replaced =
        accounts == 2 && is_unchanged(client, LOOM_SECURITY, account, bootstrap->account);
    return replaced ? other : LOOM_ID_NONE;
}

static uint16_t security_of(const struct loom_model *model, uint16_t server)
{
    return loom_account_security(model, loom_account_ssid(model, server));
}

/* Rule A-112: when the bootstrap server last changed this account. */
static void note_bootstrapped(struct loom_client *client)
{
    const struct loom_port *port = client->config.port;
    struct loom_model *staged = &client->bootstrap.staged;
    int64_t unix_time = port->unix_time == NULL ? 0 : port->unix_time(port->self);
    uint16_t instance = 0;
    for (; unix_time != 0 && loom_model_next_instance(staged, LOOM_SERVER, &instance); instance++) {
        uint16_t security = security_of(staged, instance);
        if (!is_unchanged(client, LOOM_SERVER, instance, instance) ||
            !is_unchanged(client, LOOM_SECURITY, security, security)) {
            struct loom_path path =
                loom_path_resource(LOOM_SERVER, instance, LOOM_SERVER_LAST_BOOTSTRAPPED);
            loom_transaction_touch(client, LOOM_SERVER);
            loom_set_time(staged, path, unix_time);
        }
    }
}

/* What the product has from the start and no account is made of comes back, as new, if it was
 * deleted: a device without its own objects would be of no use to anybody (rule A-55 leaves it
 * open). */
static bool is_the_devices_own(const struct loom_object *object)
{
    return (object->flags & LOOM_OBJECT_ACCOUNT) == 0;
}

static void commit(struct loom_client *client)
{
    struct loom_model *model = client->config.model;
    for (unsigned i = 0; i < model->product->object_count; i++) {
        const struct loom_product_object *entry = &model->product->objects[i];
        struct loom_path path = loom_path_object(entry->object->id);
        if ((client->bootstrap.touched[i / 8] >> (i % 8) & 1) == 0) {
            continue;
        }
        memcpy(model->data + entry->offset, client->bootstrap.staged.data + entry->offset,
               (size_t)entry->room * entry->object->instance_size);
        if (is_the_devices_own(entry->object)) {
            loom_model_restore_initial(model, entry);
        }
        loom_model_tell(model, &path, LOOM_CHANGE_BOOTSTRAP);
    }
}

/* Rule A-87; A-88 leaves open from when it counts: here, from the success. */
static void start_account_timeout(struct loom_client *client)
{
    const struct loom_model *model = &client->bootstrap.staged;
    struct loom_path path = loom_path_resource(LOOM_SECURITY, loom_account_instance(model),
                                               LOOM_SECURITY_ACCOUNT_TIMEOUT);
    uint64_t seconds = loom_resource_or(model, path, 0);
    client->bootstrap.account_deadline =
        seconds == 0 ? LOOM_NEVER : loom_client_after(client, seconds);
}

/* What the bootstrap server did not write may have changed since the copy was made: the TLS-DTLS
 * Alert Code (rule A-113), or what the product sets. What is stored is all that is in force. */
static void take_untouched(struct loom_client *client)
{
    const struct loom_model *model = client->config.model;
    for (unsigned i = 0; i < model->product->object_count; i++) {
        const struct loom_product_object *entry = &model->product->objects[i];
        if ((client->bootstrap.touched[i / 8] >> (i % 8) & 1) == 0) {
            memcpy(client->bootstrap.staged.data + entry->offset, model->data + entry->offset,
                   (size_t)entry->room * entry->object->instance_size);
        }
    }
}

enum loom_status loom_transaction_finish(struct loom_client *client,
                                         enum loom_bootstrap_source source,
                                         struct loom_event *event)
{
    struct loom_bootstrap *bootstrap = &client->bootstrap;
    take_untouched(client);
    uint16_t other = replacement(client);
    uint16_t replaced = other == LOOM_ID_NONE ? LOOM_ID_NONE : bootstrap->account;
    const char *why =
        loom_bootstrap_inconsistency(client, &bootstrap->staged, replaced, source, &event->path);
    if (why != NULL) {
        event->text = loom_text_of(why);
        event->has_path = true;
        return LOOM_NOT_ACCEPTABLE; /* rule A-81; the server may repair and finish again */
    }
    loom_unbootstrap(client);
    if (replaced != LOOM_ID_NONE) {
        loom_model_delete(&bootstrap->staged, LOOM_SECURITY, replaced);
        bootstrap->account = other;
    }
    note_bootstrapped(client);
    uint64_t running = bootstrap->account_deadline;
    start_account_timeout(client);
    /* What is on a card is read from it again at every start, and gone with it (rule E-3). */
    if (source != LOOM_BOOTSTRAP_FROM_CARD &&
        loom_state_save(client, &bootstrap->staged) != LOOM_OK) {
        bootstrap->account_deadline = running;
        event->text = loom_text_of("the accounts could not be stored");
        return LOOM_INTERNAL_ERROR; /* rule A-21; the old accounts stand */
    }
    commit(client);
    return LOOM_OK;
}

enum loom_status loom_transaction_purge(struct loom_client *client)
{
    uint16_t account = loom_account_instance(client->config.model);
    loom_transaction_begin(client);
    loom_transaction_touch(client, LOOM_SECURITY);
    loom_bootstrap_drop_linked(client, account);
    loom_model_delete(&client->bootstrap.staged, LOOM_SECURITY, account);
    enum loom_status status = loom_state_save(client, &client->bootstrap.staged);
    if (status == LOOM_OK) {
        commit(client);
    }
    loom_transaction_drop(client);
    return status;
}
