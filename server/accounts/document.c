/* SPDX-License-Identifier: Apache-2.0 */
/* From a document to an account, by the reader of the accounts file: its keywords and rules are
 * the same. */
#include "accounts/document.h"

#include "common/memory.h"
#include "common/text.h"
#include "loom/codec.h"
#include "loom/ids.h"
#include "store/accounts_reader.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VALUE_MAX 8300u /* the longest key in hex, and more */

struct walk {
    const struct loom_document_source *source;
    struct loom_fleet_reader reader;
    struct loom_fleet_not_a_file mode;
    struct loom_place place;
    char versions[2048]; /* read at the end of all */
    loom_document_report *report;
    void *user;
    bool good;
};

/* Who gets a line. */
typedef void take_line(struct loom_fleet_reader *reader, const struct loom_fleet_line *line);

json_t *loom_document_merge(json_t *base, json_t *own)
{
    const char *name;
    json_t *value;
    if (!json_is_object(own)) {
        return json_deep_copy(own);
    }
    json_t *merged = json_is_object(base) ? json_copy(base) : json_object();
    json_object_foreach(own, name, value)
    {
        if (merged == NULL) {
            return NULL;
        }
        if (json_is_null(value)) {
            (void)json_object_del(merged, name);
            continue;
        }
        json_t *inner = loom_document_merge(json_object_get(merged, name), value);
        if (inner == NULL || json_object_set_new(merged, name, inner) != 0) {
            json_decref(merged);
            merged = NULL;
        }
    }
    return merged;
}

static void on_error(void *user, const char *text)
{
    struct walk *walk = user;
    walk->good = false;
    walk->report(walk->user, walk->place.text, text);
}

/* ---- lines ----------------------------------------------------------------------------------- */

static struct loom_word word_of(const char *text, size_t length)
{
    struct loom_word word = {{text, length}, 0, 0};
    return word;
}

static void put_line(struct walk *walk, const char *name, struct loom_text value, take_line *take)
{
    struct loom_fleet_line line = {word_of(name, strlen(name)), word_of(value.data, value.length),
                                   true};
    take(&walk->reader, &line);
}

/* `{endpoint}` in an identity or a URI is the name of the endpoint. */
static struct loom_text fill_in(const struct walk *walk, struct loom_text text, char *room,
                                size_t size)
{
    static const char mark[] = "{endpoint}";
    size_t mark_length = sizeof mark - 1;
    struct loom_text name = walk->source->endpoint;
    size_t used = 0;
    for (size_t i = 0; i < text.length;) {
        bool marked =
            text.length - i >= mark_length && memcmp(text.data + i, mark, mark_length) == 0;
        struct loom_text part = {text.data + i, 1};
        part = marked ? name : part;
        if (used + part.length > size) {
            return text; /* longer than both may be */
        }
        memcpy(room + used, part.data, part.length);
        used += part.length;
        i += marked ? mark_length : 1;
    }
    return (struct loom_text){room, used};
}

static bool is_template(const char *name)
{
    return strcmp(name, "identity") == 0 || strcmp(name, "uri") == 0;
}

static void put_scalar(struct walk *walk, const char *name, json_t *value, take_line *take)
{
    char room[1024];
    struct loom_text text = {room, 0};
    switch (json_typeof(value)) {
    case JSON_STRING:
        text.data = json_string_value(value);
        text.length = json_string_length(value);
        if (is_template(name)) {
            text = fill_in(walk, text, room, sizeof room);
        }
        break;
    case JSON_INTEGER:
        text.length =
            (size_t)snprintf(room, sizeof room, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
        break;
    case JSON_REAL:
        text.length = (size_t)snprintf(room, sizeof room, "%.17g", json_real_value(value));
        break;
    case JSON_TRUE:
    case JSON_FALSE:
        text.data = json_is_true(value) ? "yes" : "no";
        text.length = strlen(text.data);
        break;
    default:
        on_error(walk, "expected a number, a text, true or false");
        return;
    }
    put_line(walk, name, text, take);
}

/* A value, or several of a multiple resource by their ids. */
static void put_value(struct walk *walk, const char *name, json_t *value, take_line *take)
{
    const char *id;
    json_t *one;
    char both[256];
    if (!json_is_object(value)) {
        put_scalar(walk, name, value, take);
        return;
    }
    json_object_foreach(value, id, one)
    {
        size_t before = loom_place_enter(&walk->place, id);
        int length = snprintf(both, sizeof both, "%s/%s", name, id);
        if (length < 0 || (size_t)length >= sizeof both) {
            on_error(walk, "expected the id of a resource instance");
        } else {
            put_scalar(walk, both, one, take);
        }
        loom_place_leave(&walk->place, before);
    }
}

static void put_key(struct walk *walk, const char *name, const struct loom_document_key *key,
                    take_line *take)
{
    static const char digits[] = "0123456789abcdef";
    char hex[VALUE_MAX];
    if (key->length > sizeof hex / 2) {
        return;
    }
    for (size_t i = 0; i < key->length; i++) {
        hex[2 * i] = digits[key->bytes[i] >> 4];
        hex[2 * i + 1] = digits[key->bytes[i] & 0xF];
    }
    put_line(walk, name, (struct loom_text){hex, 2 * key->length}, take);
    loom_memory_wipe(hex, 2 * key->length);
}

/* The name of a member of what the walk is at, as a place has it; NULL: it is somewhere else. */
static const char *member_of(const struct walk *walk, const struct loom_document_key *key)
{
    size_t length = walk->place.length;
    bool inside = strncmp(key->place, walk->place.text, length) == 0 && key->place[length] == '/';
    const char *name = key->place + length + 1;
    return inside && strchr(name, '/') == NULL ? name : NULL;
}

/* The keys that belong to members of what the walk is at. Names have their slashes again: they may
 * be paths, or have a resource instance behind them. */
static void put_keys(struct walk *walk, take_line *take)
{
    for (const struct loom_document_key *key = walk->source->keys; key != NULL; key = key->next) {
        const char *member = member_of(walk, key);
        char name[LOOM_DOCUMENT_PLACE_SIZE];
        size_t used = 0;
        if (member == NULL) {
            continue;
        }
        for (; *member != '\0'; member++) {
            bool escaped = *member == '~' && member[1] != '\0';
            name[used++] = !escaped ? *member : member[1] == '1' ? '/' : '~';
            member += escaped ? 1 : 0;
        }
        name[used] = '\0';
        size_t before = loom_place_enter(&walk->place, name);
        put_key(walk, name, key, take);
        loom_place_leave(&walk->place, before);
    }
}

/* A key that has been made stands beside the document. */
static bool is_made(const struct walk *walk, json_t *value)
{
    return json_is_string(value) && strcmp(json_string_value(value), "generate") == 0 &&
           loom_document_key_at(walk->source->keys, walk->place.text) != NULL;
}

/* Each member as a line. */
static void put_members(struct walk *walk, json_t *members, take_line *take)
{
    const char *name;
    json_t *value;
    if (!json_is_object(members)) {
        on_error(walk, "expected an object");
        return;
    }
    json_object_foreach(members, name, value)
    {
        size_t before = loom_place_enter(&walk->place, name);
        if (!is_made(walk, value)) {
            put_value(walk, name, value, take);
        }
        loom_place_leave(&walk->place, before);
    }
    put_keys(walk, take);
}

/* ---- members of an account ------------------------------------------------------------------- */

static void put_nosec(struct walk *walk, json_t *value, take_line *take)
{
    struct loom_fleet_line line = {word_of("nosec", 5), word_of("", 0), false};
    if (!json_is_boolean(value)) {
        on_error(walk, "expected true or false");
    } else if (json_is_true(value)) {
        take(&walk->reader, &line);
    }
}

/* An array of texts as one with blanks. */
static void put_array(struct walk *walk, const char *name, json_t *array, take_line *take)
{
    char text[2048];
    size_t used = 0;
    size_t index;
    json_t *item;
    if (!json_is_array(array)) {
        on_error(walk, "expected an array of paths");
        return;
    }
    json_array_foreach(array, index, item)
    {
        if (!json_is_string(item) || used + json_string_length(item) + 2 > sizeof text) {
            on_error(walk, "expected paths such as \"/1\", not too many");
            return;
        }
        used += (size_t)snprintf(text + used, sizeof text - used, "%s ", json_string_value(item));
    }
    put_line(walk, name, (struct loom_text){text, used}, take);
}

static void put_versions(struct walk *walk, const char *name, json_t *versions, take_line *take)
{
    char *text = walk->versions;
    size_t used = 0;
    const char *id;
    json_t *version;
    if (!json_is_object(versions)) {
        on_error(walk, "expected an object such as {\"3303\": \"1.1\"}");
        return;
    }
    json_object_foreach(versions, id, version)
    {
        if (!json_is_string(version) ||
            used + strlen(id) + json_string_length(version) + 3 > sizeof walk->versions) {
            on_error(walk, "expected versions such as \"1.1\", not too many");
            return;
        }
        used += (size_t)snprintf(text + used, sizeof walk->versions - used, "%s:%s ", id,
                                 json_string_value(version));
    }
    if (used > 0) {
        put_line(walk, name, (struct loom_text){text, used}, take);
    }
}

/* How the value of a member becomes a line. */
enum form { SCALAR, NOSEC, KEY, ARRAY, VERSIONS, LATER, ENABLED, REMARK };

static const struct {
    const char *name;
    const char *keyword; /* of the accounts file */
    enum form form;
} members[] = {{"identity", "identity", SCALAR},
               {"key", "key", KEY},
               {"nosec", "nosec", NOSEC},
               {"discover", "discover", SCALAR},
               {"bootstrapInstance", "bootstrap-instance", SCALAR},
               {"delete", "delete", ARRAY},
               {"repair", "repair", ARRAY},
               {"pack", "pack", SCALAR},
               {"objectVersions", "object-versions", VERSIONS},
               {"holdOff", "hold-off", SCALAR},
               {"accountTimeout", "account-timeout", SCALAR},
               {"servers", NULL, LATER},
               {"instances", NULL, LATER},
               {"resources", NULL, LATER},
               {"client", NULL, LATER},
               {"enabled", NULL, ENABLED},
               {"group", NULL, REMARK},
               {"profile", NULL, REMARK},
               {"label", NULL, REMARK}};

#define MEMBERS (sizeof members / sizeof members[0])

static void put_member(struct walk *walk, const char *name, json_t *value)
{
    size_t i = 0;
    while (i < MEMBERS && strcmp(members[i].name, name) != 0) {
        i++;
    }
    if (i == MEMBERS) {
        on_error(walk, "there is no such member");
        return;
    }
    switch (members[i].form) {
    case SCALAR:
        put_scalar(walk, members[i].keyword, value, loom_fleet_endpoint_line);
        break;
    case NOSEC:
        put_nosec(walk, value, loom_fleet_endpoint_line);
        break;
    case KEY:
        if (!is_made(walk, value)) {
            on_error(walk, "expected a key in hex, or \"generate\"");
        }
        break;
    case ARRAY:
        put_array(walk, members[i].keyword, value, loom_fleet_endpoint_line);
        break;
    case VERSIONS:
        put_versions(walk, members[i].keyword, value, loom_fleet_endpoint_line);
        break;
    case ENABLED:
        if (!json_is_boolean(value)) {
            on_error(walk, "expected true or false");
        }
        break;
    case LATER:
    case REMARK:
        break;
    }
}

/* Keys of the walk's own place alone: those of servers come with them. */
static void put_own(struct walk *walk)
{
    const char *name;
    json_t *value;
    json_object_foreach(walk->source->document, name, value)
    {
        size_t before = loom_place_enter(&walk->place, name);
        put_member(walk, name, value);
        loom_place_leave(&walk->place, before);
    }
    put_keys(walk, loom_fleet_endpoint_line);
}

static void put_server_members(struct walk *walk, json_t *server)
{
    const char *name;
    json_t *value;
    json_object_foreach(server, name, value)
    {
        size_t before = loom_place_enter(&walk->place, name);
        if (strcmp(name, "nosec") == 0) {
            put_nosec(walk, value, loom_fleet_server_line);
        } else if (strcmp(name, "security") == 0) {
            put_members(walk, value, loom_fleet_server_security_line);
        } else if (!is_made(walk, value)) {
            put_value(walk, name, value, loom_fleet_server_line);
        }
        loom_place_leave(&walk->place, before);
    }
    put_keys(walk, loom_fleet_server_line);
}

static void put_server(struct walk *walk, const char *id, json_t *server)
{
    struct loom_word head = word_of(id, strlen(id));
    if (!json_is_object(server)) {
        on_error(walk, "expected an object");
        return;
    }
    loom_fleet_server_begin(&walk->reader, &head, &head);
    if (!walk->reader.skipping) {
        put_server_members(walk, server);
        loom_fleet_server_end(&walk->reader);
    }
}

static void take_instance_line(struct loom_fleet_reader *reader, const struct loom_fleet_line *line)
{
    loom_fleet_named_setting(reader, &loom_fleet_current(reader)->writes[reader->instance_write],
                             line);
}

static void put_instance(struct walk *walk, const char *path, json_t *instance)
{
    struct loom_word head = word_of(path, strlen(path));
    loom_fleet_instance_begin(&walk->reader, &head, &head);
    if (!walk->reader.skipping) {
        put_members(walk, instance, take_instance_line);
    }
}

static void put_resource(struct walk *walk, const char *path, json_t *value)
{
    if (path[0] != '/') {
        on_error(walk, "expected a path such as /3/0/14");
    } else if (!is_made(walk, value)) {
        put_value(walk, path, value, loom_fleet_endpoint_line);
    }
}

/* Each member of a part of the document. */
static void put_part(struct walk *walk, const char *part,
                     void (*put)(struct walk *walk, const char *name, json_t *value))
{
    json_t *all = json_object_get(walk->source->document, part);
    const char *name;
    json_t *value;
    size_t before = loom_place_enter(&walk->place, part);
    if (all != NULL && !json_is_object(all)) {
        on_error(walk, "expected an object");
    }
    json_object_foreach(all, name, value)
    {
        size_t inside = loom_place_enter(&walk->place, name);
        put(walk, name, value);
        loom_place_leave(&walk->place, inside);
    }
    if (strcmp(part, "resources") == 0) {
        put_keys(walk, loom_fleet_endpoint_line);
    }
    loom_place_leave(&walk->place, before);
}

static void put_document(struct walk *walk)
{
    struct loom_word name = word_of(walk->source->endpoint.data, walk->source->endpoint.length);
    loom_fleet_endpoint_begin(&walk->reader, &name);
    put_own(walk);
    if (walk->source->kind == LOOM_FLEET_BOOTSTRAP) {
        put_part(walk, "resources", put_resource);
        put_part(walk, "servers", put_server);
        put_part(walk, "instances", put_instance);
    }
    loom_fleet_endpoint_end(&walk->reader);
}

bool loom_document_is_enabled(const json_t *document)
{
    return !json_is_false(json_object_get(document, "enabled"));
}

const struct loom_fleet_account *loom_document_account(const struct loom_document_source *source,
                                                       loom_document_report *report, void *user)
{
    const struct loom_fleet_account *account = NULL;
    struct walk walk = {.source = source, .report = report, .user = user, .good = true};
    walk.mode.error = on_error;
    walk.mode.user = &walk;
    walk.reader.not_a_file = &walk.mode;
    walk.reader.kind = source->kind;
    walk.reader.catalog = source->catalog;
    walk.reader.accounts = loom_fleet_accounts_new();
    if (walk.reader.accounts == NULL) {
        return NULL;
    }
    loom_index_begin(&walk.reader.by_key, 0);
    if (json_is_object(source->document)) {
        put_document(&walk);
    } else {
        on_error(&walk, "expected an object");
    }
    if (walk.good && walk.reader.accounts->count == 1) {
        walk.reader.accounts->list[0]->account.closed = !loom_document_is_enabled(source->document);
        account = loom_fleet_account_hold(&walk.reader.accounts->list[0]->account);
    }
    loom_index_end(&walk.reader.by_key);
    loom_fleet_accounts_free(walk.reader.accounts);
    return account;
}
