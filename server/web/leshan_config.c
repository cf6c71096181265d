/* SPDX-License-Identifier: Apache-2.0 */
#include "web/leshan_config.h"

#include "common/memory.h"
#include "common/text.h"
#include "loom/codec.h"
#include "web/leshan_members.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/** Bytes of an array of numbers. */
#define BYTES_MAX 4096u

/** What is read, and what is wrong with it. */
struct reading {
    const json_t *kept; /* the servers of the document as it is */
    char *error;
};

static bool fail(const struct reading *reading, const char *format, ...)
#if defined(__GNUC__)
    __attribute__((format(printf, 2, 3)))
#endif
    ;

static bool fail(const struct reading *reading, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(reading->error, LOOM_LESHAN_CONFIG_ERROR, format, arguments);
    va_end(arguments);
    return false;
}

/* The place of a name in a list. @return -1: it is not there */
static int place_of(const json_t *value, const char *const *names, int count)
{
    for (int i = 0; json_is_string(value) && i < count; i++) {
        if (strcmp(json_string_value(value), names[i]) == 0) {
            return i;
        }
    }
    return -1;
}

/* @return a new value for the document, or NULL: it is not of this kind */
static json_t *read_member(enum loom_leshan_kind kind, json_t *value)
{
    switch (kind) {
    case LOOM_LESHAN_NUMBER:
        return json_is_integer(value) || json_is_string(value) ? json_incref(value) : NULL;
    case LOOM_LESHAN_TRUTH:
        return json_is_boolean(value) ? json_incref(value) : NULL;
    case LOOM_LESHAN_LETTERS:
        return json_is_string(value) ? json_incref(value) : NULL;
    case LOOM_LESHAN_APN:
        return json_is_integer(value)
                   ? json_sprintf("11:%" JSON_INTEGER_FORMAT, json_integer_value(value))
                   : NULL;
    }
    return NULL;
}

static bool is_known(const char *name, const char *const *others)
{
    for (; *others != NULL; others++) {
        if (strcmp(name, *others) == 0) {
            return true;
        }
    }
    return false;
}

/* ---- bytes as lists of numbers --------------------------------------------------------------- */

/* Numbers of a byte, with a sign or without, as hex. @return NULL: it is no such list */
static json_t *hex_of(const json_t *list)
{
    static const char digits[] = "0123456789abcdef";
    char hex[2 * BYTES_MAX];
    size_t i;
    const json_t *item;
    if (!json_is_array(list) || json_array_size(list) > BYTES_MAX) {
        return NULL;
    }
    json_array_foreach(list, i, item)
    {
        json_int_t byte = json_is_integer(item) ? json_integer_value(item) : 256;
        if (byte < -128 || byte > 255) {
            return NULL;
        }
        hex[2 * i] = digits[(byte >> 4) & 0xF];
        hex[2 * i + 1] = digits[byte & 0xF];
    }
    json_t *text = json_stringn(hex, 2 * json_array_size(list));
    loom_memory_wipe(hex, sizeof hex);
    return text;
}

/* The same as text. @return NULL: it is none */
static json_t *text_of(const json_t *list)
{
    char text[BYTES_MAX];
    json_t *hex = hex_of(list);
    size_t length = json_array_size(list);
    for (size_t i = 0; hex != NULL && i < length; i++) {
        text[i] = (char)(json_integer_value(json_array_get(list, i)) & 0xFF);
    }
    json_t *json = hex == NULL ? NULL : json_stringn(text, length);
    json_decref(hex);
    return json;
}

/* ---- a configuration into a document --------------------------------------------------------- */

static bool read_server(const struct reading *reading, const char *id, json_t *config,
                        json_t *server)
{
    static const char *const others[] = {"shortId", NULL};
    const char *name;
    json_t *value;
    for (size_t i = 0; i < LOOM_LESHAN_MEMBERS; i++) {
        json_t *usual = loom_leshan_usual(&loom_leshan_members[i]);
        if (json_object_get(config, loom_leshan_members[i].name) == NULL && usual != NULL) {
            (void)json_object_set(server, loom_leshan_members[i].resource, usual);
        }
        json_decref(usual);
    }
    json_object_foreach(config, name, value)
    {
        size_t i = 0;
        while (i < LOOM_LESHAN_MEMBERS && strcmp(loom_leshan_members[i].name, name) != 0) {
            i++;
        }
        if (i == LOOM_LESHAN_MEMBERS && !is_known(name, others)) {
            return fail(reading, "servers/%s: there is no such member", id);
        }
        if (i == LOOM_LESHAN_MEMBERS || json_is_null(value)) {
            continue;
        }
        json_t *taken = read_member(loom_leshan_members[i].kind, value);
        if (taken == NULL) {
            return fail(reading, "servers/%s: %s is malformed", id, loom_leshan_members[i].name);
        }
        (void)json_object_set_new(server, loom_leshan_members[i].resource, taken);
    }
    return true;
}

/* Resources of Security that are said by their numbers. */
static bool set_security(json_t *server, const char *resource, json_t *value)
{
    json_t *security = json_object_get(server, "security");
    if (security == NULL) {
        security = json_object();
        (void)json_object_set_new(server, "security", security);
    }
    return value != NULL && json_object_set_new(security, resource, value) == 0;
}

static bool is_empty(const json_t *value)
{
    return value == NULL || json_is_null(value) ||
           (json_is_array(value) && json_array_size(value) == 0) ||
           (json_is_string(value) && json_string_length(value) == 0);
}

/* A server that keeps its key names the one that it has by its fingerprint. */
static json_t *key_of(const struct reading *reading, const char *ssid, const json_t *list)
{
    if (is_empty(list)) {
        json_t *kept = json_object_get(json_object_get(reading->kept, ssid), "key");
        return json_is_object(kept) ? json_incref(kept) : NULL;
    }
    return hex_of(list);
}

static bool read_psk(const struct reading *reading, const char *ssid, const json_t *config,
                     json_t *server)
{
    json_t *identity = text_of(json_object_get(config, "publicKeyOrId"));
    json_t *key = key_of(reading, ssid, json_object_get(config, "secretKey"));
    bool good = identity != NULL && key != NULL;
    if (good) {
        (void)json_object_set(server, "identity", identity);
        (void)json_object_set(server, "key", key);
    }
    json_decref(identity);
    json_decref(key);
    return good || fail(reading,
                        "security of server %s: PSK needs publicKeyOrId, a text, and secretKey, "
                        "as lists of numbers",
                        ssid);
}

static bool read_certificates(const struct reading *reading, const char *ssid, int mode,
                              const json_t *config, json_t *server)
{
    static const char *const names[] = {"publicKeyOrId", "serverPublicKey", "secretKey"};
    static const char *const resources[] = {"3", "4", "5"};
    (void)set_security(server, "2", json_integer(mode));
    for (size_t i = 0; i < 3; i++) {
        const json_t *list = json_object_get(config, names[i]);
        if (!is_empty(list) && !set_security(server, resources[i], hex_of(list))) {
            return fail(reading, "security of server %s: %s is no list of bytes", ssid, names[i]);
        }
    }
    return true;
}

/* What may be said besides who each side is. */
static bool read_details(const struct reading *reading, const char *ssid, const json_t *config,
                         json_t *server)
{
    const json_t *matching = json_object_get(config, "matchingType");
    const json_t *usage = json_object_get(config, "certificateUsage");
    json_t *sni = json_object_get(config, "sni");
    int type = place_of(matching, loom_leshan_matching_types, 4);
    int use = place_of(usage, loom_leshan_usages, 4);
    if ((!is_empty(matching) && type < 0) || (!is_empty(usage) && use < 0) ||
        (!is_empty(sni) && !json_is_string(sni))) {
        return fail(reading,
                    "security of server %s: matchingType, certificateUsage or sni is malformed",
                    ssid);
    }
    if (type >= 0) {
        (void)set_security(server, "13", json_integer(type));
    }
    if (!is_empty(sni)) {
        (void)set_security(server, "14", json_incref(sni));
    }
    if (use >= 0) {
        (void)set_security(server, "15", json_integer(use));
    }
    return true;
}

/* SMS, OSCORE and lists of cipher suites are nothing that this server writes. */
static bool refuse_others(const struct reading *reading, const char *id, const json_t *config)
{
    static const char *const known[] = {"uri",
                                        "bootstrapServer",
                                        "securityMode",
                                        "publicKeyOrId",
                                        "serverPublicKey",
                                        "secretKey",
                                        "secretKeyFingerprint",
                                        "smsSecurityMode",
                                        "serverId",
                                        "clientOldOffTime",
                                        "bootstrapServerAccountTimeout",
                                        "matchingType",
                                        "sni",
                                        "certificateUsage",
                                        NULL};
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)config, name, value)
    {
        if (!is_known(name, known) && !is_empty(value)) {
            return fail(reading,
                        "security/%s: this server has no SMS, OSCORE or cipher suites, "
                        "and no unknown members",
                        id);
        }
    }
    const json_t *sms = json_object_get(config, "smsSecurityMode");
    return is_empty(sms) ||
           loom_text_is(loom_string_text(json_is_string(sms) ? json_string_value(sms) : ""),
                        "NO_SEC") ||
           fail(reading, "security/%s: this server has no SMS", id);
}

static bool read_security(const struct reading *reading, const char *id, const char *ssid,
                          json_t *config, json_t *server)
{
    json_t *uri = json_object_get(config, "uri");
    int mode = place_of(json_object_get(config, "securityMode"), loom_leshan_modes, 5);
    if (!json_is_string(uri) || mode < 0) {
        return fail(reading, "security/%s: uri and securityMode are mandatory", id);
    }
    (void)json_object_set(server, "uri", uri);
    if (!refuse_others(reading, id, config)) {
        return false;
    }
    if (mode == LOOM_LESHAN_NOSEC) {
        return json_object_set_new(server, "nosec", json_true()) == 0;
    }
    bool good = mode == LOOM_LESHAN_PSK ? read_psk(reading, ssid, config, server)
                                        : read_certificates(reading, ssid, mode, config, server);
    return good && read_details(reading, ssid, config, server);
}

/* The entry of `security` that a server has. */
static json_t *security_of(json_t *config, json_int_t ssid, const char **id)
{
    json_t *one;
    json_object_foreach(json_object_get(config, "security"), *id, one)
    {
        const json_t *server = json_object_get(one, "serverId");
        if (!json_is_true(json_object_get(one, "bootstrapServer")) && json_is_integer(server) &&
            json_integer_value(server) == ssid) {
            return one;
        }
    }
    return NULL;
}

static bool read_servers(const struct reading *reading, json_t *config, json_t *document)
{
    json_t *servers = json_object();
    const char *id;
    json_t *one;
    (void)json_object_set_new(document, "servers", servers);
    json_object_foreach(json_object_get(config, "servers"), id, one)
    {
        char ssid[24];
        const char *security_id;
        const json_t *short_id = json_object_get(one, "shortId");
        json_t *security = security_of(config, json_integer_value(short_id), &security_id);
        (void)snprintf(ssid, sizeof ssid, "%" JSON_INTEGER_FORMAT, json_integer_value(short_id));
        if (!json_is_integer(short_id) || json_object_get(servers, ssid) != NULL) {
            return fail(reading, "servers/%s: shortId is missing, or there twice", id);
        }
        if (security == NULL) {
            return fail(reading, "servers/%s: no entry of security has its shortId as serverId",
                        id);
        }
        json_t *server = json_object();
        (void)json_object_set_new(servers, ssid, server);
        if (!read_server(reading, id, one, server) ||
            !read_security(reading, security_id, ssid, security, server)) {
            return false;
        }
    }
    return true;
}

/* The bootstrap account, and that no entry is of a server that is not there. */
static bool read_others(const struct reading *reading, json_t *config, json_t *document)
{
    const char *id;
    json_t *one;
    json_t *servers = json_object_get(document, "servers");
    (void)json_object_del(document, "holdOff");
    (void)json_object_del(document, "accountTimeout");
    json_object_foreach(json_object_get(config, "security"), id, one)
    {
        char ssid[24];
        json_t *server = json_object_get(one, "serverId");
        json_t *hold_off = json_object_get(one, "clientOldOffTime");
        json_t *timeout = json_object_get(one, "bootstrapServerAccountTimeout");
        (void)snprintf(ssid, sizeof ssid, "%" JSON_INTEGER_FORMAT, json_integer_value(server));
        if (!json_is_true(json_object_get(one, "bootstrapServer"))) {
            if (json_object_get(servers, ssid) == NULL) {
                return fail(reading, "security/%s: no entry of servers has its serverId as shortId",
                            id);
            }
            continue;
        }
        if (json_is_integer(hold_off)) {
            (void)json_object_set(document, "holdOff", hold_off);
        }
        if (json_is_integer(timeout)) {
            (void)json_object_set(document, "accountTimeout", timeout);
        }
    }
    return true;
}

static bool read_acl(const struct reading *reading, const char *id, json_t *one, json_t *instances)
{
    uint16_t instance;
    char path[16];
    json_t *acls = json_object_get(one, "acls");
    if (!loom_text_to_id(loom_string_text(id), &instance)) {
        return fail(reading, "acls: expected ids of instances of /2");
    }
    (void)snprintf(path, sizeof path, "/2/%u", (unsigned)instance);
    json_t *made = json_pack("{s:O*, s:O*, s:O*, s:O*}", "0", json_object_get(one, "objectId"), "1",
                             json_object_get(one, "objectInstanceId"), "2",
                             json_is_object(acls) && json_object_size(acls) > 0 ? acls : NULL, "3",
                             json_object_get(one, "AccessControlOwner"));
    return json_object_set_new(instances, path, made) == 0;
}

static bool read_acls(const struct reading *reading, json_t *config, json_t *document)
{
    json_t *instances = json_object();
    const char *id;
    json_t *one;
    json_object_foreach(json_object_get(config, "acls"), id, one)
    {
        if (!read_acl(reading, id, one, instances)) {
            json_decref(instances);
            return false;
        }
    }
    if (json_object_size(instances) > 0) {
        return json_object_set_new(document, "instances", instances) == 0;
    }
    json_decref(instances);
    return true;
}

static bool is_kind(const json_t *config, const char *name, json_type type)
{
    const json_t *value = json_object_get(config, name);
    return value == NULL || json_is_null(value) || json_typeof(value) == type;
}

static bool check_shape(const struct reading *reading, json_t *config)
{
    static const char *const known[] = {"autoIdForSecurityObject",
                                        "contentFormat",
                                        "toDelete",
                                        "servers",
                                        "security",
                                        "acls",
                                        "oscore",
                                        NULL};
    const char *name;
    json_t *value;
    if (!json_is_object(config)) {
        return fail(reading, "expected a bootstrap configuration: an object");
    }
    json_object_foreach(config, name, value)
    {
        if (!is_known(name, known)) {
            return fail(reading, "there are autoIdForSecurityObject, toDelete, servers, security "
                                 "and acls");
        }
    }
    if (!is_kind(config, "toDelete", JSON_ARRAY) || !is_kind(config, "servers", JSON_OBJECT) ||
        !is_kind(config, "security", JSON_OBJECT) || !is_kind(config, "acls", JSON_OBJECT)) {
        return fail(reading, "toDelete is a list, servers, security and acls are objects");
    }
    if (json_object_size(json_object_get(config, "oscore")) > 0 ||
        !is_empty(json_object_get(config, "contentFormat"))) {
        return fail(reading, "this server has no OSCORE, and writes in the format that the device "
                             "prefers");
    }
    return true;
}

bool loom_leshan_config_read(const json_t *config, json_t *document,
                             char error[LOOM_LESHAN_CONFIG_ERROR])
{
    json_t *all = (json_t *)(uintptr_t)config;
    json_t *before = json_deep_copy(json_object_get(document, "servers"));
    struct reading reading = {.kept = before, .error = error};
    error[0] = '\0';
    loom_leshan_config_remove(document);
    bool good = check_shape(&reading, all) && read_servers(&reading, all, document) &&
                read_others(&reading, all, document) && read_acls(&reading, all, document);
    json_t *deletes = json_object_get(config, "toDelete");
    if (good && json_is_array(deletes) && json_array_size(deletes) > 0) {
        (void)json_object_set(document, "delete", deletes);
    }
    json_decref(before);
    return good;
}
