/* SPDX-License-Identifier: Apache-2.0 */
/* A document as a configuration. */
#include "web/leshan_config.h"

#include "web/leshan_members.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static json_t *bytes_of_text(const json_t *text)
{
    json_t *list = json_array();
    for (size_t i = 0; i < json_string_length(text); i++) {
        (void)json_array_append_new(list, json_integer((unsigned char)json_string_value(text)[i]));
    }
    return list;
}

static unsigned digit_of(char c)
{
    return c >= '0' && c <= '9' ? (unsigned)(c - '0') : (unsigned)((c | 0x20) - 'a' + 10);
}

static json_t *bytes_of_hex(const json_t *hex)
{
    json_t *list = json_array();
    const char *text = json_string_value(hex);
    for (size_t i = 0; i + 1 < json_string_length(hex); i += 2) {
        (void)json_array_append_new(
            list, json_integer((json_int_t)(digit_of(text[i]) << 4 | digit_of(text[i + 1]))));
    }
    return list;
}

/* ---- a document into a configuration --------------------------------------------------------- */

static const char *const parts[] = {"servers",   "instances", "delete",
                                    "resources", "holdOff",   "accountTimeout"};

bool loom_leshan_config_is_in(const json_t *document)
{
    return json_object_get(document, "servers") != NULL ||
           json_object_get(document, "instances") != NULL;
}

void loom_leshan_config_remove(json_t *document)
{
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        (void)json_object_del(document, parts[i]);
    }
}

/* A resource by its number, or its name in one of the two forms that documents have. */
static json_t *resource_of(const json_t *object, const char *number, const char *name)
{
    json_t *value = json_object_get(object, number);
    return value != NULL ? value : json_object_get(object, name);
}

static json_t *show_member(const struct loom_leshan_member *member, json_t *value)
{
    if (member->kind == LOOM_LESHAN_APN && json_is_string(value)) {
        const char *colon = strchr(json_string_value(value), ':');
        return json_integer(colon == NULL ? 0 : strtol(colon + 1, NULL, 10));
    }
    return value != NULL ? json_incref(value) : loom_leshan_usual(member);
}

static json_t *show_server(json_int_t ssid, const json_t *server)
{
    json_t *shown = json_pack("{s:I}", "shortId", ssid);
    for (size_t i = 0; i < LOOM_LESHAN_MEMBERS; i++) {
        json_t *value = show_member(
            &loom_leshan_members[i],
            resource_of(server, loom_leshan_members[i].resource, loom_leshan_members[i].word));
        if (value != NULL) {
            (void)json_object_set_new(shown, loom_leshan_members[i].name, value);
        }
    }
    return shown;
}

static int mode_of(const json_t *server, const json_t *security)
{
    const json_t *mode = resource_of(security, "2", "security-mode");
    if (json_is_integer(mode) && json_integer_value(mode) >= 0 && json_integer_value(mode) < 5) {
        return (int)json_integer_value(mode);
    }
    return json_is_true(json_object_get(server, "nosec")) ? LOOM_LESHAN_NOSEC : LOOM_LESHAN_PSK;
}

static void show_name(json_t *shown, const char *member, const json_t *value,
                      const char *const *names)
{
    if (json_is_integer(value) && json_integer_value(value) >= 0 && json_integer_value(value) < 4) {
        (void)json_object_set_new(shown, member, json_string(names[json_integer_value(value)]));
    }
}

static json_t *show_security(json_int_t ssid, const json_t *server)
{
    const json_t *security = json_object_get(server, "security");
    const json_t *identity = json_object_get(server, "identity");
    json_t *key = json_object_get(server, "key");
    key = key != NULL ? key : resource_of(security, "5", "secret-key");
    json_t *shown =
        json_pack("{s:O*, s:b, s:s, s:o, s:o, s:s, s:[], s:[], s:s, s:I, s:i, s:i, s:O*, s:O*}",
                  "uri", json_object_get(server, "uri"), "bootstrapServer", 0, "securityMode",
                  loom_leshan_modes[mode_of(server, security)], "publicKeyOrId",
                  json_is_string(identity)
                      ? bytes_of_text(identity)
                      : bytes_of_hex(resource_of(security, "3", "public-key-or-identity")),
                  "serverPublicKey", bytes_of_hex(resource_of(security, "4", "server-public-key")),
                  "smsSecurityMode", "NO_SEC", "smsBindingKeyParam", "smsBindingKeySecret",
                  "serverSmsNumber", "", "serverId", ssid, "clientOldOffTime", 1,
                  "bootstrapServerAccountTimeout", 0, "sni", resource_of(security, "14", "sni"),
                  "secretKeyFingerprint", json_object_get(key, "fingerprint"));
    show_name(shown, "matchingType", resource_of(security, "13", "matching-type"),
              loom_leshan_matching_types);
    show_name(shown, "certificateUsage", resource_of(security, "15", "certificate-usage"),
              loom_leshan_usages);
    return shown;
}

static json_t *show_acls(json_t *document)
{
    json_t *acls = json_object();
    const char *path;
    json_t *one;
    json_object_foreach(json_object_get(document, "instances"), path, one)
    {
        json_t *list = resource_of(one, "2", "acl");
        if (strncmp(path, "/2/", 3) == 0) {
            json_t *shown =
                json_pack("{s:O*, s:O*, s:o, s:O*}", "objectId", resource_of(one, "0", "object-id"),
                          "objectInstanceId", resource_of(one, "1", "object-instance-id"), "acls",
                          json_is_object(list) ? json_incref(list) : json_object(),
                          "AccessControlOwner", resource_of(one, "3", "access-control-owner"));
            (void)json_object_set_new(acls, path + 3, shown);
        }
    }
    return acls;
}

json_t *loom_leshan_config_show(const json_t *document)
{
    json_t *all = (json_t *)(uintptr_t)document;
    json_t *servers = json_object();
    json_t *security = json_object();
    json_t *deletes = json_object_get(document, "delete");
    const char *ssid;
    json_t *server;
    size_t count = 0;
    json_object_foreach(json_object_get(all, "servers"), ssid, server)
    {
        char id[24];
        json_int_t number = strtol(ssid, NULL, 10);
        (void)snprintf(id, sizeof id, "%zu", count);
        (void)json_object_set_new(servers, id, show_server(number, server));
        (void)snprintf(id, sizeof id, "%zu", ++count); /* that of the bootstrap account is 0 */
        (void)json_object_set_new(security, id, show_security(number, server));
    }
    return json_pack("{s:b, s:o, s:o, s:o, s:o, s:{}}", "autoIdForSecurityObject", 1, "toDelete",
                     json_is_array(deletes) ? json_incref(deletes) : json_array(), "servers",
                     servers, "security", security, "acls", show_acls(all), "oscore");
}
