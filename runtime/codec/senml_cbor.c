/* SPDX-License-Identifier: Apache-2.0 */
/* SenML (RFC 8428) in CBOR, rules D-30 .. D-37 and D-3. */
#include "codec/cbor.h"
#include "codec/output.h"
#include "codec/senml.h"
#include "codec/single.h"
#include "codec/text.h"

#include <string.h>

#define NULL_BYTE 0xF6u

/* What does not stand for itself: -2, and a text. */
#define BASE_NAME (LOOM_CBOR_NEGATIVE << 5 | (LOOM_SENML_BN - LOOM_SENML_BASE))
static const uint8_t vlo[4] = {LOOM_CBOR_TEXT << 5 | 3, 'v', 'l', 'o'};

/* ---- records --------------------------------------------------------------------------------- */

struct record {
    uint32_t seen;          /* a bit for each label */
    struct loom_bytes name; /* as it is encoded */
};

/* RFC 8428 section 6: a label that has a number is written as that number. Taking its text for an
 * unknown label would silently drop a name or a value, so it is refused. */
static enum loom_senml_label text_label(struct loom_bytes string)
{
    enum loom_senml_label label =
        loom_senml_label_of_text((struct loom_text){(const char *)string.data, string.length});
    return label < LOOM_SENML_VLO ? LOOM_SENML_BAD : label;
}

static enum loom_senml_label read_label(struct loom_bytes *rest)
{
    struct loom_cbor head;
    if (rest->length > 0 &&
        rest->data[0] < LOOM_SENML_BASE) { /* a small number is its own encoding */
        rest->length--;
        return (enum loom_senml_label) * rest->data++;
    }
    if (!loom_cbor_next(rest, &head)) {
        return LOOM_SENML_BAD;
    }
    switch (head.type) {
    case LOOM_CBOR_UNSIGNED:
        return head.argument < LOOM_SENML_BASE ? (enum loom_senml_label)head.argument
                                               : LOOM_SENML_UNKNOWN;
    case LOOM_CBOR_NEGATIVE:
        return head.argument < LOOM_SENML_VLO - LOOM_SENML_BASE
                   ? (enum loom_senml_label)(LOOM_SENML_BASE + head.argument)
                   : LOOM_SENML_UNKNOWN;
    case LOOM_CBOR_TEXT:
        return head.count == LOOM_CBOR_INDEFINITE ? LOOM_SENML_BAD : text_label(head.string);
    default:
        return LOOM_SENML_BAD;
    }
}

/* Something that is read later, as it is encoded. */
static bool keep(struct loom_bytes *rest, struct loom_bytes *item)
{
    item->data = rest->data;
    item->length = rest->length;
    if (!loom_cbor_skip(rest)) {
        return false;
    }
    item->length -= rest->length;
    return true;
}

static bool feed_text(struct loom_path_reader *reader, struct loom_bytes string)
{
    return loom_path_feed(reader, (struct loom_text){(const char *)string.data, string.length});
}

/* It may come in chunks. */
static bool feed_name(struct loom_path_reader *reader, struct loom_bytes *rest)
{
    struct loom_cbor head;
    bool chunks = false;
    bool good = true;
    if (!loom_cbor_short(rest, LOOM_CBOR_TEXT, &head.string)) {
        if (!loom_cbor_next(rest, &head) || head.type != LOOM_CBOR_TEXT) {
            return false;
        }
        chunks = head.count == LOOM_CBOR_INDEFINITE;
    }
    do {
        if (chunks && !loom_cbor_next_chunk(rest, LOOM_CBOR_TEXT, &head.string, &good)) {
            break;
        }
        good = feed_text(reader, head.string);
    } while (good && chunks);
    return good;
}

static bool read_time(struct loom_bytes *rest, double *time)
{
    struct loom_cbor_number number;
    if (!loom_cbor_read_number(rest, &number)) {
        return false;
    }
    *time = loom_cbor_to_double(&number);
    return true;
}

static bool read_version(struct loom_bytes *rest)
{
    struct loom_cbor head;
    return loom_cbor_next(rest, &head) && head.type == LOOM_CBOR_UNSIGNED &&
           head.argument == LOOM_SENML_VERSION;
}

static bool read_field(struct loom_decoder *decoder, struct record *record, struct loom_item *item)
{
    struct loom_bytes *rest = &decoder->rest;
    enum loom_senml_label label = read_label(rest);
    bool named = label == LOOM_SENML_N;
    if (!loom_senml_mark(&record->seen, label)) {
        return false;
    }
    switch (label) {
    case LOOM_SENML_BN:
        decoder->state.senml.base_name = (struct loom_path_reader){.begun = false};
        return feed_name(&decoder->state.senml.base_name, rest);
    case LOOM_SENML_T:
    case LOOM_SENML_BT:
        return read_time(rest, label == LOOM_SENML_T ? &decoder->state.senml.time
                                                     : &decoder->state.senml.base_time);
    case LOOM_SENML_BVER:
        return read_version(rest);
    case LOOM_SENML_N: /* the base name may still come behind it */
    case LOOM_SENML_V:
    case LOOM_SENML_VS:
    case LOOM_SENML_VB:
    case LOOM_SENML_VD:
    case LOOM_SENML_VLO:
        decoder->state.senml.label = named ? decoder->state.senml.label : (uint8_t)label;
        return keep(rest, named ? &record->name : &item->raw);
    default:
        return loom_cbor_skip(rest);
    }
}

/* Null stands where a number would (RFC 8790 section 3.2.2). */
static bool is_null(const struct loom_decoder *decoder, const struct loom_item *item)
{
    return decoder->state.senml.label == LOOM_SENML_V && item->raw.length == 1 &&
           item->raw.data[0] == NULL_BYTE;
}

static bool read_record(struct loom_decoder *decoder, struct loom_item *item)
{
    struct record record = {.seen = 0};
    size_t left;
    bool good = loom_cbor_container(&decoder->rest, LOOM_CBOR_MAP, &left);
    decoder->state.senml.time = 0;
    item->raw.length = 0;
    item->empty_multiple = false;
    while (good && loom_cbor_more_here(&decoder->rest, &left, &good)) {
        good = read_field(decoder, &record, item);
    }
    struct loom_path_reader name = decoder->state.senml.base_name;
    item->deleted = (decoder->mode & LOOM_DECODE_DELETES) != 0 && is_null(decoder, item);
    return good && (record.name.length == 0 || feed_name(&name, &record.name)) &&
           loom_senml_place(decoder, record.seen, &name, &item->path);
}

/* ---- the pack -------------------------------------------------------------------------------- */

static enum loom_status begin(struct loom_decoder *decoder)
{
    decoder->state.senml.base_name = (struct loom_path_reader){.begun = false};
    decoder->state.senml.base_time = 0;
    return loom_cbor_container(&decoder->rest, LOOM_CBOR_ARRAY, &decoder->state.senml.records)
               ? LOOM_OK
               : LOOM_BAD_REQUEST;
}

static enum loom_status next(struct loom_decoder *decoder, struct loom_item *item)
{
    bool good = true;
    bool first = !decoder->begun;
    decoder->begun = true;
    if (loom_cbor_more(&decoder->rest, &decoder->state.senml.records, &good)) {
        return read_record(decoder, item) ? LOOM_OK : LOOM_BAD_REQUEST;
    }
    if (!good || decoder->rest.length > 0) {
        return LOOM_BAD_REQUEST;
    }
    decoder->state.senml.records = 0; /* a break is met once */
    return loom_nothing_next(decoder, !first, item);
}

/* ---- values ---------------------------------------------------------------------------------- */

static enum loom_status value_of(const struct loom_decoder *decoder, const struct loom_item *item,
                                 enum loom_type type, struct loom_value *value)
{
    if (type >= LOOM_TYPE_COUNT || loom_senml_labels[type] != decoder->state.senml.label) {
        return LOOM_BAD_REQUEST;
    }
    return loom_cbor_value(decoder, item, type, value);
}

/* ---- writing --------------------------------------------------------------------------------- */

void loom_senml_cbor_begin(struct loom_output *out, size_t count)
{
    loom_cbor_put(out, LOOM_CBOR_ARRAY, count);
}

/* The longest record, but for the content of a string: its head, those of two names which together
 * are one path, time, value. */
#define RECORD_MAX                                                                                 \
    (1 + 3 + 2 + LOOM_SENML_NAME_MAX + 1 + LOOM_CBOR_HEAD_MAX + sizeof vlo + LOOM_CBOR_VALUE_MAX)

/* Written from `at` on. Return where they end. */

/* The first record has the base name, `/3/0/`; the names of all are what follows it. It is first
 * written before `end`, where the room for the record ends. */
static uint8_t *put_base(uint8_t *at, char *end, const struct loom_path *base, bool goes_on)
{
    const char *name = loom_senml_base_before(end, base, goes_on);
    size_t length = (size_t)(end - name);
    *at = BASE_NAME;
    at = loom_cbor_head(at + 1, LOOM_CBOR_TEXT, length);
    memcpy(at, name, length);
    return at + length;
}

/* A name that goes on from the base name. It has 23 characters at most, so its head is one byte. */
static uint8_t *put_rest(uint8_t *at, const struct loom_path *base, const struct loom_path *path)
{
    uint8_t *end = loom_senml_rest(at + 2, base, path);
    at[0] = LOOM_SENML_N;
    at[1] = (uint8_t)(LOOM_CBOR_TEXT << 5 | (unsigned)(end - at - 2));
    return end;
}

/* A value with its label; null for none. */
static uint8_t *put_labelled(uint8_t *at, const struct loom_value *value,
                             struct loom_bytes *content)
{
    uint8_t label = loom_senml_labels[value->type];
    if (value->type == LOOM_NONE) {
        at[0] = LOOM_SENML_V;
        at[1] = NULL_BYTE;
        return at + 2;
    }
    if (label == LOOM_SENML_VLO) { /* it has no number */
        memcpy(at, vlo, sizeof vlo);
        return loom_cbor_value_at(at + sizeof vlo, value, content);
    }
    *at = label;
    return loom_cbor_value_at(at + 1, value, content);
}

void loom_senml_cbor_put(struct loom_output *out, const struct loom_path *path,
                         const struct loom_value *value)
{
    uint8_t spare[sizeof vlo + LOOM_CBOR_VALUE_MAX];
    char room[LOOM_SENML_NAME_MAX];
    char *end = room + sizeof room;
    const char *name = loom_path_before(end, path);
    struct loom_bytes content = {NULL, 0};
    bool valued = loom_senml_labels[value->type] != LOOM_SENML_UNKNOWN;
    loom_cbor_put(out, LOOM_CBOR_MAP, valued ? 2 : 1);
    loom_put_byte(out, LOOM_SENML_N);
    loom_cbor_put(out, LOOM_CBOR_TEXT, (size_t)(end - name));
    loom_put_bytes(out, name, (size_t)(end - name));
    if (valued) {
        const uint8_t *at = put_labelled(spare, value, &content);
        loom_put_bytes(out, spare, (size_t)(at - spare));
        loom_put_bytes(out, content.data, content.length);
    }
}

static void begin_payload(struct loom_encoder *encoder)
{
    encoder->state.senml.begin = encoder->out->length;
    encoder->state.senml.records = 0;
}

static void put(struct loom_encoder *encoder, const struct loom_path *path,
                const struct loom_value *value)
{
    if (value == NULL || (value->type == LOOM_NONE && encoder->nones == LOOM_ENCODE_HOLDERS)) {
        return; /* the names of values say what holds them */
    }
    uint8_t room[RECORD_MAX];
    struct loom_output *out = encoder->out;
    struct loom_bytes content = {NULL, 0};
    bool named = path->depth > encoder->base.depth; /* else it is itself what was asked for */
    unsigned count = 0;
    uint8_t *begin = loom_output_begin(out, sizeof room, room);
    uint8_t *at = begin + 1;
    if (encoder->state.senml.records++ == 0) {
        at = put_base(at, (char *)begin + RECORD_MAX, &encoder->base, named);
        count++;
    }
    if (named) {
        at = put_rest(at, &encoder->base, path);
        count++;
    }
    if (encoder->put_time != NULL) {
        at = encoder->put_time(at, encoder->time);
        count++;
    }
    if (value->type != LOOM_NONE || encoder->nones == LOOM_ENCODE_DELETES) {
        at = put_labelled(at, value, &content);
        count++;
    }
    *begin = (uint8_t)(LOOM_CBOR_MAP << 5 | count);
    loom_output_end(out, room, begin, at);
    if (content.length > 0) {
        loom_put_bytes(out, content.data, content.length);
    }
}

/* How many records there are is known now, so the head comes before them now. */
static void end_payload(struct loom_encoder *encoder)
{
    uint8_t head[LOOM_CBOR_HEAD_MAX];
    const uint8_t *end = loom_cbor_head(head, LOOM_CBOR_ARRAY, encoder->state.senml.records);
    loom_output_insert(encoder->out, encoder->state.senml.begin, head, (size_t)(end - head));
}

const struct loom_format loom_format_senml_cbor = {
    .number = LOOM_FORMAT_SENML_CBOR,
    .traits = LOOM_SENML_TRAITS,
    .reader = {.begin = begin, .next = next, .value = value_of},
    .writer = {.begin = begin_payload, .put = put, .end = end_payload}};

const struct loom_format loom_format_senml_etch_cbor = {
    .number = LOOM_FORMAT_SENML_ETCH_CBOR,
    .traits = LOOM_SENML_TRAITS | LOOM_FORMAT_DELETES,
    .reader = {.begin = begin, .next = next, .value = value_of},
    .writer = {.begin = begin_payload, .put = put, .end = end_payload}};
