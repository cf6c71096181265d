/* SPDX-License-Identifier: Apache-2.0 */
/* The JSON of LwM2M 1.0, rules D.4: an object with a base name, a base time and the entries, in any
 * order. */
#include "codec/json.h"
#include "codec/text.h"

#include <string.h>

/* ---- reading --------------------------------------------------------------------------------- */

static bool is(struct loom_text key, const char *text)
{
    return key.length == strlen(text) && memcmp(key.data, text, key.length) == 0;
}

/* The labels of an entry, as what SenML has for the same. */
static enum loom_senml_label label_of(struct loom_text key)
{
    return is(key, "n")    ? LOOM_SENML_N
           : is(key, "t")  ? LOOM_SENML_T
           : is(key, "v")  ? LOOM_SENML_V
           : is(key, "bv") ? LOOM_SENML_VB
           : is(key, "ov") ? LOOM_SENML_VLO
           : is(key, "sv") ? LOOM_SENML_VS
                           : LOOM_SENML_UNKNOWN;
}

/* What the payload has around its entries. */
struct envelope {
    struct loom_text base_name;
    struct loom_bytes base_time;
    struct loom_bytes entries;
};

static bool read_member(struct loom_bytes *rest, struct envelope *envelope)
{
    struct loom_text key;
    if (!loom_json_key(rest, &key)) {
        return false;
    }
    if (is(key, "bn")) {
        return envelope->base_name.data == NULL &&
               loom_json_take_string(rest, &envelope->base_name);
    }
    if (is(key, "bt")) {
        return envelope->base_time.data == NULL && loom_json_keep(rest, &envelope->base_time);
    }
    if (is(key, "e")) {
        return envelope->entries.data == NULL && loom_json_keep(rest, &envelope->entries);
    }
    return loom_json_skip(rest);
}

/* Names go on from the base name, or from the path of the request without one. Old clients leave
 * out its first slash. */
static bool begin_names(struct loom_decoder *decoder, struct loom_text name)
{
    struct loom_path_reader *reader = &decoder->state.senml.base_name;
    char room[LOOM_SENML_NAME_MAX];
    struct loom_output out = loom_output(room, sizeof room);
    if (!loom_json_unescape(&name, &out)) {
        return false;
    }
    decoder->state.senml.relative = name.length == 0;
    if (name.length == 0) {
        reader->path = decoder->base;
    }
    reader->begun = name.length == 0 || name.data[0] != '/';
    return loom_path_feed(reader, name);
}

static enum loom_status begin(struct loom_decoder *decoder)
{
    struct loom_bytes *rest = &decoder->rest;
    struct envelope envelope = {{NULL, 0}, {NULL, 0}, {NULL, 0}};
    bool good = loom_json_take(rest, '{');
    for (bool first = true; good && loom_json_more(rest, first, '}', &good); first = false) {
        good = read_member(rest, &envelope);
    }
    loom_json_blanks(rest);
    good = good && rest->length == 0 && envelope.entries.data != NULL;
    if (!good) {
        return LOOM_BAD_REQUEST;
    }
    loom_json_begin_records(decoder);
    *rest = envelope.entries;
    good = loom_json_take(rest, '[') && begin_names(decoder, envelope.base_name);
    return good && (envelope.base_time.data == NULL ||
                    loom_json_to_double(envelope.base_time, &decoder->state.senml.base_time))
               ? LOOM_OK
               : LOOM_BAD_REQUEST;
}

static enum loom_status next(struct loom_decoder *decoder, struct loom_item *item)
{
    return loom_json_next_record(decoder, item, label_of);
}

/* Opaque is Base64 in a string. */
static enum loom_status value_of(const struct loom_decoder *decoder, const struct loom_item *item,
                                 enum loom_type type, struct loom_value *value)
{
    enum loom_type as = type == LOOM_OPAQUE ? LOOM_STRING : type;
    if (loom_senml_labels[as] != decoder->state.senml.label) {
        return LOOM_BAD_REQUEST;
    }
    return loom_json_read_value(decoder, item, type, value);
}

/* ---- writing --------------------------------------------------------------------------------- */

static void begin_payload(struct loom_encoder *encoder)
{
    encoder->state.senml.records = 0;
}

/* The base name of what is shown, and where the entries begin. */
static void put_envelope(struct loom_encoder *encoder, bool named)
{
    loom_put_text(encoder->out, "{\"bn\":\"");
    loom_json_put_base(encoder->out, &encoder->base, named);
    loom_put_text(encoder->out, "\",\"e\":[");
}

static void put_value(struct loom_output *out, const struct loom_value *value, unsigned before)
{
    static const char keys[][8] = {"\",\"v\":", "\",\"sv\":", "\",\"bv\":", "\",\"ov\":"};
    static const uint8_t key_of[LOOM_TYPE_COUNT] = {0, 1, 0, 0, 0, 2, 1, 0, 3, 1};
    loom_put_text(out, keys[key_of[value->type]] + before);
    if (value->type == LOOM_OPAQUE) {
        loom_put_byte(out, '"');
        loom_put_base64(out, value->as.opaque);
        loom_put_byte(out, '"');
    } else {
        loom_json_put_value(out, value);
    }
}

static void put(struct loom_encoder *encoder, const struct loom_path *path,
                const struct loom_value *value)
{
    if (value == NULL || value->type == LOOM_NONE) {
        return; /* the names of values say what holds them */
    }
    if (encoder->state.senml.records == 0) {
        put_envelope(encoder, path->depth > encoder->base.depth);
    }
    put_value(encoder->out, value, loom_json_begin_record(encoder, path, false));
    loom_put_byte(encoder->out, '}');
}

static void end_payload(struct loom_encoder *encoder)
{
    if (encoder->state.senml.records == 0) {
        put_envelope(encoder, false);
    }
    loom_put_text(encoder->out, "]}");
}

const struct loom_format loom_format_json = {
    .number = LOOM_FORMAT_JSON,
    .traits = LOOM_FORMAT_ROOT | LOOM_FORMAT_ANY_ORDER | LOOM_FORMAT_TIMES,
    .reader = {.begin = begin, .next = next, .value = value_of},
    .writer = {.begin = begin_payload, .put = put, .end = end_payload}};
