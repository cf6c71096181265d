/* SPDX-License-Identifier: Apache-2.0 */
/* From an account back to a document, for those that came from an accounts file. */
#include "accounts/import.h"

#include "common/memory.h"
#include "common/objects.h"
#include "loom/ids.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static json_t *hex_of(struct loom_bytes bytes)
{
    char *text = malloc(2 * bytes.length + 1);
    json_t *json = NULL;
    if (text != NULL) {
        text[0] = '\0';
        for (size_t i = 0; i < bytes.length; i++) {
            (void)snprintf(text + 2 * i, 3, "%02x", bytes.data[i]);
        }
        json = json_stringn(text, 2 * bytes.length);
        loom_memory_wipe(text, 2 * bytes.length);
    }
    free(text);
    return json;
}

static json_t *text_of(struct loom_text text)
{
    return json_stringn(text.data == NULL ? "" : text.data, text.length);
}

static json_t *value_of(const struct loom_value *value)
{
    char text[32];
    switch (value->type) {
    case LOOM_STRING:
    case LOOM_CORELNK:
        return text_of(value->as.text);
    case LOOM_OPAQUE:
        return hex_of(value->as.opaque);
    case LOOM_BOOLEAN:
        return json_boolean(value->as.boolean);
    case LOOM_FLOAT:
        return json_real(value->as.number);
    case LOOM_UNSIGNED:
        if (value->as.unsigned_integer > INT64_MAX) {
            (void)snprintf(text, sizeof text, "%" PRIu64, value->as.unsigned_integer);
            return json_string(text);
        }
        return json_integer((json_int_t)value->as.unsigned_integer);
    case LOOM_OBJLNK:
        (void)snprintf(text, sizeof text, "%u:%u", (unsigned)value->as.objlnk.object,
                       (unsigned)value->as.objlnk.instance);
        return json_string(text);
    default:
        return json_integer(value->as.integer);
    }
}

/* A value of a resource, or one among several. */
static bool put_setting(json_t *object, const char *name, const struct loom_fleet_setting *setting)
{
    char instance[8];
    if (setting->resource_instance == LOOM_ID_NONE) {
        return json_object_set_new(object, name, value_of(&setting->value)) == 0;
    }
    json_t *several = json_object_get(object, name);
    if (several == NULL) {
        several = json_object();
        if (json_object_set_new(object, name, several) != 0) {
            return false;
        }
    }
    (void)snprintf(instance, sizeof instance, "%u", setting->resource_instance);
    return json_object_set_new(several, instance, value_of(&setting->value)) == 0;
}

/* The member of a document, made if it is not there. */
static json_t *part_of(json_t *document, const char *name)
{
    json_t *part = json_object_get(document, name);
    if (part == NULL) {
        part = json_object();
        if (json_object_set_new(document, name, part) != 0) {
            return NULL;
        }
    }
    return part;
}

/* Of an instance of Security what the section of a server says; the rest follows from it. */
static bool put_security(json_t *server, const struct loom_fleet_write *write)
{
    bool nosec = false;
    bool good = true;
    for (size_t i = 0; i < write->setting_count; i++) {
        nosec |= write->settings[i].resource == LOOM_ID_SECURITY_SECURITY_MODE &&
                 write->settings[i].value.as.integer == LOOM_SECURITY_NOSEC;
    }
    for (size_t i = 0; good && i < write->setting_count; i++) {
        const struct loom_fleet_setting *setting = &write->settings[i];
        struct loom_bytes bytes = setting->value.as.opaque;
        switch (setting->resource) {
        case LOOM_ID_SECURITY_LWM2M_SERVER_URI:
            good = json_object_set_new(server, "uri", text_of(setting->value.as.text)) == 0;
            break;
        case LOOM_ID_SECURITY_PUBLIC_KEY_OR_IDENTITY:
            good = nosec ||
                   json_object_set_new(server, "identity",
                                       json_stringn((const char *)bytes.data, bytes.length)) == 0;
            break;
        case LOOM_ID_SECURITY_SECRET_KEY:
            good = nosec || json_object_set_new(server, "key", hex_of(bytes)) == 0;
            break;
        default:
            break;
        }
    }
    return good && (!nosec || json_object_set_new(server, "nosec", json_true()) == 0);
}

static bool put_resources(json_t *object, const struct loom_fleet_write *write)
{
    bool good = true;
    for (size_t i = 0; good && i < write->setting_count; i++) {
        char name[8];
        (void)snprintf(name, sizeof name, "%u", write->settings[i].resource);
        good = put_setting(object, name, &write->settings[i]);
    }
    return good;
}

static bool put_server(json_t *document, const struct loom_fleet_write *write)
{
    char id[8];
    (void)snprintf(id, sizeof id, "%u", write->short_server_id);
    json_t *servers = part_of(document, "servers");
    json_t *server = servers == NULL ? NULL : part_of(servers, id);
    if (server == NULL) {
        return false;
    }
    if (write->path.id[LOOM_OBJECT_ID] == LOOM_ID_SECURITY) {
        return put_security(server, write);
    }
    bool good = put_resources(server, write);
    (void)json_object_del(server, "0"); /* the Short Server ID is the name of the member */
    return good;
}

static bool put_of_account(json_t *document, const struct loom_fleet_write *write)
{
    bool good = true;
    for (size_t i = 0; good && i < write->setting_count; i++) {
        bool hold_off = write->settings[i].resource == LOOM_ID_SECURITY_CLIENT_HOLD_OFF_TIME;
        good = json_object_set_new(document, hold_off ? "holdOff" : "accountTimeout",
                                   value_of(&write->settings[i].value)) == 0;
    }
    return good;
}

static bool put_fixed(json_t *document, const struct loom_fleet_write *write)
{
    char path[32];
    bool instance = write->path.depth == 2;
    json_t *part = part_of(document, instance ? "instances" : "resources");
    if (part == NULL) {
        return false;
    }
    if (instance) {
        (void)snprintf(path, sizeof path, "/%u/%u", write->path.id[0], write->path.id[1]);
        json_t *object = part_of(part, path);
        return object != NULL && put_resources(object, write);
    }
    (void)snprintf(path, sizeof path, "/%u/%u/%u", write->path.id[0], write->path.id[1],
                   write->path.id[2]);
    bool good = true;
    for (size_t i = 0; good && i < write->setting_count; i++) {
        good = put_setting(part, path, &write->settings[i]);
    }
    return good;
}

/* A version that is not the one of the tables. */
static bool put_version(json_t *document, const struct loom_fleet_write *write,
                        const struct loom_catalog *catalog)
{
    const struct loom_object *known = loom_catalog_object(catalog, write->path.id[0]);
    uint8_t major = write->version_major == 0 ? 1 : write->version_major;
    char id[8];
    char version[8];
    if (loom_object_is_in_enabler(write->path.id[0]) || known == NULL ||
        (known->version_major == major && known->version_minor == write->version_minor)) {
        return true;
    }
    (void)snprintf(id, sizeof id, "%u", write->path.id[0]);
    (void)snprintf(version, sizeof version, "%u.%u", major, write->version_minor);
    json_t *versions = part_of(document, "objectVersions");
    return versions != NULL && json_object_set_new(versions, id, json_string(version)) == 0;
}

static bool put_paths(json_t *document, const char *name, const struct loom_path *paths,
                      size_t count)
{
    json_t *array = count == 0 ? NULL : json_array();
    bool good = array != NULL;
    for (size_t i = 0; good && i < count; i++) {
        char path[16] = "/";
        size_t used = 0;
        for (unsigned level = 0; level < paths[i].depth; level++) {
            used += (size_t)snprintf(path + used, sizeof path - used, "/%u", paths[i].id[level]);
        }
        good = json_array_append_new(array, json_string(path)) == 0;
    }
    if (!good) {
        json_decref(array);
        return count == 0;
    }
    return json_object_set_new(document, name, array) == 0;
}

static bool put_words(json_t *document, const struct loom_fleet_account *account)
{
    bool good = put_paths(document, "delete", account->deletes, account->delete_count) &&
                put_paths(document, "repair", account->repairs, account->repair_count);
    if (account->mode == LOOM_SECURITY_NOSEC) {
        good = good && json_object_set_new(document, "nosec", json_true()) == 0;
    } else {
        good = good &&
               json_object_set_new(document, "identity",
                                   json_stringn((const char *)account->identity.data,
                                                account->identity.length)) == 0 &&
               json_object_set_new(document, "key", hex_of(account->key)) == 0;
    }
    if (!account->discover) {
        good = good && json_object_set_new(document, "discover", json_false()) == 0 &&
               json_object_set_new(document, "bootstrapInstance",
                                   json_integer(account->bootstrap_instance)) == 0;
    }
    return good && (account->pack || json_object_set_new(document, "pack", json_false()) == 0);
}

json_t *loom_document_of(const struct loom_fleet_account *account,
                         const struct loom_catalog *catalog)
{
    json_t *document = json_object();
    bool good = document != NULL && put_words(document, account);
    for (size_t i = 0; good && i < account->write_count; i++) {
        const struct loom_fleet_write *write = &account->writes[i];
        good = write->target == LOOM_FLEET_SERVER_ACCOUNT      ? put_server(document, write)
               : write->target == LOOM_FLEET_BOOTSTRAP_ACCOUNT ? put_of_account(document, write)
                                                               : put_fixed(document, write);
        good = good && put_version(document, write, catalog);
    }
    if (!good) {
        json_decref(document);
        document = NULL;
    }
    return document;
}
