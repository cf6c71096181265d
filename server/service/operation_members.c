/* SPDX-License-Identifier: Apache-2.0 */
#include "service/operation_reading.h"

#include "catalog/value.h"
#include "common/format_name.h"
#include "loom/codec.h"
#include "management/attributes.h"
#include "management/paths.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct loom_text loom_ask_text_of(const json_t *string)
{
    struct loom_text text = {json_string_value(string), json_string_length(string)};
    return text;
}

/* @return false */
bool loom_ask_wrong(const struct loom_asked *reading, const char *at, const char *format, ...)
{
    char detail[320];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(detail, sizeof detail, format, arguments);
    va_end(arguments);
    /* Names are cut, perhaps in the middle of a letter: then the text is none. */
    json_t *said = json_string(detail);
    json_t *where = json_string(at);
    (void)json_array_append_new(
        reading->errors,
        json_pack("{s:o, s:o}", "at", where != NULL ? where : json_string("/values"), "detail",
                  said != NULL ? said : json_string("this cannot be sent")));
    return false;
}

/* ---- members --------------------------------------------------------------------------------- */

enum member {
    PATH = 0x01,
    PATHS = 0x02,
    VALUE = 0x04,
    VALUES = 0x08,
    FORMAT = 0x10,
    ATTRIBUTES = 0x20,
    ARGUMENTS = 0x40,
    DEPTH = 0x80
};

static const struct {
    const char *name;
    enum member member;
    json_type type;
    const char *expected;
} members[] = {
    {"path", PATH, JSON_STRING, "a path, as in \"/3/0\""},
    {"paths", PATHS, JSON_ARRAY, "an array of paths"},
    {"value", VALUE, JSON_NULL, NULL},
    {"values", VALUES, JSON_OBJECT, "an object, as in {\"lifetime\": 60}"},
    {"format", FORMAT, JSON_STRING, loom_format_names},
    {"attributes", ATTRIBUTES, JSON_OBJECT, "an object, as in {\"pmin\": 10}"},
    {"arguments", ARGUMENTS, JSON_STRING, "text, as in \"0='10',1\""},
    {"depth", DEPTH, JSON_INTEGER, "0, 1, 2 or 3"},
};
#define MEMBER_COUNT (sizeof members / sizeof members[0])

static bool read_none(struct loom_asked *reading);
static bool read_discover(struct loom_asked *reading);
static bool read_execute(struct loom_asked *reading);

/* What each operation takes, in the order of enum loom_dm_operation. */
static const struct {
    unsigned may;
    unsigned must;
    bool (*read)(struct loom_asked *reading);
} operations[] = {
    [LOOM_DM_READ] = {PATH | FORMAT, PATH, read_none},
    [LOOM_DM_DISCOVER] = {PATH | DEPTH, PATH, read_discover},
    [LOOM_DM_WRITE] = {PATH | VALUE | VALUES | FORMAT, PATH, loom_ask_read_write},
    [LOOM_DM_PARTIAL_UPDATE] = {PATH | VALUES | FORMAT, PATH | VALUES, loom_ask_read_update},
    [LOOM_DM_WRITE_ATTRIBUTES] = {PATH | ATTRIBUTES, PATH | ATTRIBUTES, loom_ask_read_attributes},
    [LOOM_DM_EXECUTE] = {PATH | ARGUMENTS, PATH, read_execute},
    [LOOM_DM_CREATE] = {PATH | VALUES | FORMAT, PATH, loom_ask_read_create},
    [LOOM_DM_DELETE] = {PATH, PATH, read_none},
    [LOOM_DM_READ_COMPOSITE] = {PATHS | FORMAT, PATHS, loom_ask_read_list},
    [LOOM_DM_WRITE_COMPOSITE] = {VALUES | FORMAT, VALUES, loom_ask_read_records},
    [LOOM_DM_OBSERVE] = {PATH | FORMAT | ATTRIBUTES, PATH, loom_ask_read_attributes},
    [LOOM_DM_OBSERVE_COMPOSITE] = {PATHS | FORMAT | ATTRIBUTES, PATHS, loom_ask_read_list},
};
#define OPERATION_COUNT (sizeof operations / sizeof operations[0])

const json_t *loom_ask_member(const struct loom_asked *reading, const char *name)
{
    return json_object_get(reading->body, name);
}

static bool read_operation(struct loom_asked *reading)
{
    const json_t *name = loom_ask_member(reading, "operation");
    char names[320] = "";
    for (size_t i = 0; i < OPERATION_COUNT; i++) {
        const char *one = loom_dm_operation_name((enum loom_dm_operation)i);
        if (json_is_string(name) && strcmp(json_string_value(name), one) == 0) {
            reading->operation->request.operation = (enum loom_dm_operation)i;
            return true;
        }
        (void)snprintf(names + strlen(names), sizeof names - strlen(names), "%s%s",
                       i == 0 ? "" : ", ", one);
    }
    return loom_ask_wrong(reading, "/operation", "expected one of: %s", names);
}

static bool check_member(struct loom_asked *reading, const char *name, const json_t *value,
                         unsigned *have)
{
    char at[80];
    const char *operation = loom_dm_operation_name(reading->operation->request.operation);
    unsigned may = operations[reading->operation->request.operation].may;
    (void)snprintf(at, sizeof at, "/%.70s", name);
    if (strcmp(name, "operation") == 0) {
        return true;
    }
    for (size_t i = 0; i < MEMBER_COUNT; i++) {
        if (strcmp(name, members[i].name) != 0) {
            continue;
        }
        *have |= (unsigned)members[i].member;
        if ((may & (unsigned)members[i].member) == 0) {
            return loom_ask_wrong(reading, at, "%s takes no %s", operation, name);
        }
        return members[i].expected == NULL || json_typeof(value) == members[i].type ||
               loom_ask_wrong(reading, at, "expected %s", members[i].expected);
    }
    return loom_ask_wrong(reading, at, "there is no such member");
}

static bool check_members(struct loom_asked *reading)
{
    enum loom_dm_operation operation = reading->operation->request.operation;
    unsigned have = 0;
    bool good = true;
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)reading->body, name, value)
    {
        good = check_member(reading, name, value, &have) && good;
    }
    for (size_t i = 0; i < MEMBER_COUNT; i++) {
        unsigned bit = (unsigned)members[i].member;
        if ((operations[operation].must & bit) != 0 && (have & bit) == 0) {
            good = loom_ask_wrong(reading, "", "%s needs %s", loom_dm_operation_name(operation),
                                  members[i].name);
        }
    }
    return good;
}

bool loom_ask_read_path(const struct loom_asked *reading, const char *at, const json_t *text,
                        struct loom_path *path)
{
    return (json_is_string(text) && loom_text_to_path(loom_ask_text_of(text), path)) ||
           loom_ask_wrong(reading, at, "expected a path, as in \"/3/0/9\"");
}

bool loom_ask_read_format(struct loom_asked *reading, uint16_t *number)
{
    const json_t *format = loom_ask_member(reading, "format");
    return format == NULL || loom_format_read(loom_ask_text_of(format), number) ||
           loom_ask_wrong(reading, "/format",
                          "expected one of %s, or the number of a format as text",
                          loom_format_names);
}

/* ---- the operations -------------------------------------------------------------------------- */

static bool read_none(struct loom_asked *reading)
{
    return loom_ask_read_format(reading, &reading->operation->request.accept);
}

static bool read_discover(struct loom_asked *reading)
{
    const json_t *depth = loom_ask_member(reading, "depth");
    if (depth == NULL) {
        return true;
    }
    json_int_t levels = json_integer_value(depth);
    if (levels < 0 || levels > 3) {
        return loom_ask_wrong(reading, "/depth", "expected 0, 1, 2 or 3");
    }
    if (!loom_ask_make_room(reading, 0)) {
        return false;
    }
    loom_put_bytes(&reading->out, "depth=", 6);
    loom_put_byte(&reading->out, (uint8_t)('0' + levels));
    reading->operation->request.query =
        (struct loom_text){(const char *)reading->out.data, reading->out.length};
    return true;
}

static bool put_attribute(struct loom_asked *reading, const char *name, const json_t *value,
                          bool unset)
{
    char at[64];
    char number[LOOM_ASK_SCALAR_MAX];
    struct loom_text text = {"", 0};
    size_t begin = reading->out.length;
    (void)snprintf(at, sizeof at, "/attributes/%.40s", name);
    if (!json_is_null(value) &&
        (json_is_string(value) || !loom_ask_scalar_text(value, number, &text))) {
        return loom_ask_wrong(reading, at, "expected a number%s",
                              unset ? ", or null to unset it" : "");
    }
    if (json_is_boolean(value)) {
        text = (struct loom_text){json_is_true(value) ? "1" : "0", 1};
    }
    if (begin > 0) {
        loom_put_byte(&reading->out, '&');
        begin++;
    }
    loom_put_bytes(&reading->out, name, strlen(name));
    if (!json_is_null(value)) {
        loom_put_byte(&reading->out, '=');
        loom_put_bytes(&reading->out, text.data, text.length);
    }
    struct loom_text argument = {(const char *)reading->out.data + begin,
                                 reading->out.length - begin};
    return (!reading->out.overflow && strpbrk(name, "&=") == NULL &&
            loom_dm_attribute_is_good(argument, unset)) ||
           loom_ask_wrong(reading, at,
                          "expected an attribute with a value that it can have, as in "
                          "\"pmin\": 10");
}

bool loom_ask_read_attributes(struct loom_asked *reading)
{
    struct loom_dm_request *request = &reading->operation->request;
    const json_t *attributes = loom_ask_member(reading, "attributes");
    bool unset = request->operation == LOOM_DM_WRITE_ATTRIBUTES;
    bool good = true;
    const char *name;
    json_t *value;
    if (!loom_ask_read_format(reading, &request->accept)) {
        return false;
    }
    if (attributes == NULL) {
        return true;
    }
    if (json_object_size(attributes) == 0 && unset) {
        return loom_ask_wrong(reading, "/attributes",
                              "expected an attribute, as in {\"pmin\": 10}");
    }
    if (json_object_size(attributes) > LOOM_SEGMENTS_MAX) {
        return loom_ask_wrong(reading, "/attributes", "at most %u attributes", LOOM_SEGMENTS_MAX);
    }
    if (reading->operation->memory == NULL &&
        !loom_ask_make_room(reading, loom_ask_string_bytes(attributes) +
                                         LOOM_SEGMENTS_MAX * LOOM_ASK_SCALAR_MAX)) {
        return false;
    }
    struct loom_output payload = reading->out;
    reading->out = loom_output(payload.data + payload.length, payload.room - payload.length);
    json_object_foreach((json_t *)(uintptr_t)attributes, name, value)
    {
        good = put_attribute(reading, name, value, unset) && good;
    }
    request->query = (struct loom_text){(const char *)reading->out.data, reading->out.length};
    return good;
}

static bool read_execute(struct loom_asked *reading)
{
    const json_t *arguments = loom_ask_member(reading, "arguments");
    struct loom_dm_request *request = &reading->operation->request;
    struct loom_argument argument;
    enum loom_status status;
    if (arguments == NULL || json_string_length(arguments) == 0) {
        return true;
    }
    struct loom_text rest = loom_ask_text_of(arguments);
    while ((status = loom_argument_next(&rest, &argument)) == LOOM_OK) {
    }
    if (status != LOOM_END) {
        return loom_ask_wrong(reading, "/arguments",
                              "expected a list as in \"0='10',1\" (rule C-27)");
    }
    struct loom_text text = loom_ask_text_of(arguments);
    if (!loom_ask_make_room(reading, text.length)) {
        return false;
    }
    loom_put_bytes(&reading->out, text.data, text.length);
    request->content_format = LOOM_FORMAT_TEXT;
    request->payload = (struct loom_bytes){reading->out.data, reading->out.length};
    return true;
}

/* ---- all of it ------------------------------------------------------------------------------- */

static bool read_all(struct loom_asked *reading)
{
    struct loom_dm_request *request = &reading->operation->request;
    if (!json_is_object(reading->body)) {
        return loom_ask_wrong(reading, "", "expected an object with `operation`");
    }
    if (!read_operation(reading) || !check_members(reading)) {
        return false;
    }
    const json_t *path = loom_ask_member(reading, "path");
    if (path != NULL && !loom_ask_read_path(reading, "/path", path, &request->path)) {
        return false;
    }
    return operations[request->operation].read(reading);
}

bool loom_service_request_read(const struct loom_catalog *catalog,
                               const struct loom_dm_client *client, const json_t *body,
                               struct loom_service_request *operation, json_t *errors)
{
    struct loom_asked reading = {.catalog = catalog,
                                 .client = client,
                                 .body = body,
                                 .operation = operation,
                                 .errors = errors};
    memset(operation, 0, sizeof *operation);
    operation->request.path = loom_path_root();
    operation->request.accept = LOOM_FORMAT_ABSENT;
    operation->request.content_format = LOOM_FORMAT_ABSENT;
    if (!read_all(&reading)) {
        loom_service_request_free(operation);
        return false;
    }
    return true;
}

void loom_service_request_free(struct loom_service_request *operation)
{
    free(operation->memory);
    operation->memory = NULL;
}
