/* SPDX-License-Identifier: Apache-2.0 */
/* SenML (RFC 8428) in CBOR, rules D-30 .. D-35 and D-3. */
#include "codec/cbor.h"
#include "codec/number.h"
#include "codec/output.h"
#include "codec/text.h"

#include <string.h>

/* `/65534/65534/65534/65534` with the slash that may be behind the base name. */
#define NAME_MAX 25

/* Labels by number (rule D-32): those of a record count up from 0, those of the base down from -1.
 * `vlo` has no number, and the other texts stand for something else. */
enum label {
    LABEL_N = 0,
    LABEL_U = 1,
    LABEL_V = 2,
    LABEL_VS = 3,
    LABEL_VB = 4,
    LABEL_S = 5,
    LABEL_T = 6,
    LABEL_UT = 7,
    LABEL_VD = 8,
    LABEL_BASE = 9, /* -1 stands here, -6 five places on */
    LABEL_BVER = LABEL_BASE,
    LABEL_BN,
    LABEL_BT,
    LABEL_BU,
    LABEL_BV,
    LABEL_BS,
    LABEL_VLO,
    LABEL_UNKNOWN,
    LABEL_BAD
};

#define BIT(label) (1u << (label))
#define VALUES     (BIT(LABEL_V) | BIT(LABEL_VS) | BIT(LABEL_VB) | BIT(LABEL_VD) | BIT(LABEL_VLO))
/* `65535:65535` */
#define LINK_MAX 11
#define TAG_TIME 1u
/* The one version of SenML that these rules are about. */
#define VERSION 10u

static const char vlo[3] = {'v', 'l', 'o'};

/* ---- records --------------------------------------------------------------------------------- */

struct record {
    unsigned seen;          /* BIT() of each label */
    struct loom_bytes name; /* as it is encoded */
    double time;
    struct loom_bytes value; /* with its label */
};

static bool is_text(struct loom_bytes string, const char *text)
{
    return string.length == strlen(text) && memcmp(string.data, text, string.length) == 0;
}

/* RFC 8428 section 6: a label that has a number is written as that number. Taking its text for an
 * unknown label would silently drop a name or a value, so it is refused. */
static enum label text_label(struct loom_bytes string)
{
    static const char numbered[][5] = {"n",  "u",  "v",  "vs",   "vb", "s",  "t", "ut",
                                       "vd", "bn", "bt", "bver", "bu", "bv", "bs"};
    if (string.length == sizeof vlo && memcmp(string.data, vlo, sizeof vlo) == 0) {
        return LABEL_VLO;
    }
    for (size_t i = 0; i < sizeof numbered / sizeof numbered[0]; i++) {
        if (is_text(string, numbered[i])) {
            return LABEL_BAD;
        }
    }
    bool must_be_understood = string.length > 0 && string.data[string.length - 1] == '_';
    return must_be_understood ? LABEL_BAD : LABEL_UNKNOWN;
}

static enum label read_label(struct loom_bytes *rest)
{
    struct loom_cbor head;
    if (rest->length > 0 && rest->data[0] < LABEL_BASE) { /* a small number is its own encoding */
        rest->length--;
        return (enum label) * rest->data++;
    }
    if (!loom_cbor_next(rest, &head)) {
        return LABEL_BAD;
    }
    switch (head.type) {
    case LOOM_CBOR_UNSIGNED:
        return head.argument < LABEL_BASE ? (enum label)head.argument : LABEL_UNKNOWN;
    case LOOM_CBOR_NEGATIVE:
        return head.argument < LABEL_VLO - LABEL_BASE ? (enum label)(LABEL_BASE + head.argument)
                                                      : LABEL_UNKNOWN;
    case LOOM_CBOR_TEXT:
        return head.count == LOOM_CBOR_INDEFINITE ? LABEL_BAD : text_label(head.string);
    default:
        return LABEL_BAD;
    }
}

/* A name, as it is encoded: the base name that it goes on from may still come behind it. */
static bool read_name(struct loom_bytes *rest, struct loom_bytes *name)
{
    name->data = rest->data;
    name->length = rest->length;
    if (!loom_cbor_skip(rest)) {
        return false;
    }
    name->length -= rest->length;
    return true;
}

static bool feed_piece(struct loom_path_reader *reader, const struct loom_cbor *head)
{
    struct loom_text text = {(const char *)head->string.data, head->string.length};
    return head->type == LOOM_CBOR_TEXT && head->count != LOOM_CBOR_INDEFINITE &&
           loom_path_feed(reader, text);
}

/* It may come in chunks. */
static bool feed_name(struct loom_path_reader *reader, struct loom_bytes name)
{
    struct loom_cbor head;
    size_t left = LOOM_CBOR_INDEFINITE;
    bool good = true;
    if (name.length == 0) {
        return true;
    }
    if (!loom_cbor_next(&name, &head) || head.type != LOOM_CBOR_TEXT) {
        return false;
    }
    if (head.count != LOOM_CBOR_INDEFINITE) {
        return feed_piece(reader, &head);
    }
    while (good && loom_cbor_more(&name, &left, &good)) {
        good = loom_cbor_next(&name, &head) && feed_piece(reader, &head);
    }
    return good;
}

static bool read_base_name(struct loom_bytes *rest, struct loom_path_reader *reader)
{
    struct loom_bytes name;
    *reader = (struct loom_path_reader){.begun = false};
    return read_name(rest, &name) && feed_name(reader, name);
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
           head.argument == VERSION;
}

static bool read_field(struct loom_decoder *decoder, struct loom_bytes *rest, struct record *record)
{
    struct loom_bytes field = *rest;
    enum label label = read_label(rest);
    if (label < LABEL_UNKNOWN) {
        if ((record->seen & BIT(label)) != 0) {
            return false;
        }
        record->seen |= BIT(label);
    }
    switch (label) {
    case LABEL_N:
        return read_name(rest, &record->name);
    case LABEL_BN:
        return read_base_name(rest, &decoder->state.senml.base_name);
    case LABEL_T:
        return read_time(rest, &record->time);
    case LABEL_BT:
        return read_time(rest, &decoder->state.senml.base_time);
    case LABEL_BVER:
        return read_version(rest);
    case LABEL_V:
    case LABEL_VS:
    case LABEL_VB:
    case LABEL_VD:
    case LABEL_VLO:
        record->value.data = field.data;
        if (!loom_cbor_skip(rest)) {
            return false;
        }
        record->value.length = field.length - rest->length;
        return true;
    case LABEL_U:
    case LABEL_UT:
    case LABEL_BU:
    case LABEL_UNKNOWN:
        return loom_cbor_skip(rest);
    case LABEL_S:
    case LABEL_BV:
    case LABEL_BS:
    case LABEL_BAD:
        break;
    }
    return false; /* rule D-35: sums and base values would change what a value means */
}

/* Base name and name make one path, wherever it is cut (rule D-30). */
static bool make_path(const struct loom_decoder *decoder, struct loom_bytes name,
                      struct loom_path *path)
{
    struct loom_path_reader reader = decoder->state.senml.base_name;
    if (!feed_name(&reader, name) || !loom_path_end(&reader, path) || path->depth < 3) {
        return false;
    }
    for (uint8_t level = 0; level < decoder->base.depth; level++) {
        if (level >= path->depth || path->id[level] != decoder->base.id[level]) {
            return false;
        }
    }
    return true;
}

/* Whether the value holds from now on, which is all that a write can do. */
static bool is_now(double base_time, double time)
{
    return loom_double_order(base_time) == -loom_double_order(time);
}

static bool read_record(struct loom_decoder *decoder, struct loom_item *item)
{
    struct record record = {0, {NULL, 0}, 0, {NULL, 0}};
    struct loom_bytes *rest = &decoder->rest;
    struct loom_cbor head;
    bool good = true;
    if (!loom_cbor_next(rest, &head) || head.type != LOOM_CBOR_MAP) {
        return false;
    }
    while (good && loom_cbor_more(rest, &head.count, &good)) {
        good = read_field(decoder, rest, &record);
    }
    unsigned values = record.seen & VALUES;
    item->empty_multiple = false;
    item->raw = record.value;
    return good && values != 0 && (values & (values - 1)) == 0 &&
           is_now(decoder->state.senml.base_time, record.time) &&
           make_path(decoder, record.name, &item->path);
}

/* ---- the pack -------------------------------------------------------------------------------- */

static enum loom_status begin(struct loom_decoder *decoder)
{
    struct loom_cbor head;
    if (!loom_cbor_next(&decoder->rest, &head) || head.type != LOOM_CBOR_ARRAY) {
        return LOOM_BAD_REQUEST;
    }
    decoder->state.senml.records = head.count;
    decoder->state.senml.base_name = (struct loom_path_reader){.begun = false};
    decoder->state.senml.base_time = 0;
    return LOOM_OK;
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
    if (first && decoder->base.depth == 3) {
        item->path = decoder->base;
        item->empty_multiple = true;
        item->raw = (struct loom_bytes){NULL, 0};
        return LOOM_OK;
    }
    return LOOM_END;
}

/* ---- values ---------------------------------------------------------------------------------- */

/* Integers, Times, Unsigneds and Floats. */
static bool to_number(struct loom_bytes raw, struct loom_value *value)
{
    struct loom_cbor_number number;
    bool negative;
    uint64_t magnitude;
    if (!loom_cbor_read_number(&raw, &number)) {
        return false;
    }
    if (value->type == LOOM_FLOAT) {
        value->as.number = loom_cbor_to_double(&number);
        return true;
    }
    if (!loom_cbor_to_whole(&number, &negative, &magnitude)) {
        return false;
    }
    if (value->type == LOOM_UNSIGNED) {
        value->as.unsigned_integer = magnitude;
        return !negative || magnitude == 0;
    }
    return loom_to_integer(negative, magnitude, &value->as.integer);
}

/* Both have one encoding of one byte. */
static bool to_boolean(struct loom_bytes raw, bool *value)
{
    if (raw.length != 1 || raw.data[0] >> 5 != LOOM_CBOR_SIMPLE) {
        return false;
    }
    *value = (raw.data[0] & 31u) == LOOM_CBOR_TRUE;
    return *value || (raw.data[0] & 31u) == LOOM_CBOR_FALSE;
}

/* The label that a value of this type stands under (rules D.1). */
static enum label label_of(enum loom_type type)
{
    static const uint8_t labels[LOOM_TYPE_COUNT] = {LABEL_UNKNOWN, LABEL_VS, LABEL_V,  LABEL_V,
                                                    LABEL_V,       LABEL_VB, LABEL_VD, LABEL_V,
                                                    LABEL_VLO,     LABEL_VS};
    return type < LOOM_TYPE_COUNT ? (enum label)labels[type] : LABEL_UNKNOWN;
}

/* Time may be marked as such (tag 1, rules D.1). */
static struct loom_bytes untagged(struct loom_bytes raw)
{
    struct loom_bytes after = raw;
    struct loom_cbor head;
    bool tagged =
        loom_cbor_next(&after, &head) && head.type == LOOM_CBOR_TAG && head.argument == TAG_TIME;
    return tagged ? after : raw;
}

static bool to_objlnk(struct loom_bytes raw, struct loom_objlnk *link)
{
    char room[LINK_MAX];
    struct loom_output joined = loom_output(room, sizeof room);
    struct loom_bytes string;
    if (!loom_cbor_string(&raw, LOOM_CBOR_TEXT, &joined, &string)) {
        return false;
    }
    return loom_text_to_objlnk((struct loom_text){(const char *)string.data, string.length}, link);
}

static enum loom_status to_string(const struct loom_decoder *decoder, struct loom_bytes raw,
                                  enum loom_cbor_type type, struct loom_bytes *string)
{
    struct loom_output room = loom_output(decoder->scratch, decoder->scratch_size);
    if (loom_cbor_string(&raw, type, &room, string)) {
        return LOOM_OK;
    }
    return room.overflow ? LOOM_TOO_LARGE : LOOM_BAD_REQUEST;
}

static enum loom_status value_of(const struct loom_decoder *decoder, struct loom_bytes raw,
                                 enum loom_type type, struct loom_value *value)
{
    struct loom_bytes string = {NULL, 0};
    enum loom_status status;
    bool good = false;
    if (read_label(&raw) != label_of(type)) {
        return LOOM_BAD_REQUEST;
    }
    value->type = type;
    switch (type) {
    case LOOM_STRING:
    case LOOM_CORELNK:
        status = to_string(decoder, raw, LOOM_CBOR_TEXT, &string);
        value->as.text = (struct loom_text){(const char *)string.data, string.length};
        return status;
    case LOOM_OPAQUE:
        return to_string(decoder, raw, LOOM_CBOR_BYTES, &value->as.opaque);
    case LOOM_INTEGER:
    case LOOM_UNSIGNED:
    case LOOM_FLOAT:
    case LOOM_TIME:
        good = to_number(type == LOOM_TIME ? untagged(raw) : raw, value);
        break;
    case LOOM_BOOLEAN:
        good = to_boolean(raw, &value->as.boolean);
        break;
    case LOOM_OBJLNK:
        good = to_objlnk(raw, &value->as.objlnk);
        break;
    case LOOM_NONE:
    case LOOM_TYPE_COUNT:
        break;
    }
    return good ? LOOM_OK : LOOM_BAD_REQUEST;
}

/* ---- writing --------------------------------------------------------------------------------- */

void loom_senml_cbor_begin(struct loom_output *out, size_t count)
{
    loom_cbor_put(out, LOOM_CBOR_ARRAY, count);
}

static void put_string(struct loom_output *out, enum loom_cbor_type type, const void *data,
                       size_t length)
{
    loom_cbor_put(out, type, length);
    loom_put_bytes(out, data, length);
}

static void put_integer(struct loom_output *out, int64_t value)
{
    if (value < 0) {
        loom_cbor_put(out, LOOM_CBOR_NEGATIVE, (uint64_t)(-(value + 1)));
    } else {
        loom_cbor_put(out, LOOM_CBOR_UNSIGNED, (uint64_t)value);
    }
}

static void put_value(struct loom_output *out, const struct loom_value *value)
{
    char room[LINK_MAX];
    struct loom_output link = loom_output(room, sizeof room);
    switch (value->type) {
    case LOOM_STRING:
    case LOOM_CORELNK:
        put_string(out, LOOM_CBOR_TEXT, value->as.text.data, value->as.text.length);
        break;
    case LOOM_INTEGER:
    case LOOM_TIME:
        put_integer(out, value->as.integer);
        break;
    case LOOM_UNSIGNED:
        loom_cbor_put(out, LOOM_CBOR_UNSIGNED, value->as.unsigned_integer);
        break;
    case LOOM_FLOAT:
        loom_cbor_put_float(out, value->as.number);
        break;
    case LOOM_BOOLEAN:
        loom_cbor_put(out, LOOM_CBOR_SIMPLE, value->as.boolean ? LOOM_CBOR_TRUE : LOOM_CBOR_FALSE);
        break;
    case LOOM_OPAQUE:
        put_string(out, LOOM_CBOR_BYTES, value->as.opaque.data, value->as.opaque.length);
        break;
    case LOOM_OBJLNK:
        loom_put_objlnk(&link, value->as.objlnk);
        put_string(out, LOOM_CBOR_TEXT, room, link.length);
        break;
    case LOOM_NONE:
    case LOOM_TYPE_COUNT:
        break;
    }
}

/* The value with its label; a type that has none stays a name alone. */
static void put_labelled(struct loom_output *out, const struct loom_value *value)
{
    enum label label = label_of(value->type);
    if (label == LABEL_VLO) {
        put_string(out, LOOM_CBOR_TEXT, vlo, sizeof vlo);
    } else if (label != LABEL_UNKNOWN) {
        loom_cbor_put(out, LOOM_CBOR_UNSIGNED, (uint64_t)label);
    }
    put_value(out, value);
}

void loom_senml_cbor_put(struct loom_output *out, const struct loom_path *path,
                         const struct loom_value *value)
{
    char room[NAME_MAX];
    struct loom_output name = loom_output(room, sizeof room);
    loom_put_path(&name, path);
    loom_cbor_put(out, LOOM_CBOR_MAP, label_of(value->type) == LABEL_UNKNOWN ? 1 : 2);
    loom_cbor_put(out, LOOM_CBOR_UNSIGNED, LABEL_N);
    put_string(out, LOOM_CBOR_TEXT, room, name.length);
    put_labelled(out, value);
}

static void begin_payload(struct loom_encoder *encoder)
{
    encoder->state.senml.begin = encoder->out->length;
    encoder->state.senml.records = 0;
}

/* The first record has the base name, `/3/0/`; the names of all are what follows it. A value that
 * is itself what was asked for has no name besides. */
static void put_name(struct loom_encoder *encoder, const struct loom_path *path)
{
    struct loom_output *out = encoder->out;
    const struct loom_path *base = &encoder->base;
    char room[NAME_MAX];
    struct loom_output name = loom_output(room, sizeof room);
    bool first = encoder->state.senml.records == 0;
    bool named = path->depth > base->depth;
    loom_cbor_put(out, LOOM_CBOR_MAP, 1u + (first ? 1u : 0u) + (named ? 1u : 0u));
    if (first) {
        loom_put_path(&name, base);
        if (named && base->depth > 0) {
            loom_put_byte(&name, '/');
        }
        loom_cbor_put(out, LOOM_CBOR_NEGATIVE, LABEL_BN - LABEL_BASE);
        put_string(out, LOOM_CBOR_TEXT, room, name.length);
        name.length = 0;
    }
    if (named) {
        for (uint8_t level = base->depth; level < path->depth; level++) {
            if (level > base->depth) {
                loom_put_byte(&name, '/');
            }
            loom_put_unsigned(&name, path->id[level]);
        }
        loom_cbor_put(out, LOOM_CBOR_UNSIGNED, LABEL_N);
        put_string(out, LOOM_CBOR_TEXT, room, name.length);
    }
}

static enum loom_status put(struct loom_encoder *encoder, const struct loom_path *path,
                            const struct loom_value *value)
{
    if (value->type == LOOM_NONE) {
        return LOOM_OK; /* the names of values say what holds them */
    }
    put_name(encoder, path);
    put_labelled(encoder->out, value);
    encoder->state.senml.records++;
    return LOOM_OK;
}

/* How many records there are is known now, so the head comes before them now. */
static void end_payload(struct loom_encoder *encoder)
{
    uint8_t room[9];
    struct loom_output head = loom_output(room, sizeof room);
    loom_senml_cbor_begin(&head, encoder->state.senml.records);
    loom_output_insert(encoder->out, encoder->state.senml.begin, room, head.length);
}

const struct loom_format loom_format_senml_cbor = {
    .number = LOOM_FORMAT_SENML_CBOR,
    .traits = LOOM_FORMAT_ROOT | LOOM_FORMAT_ANY_ORDER,
    .reader = {.begin = begin, .next = next, .value = value_of},
    .writer = {.begin = begin_payload, .put = put, .end = end_payload}};
