/* SPDX-License-Identifier: Apache-2.0 */
/* SenML (RFC 8428) in JSON, rules D-30 .. D-37. */
#include "codec/json.h"
#include "codec/text.h"

static enum loom_status begin(struct loom_decoder *decoder)
{
    loom_json_begin_records(decoder);
    return loom_json_take(&decoder->rest, '[') ? LOOM_OK : LOOM_BAD_REQUEST;
}

static enum loom_status next(struct loom_decoder *decoder, struct loom_item *item)
{
    return loom_json_next_record(decoder, item, loom_senml_label_of_text);
}

static enum loom_status value_of(const struct loom_decoder *decoder, const struct loom_item *item,
                                 enum loom_type type, struct loom_value *value)
{
    if (loom_senml_labels[type] != decoder->state.senml.label) {
        return LOOM_BAD_REQUEST;
    }
    return loom_json_read_value(decoder, item, type, value);
}

/* ---- writing --------------------------------------------------------------------------------- */

static void begin_payload(struct loom_encoder *encoder)
{
    encoder->state.senml.records = 0;
    loom_put_byte(encoder->out, '[');
}

static void put_value(struct loom_output *out, const struct loom_value *value, unsigned before)
{
    static const char keys[][9] = {
        "\",\"v\":", "\",\"vs\":", "\",\"vb\":", "\",\"vd\":", "\",\"vlo\":"};
    static const uint8_t key_of[LOOM_TYPE_COUNT] = {0, 1, 0, 0, 0, 2, 3, 0, 4, 1};
    loom_put_text(out, keys[key_of[value->type]] + before);
    if (value->type == LOOM_OPAQUE) {
        loom_put_byte(out, '"');
        loom_put_base64url(out, value->as.opaque);
        loom_put_byte(out, '"');
    } else if (value->type == LOOM_NONE) {
        loom_put_text(out, "null");
    } else {
        loom_json_put_value(out, value);
    }
}

static void put(struct loom_encoder *encoder, const struct loom_path *path,
                const struct loom_value *value)
{
    struct loom_output *out = encoder->out;
    if (value == NULL || (value->type == LOOM_NONE && encoder->nones == LOOM_ENCODE_HOLDERS)) {
        return; /* the names of values say what holds them */
    }
    unsigned before = loom_json_begin_record(encoder, path, encoder->state.senml.records == 0);
    if (value->type != LOOM_NONE || encoder->nones == LOOM_ENCODE_DELETES) {
        put_value(out, value, before);
    } else if (before == LOOM_JSON_STRING) {
        loom_put_byte(out, '"');
    }
    loom_put_byte(out, '}');
}

static void end_payload(struct loom_encoder *encoder)
{
    loom_put_byte(encoder->out, ']');
}

const struct loom_format loom_format_senml_json = {
    .number = LOOM_FORMAT_SENML_JSON,
    .traits = LOOM_SENML_TRAITS,
    .reader = {.begin = begin, .next = next, .value = value_of},
    .writer = {.begin = begin_payload, .put = put, .end = end_payload}};

const struct loom_format loom_format_senml_etch_json = {
    .number = LOOM_FORMAT_SENML_ETCH_JSON,
    .traits = LOOM_SENML_TRAITS | LOOM_FORMAT_DELETES,
    .reader = {.begin = begin, .next = next, .value = value_of},
    .writer = {.begin = begin_payload, .put = put, .end = end_payload}};
