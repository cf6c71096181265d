/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Content formats: a payload is read as a stream of (path, value) and written directly into the
 * packet. Readers and writers need no additional memory.
 */
#ifndef LOOM_CODEC_H
#define LOOM_CODEC_H

#include "loom/format.h"
#include "loom/status.h"
#include "loom/value.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- output ---------------------------------------------------------------------------------- */

struct loom_output;

/** Receives output that does not fit; private to the core. */
typedef void loom_output_pass(struct loom_output *out, const void *data, size_t length);

/** An output buffer. When it is full, `overflow` is set and nothing more is written; `length` is
 * then meaningless. */
struct loom_output {
    uint8_t *data;
    size_t room;
    size_t length;
    bool overflow;
    /* Private to the codec: a byte that has no room, and where it goes; NULL: it is lost. */
    uint8_t behind;
    loom_output_pass *pass;
};

/** An empty output of `room` bytes at `data`, which the caller owns and keeps as long as the
 * output. */
struct loom_output loom_output(void *data, size_t room);

/* What does not fit sets `overflow`, and nothing of it is written. */

/** Writes one byte. */
void loom_put_byte(struct loom_output *out, uint8_t byte);
/** Writes bytes; `data` may be NULL if `length` is 0. */
void loom_put_bytes(struct loom_output *out, const void *data, size_t length);
/** Writes text that ends with NUL, without the NUL. */
void loom_put_text(struct loom_output *out, const char *text);
/** Writes decimal digits. */
void loom_put_unsigned(struct loom_output *out, uint64_t value);
/** Writes decimal digits, after a `-` if the number is negative. */
void loom_put_integer(struct loom_output *out, int64_t value);
/** Decimal: the shortest number that loom_text_to_float(), or any reader that rounds correctly,
 * reads as the same double, and of these the nearest. `nan` or `inf` for what no value may be. */
void loom_put_float(struct loom_output *out, double value);
/** `/3/0/1`; the root is `/`. */
void loom_put_path(struct loom_output *out, const struct loom_path *path);
/** `</3/0/1>`, a link (rules D.7) at the end of a list that begins at `begin` in the output: behind
 * a comma unless it is the first. */
void loom_put_link(struct loom_output *out, size_t begin, const struct loom_path *path);
/** Base64 with padding (RFC 4648 section 4). */
void loom_put_base64(struct loom_output *out, struct loom_bytes bytes);
/** Base64 for URLs, without padding (RFC 4648 section 5). */
void loom_put_base64url(struct loom_output *out, struct loom_bytes bytes);

/* ---- plain text (0) and opaque (42), rules D-1 and D.1 --------------------------------------- */

/** Writes a value as text/plain; Opaque as Base64. */
void loom_text_put(struct loom_output *out, const struct loom_value *value);

/**
 * Reads text as a value of `type`.
 * @param scratch room for a decoded Opaque, at least 3/4 of the text; may be NULL for other types
 * @return LOOM_BAD_REQUEST the text is not of that type
 */
enum loom_status loom_text_get(struct loom_text text, enum loom_type type, struct loom_value *value,
                               uint8_t *scratch, size_t scratch_size);

/** Length of the well-formed UTF-8 sequence at the start of the text, 0 if there is none (RFC
 * 3629).
 */
size_t loom_utf8_length(struct loom_text text);
/** @return whether all of the text is UTF-8 without NUL, which a string of the data model cannot
 * hold.
 */
bool loom_utf8_is_string(struct loom_text text);

/* Numbers as the text format has them; no blanks, all of the text must be used. Each returns false
 * if the text is none, or the number does not fit its type. */

/** Digits, behind a `-` if the number is negative. */
bool loom_text_to_integer(struct loom_text text, int64_t *value);
/** Digits alone. */
bool loom_text_to_unsigned(struct loom_text text, uint64_t *value);
/** `-2.5e-3`, also with `+` or without digits on one side of the point. Gives the nearest double,
 * of two the even one, however many digits there are; false beyond the greatest. */
bool loom_text_to_float(struct loom_text text, double *value);
/** An id below 65535 without sign or leading zero. */
bool loom_text_to_id(struct loom_text text, uint16_t *id);
/** `/3/0/1`, `/3/`, `/`; strict in the numbers. */
bool loom_text_to_path(struct loom_text text, struct loom_path *path);

/* ---- OMA TLV (11542), rules D.3 -------------------------------------------------------------- */

/** Kinds of entries, the two highest bits of the type byte (rule D-10). */
enum loom_tlv_kind {
    LOOM_TLV_INSTANCE = 0,
    LOOM_TLV_RESOURCE_INSTANCE = 1,
    LOOM_TLV_MULTIPLE = 2,
    LOOM_TLV_RESOURCE = 3
};

struct loom_tlv {
    enum loom_tlv_kind kind;
    uint16_t id;
    struct loom_bytes value;
};

/** Reads the first entry of `rest` and moves `rest` behind it.
 *  @return LOOM_OK, LOOM_END or LOOM_BAD_REQUEST */
enum loom_status loom_tlv_next(struct loom_bytes *rest, struct loom_tlv *entry);

/** Interprets the value bytes of an entry. Text and bytes point into the entry.
 *  @return LOOM_BAD_REQUEST they are none of this type */
enum loom_status loom_tlv_value(struct loom_bytes bytes, enum loom_type type,
                                struct loom_value *value);

/** Writes one value as an entry of `kind` RESOURCE or RESOURCE_INSTANCE. */
void loom_tlv_put_value(struct loom_output *out, enum loom_tlv_kind kind, uint16_t id,
                        const struct loom_value *value);

/** Begins an entry that contains others. @return its start, for loom_tlv_end() */
size_t loom_tlv_begin(struct loom_output *out);

/** Puts the head of an entry before what was written since `begin`. */
void loom_tlv_end(struct loom_output *out, size_t begin, enum loom_tlv_kind kind, uint16_t id);

/* ---- SenML CBOR (112, 322), rules D-3 and D-30 .. D-39 --------------------------------------- */

/*
 * Read through loom_decode_begin(), for any path down from the root. What is taken:
 *  - arrays and maps of definite and indefinite length; strings in one piece, or in chunks
 *    (rule D-3), which are joined in the scratch room;
 *  - labels as the numbers that RFC 8428 has for them, `vlo` as text; the texts of numbered labels,
 *    any other label twice in a record, `s`, `bs`, `bv`, and unknown labels that end in `_` are
 *    refused; other unknown labels and units are passed over;
 *  - `bver` of 10; base name, base time, name and time, where the time must come to 0 without
 *    LOOM_DECODE_TIMES;
 *  - exactly one value in a record, none with LOOM_DECODE_NAMES, under a complete path that lies
 *    under the path of the request, and is that of a value; 65535 is no id.
 * Each value stands under the label of its type. `v` is one kind of number however it is encoded
 * (integer, half, single, double, decimal fraction), because RFC 8428 takes it over from JSON: an
 * Integer may come as 300.0, a Float as 300; an Integer with a fraction is refused, and so is what
 * JSON does not have (infinity, not a number). Time may have tag 1; other tags are refused.
 * A pack without records, sent to a resource, means a multiple resource without instances.
 */

/** Begins a pack of exactly `count` records. */
void loom_senml_cbor_begin(struct loom_output *out, size_t count);

/** Writes one record; its name is the whole path. Each item has its shortest form. A value of type
 *  LOOM_NONE makes a record that is a name alone. */
void loom_senml_cbor_put(struct loom_output *out, const struct loom_path *path,
                         const struct loom_value *value);

/* ---- a payload as a stream of values --------------------------------------------------------- */

/** Optional contents of a payload, in addition to current values, which all readers accept. */
enum {
    /** It creates an instance, and need not say which (rule D-14): items then carry LOOM_ID_NONE as
     *  instance. */
    LOOM_DECODE_CREATE = 0x01,
    /** It is a list of paths without values (rule D-36), for formats with LOOM_FORMAT_NAMES. */
    LOOM_DECODE_NAMES = 0x02,
    /** Values may have been true at some other time (rule D-33); else they are refused, as a write
     *  holds from now on. */
    LOOM_DECODE_TIMES = 0x04,
    /** Items may say that something is to be deleted (rule D-37); in formats without
     *  LOOM_FORMAT_DELETES none does. */
    LOOM_DECODE_DELETES = 0x08
};

/** Where a value of a payload belongs: a resource or a resource instance, complete path. A path of
 *  depth 2 has no value: the payload names this instance, and what it brings comes next. A list of
 *  paths has items of any depth, and no values. */
struct loom_item {
    struct loom_path path;
    /** The payload names a multiple resource without any instance (rule D-13); no value. */
    bool empty_multiple;
    bool deleted;          /**< with LOOM_DECODE_DELETES: to be deleted; no value */
    struct loom_bytes raw; /**< the value as the format has it; in the payload */
};

/** A path, as far as its text was read. Members are private to the codec. */
struct loom_path_reader {
    struct loom_path path;
    bool begun;      /**< its first slash was read */
    uint8_t digits;  /**< of the id that is being read */
    uint32_t number; /**< what they come to */
};

/** Reads a payload. Members are private to the codec. */
struct loom_decoder {
    const struct loom_format *format;
    struct loom_path base;
    uint8_t mode;           /**< LOOM_DECODE_... */
    bool begun;             /**< the first item was read */
    struct loom_bytes rest; /**< what is left of the payload */
    /** What one format has to remember. */
    union {
        struct {
            uint8_t depth; /**< how many of `outer` there are */
            bool in_multiple;
            uint16_t instance;
            uint16_t resource;
            size_t outer[2]; /**< bytes left behind `rest`: of the payload, of the instance */
        } tlv;
        struct {
            uint8_t label;  /**< of the value of the last record */
            bool relative;  /**< a name goes on from the request, if it does not begin with `/` */
            size_t records; /**< how many are left */
            struct loom_path_reader base_name; /**< what is in force */
            double base_time;
            double time; /**< of the last record */
        } senml;
        struct {
            size_t left[4];   /**< entries of each map that is open */
            uint8_t depth[4]; /**< ids that lead to it */
            uint8_t open;
            uint8_t from; /**< where the keys begin */
            struct loom_path keys;
        } lwm2m_cbor;
    } state;
    uint8_t *scratch;
    size_t scratch_size;
};

/**
 * Begins to read a payload that was sent to `path`.
 * @param format  NULL is answered with LOOM_UNSUPPORTED_FORMAT
 * @param path    object, instance, resource or resource instance; the root for formats with
 *                LOOM_FORMAT_ROOT alone
 * @param mode    what the payload may be: 0, or LOOM_DECODE_...
 * @param payload must last as long as the decoder and all values that it gives
 * @param scratch room for one decoded value, text with its escapes or Opaque; reused by each item.
 *                NULL if the format is not text
 * @return LOOM_UNSUPPORTED_FORMAT; LOOM_BAD_REQUEST the format cannot be used on that path or in
 *         that mode, or the payload does not begin as it must
 */
enum loom_status loom_decode_begin(struct loom_decoder *decoder, const struct loom_format *format,
                                   const struct loom_path *path, unsigned mode,
                                   struct loom_bytes payload, uint8_t *scratch,
                                   size_t scratch_size);

/** @return LOOM_OK with the next item, LOOM_END, LOOM_BAD_REQUEST malformed */
static inline enum loom_status loom_decode_next(struct loom_decoder *decoder,
                                                struct loom_item *item)
{
    item->deleted = false;
    return decoder->format->reader.next(decoder, item);
}

/** The value of the item that was read last, read as `type`. Lasts until the next item is read.
 *  @return LOOM_BAD_REQUEST it is not of that type; LOOM_TOO_LARGE `scratch` is too small */
static inline enum loom_status loom_decode_value(const struct loom_decoder *decoder,
                                                 const struct loom_item *item, enum loom_type type,
                                                 struct loom_value *value)
{
    return decoder->format->reader.value(decoder, item, type, value);
}

/** The time of the item that was read last, in seconds; 0 for now. From 2^28 on it counts since
 * 1970, below that from now (rule D-33). For LOOM_DECODE_TIMES; without it all values are of now.
 */
double loom_decode_time(const struct loom_decoder *decoder);

/* ---- a stream of values as a payload --------------------------------------------------------- */

/** What a value of type LOOM_NONE means to a writer. */
enum loom_encode_none {
    LOOM_ENCODE_HOLDERS = 0, /**< what holds the values that come next */
    /** A path of a list of paths (rule D-36), for formats with LOOM_FORMAT_NAMES. */
    LOOM_ENCODE_NAMES = 1,
    /** That it is to be deleted (rule D-37), for formats with LOOM_FORMAT_DELETES. */
    LOOM_ENCODE_DELETES = 2
};

/** Writes a payload. Members are private to the codec, but for two that may be set at any time
 * behind loom_encode_begin(). */
struct loom_encoder {
    const struct loom_format *format;
    struct loom_output *out;
    struct loom_path base;
    bool refused; /**< a value that the format cannot express */
    /** Public: an enum loom_encode_none; LOOM_ENCODE_HOLDERS at first. */
    uint8_t nones;
    /** loom_encode_set_time() */
    double time;
    uint8_t *(*put_time)(uint8_t *at, double time); /* NULL: no time is written */
    /** What one format has to remember. */
    union {
        struct {
            size_t begin[2]; /**< where the entries begin that are open: instance, resource */
        } tlv;
        struct {
            size_t begin;
            size_t records;
        } senml;
        struct {
            size_t begin[4]; /**< where each map begins that is open */
            size_t count[4];
            uint8_t depth[4]; /**< ids that lead to it */
            uint8_t open;
            uint8_t waiting; /**< bit d: what holds values, at this depth, and has no map yet */
        } lwm2m_cbor;
    } state;
};

/**
 * Begins a payload that shows `base`.
 * @param base object, instance, resource or resource instance; for formats with
 *             LOOM_FORMAT_ONE_VALUE one of the latter two
 * @param out  where it is written; must last as long as the encoder
 */
void loom_encode_begin(struct loom_encoder *encoder, const struct loom_format *format,
                       const struct loom_path *base, struct loom_output *out);

/**
 * Writes one value, whose path is `base` or leads on from there.
 *
 * What holds others comes before them with a value of type LOOM_NONE, and behind them with NULL:
 * each instance (depth 2), and each multiple resource (depth 3).
 */
static inline void loom_encode_put(struct loom_encoder *encoder, const struct loom_path *path,
                                   const struct loom_value *value)
{
    encoder->format->writer.put(encoder, path, value);
}

/** The values to come are of this time, in seconds as loom_decode_time() has it; 0 as at first: no
 *  time is written. For formats with LOOM_FORMAT_TIMES. */
void loom_encode_set_time(struct loom_encoder *encoder, double time);

/** Ends the payload.
 *  @return LOOM_NOT_ACCEPTABLE the format cannot express all values; LOOM_TOO_LARGE there was no
 *          room for them */
enum loom_status loom_encode_end(struct loom_encoder *encoder);

/* ---- CoRE link format (40), rules D.7 -------------------------------------------------------- */

/** One link of a list, or a parameter without a link (rule A-60). All text points into the list. */
struct loom_link {
    struct loom_text target;     /**< between < and >; data NULL for a bare parameter */
    struct loom_text parameters; /**< `;a=b;c="d"` as written, may be empty */
};

/** Reads the first link of `rest` and moves `rest` behind it. Lenient as rule D.7 wants.
 *  @return LOOM_OK, LOOM_END or LOOM_BAD_REQUEST */
enum loom_status loom_link_next(struct loom_text *rest, struct loom_link *link);

/** The value of a link's parameter, without its quotes, escapes as written. @return false if it has
 * none of that name. */
bool loom_link_parameter(const struct loom_link *link, const char *name, struct loom_text *value);

/* ---- arguments of Execute, rule C-27 --------------------------------------------------------- */

/** One argument, as in `0` or `2='10.3'`. */
struct loom_argument {
    uint8_t digit;          /**< which it is, 0 to 9 */
    struct loom_text value; /**< between the quotes, in the list; data NULL if it has none */
};

/**
 * Reads the first argument of `rest` and moves `rest` behind it. What a function of a product gets
 * has been read like this before and is well-formed, each digit once:
 *
 *     struct loom_argument argument;
 *     while (loom_argument_next(&arguments, &argument) == LOOM_OK) { ... }
 *
 * @return LOOM_OK, LOOM_END or LOOM_BAD_REQUEST
 */
enum loom_status loom_argument_next(struct loom_text *rest, struct loom_argument *argument);

#ifdef __cplusplus
}
#endif

#endif
