/* SPDX-License-Identifier: Apache-2.0 */
#include "events/payload.h"

#include "events/print.h"
#include "loom/codec.h"

#include <stdlib.h>
#include <string.h>

static struct loom_text payload_text(const struct loom_dm_event *event)
{
    struct loom_text text = {(const char *)event->payload.data, event->payload.length};
    return text;
}

/* What a client says of an error is text for people (RFC 7252, 5.5.2). */
static bool is_diagnostic(const struct loom_dm_event *event)
{
    bool text =
        event->content_format == LOOM_FORMAT_ABSENT || event->content_format == LOOM_FORMAT_TEXT;
    return event->code >= LOOM_BAD_REQUEST && text && event->payload.length > 0 &&
           loom_utf8_is_string(payload_text(event));
}

static bool has_values(const struct loom_dm_event *event)
{
    return event->kind == LOOM_DM_RECEIVED ||
           (event->code == LOOM_CONTENT && event->operation != LOOM_DM_DISCOVER);
}

/* Begins to read the values of an answer; the scratch must be freed in any case. */
static bool begin_values(struct loom_dm_answer *answer, const struct loom_catalog *catalog,
                         const struct loom_dm_event *event, uint8_t **scratch)
{
    *scratch = NULL;
    if (!has_values(event)) {
        return false;
    }
    *scratch = malloc(event->payload.length + 1);
    return *scratch != NULL &&
           loom_dm_answer_begin(answer, catalog, event->registration, &event->path,
                                event->content_format, event->payload, *scratch,
                                event->payload.length + 1) == LOOM_OK;
}

/* Bytes that could not be read may have keys in them. */
static bool may_be_shown(const struct loom_catalog *catalog, const struct loom_dm_event *event)
{
    return !loom_catalog_has_secrets(catalog, &event->path);
}

static bool is_timed(const struct loom_dm_value *value)
{
    return value->time < 0 || value->time > 0;
}

/* ---- JSON ------------------------------------------------------------------------------------ */

void loom_dm_value_json(struct loom_json *json, const struct loom_dm_value *value)
{
    loom_json_begin_object(json, NULL);
    loom_json_path(json, "path", &value->path);
    if (value->name != NULL) {
        loom_json_string(json, "name", value->name);
    }
    if (value->secret) {
        loom_json_boolean(json, "secret", true);
    } else if (value->value.type != LOOM_NONE) {
        loom_json_string(json, "type", loom_catalog_type_name(value->value.type));
        loom_json_value(json, "value", &value->value);
        if (value->meaning != NULL) {
            loom_json_string(json, "meaning", value->meaning);
        }
    } else {
        loom_json_hex(json, "hex", value->raw);
    }
    if (value->units[0] != '\0') {
        loom_json_string(json, "units", value->units);
    }
    if (is_timed(value)) {
        loom_json_float(json, "time", value->time);
    }
    loom_json_end_object(json);
}

static bool json_values(struct loom_json *json, struct loom_dm_answer *answer)
{
    struct loom_dm_value value;
    enum loom_status status;
    loom_json_begin_array(json, "values");
    while ((status = loom_dm_answer_next(answer, &value)) == LOOM_OK) {
        loom_dm_value_json(json, &value);
    }
    loom_json_end_array(json);
    return status == LOOM_END;
}

void loom_dm_payload_json(struct loom_json *json, const struct loom_catalog *catalog,
                          const struct loom_dm_event *event)
{
    struct loom_dm_answer answer;
    uint8_t *scratch;
    bool shown = begin_values(&answer, catalog, event, &scratch) && json_values(json, &answer);
    if (!shown && event->content_format == LOOM_FORMAT_LINK) {
        loom_json_text(json, "links", payload_text(event));
    } else if (is_diagnostic(event)) {
        loom_json_text(json, "diagnostic", payload_text(event));
    } else if (!shown && event->payload.length > 0 && may_be_shown(catalog, event)) {
        loom_json_hex(json, "hex", event->payload);
    } else if (!shown && event->payload.length > 0) {
        loom_json_boolean(json, "secret", true);
    }
    free(scratch);
}

/* ---- for people ------------------------------------------------------------------------------ */

/* What a model says: it may come from anybody. */
static void print_known(FILE *out, const char *text)
{
    loom_print_text(out, (struct loom_text){text, strlen(text)});
}

void loom_dm_value_print(FILE *out, const struct loom_dm_value *value)
{
    loom_print_path(out, &value->path);
    if (value->name != NULL) {
        (void)fputc(' ', out);
        print_known(out, value->name);
    }
    (void)fputc('=', out);
    if (value->secret) {
        (void)fputs("(secret)", out);
    } else if (value->value.type != LOOM_NONE) {
        loom_print_value(out, &value->value);
        if (value->meaning != NULL) {
            (void)fputs(" (", out);
            print_known(out, value->meaning);
            (void)fputc(')', out);
        }
    } else {
        loom_print_hex(out, value->raw);
    }
    if (value->units[0] != '\0') {
        (void)fputc(' ', out);
        print_known(out, value->units);
    }
    if (is_timed(value)) {
        (void)fprintf(out, " @%.15g", value->time);
    }
}

static bool print_values(FILE *out, struct loom_dm_answer *answer)
{
    struct loom_dm_value value;
    enum loom_status status;
    const char *separator = "";
    while ((status = loom_dm_answer_next(answer, &value)) == LOOM_OK) {
        (void)fputs(separator, out);
        (void)fputc(' ', out);
        loom_dm_value_print(out, &value);
        separator = ",";
    }
    return status == LOOM_END;
}

void loom_dm_payload_print(FILE *out, const struct loom_catalog *catalog,
                           const struct loom_dm_event *event)
{
    struct loom_dm_answer answer;
    uint8_t *scratch;
    bool shown = begin_values(&answer, catalog, event, &scratch) && print_values(out, &answer);
    if (!shown && event->content_format == LOOM_FORMAT_LINK) {
        (void)fputc(' ', out);
        loom_print_text(out, payload_text(event));
    } else if (is_diagnostic(event)) {
        (void)fputs(" \"", out);
        loom_print_text(out, payload_text(event));
        (void)fputc('"', out);
    } else if (!shown && event->payload.length > 0 && may_be_shown(catalog, event)) {
        (void)fprintf(out, " hex ");
        loom_print_hex(out, event->payload);
    } else if (!shown && event->payload.length > 0) {
        (void)fputs(" (secret)", out);
    }
    free(scratch);
}
