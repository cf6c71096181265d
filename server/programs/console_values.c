/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/console_values.h"

#include "catalog/value.h"

#include <stdio.h>
#include <string.h>

static bool complain(const struct loom_dm_console *console, const char *text)
{
    loom_program_complain(console->program, text);
    return false;
}

/* ---- one value ------------------------------------------------------------------------------- */

/* Reads text as a value of the entry's type. The scratch, for Opaque, is as long as the text. */
static bool read_value(const struct loom_dm_console *console,
                       const struct loom_catalog_entry *entry, struct loom_text text,
                       struct loom_value *value, uint8_t *scratch)
{
    enum loom_type type = (enum loom_type)entry->row->type;
    char message[256];
    char expected[128];
    const char *wrong = NULL;
    if (type == LOOM_NONE) {
        wrong = "has no value";
    } else if (!loom_value_read(text, type, value, scratch)) {
        wrong = "has the wrong type";
    } else if (!loom_catalog_in_range(entry, value)) {
        wrong = "is out of range";
    }
    if (wrong != NULL) {
        loom_value_expected(entry, expected, sizeof expected);
        (void)snprintf(message, sizeof message, "%s %s (%s)", entry->name, wrong, expected);
        complain(console, message);
    }
    return wrong == NULL;
}

/* Finds a resource in the version of the object that the client has. */
static bool find_resource(const struct loom_dm_console *console, const char *endpoint,
                          const struct loom_path *path, struct loom_catalog_entry *entry)
{
    uint16_t object = path->id[LOOM_OBJECT_ID];
    const struct loom_dm_client *client =
        loom_management_server_find(console->server, loom_program_text(endpoint));
    struct loom_object_version version = {0, 0};
    if (client != NULL) {
        version = loom_dm_client_version(client, object);
    }
    return loom_catalog_resource_of(console->catalog, object, version, path->id[LOOM_RESOURCE_ID],
                                    entry);
}

bool loom_dm_console_put_value(const struct loom_dm_console *console, const char *endpoint,
                               const struct loom_path *path, struct loom_text text,
                               struct loom_output *out)
{
    struct loom_catalog_entry entry;
    struct loom_value value;
    uint8_t scratch[LOOM_PROGRAM_LINE_MAX];
    if (!find_resource(console, endpoint, path, &entry)) {
        loom_put_bytes(out, text.data, text.length);
        return true;
    }
    if (!read_value(console, &entry, text, &value, scratch)) {
        return false;
    }
    loom_text_put(out, &value);
    return true;
}

/* ---- an instance ----------------------------------------------------------------------------- */

/* The resource of a word `5700`, `sensor-value` or `6/0`; the instance is LOOM_ID_NONE without one.
 */
static bool read_resource(const struct loom_dm_console *console, uint16_t object, char *word,
                          struct loom_catalog_entry *entry, uint16_t *instance)
{
    uint16_t id;
    char *slash = strchr(word, '/');
    *instance = LOOM_ID_NONE;
    if (slash != NULL) {
        *slash = '\0';
        if (!loom_text_to_id(loom_program_text(slash + 1), instance)) {
            complain(console, "expected the id of a resource instance after /");
            return false;
        }
    }
    struct loom_text name = loom_program_text(word);
    if (loom_text_to_id(name, &id)
            ? !loom_catalog_resource(console->catalog, object, id, entry)
            : !loom_catalog_resource_by_name(console->catalog, object, name, entry)) {
        complain(console, "the models have no such resource");
        return false;
    }
    if (((entry->row->access & LOOM_MULTIPLE) != 0) != (slash != NULL)) {
        complain(console, slash == NULL ? "this resource has instances: RESOURCE/0=VALUE"
                                        : "this resource has no instances");
        return false;
    }
    return true;
}

/* An instance in the making. */
struct parts {
    struct loom_output *out;
    uint16_t multiple; /* the multiple resource whose instances are being written; LOOM_ID_NONE */
    size_t begin;      /* where it begins */
};

/* Goes on to another resource; LOOM_ID_NONE: to none that has instances. */
static void go_on(struct parts *parts, uint16_t multiple)
{
    if (parts->multiple == multiple) {
        return;
    }
    if (parts->multiple != LOOM_ID_NONE) {
        loom_tlv_end(parts->out, parts->begin, LOOM_TLV_MULTIPLE, parts->multiple);
    }
    if (multiple != LOOM_ID_NONE) {
        parts->begin = loom_tlv_begin(parts->out);
    }
    parts->multiple = multiple;
}

/* `5700=21.5` or `sensor-value=21.5`, `6/0=1` for an instance of a multiple resource. */
static bool put_resource(const struct loom_dm_console *console, uint16_t object, char *word,
                         struct parts *parts)
{
    struct loom_catalog_entry entry;
    struct loom_value value;
    uint8_t scratch[LOOM_PROGRAM_LINE_MAX];
    char *equals = strchr(word, '=');
    uint16_t instance;
    if (equals == NULL) {
        complain(console, "expected RESOURCE=VALUE");
        return false;
    }
    *equals = '\0';
    if (!read_resource(console, object, word, &entry, &instance) ||
        !read_value(console, &entry, loom_program_text(equals + 1), &value, scratch)) {
        return false;
    }
    bool multiple = instance != LOOM_ID_NONE;
    go_on(parts, multiple ? entry.row->id : LOOM_ID_NONE);
    loom_tlv_put_value(parts->out, multiple ? LOOM_TLV_RESOURCE_INSTANCE : LOOM_TLV_RESOURCE,
                       multiple ? instance : entry.row->id, &value);
    return true;
}

bool loom_dm_console_put_resources(const struct loom_dm_console *console, uint16_t object,
                                   char *line, struct loom_output *out)
{
    struct parts parts = {out, LOOM_ID_NONE, 0};
    char *word;
    while ((word = loom_program_word(&line)) != NULL) {
        if (!put_resource(console, object, word, &parts)) {
            return false;
        }
    }
    go_on(&parts, LOOM_ID_NONE);
    return true;
}

/* ---- a multiple resource --------------------------------------------------------------------- */

bool loom_dm_console_is_multiple(const struct loom_dm_console *console, const char *endpoint,
                                 const struct loom_path *path)
{
    struct loom_catalog_entry entry;
    return path->depth == 3 && find_resource(console, endpoint, path, &entry) &&
           (entry.row->access & LOOM_MULTIPLE) != 0;
}

/* `0=1` */
static bool put_instance(const struct loom_dm_console *console,
                         const struct loom_catalog_entry *entry, char *word,
                         struct loom_output *out)
{
    struct loom_value value;
    uint8_t scratch[LOOM_PROGRAM_LINE_MAX];
    uint16_t instance;
    char *equals = strchr(word, '=');
    if (equals != NULL) {
        *equals = '\0';
    }
    if (equals == NULL || !loom_text_to_id(loom_program_text(word), &instance)) {
        return complain(console, "this resource has instances: 0=VALUE 1=VALUE");
    }
    if (!read_value(console, entry, loom_program_text(equals + 1), &value, scratch)) {
        return false;
    }
    loom_tlv_put_value(out, LOOM_TLV_RESOURCE_INSTANCE, instance, &value);
    return true;
}

bool loom_dm_console_put_instances(const struct loom_dm_console *console, const char *endpoint,
                                   const struct loom_path *path, char *line,
                                   struct loom_output *out)
{
    struct loom_catalog_entry entry;
    size_t begin = loom_tlv_begin(out);
    char *word;
    if (!find_resource(console, endpoint, path, &entry)) {
        return complain(console, "the models have no such resource");
    }
    while ((word = loom_program_word(&line)) != NULL) {
        if (!put_instance(console, &entry, word, out)) {
            return false;
        }
    }
    loom_tlv_end(out, begin, LOOM_TLV_MULTIPLE, path->id[LOOM_RESOURCE_ID]);
    return true;
}

/* ---- several objects ------------------------------------------------------------------------- */

/* `/2/0/2/101`, of `-/2/0/2/101` */
static bool put_deletion(const struct loom_dm_console *console, struct loom_text text,
                         struct loom_encoder *encoder)
{
    static const struct loom_value none = {.type = LOOM_NONE};
    struct loom_path path;
    if (!loom_text_to_path(text, &path) || path.depth != 4) {
        return complain(console, "only resource instances can be deleted, e.g. -/2/0/2/101");
    }
    loom_encode_put(encoder, &path, &none);
    return true;
}

/* `/3/0/14=+02:00` */
static bool put_record(const struct loom_dm_console *console, const char *endpoint, char *word,
                       struct loom_encoder *encoder)
{
    struct loom_catalog_entry entry;
    struct loom_path path;
    struct loom_value value;
    uint8_t scratch[LOOM_PROGRAM_LINE_MAX];
    char *equals = strchr(word, '=');
    if (equals != NULL) {
        *equals = '\0';
    }
    if (equals == NULL || !loom_text_to_path(loom_program_text(word), &path) || path.depth < 3) {
        return complain(console, "expected PATH=VALUE with the path of a resource, e.g. "
                                 "/3/0/14=+02:00");
    }
    if (!find_resource(console, endpoint, &path, &entry)) {
        return complain(console, "the models have no such resource");
    }
    bool multiple = (entry.row->access & LOOM_MULTIPLE) != 0;
    if (multiple != (path.depth == 4)) {
        return complain(console, multiple ? "this resource has instances: PATH/0=VALUE"
                                          : "this resource has no instances");
    }
    if (!read_value(console, &entry, loom_program_text(equals + 1), &value, scratch)) {
        return false;
    }
    loom_encode_put(encoder, &path, &value);
    return true;
}

bool loom_dm_console_put_records(const struct loom_dm_console *console, const char *endpoint,
                                 char *line, struct loom_output *out, uint16_t *format)
{
    struct loom_path root = loom_path_root();
    struct loom_encoder encoder;
    char *word = loom_program_word(&line);
    if (word == NULL) {
        return complain(console, "expected PATH=VALUE, or -PATH to delete");
    }
    /* Without a deletion it is SenML CBOR to the letter. */
    loom_encode_begin(&encoder, &loom_format_senml_etch_cbor, &root, out);
    encoder.nones = LOOM_ENCODE_DELETES;
    *format = LOOM_FORMAT_SENML_CBOR;
    for (; word != NULL; word = loom_program_word(&line)) {
        bool deletes = word[0] == '-';
        if (deletes) {
            *format = LOOM_FORMAT_SENML_ETCH_CBOR;
        }
        if (deletes ? !put_deletion(console, loom_program_text(word + 1), &encoder)
                    : !put_record(console, endpoint, word, &encoder)) {
            return false;
        }
    }
    (void)loom_encode_end(&encoder); /* the caller looks whether it has overflowed */
    return true;
}
