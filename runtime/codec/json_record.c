/* SPDX-License-Identifier: Apache-2.0 */
/* The records that SenML JSON and the older JSON are made of. */
#include "codec/json.h"
#include "codec/number.h"
#include "codec/single.h"
#include "codec/text.h"

#include <string.h>

/* ---- reading --------------------------------------------------------------------------------- */

/* Whether a key ends in `_`, which may be an escape, too. */
static bool must_be_understood(struct loom_text key)
{
    const char *end = key.data + key.length;
    return end[-1] == '_' ||
           (key.length >= 6 && memcmp(end - 6, "\\u005", 5) == 0 && (end[-1] | 0x20) == 'f');
}

/* A key may have escapes; the longest that matters is `bver`, and of a longer one its end. */
static enum loom_senml_label read_label(struct loom_bytes *rest, loom_json_label_of *label_of)
{
    char room[8];
    struct loom_output out = loom_output(room, sizeof room);
    struct loom_text key;
    if (!loom_json_key(rest, &key)) {
        return LOOM_SENML_BAD;
    }
    struct loom_text plain = key;
    if (loom_json_unescape(&plain, &out)) {
        return label_of(plain);
    }
    return out.overflow && !must_be_understood(key) ? LOOM_SENML_UNKNOWN : LOOM_SENML_BAD;
}

static bool feed(struct loom_path_reader *reader, struct loom_text name)
{
    char room[LOOM_SENML_NAME_MAX];
    struct loom_output out = loom_output(room, sizeof room);
    return loom_json_unescape(&name, &out) && loom_path_feed(reader, name);
}

static bool read_base_name(struct loom_bytes *rest, struct loom_path_reader *reader)
{
    struct loom_text name;
    *reader = (struct loom_path_reader){.begun = false};
    return loom_json_take_string(rest, &name) && feed(reader, name);
}

static bool read_time(struct loom_bytes *rest, double *time)
{
    struct loom_bytes token;
    return loom_json_keep(rest, &token) && loom_json_to_double(token, time);
}

static bool read_version(struct loom_bytes *rest)
{
    struct loom_bytes token;
    bool negative;
    uint64_t version;
    return loom_json_keep(rest, &token) && loom_json_to_whole(token, &negative, &version) &&
           !negative && version == LOOM_SENML_VERSION;
}

struct record {
    uint32_t seen; /* a bit for each label */
    struct loom_text name;
    struct loom_bytes value;
};

static bool read_field(struct loom_decoder *decoder, struct record *record,
                       loom_json_label_of *label_of)
{
    struct loom_bytes *rest = &decoder->rest;
    enum loom_senml_label label = read_label(rest, label_of);
    if (!loom_senml_mark(&record->seen, label)) {
        return false;
    }
    switch (label) {
    case LOOM_SENML_N:
        return loom_json_take_string(rest,
                                     &record->name); /* the base name may still come behind it */
    case LOOM_SENML_BN:
        return read_base_name(rest, &decoder->state.senml.base_name);
    case LOOM_SENML_T:
        return read_time(rest, &decoder->state.senml.time);
    case LOOM_SENML_BT:
        return read_time(rest, &decoder->state.senml.base_time);
    case LOOM_SENML_BVER:
        return read_version(rest);
    case LOOM_SENML_V:
    case LOOM_SENML_VS:
    case LOOM_SENML_VB:
    case LOOM_SENML_VD:
    case LOOM_SENML_VLO:
        decoder->state.senml.label = (uint8_t)label;
        return loom_json_keep(rest, &record->value);
    default:
        return loom_json_skip(rest);
    }
}

/* Null stands where a number would (RFC 8790 section 3.2.2). */
static bool is_null(const struct loom_decoder *decoder, struct loom_bytes value)
{
    return decoder->state.senml.label == LOOM_SENML_V && value.length == 4 && value.data[0] == 'n';
}

static bool begins_with_id(struct loom_text name)
{
    return name.data[0] >= '0' && name.data[0] <= '9';
}

static bool read_record(struct loom_decoder *decoder, struct loom_item *item,
                        loom_json_label_of *label_of)
{
    struct record record = {.seen = 0};
    bool good = loom_json_take(&decoder->rest, '{');
    decoder->state.senml.time = 0;
    for (bool first = true; good && loom_json_more(&decoder->rest, first, '}', &good);
         first = false) {
        good = read_field(decoder, &record, label_of);
    }
    struct loom_path_reader name = decoder->state.senml.base_name;
    if (decoder->state.senml.relative && record.name.length > 0 && !begins_with_id(record.name)) {
        name = (struct loom_path_reader){.begun = false};
    }
    item->empty_multiple = false;
    item->deleted = (decoder->mode & LOOM_DECODE_DELETES) != 0 && is_null(decoder, record.value);
    item->raw = record.value;
    return good && feed(&name, record.name) &&
           loom_senml_place(decoder, record.seen, &name, &item->path);
}

void loom_json_begin_records(struct loom_decoder *decoder)
{
    decoder->state.senml.records = 1;
    decoder->state.senml.relative = false;
    decoder->state.senml.base_name = (struct loom_path_reader){.begun = false};
    decoder->state.senml.base_time = 0;
}

enum loom_status loom_json_next_record(struct loom_decoder *decoder, struct loom_item *item,
                                       loom_json_label_of *label_of)
{
    bool good = true;
    bool first = !decoder->begun;
    decoder->begun = true;
    if (decoder->state.senml.records == 0) {
        return LOOM_END;
    }
    if (loom_json_more(&decoder->rest, first, ']', &good)) {
        return read_record(decoder, item, label_of) ? LOOM_OK : LOOM_BAD_REQUEST;
    }
    loom_json_blanks(&decoder->rest);
    if (!good || decoder->rest.length > 0) {
        return LOOM_BAD_REQUEST;
    }
    decoder->state.senml.records = 0;
    return loom_nothing_next(decoder, !first, item);
}

/* ---- writing --------------------------------------------------------------------------------- */

/* What stands before the name of every record but the first. */
#define NAME_LENGTH 7u
static const char before_name[NAME_LENGTH + 1] = ",{\"n\":\"";

static void put_name(struct loom_encoder *encoder, const struct loom_path *path)
{
    uint8_t room[NAME_LENGTH + LOOM_SENML_NAME_MAX];
    uint8_t *begin = loom_output_begin(encoder->out, sizeof room, room);
    memcpy(begin, before_name, NAME_LENGTH);
    loom_output_end(encoder->out, room, begin,
                    loom_senml_rest(begin + NAME_LENGTH, &encoder->base, path));
}

/* The same for the first, of which less stands there already. */
static void put_first_name(struct loom_encoder *encoder, const struct loom_path *path,
                           size_t skipped)
{
    uint8_t room[LOOM_SENML_NAME_MAX];
    const uint8_t *end = loom_senml_rest(room, &encoder->base, path);
    loom_put_text(encoder->out, before_name + skipped);
    loom_put_bytes(encoder->out, room, (size_t)(end - room));
}

void loom_json_put_base(struct loom_output *out, const struct loom_path *base, bool goes_on)
{
    char room[LOOM_SENML_NAME_MAX];
    char *end = room + sizeof room;
    char *at = loom_senml_base_before(end, base, goes_on);
    loom_put_bytes(out, at, (size_t)(end - at));
}

unsigned loom_json_begin_record(struct loom_encoder *encoder, const struct loom_path *path,
                                bool based)
{
    struct loom_output *out = encoder->out;
    bool named = path->depth > encoder->base.depth;
    bool first = encoder->state.senml.records++ == 0;
    unsigned before = named || based ? 0 : LOOM_JSON_NOTHING;
    if (based) {
        loom_put_text(out, "{\"bn\":\"");
        loom_json_put_base(out, &encoder->base, named);
        if (named) {
            loom_put_text(out, "\",");
            put_first_name(encoder, path, 2);
        }
    } else if (named && first) {
        put_first_name(encoder, path, 1);
    } else if (named) {
        put_name(encoder, path);
    } else {
        loom_put_text(out, first ? "{" : ",{");
    }
    if (loom_double_order(encoder->time) != 0) {
        loom_put_text(out, &"\",\"t\":"[before]);
        loom_put_float(out, encoder->time);
        before = LOOM_JSON_NUMBER;
    }
    return before;
}
