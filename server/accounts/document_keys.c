/* SPDX-License-Identifier: Apache-2.0 */
/* The keys of documents: taken out when they are written, made where they are wanted. */
#define _DEFAULT_SOURCE /* getentropy() */

#include "accounts/document.h"

#include "catalog/value.h"
#include "common/memory.h"
#include "loom/codec.h"
#include "loom/ids.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define OTHER_KEY_MAX 4096u /* of a certificate, say */

void loom_document_ignore(void *user, const char *at, const char *detail)
{
    (void)user;
    (void)at;
    (void)detail;
}

/* ---- lists ----------------------------------------------------------------------------------- */

const struct loom_document_key *loom_document_key_at(const struct loom_document_key *keys,
                                                     const char *place)
{
    while (keys != NULL && strcmp(keys->place, place) != 0) {
        keys = keys->next;
    }
    return keys;
}

static struct loom_document_key *new_key(const char *place, struct loom_bytes bytes)
{
    size_t size = strlen(place) + 1;
    struct loom_document_key *key =
        size < LOOM_DOCUMENT_PLACE_SIZE ? malloc(sizeof *key + bytes.length + size) : NULL;
    if (key != NULL) {
        key->next = NULL;
        key->length = bytes.length;
        memcpy(key->bytes, bytes.data, bytes.length);
        memcpy(key->bytes + bytes.length, place, size);
        key->place = (const char *)key->bytes + bytes.length;
    }
    return key;
}

bool loom_document_key_add(struct loom_document_key **keys, const char *place,
                           struct loom_bytes bytes)
{
    struct loom_document_key *key = new_key(place, bytes);
    if (key == NULL) {
        return false;
    }
    key->next = *keys;
    *keys = key;
    return true;
}

static void free_key(struct loom_document_key *key)
{
    loom_memory_wipe(key->bytes, key->length);
    free(key);
}

static void remove_key(struct loom_document_key **keys, const char *place)
{
    while (*keys != NULL && strcmp((*keys)->place, place) != 0) {
        keys = &(*keys)->next;
    }
    struct loom_document_key *found = *keys;
    if (found != NULL) {
        *keys = found->next;
        free_key(found);
    }
}

bool loom_document_keys_copy(const struct loom_document_key *keys, struct loom_document_key **copy)
{
    struct loom_document_key **last = copy;
    *copy = NULL;
    for (; keys != NULL; keys = keys->next) {
        if (loom_document_key_at(*copy, keys->place) != NULL) {
            continue;
        }
        *last = new_key(keys->place, (struct loom_bytes){keys->bytes, keys->length});
        if (*last == NULL) {
            loom_document_keys_free(*copy);
            *copy = NULL;
            return false;
        }
        last = &(*last)->next;
    }
    return true;
}

void loom_document_keys_free(struct loom_document_key *keys)
{
    while (keys != NULL) {
        struct loom_document_key *key = keys;
        keys = key->next;
        free_key(key);
    }
}

/* ---- pointers -------------------------------------------------------------------------------- */

/* The next name of a JSON pointer, which is moved behind it. */
static void next_name(const char **at, char *name)
{
    const char *from = *at + 1;
    size_t used = 0;
    for (; *from != '\0' && *from != '/'; from++) {
        bool escaped = *from == '~' && from[1] != '\0';
        name[used++] = !escaped ? *from : from[1] == '1' ? '/' : '~';
        from += escaped ? 1 : 0;
    }
    name[used] = '\0';
    *at = from;
}

/* Sets a value at a pointer; objects on the way are made. */
bool loom_document_set_at(json_t *document, const char *place, json_t *value)
{
    char name[LOOM_DOCUMENT_PLACE_SIZE];
    json_t *at = document;
    next_name(&place, name);
    while (*place != '\0') {
        json_t *inner = json_object_get(at, name);
        if (!json_is_object(inner)) {
            inner = json_object();
            if (json_object_set_new(at, name, inner) != 0) {
                json_decref(value);
                return false;
            }
        }
        at = inner;
        next_name(&place, name);
    }
    return json_object_set_new(at, name, value) == 0;
}

/* Whether what a key is a member of is there. */
static bool has_parent(json_t *document, const char *place)
{
    char name[LOOM_DOCUMENT_PLACE_SIZE];
    json_t *at = document;
    next_name(&place, name);
    while (*place != '\0' && at != NULL) {
        at = json_object_get(at, name);
        next_name(&place, name);
    }
    return json_is_object(at);
}

void loom_document_prune_keys(json_t *document, struct loom_document_key **keys)
{
    while (*keys != NULL) {
        struct loom_document_key *key = *keys;
        if (has_parent(document, key->place)) {
            keys = &key->next;
        } else {
            *keys = key->next;
            free_key(key);
        }
    }
}

/* ---- the places of keys ---------------------------------------------------------------------- */

/* What is done at each place of a key. */
struct visit {
    const struct loom_catalog *catalog;
    struct loom_document_key **keys;
    loom_document_report *report; /* NULL: keys are made, not taken */
    void *user;
    struct loom_place place;
    bool good;
};

typedef void at_key(struct visit *visit, json_t *parent, const char *name, json_t *value, bool psk);

static bool is_secret(const struct loom_catalog *catalog, uint16_t object, const char *name)
{
    struct loom_catalog_entry entry;
    struct loom_text text = {name, strcspn(name, "/")};
    uint16_t id;
    bool known = loom_text_to_id(text, &id)
                     ? loom_catalog_resource(catalog, object, id, &entry)
                     : loom_catalog_resource_by_name(catalog, object, text, &entry);
    return known && (entry.row->access & LOOM_SECRET) != 0;
}

/* Resources by name, of one instance. */
static void visit_resources(struct visit *visit, json_t *resources, uint16_t object, at_key *act)
{
    const char *name;
    json_t *value;
    void *next;
    json_object_foreach_safe(resources, next, name, value)
    {
        if (is_secret(visit->catalog, object, name)) {
            size_t before = loom_place_enter(&visit->place, name);
            act(visit, resources, name, value, false);
            loom_place_leave(&visit->place, before);
        }
    }
}

static void visit_key(struct visit *visit, json_t *object, at_key *act)
{
    json_t *key = json_object_get(object, "key");
    size_t before = loom_place_enter(&visit->place, "key");
    if (key != NULL) {
        act(visit, object, "key", key, true);
    }
    loom_place_leave(&visit->place, before);
}

static void visit_servers(struct visit *visit, json_t *servers, at_key *act)
{
    const char *id;
    json_t *server;
    json_object_foreach(servers, id, server)
    {
        size_t before = loom_place_enter(&visit->place, id);
        visit_key(visit, server, act);
        size_t inside = loom_place_enter(&visit->place, "security");
        visit_resources(visit, json_object_get(server, "security"), LOOM_ID_SECURITY, act);
        loom_place_leave(&visit->place, inside);
        loom_place_leave(&visit->place, before);
    }
}

static void visit_instances(struct visit *visit, json_t *instances, at_key *act)
{
    const char *name;
    json_t *instance;
    json_object_foreach(instances, name, instance)
    {
        struct loom_path path;
        size_t before = loom_place_enter(&visit->place, name);
        if (loom_text_to_path((struct loom_text){name, strlen(name)}, &path) && path.depth == 2) {
            visit_resources(visit, instance, path.id[LOOM_OBJECT_ID], act);
        }
        loom_place_leave(&visit->place, before);
    }
}

static void visit_paths(struct visit *visit, json_t *resources, at_key *act)
{
    const char *name;
    json_t *value;
    void *next;
    json_object_foreach_safe(resources, next, name, value)
    {
        struct loom_path path;
        struct loom_catalog_entry entry;
        if (loom_text_to_path((struct loom_text){name, strlen(name)}, &path) && path.depth >= 3 &&
            loom_catalog_resource(visit->catalog, path.id[LOOM_OBJECT_ID],
                                  path.id[LOOM_RESOURCE_ID], &entry) &&
            (entry.row->access & LOOM_SECRET) != 0) {
            size_t before = loom_place_enter(&visit->place, name);
            act(visit, resources, name, value, false);
            loom_place_leave(&visit->place, before);
        }
    }
}

static void visit_all(struct visit *visit, json_t *document, at_key *act)
{
    static const struct {
        const char *name;
        void (*visit)(struct visit *visit, json_t *value, at_key *act);
    } parts[] = {
        {"servers", visit_servers}, {"instances", visit_instances}, {"resources", visit_paths}};
    visit_key(visit, document, act);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        size_t before = loom_place_enter(&visit->place, parts[i].name);
        parts[i].visit(visit, json_object_get(document, parts[i].name), act);
        loom_place_leave(&visit->place, before);
    }
}

/* ---- taking ---------------------------------------------------------------------------------- */

static void fail(struct visit *visit, const char *detail)
{
    visit->good = false;
    visit->report(visit->user, visit->place.text, detail);
}

static void take_hex(struct visit *visit, json_t *value, bool psk)
{
    uint8_t bytes[OTHER_KEY_MAX];
    struct loom_text hex = {json_string_value(value), json_string_length(value)};
    size_t length = hex.length / 2;
    if (psk && (length < LOOM_FLEET_KEY_MIN || length > LOOM_FLEET_KEY_MAX)) {
        fail(visit, "a key has 16 to 64 bytes, two hex digits each, or is \"generate\"");
    } else if (length > sizeof bytes) {
        fail(visit, "a key has at most 4096 bytes");
    } else if (!loom_hex_read(hex, bytes)) {
        fail(visit, "a key is written as pairs of hex digits, or is \"generate\"");
    } else {
        remove_key(visit->keys, visit->place.text);
        if (!loom_document_key_add(visit->keys, visit->place.text,
                                   (struct loom_bytes){bytes, length})) {
            fail(visit, "there is no memory for the key, or its place is too long");
        }
    }
    loom_memory_wipe(bytes, sizeof bytes);
    loom_memory_wipe((void *)(uintptr_t)hex.data, hex.length);
}

static bool is_generate(const json_t *value)
{
    return json_is_string(value) && strcmp(json_string_value(value), "generate") == 0;
}

static void take(struct visit *visit, json_t *parent, const char *name, json_t *value, bool psk)
{
    if (is_generate(value)) {
        return;
    }
    if (json_is_null(value)) {
        remove_key(visit->keys, visit->place.text);
        return; /* it says that the profile's is not wanted */
    }
    if (json_is_string(value)) {
        take_hex(visit, value, psk);
    } else if (!json_is_object(value) ||
               loom_document_key_at(*visit->keys, visit->place.text) == NULL) {
        /* An object is what the document was shown with in the place of the key. */
        fail(visit, "expected a key in hex, or \"generate\"");
    }
    (void)json_object_del(parent, name);
}

bool loom_document_take_keys(json_t *document, const struct loom_catalog *catalog,
                             struct loom_document_key **keys, loom_document_report *report,
                             void *user)
{
    struct visit visit = {
        .catalog = catalog, .keys = keys, .report = report, .user = user, .good = true};
    visit_all(&visit, document, take);
    return visit.good;
}

/* ---- making ---------------------------------------------------------------------------------- */

static void make(struct visit *visit, json_t *parent, const char *name, json_t *value, bool psk)
{
    uint8_t bytes[LOOM_DOCUMENT_KEY_MADE];
    (void)parent;
    (void)name;
    (void)psk;
    if (!is_generate(value) || loom_document_key_at(*visit->keys, visit->place.text) != NULL) {
        return;
    }
    visit->good = getentropy(bytes, sizeof bytes) == 0 &&
                  loom_document_key_add(visit->keys, visit->place.text,
                                        (struct loom_bytes){bytes, sizeof bytes}) &&
                  visit->good;
    loom_memory_wipe(bytes, sizeof bytes);
}

bool loom_document_make_keys(json_t *document, const struct loom_catalog *catalog,
                             struct loom_document_key **keys)
{
    struct visit visit = {.catalog = catalog, .keys = keys, .good = true};
    visit_all(&visit, document, make);
    return visit.good;
}
