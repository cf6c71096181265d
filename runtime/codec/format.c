/* SPDX-License-Identifier: Apache-2.0 */
/* Payloads of any format, as the tables of the formats have it. */
#include "loom/codec.h"

/* Before they were registered, some formats had numbers of their own choice (rules C.4). */
static uint16_t registered(uint16_t number)
{
    static const uint16_t numbers[] = {LOOM_FORMAT_TEXT, LOOM_FORMAT_TLV, LOOM_FORMAT_JSON};
    unsigned old = (unsigned)number - LOOM_FORMAT_OLD_TEXT;
    return old < sizeof numbers / sizeof numbers[0] ? numbers[old] : number;
}

static const struct loom_format *find(const struct loom_format *const *formats, uint16_t number)
{
    number = registered(number);
    while (*formats != NULL && (*formats)->number != number) {
        formats++;
    }
    return *formats;
}

const struct loom_format *loom_format_find(const struct loom_format *const *formats,
                                           uint16_t number, const struct loom_path *path)
{
    bool is_text = number == LOOM_FORMAT_ABSENT && path->depth >= 3;
    return find(formats, is_text ? LOOM_FORMAT_TEXT : number);
}

/* SenML-ETCH says what to change, and not what is. */
static bool can_express(const struct loom_format *format, enum loom_type type)
{
    unsigned unfit = LOOM_FORMAT_DELETES |
                     (type == LOOM_OPAQUE ? LOOM_FORMAT_NO_OPAQUE : LOOM_FORMAT_BYTES) |
                     (type == LOOM_NONE ? LOOM_FORMAT_ONE_VALUE : 0) |
                     (type == LOOM_FLOAT ? LOOM_FORMAT_NO_FLOATS : 0);
    return format != NULL && format->writer.put != NULL && (format->traits & unfit) == 0;
}

const struct loom_format *loom_format_for_answer(const struct loom_format *const *formats,
                                                 uint16_t accept, enum loom_type type)
{
    static const uint16_t preferred[] = {LOOM_FORMAT_OPAQUE, LOOM_FORMAT_TEXT, LOOM_FORMAT_TLV};
    const struct loom_format *format = NULL;
    if (accept != LOOM_FORMAT_ABSENT) {
        format = find(formats, accept);
        return can_express(format, type) ? format : NULL;
    }
    for (size_t i = 0; i < sizeof preferred / sizeof preferred[0]; i++) {
        format = find(formats, preferred[i]);
        if (can_express(format, type)) {
            return format;
        }
    }
    while (*formats != NULL && !can_express(*formats, type)) {
        formats++;
    }
    return *formats;
}

/* Whether it shows values of several objects. */
static bool can_gather(const struct loom_format *format)
{
    return can_express(format, LOOM_NONE) && (format->traits & LOOM_FORMAT_ROOT) != 0;
}

const struct loom_format *loom_format_for_list(const struct loom_format *const *formats,
                                               uint16_t accept, uint16_t list)
{
    uint16_t wanted = accept != LOOM_FORMAT_ABSENT          ? accept
                      : list == LOOM_FORMAT_SENML_ETCH_JSON ? LOOM_FORMAT_SENML_JSON
                      : list == LOOM_FORMAT_SENML_ETCH_CBOR ? LOOM_FORMAT_SENML_CBOR
                                                            : list;
    const struct loom_format *format = find(formats, wanted);
    if (accept != LOOM_FORMAT_ABSENT || (format != NULL && can_gather(format))) {
        return format != NULL && can_gather(format) ? format : NULL;
    }
    while (*formats != NULL && !can_gather(*formats)) {
        formats++;
    }
    return *formats;
}

enum loom_status loom_decode_begin(struct loom_decoder *decoder, const struct loom_format *format,
                                   const struct loom_path *path, unsigned mode,
                                   struct loom_bytes payload, uint8_t *scratch, size_t scratch_size)
{
    if (format == NULL ||
        ((mode & LOOM_DECODE_NAMES) != 0 && (format->traits & LOOM_FORMAT_NAMES) == 0)) {
        return LOOM_UNSUPPORTED_FORMAT;
    }
    unsigned depth = (format->traits & LOOM_FORMAT_ONE_VALUE) != 0 ? 3
                     : (format->traits & LOOM_FORMAT_ROOT) != 0    ? 0
                                                                   : 1;
    if (path->depth < depth) {
        return LOOM_BAD_REQUEST; /* rule D-1 */
    }
    decoder->format = format;
    decoder->base = *path;
    decoder->mode = (uint8_t)((format->traits & LOOM_FORMAT_DELETES) != 0
                                  ? mode
                                  : mode & ~(unsigned)LOOM_DECODE_DELETES);
    decoder->begun = false;
    decoder->rest = payload;
    decoder->scratch = scratch;
    decoder->scratch_size = scratch_size;
    return format->reader.begin == NULL ? LOOM_OK : format->reader.begin(decoder);
}

void loom_encode_begin(struct loom_encoder *encoder, const struct loom_format *format,
                       const struct loom_path *base, struct loom_output *out)
{
    encoder->format = format;
    encoder->out = out;
    encoder->base = *base;
    encoder->nones = LOOM_ENCODE_HOLDERS;
    encoder->time = 0;
    encoder->put_time = NULL;
    encoder->refused = false;
    if (format->writer.begin != NULL) {
        format->writer.begin(encoder);
    }
}

enum loom_status loom_encode_end(struct loom_encoder *encoder)
{
    if (encoder->format->writer.end != NULL) {
        encoder->format->writer.end(encoder);
    }
    return encoder->refused         ? LOOM_NOT_ACCEPTABLE
           : encoder->out->overflow ? LOOM_TOO_LARGE
                                    : LOOM_OK;
}
