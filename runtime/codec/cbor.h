/* SPDX-License-Identifier: Apache-2.0 */
/** The part of CBOR (RFC 8949) that the content formats are made of, read where it stands. */
#ifndef LOOM_CODEC_CBOR_H
#define LOOM_CODEC_CBOR_H

#include "loom/codec.h"

/** Major types. */
enum loom_cbor_type {
    LOOM_CBOR_UNSIGNED = 0,
    LOOM_CBOR_NEGATIVE = 1,
    LOOM_CBOR_BYTES = 2,
    LOOM_CBOR_TEXT = 3,
    LOOM_CBOR_ARRAY = 4,
    LOOM_CBOR_MAP = 5,
    LOOM_CBOR_TAG = 6,
    LOOM_CBOR_SIMPLE = 7 /**< true, false, null, floats, break */
};

/** What `info` says of a simple item. Below LOOM_CBOR_INFO_1 the argument is `info` itself. */
enum {
    LOOM_CBOR_FALSE = 20,
    LOOM_CBOR_TRUE = 21,
    LOOM_CBOR_INFO_1 = 24, /**< one byte follows */
    LOOM_CBOR_HALF = 25,
    LOOM_CBOR_SINGLE = 26,
    LOOM_CBOR_DOUBLE = 27,
    LOOM_CBOR_BREAK = 31
};

/** The byte of LOOM_CBOR_SIMPLE with LOOM_CBOR_BREAK. */
#define LOOM_CBOR_BREAK_BYTE 0xFFu

/** A count that stands nowhere: elements up to a break. */
#define LOOM_CBOR_INDEFINITE SIZE_MAX

/** The head of an item, with the content of a string. */
struct loom_cbor {
    uint64_t argument; /**< number, float bits, length or tag */
    /** Elements of an array, pairs of a map; LOOM_CBOR_INDEFINITE also for a string in chunks. */
    size_t count;
    struct loom_bytes string; /**< LOOM_CBOR_BYTES, LOOM_CBOR_TEXT in one piece */
    unsigned type;            /**< enum loom_cbor_type; as a word, which is at hand on the stack */
    unsigned info;
};

/** A number of any encoding: an integer, a float or a decimal fraction (tag 4). */
struct loom_cbor_number {
    double real; /**< if it is one; always finite */
    /* Otherwise magnitude * 10^exponent. */
    uint64_t magnitude;
    int exponent;
    bool is_real;
    bool negative;
};

/**
 * Reads one head and moves `rest` behind it; behind the content, if it is a string.
 * Strict: no reserved forms, and no count of elements that the rest could not hold. Of a string in
 * chunks it reads the head alone.
 * @return false if malformed or cut off
 */
bool loom_cbor_next(struct loom_bytes *rest, struct loom_cbor *head);

/** Reads over an unsigned number or a text whose head is a byte alone, as that of most is: numbers
 *  below 24, and texts that are shorter. @return false if none of this type comes that is so */
static inline bool loom_cbor_short(struct loom_bytes *rest, enum loom_cbor_type type,
                                   struct loom_bytes *content)
{
    if (rest->length == 0) {
        return false;
    }
    unsigned argument = rest->data[0] - ((unsigned)type << 5);
    size_t length = type == LOOM_CBOR_TEXT ? argument : 0;
    if (argument >= LOOM_CBOR_INFO_1 || length >= rest->length) {
        return false;
    }
    content->data = rest->data + 1;
    content->length = length;
    rest->data += 1 + length;
    rest->length -= 1 + length;
    return true;
}

/** Reads the head of an array or a map, as loom_cbor_next() does, and how many elements or pairs it
 *  has. @return false if none comes */
bool loom_cbor_container(struct loom_bytes *rest, enum loom_cbor_type type, size_t *count);

/** Whether another element of an array or map follows. `*left` is counted down; a break is
 *  consumed. `*good` becomes false when the end is cut off. */
bool loom_cbor_more(struct loom_bytes *rest, size_t *left, bool *good);

/** The same without a call where the count is known, for what is read most. */
static inline bool loom_cbor_more_here(struct loom_bytes *rest, size_t *left, bool *good)
{
    if (*left == LOOM_CBOR_INDEFINITE) {
        return loom_cbor_more(rest, left, good);
    }
    return *left > 0 && (*left)-- > 0;
}

/**
 * Reads a string of this type, in one piece or in chunks (rule D-3).
 * @param room where chunks are joined, behind what is there; a string in one piece stays where it
 * is
 * @return false if it is none, malformed, or does not fit: then `room->overflow` is set
 */
bool loom_cbor_string(struct loom_bytes *rest, enum loom_cbor_type type, struct loom_output *room,
                      struct loom_bytes *string);

/** The next piece of a string in chunks, each of which is a string of the same type in one piece.
 * `*good` becomes false if it is none. @return false behind the last one */
bool loom_cbor_next_chunk(struct loom_bytes *rest, enum loom_cbor_type type,
                          struct loom_bytes *chunk, bool *good);

/** Reads over one item whatever it holds, down to a few levels. @return false if malformed */
bool loom_cbor_skip(struct loom_bytes *rest);

/** @return false if it is no number, not finite, or malformed */
bool loom_cbor_read_number(struct loom_bytes *rest, struct loom_cbor_number *number);
double loom_cbor_to_double(const struct loom_cbor_number *number);
/** The number as sign and magnitude. @return false if it has a fraction or does not fit. */
bool loom_cbor_to_whole(const struct loom_cbor_number *number, bool *negative, uint64_t *magnitude);

/** The longest head, and float. */
#define LOOM_CBOR_HEAD_MAX 9

/** Writes the shortest head. */
void loom_cbor_put(struct loom_output *out, enum loom_cbor_type type, uint64_t argument);

/* Written from `at` on. Return where they end. */

/** The head of an argument that needs bytes of its own. */
uint8_t *loom_cbor_long_head(uint8_t *at, enum loom_cbor_type type, uint64_t argument);

/** The shortest head; most have one byte. */
static inline uint8_t *loom_cbor_head(uint8_t *at, enum loom_cbor_type type, uint64_t argument)
{
    if (argument >= LOOM_CBOR_INFO_1) {
        return loom_cbor_long_head(at, type, argument);
    }
    *at = (uint8_t)((unsigned)type << 5 | (unsigned)argument);
    return at + 1;
}

/** The shortest float that keeps the value, which is finite. */
uint8_t *loom_cbor_float(uint8_t *at, double value);

/* ---- values of the data model (rules D.1) ---- */

/** Reads an item as a value of `type`, for loom_decode_value(). A number may have any encoding;
 * Time may have tag 1, other tags are refused. */
enum loom_status loom_cbor_value(const struct loom_decoder *decoder, const struct loom_item *item,
                                 enum loom_type type, struct loom_value *value);

/** The same with any tags (rule D-2), among them a date (tag 0) for Time. */
enum loom_status loom_cbor_tagged_value(const struct loom_decoder *decoder,
                                        const struct loom_item *item, enum loom_type type,
                                        struct loom_value *value);

/** The longest value, an object link, but for the content of a string. */
#define LOOM_CBOR_VALUE_MAX 12

/** Writes a value in its shortest form from `at` on, but for the content of a string, which
 *  follows; nothing for a value of type LOOM_NONE. @return where it ends */
uint8_t *loom_cbor_value_at(uint8_t *at, const struct loom_value *value,
                            struct loom_bytes *content);

/** Writes a value in its shortest form. */
void loom_cbor_put_value(struct loom_output *out, const struct loom_value *value);

#endif
