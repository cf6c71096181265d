/* SPDX-License-Identifier: Apache-2.0 */
#include "device.h"

#include <string.h>

#include "loom/codec.h"
#include "loom/port.h"

#define VALUE_MAX 1024u

/* The accounts are where the standard's own test configurations C.13 and C.1 have them: the
 * Bootstrap-Server Account in /0/1, the server in /0/0 and /1/0. */
#define SERVER_INSTANCE    0
#define BOOTSTRAP_INSTANCE 1
#define SSID               1

enum { SECURITY = 0, SERVER = 1, DEVICE = 3 };

static enum loom_status fill_security(struct loom_model *model, uint16_t instance, const char *uri,
                                      const struct client_options *options)
{
    bool secure = strncmp(uri, "coaps", 5) == 0;
    enum loom_status status = loom_model_create(model, SECURITY, &instance);
    if (status == LOOM_OK) {
        status = loom_set_text(model, loom_path_resource(SECURITY, instance, 0), uri);
    }
    if (status == LOOM_OK) {
        status = loom_set_integer(model, loom_path_resource(SECURITY, instance, 2),
                                  secure ? LOOM_SECURITY_PSK : LOOM_SECURITY_NOSEC);
    }
    if (status == LOOM_OK && secure) {
        status = loom_set_opaque(model, loom_path_resource(SECURITY, instance, 3),
                                 (const uint8_t *)options->identity, strlen(options->identity));
    }
    if (status == LOOM_OK && secure) {
        status = loom_set_opaque(model, loom_path_resource(SECURITY, instance, 5), options->key,
                                 options->key_length);
    }
    return status;
}

static enum loom_status fill_bootstrap(struct loom_model *model,
                                       const struct client_options *options)
{
    enum loom_status status = fill_security(model, BOOTSTRAP_INSTANCE, options->bootstrap, options);
    if (status == LOOM_OK) {
        status = loom_set_boolean(model, loom_path_resource(SECURITY, BOOTSTRAP_INSTANCE, 1), true);
    }
    if (status == LOOM_OK) {
        status = loom_set_integer(model, loom_path_resource(SECURITY, BOOTSTRAP_INSTANCE, 11),
                                  options->hold_off);
    }
    return status;
}

static enum loom_status fill_server(struct loom_model *model, const struct client_options *options)
{
    uint16_t instance = SERVER_INSTANCE;
    enum loom_status status = fill_security(model, SERVER_INSTANCE, options->server, options);
    if (status == LOOM_OK) {
        status = loom_set_integer(model, loom_path_resource(SECURITY, SERVER_INSTANCE, 10), SSID);
    }
    if (status == LOOM_OK) {
        status = loom_model_create(model, SERVER, &instance);
    }
    if (status == LOOM_OK) {
        status = loom_set_integer(model, loom_path_resource(SERVER, instance, 0), SSID);
    }
    if (status == LOOM_OK) {
        status =
            loom_set_integer(model, loom_path_resource(SERVER, instance, 1), options->lifetime);
    }
    if (status == LOOM_OK) {
        status = loom_set_boolean(model, loom_path_resource(SERVER, instance, 6), true);
    }
    if (status == LOOM_OK) {
        status = loom_set_text(model, loom_path_resource(SERVER, instance, 7), "U");
    }
    return status;
}

static void fill_device(struct loom_model *model)
{
    /* This program serves each release of Device with the same code, so it goes by the resource
     * ids, which all releases share; a product with one release uses its generated accessors. */
    static const struct {
        uint16_t resource;
        const char *text;
    } texts[] = {{0, "Loom"}, {1, "loom-client"}, {2, "0000"}, {3, LOOM_VERSION}, {16, "U"}};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        loom_set_text(model, loom_path_resource(DEVICE, 0, texts[i].resource), texts[i].text);
    }
}

enum loom_status client_device_fill(struct loom_model *model, const struct client_options *options)
{
    enum loom_status status = LOOM_OK;
    fill_device(model);
    if (options->bootstrap != NULL) {
        status = fill_bootstrap(model, options);
    }
    if (status == LOOM_OK && options->server != NULL) {
        status = fill_server(model, options);
    }
    return status;
}

/* The words that the servers take, too, besides the digits of LwM2M. */
static struct loom_text boolean_digit(struct loom_text text)
{
    static const struct {
        struct loom_text word;
        struct loom_text digit;
    } words[] = {{{"true", 4}, {"1", 1}},
                 {{"yes", 3}, {"1", 1}},
                 {{"false", 5}, {"0", 1}},
                 {{"no", 2}, {"0", 1}}};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (text.length == words[i].word.length &&
            memcmp(text.data, words[i].word.data, text.length) == 0) {
            return words[i].digit;
        }
    }
    return text;
}

enum loom_status client_device_set(struct loom_model *model, struct loom_text path_text,
                                   struct loom_text text)
{
    uint8_t scratch[VALUE_MAX];
    struct loom_path path;
    struct loom_value value;
    if (!loom_text_to_path(path_text, &path) || path.depth < 3) {
        return LOOM_BAD_REQUEST;
    }
    const struct loom_product_object *entry = loom_model_object(model, path.id[0]);
    const struct loom_resource *row =
        entry == NULL ? NULL : loom_object_resource(entry->object, path.id[2]);
    if (row != NULL && row->type == LOOM_BOOLEAN) {
        text = boolean_digit(text);
    }
    enum loom_status status = row == NULL ? LOOM_NOT_FOUND
                                          : loom_text_get(text, (enum loom_type)row->type, &value,
                                                          scratch, sizeof scratch);
    if (status == LOOM_OK) {
        status = loom_model_write(model, &path, &value);
    }
    memset(scratch, 0, sizeof scratch); /* it may have held a key */
    return status;
}

enum loom_status client_device_apply(struct loom_model *model, const char *setting)
{
    size_t length = strcspn(setting, "=");
    struct loom_text path = {setting, length};
    struct loom_text value = {setting + length + 1, strlen(setting + length + 1)};
    return client_device_set(model, path, value);
}
