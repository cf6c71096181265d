/* SPDX-License-Identifier: Apache-2.0 */
#include "codec/cbor.h"

#include "codec/decimal.h"
#include "codec/number.h"

#include <string.h>

/* How deep a field that is read over may nest; nothing that is known nests at all. */
#define LEVELS_MAX 4
/* Beyond this a decimal exponent changes nothing: the number is 0 or too large for a double. */
#define DECIMAL_EXPONENT_MAX 9999
#define TAG_DECIMAL          4u

/* ---- reading --------------------------------------------------------------------------------- */

/* What the bytes behind the first one say, where that one does not. */
static bool read_argument(struct loom_bytes *rest, struct loom_cbor *head)
{
    size_t size = (size_t)1 << (head->info - LOOM_CBOR_INFO_1);
    if (head->info > LOOM_CBOR_DOUBLE || rest->length < size) {
        return false;
    }
    head->argument = loom_big_endian_here(rest->data, size);
    rest->data += size;
    rest->length -= size;
    /* The values of one byte below 32 have the short form alone (RFC 8949 section 3.3). */
    return head->type != LOOM_CBOR_SIMPLE || size > 1 || head->argument >= 32;
}

bool loom_cbor_next(struct loom_bytes *rest, struct loom_cbor *head)
{
    if (rest->length == 0) {
        return false;
    }
    unsigned first = *rest->data++;
    rest->length--;
    head->type = (enum loom_cbor_type)(first >> 5);
    head->info = first & 31u;
    head->argument = first & 31u;
    head->count = 0;
    bool string = first >> 6 == LOOM_CBOR_BYTES >> 1;
    bool container = first >> 6 == LOOM_CBOR_ARRAY >> 1;
    if (head->info == LOOM_CBOR_BREAK) {
        head->count = LOOM_CBOR_INDEFINITE;
        return string || container || head->type == LOOM_CBOR_SIMPLE;
    }
    if (head->info >= LOOM_CBOR_INFO_1 && !read_argument(rest, head)) {
        return false;
    }
    if (string) {
        if (head->argument > rest->length) {
            return false;
        }
        head->string.data = rest->data;
        head->string.length = (size_t)head->argument;
        rest->data += head->string.length;
        rest->length -= head->string.length;
    } else if (container) {
        head->count = (size_t)head->argument;
        return head->argument <= (head->type == LOOM_CBOR_MAP ? rest->length / 2 : rest->length);
    }
    return true;
}

bool loom_cbor_container(struct loom_bytes *rest, enum loom_cbor_type type, size_t *count)
{
    struct loom_cbor head;
    if (rest->length > 0 && rest->data[0] - ((unsigned)type << 5) < LOOM_CBOR_INFO_1) {
        *count = *rest->data++ & 31u; /* as most are */
        rest->length--;
        return *count <= (type == LOOM_CBOR_MAP ? rest->length / 2 : rest->length);
    }
    head.count = 0;
    bool good = loom_cbor_next(rest, &head) && head.type == type;
    *count = head.count;
    return good;
}

static bool is_break(const struct loom_cbor *head)
{
    return head->type == LOOM_CBOR_SIMPLE && head->info == LOOM_CBOR_BREAK;
}

bool loom_cbor_more(struct loom_bytes *rest, size_t *left, bool *good)
{
    if (*left != LOOM_CBOR_INDEFINITE) {
        return *left > 0 && (*left)-- > 0;
    }
    struct loom_bytes ahead = *rest;
    struct loom_cbor head;
    if (!loom_cbor_next(&ahead, &head)) {
        *good = false;
        return false;
    }
    if (is_break(&head)) {
        *rest = ahead;
        return false;
    }
    return true;
}

bool loom_cbor_next_chunk(struct loom_bytes *rest, enum loom_cbor_type type,
                          struct loom_bytes *chunk, bool *good)
{
    /* GCC 12 does not see at -O3 that every string type comes with a string. */
    struct loom_cbor head = {.string = {NULL, 0}};
    *good = loom_cbor_next(rest, &head);
    if (*good && is_break(&head)) {
        return false;
    }
    *good = *good && head.type == type && head.count != LOOM_CBOR_INDEFINITE;
    if (*good) {
        *chunk = head.string;
    }
    return *good;
}

bool loom_cbor_string(struct loom_bytes *rest, enum loom_cbor_type type, struct loom_output *room,
                      struct loom_bytes *string)
{
    struct loom_cbor head;
    struct loom_bytes chunk;
    bool good = true;
    if (!loom_cbor_next(rest, &head) || head.type != type) {
        return false;
    }
    if (head.count != LOOM_CBOR_INDEFINITE) {
        *string = head.string;
        return true;
    }
    size_t begin = room->length;
    while (loom_cbor_next_chunk(rest, type, &chunk, &good)) {
        loom_put_bytes(room, chunk.data, chunk.length);
    }
    *string = (struct loom_bytes){room->data + begin, room->length - begin};
    return good && !room->overflow;
}

static bool skip_chunks(struct loom_bytes *rest, enum loom_cbor_type type)
{
    struct loom_bytes ignored;
    bool good;
    while (loom_cbor_next_chunk(rest, type, &ignored, &good)) {
    }
    return good;
}

/* Calls itself at most `levels` deep, whatever the payload nests. */
static bool skip(struct loom_bytes *rest, unsigned levels)
{
    struct loom_cbor head;
    if (!loom_cbor_next(rest, &head) || is_break(&head)) {
        return false;
    }
    if (head.type != LOOM_CBOR_ARRAY && head.type != LOOM_CBOR_MAP && head.type != LOOM_CBOR_TAG) {
        return head.count != LOOM_CBOR_INDEFINITE || skip_chunks(rest, head.type);
    }
    if (levels == 0) {
        return false;
    }
    if (head.type == LOOM_CBOR_TAG) {
        return skip(rest, levels - 1);
    }
    bool good = true;
    while (good && loom_cbor_more(rest, &head.count, &good)) {
        good = skip(rest, levels - 1) && (head.type != LOOM_CBOR_MAP || skip(rest, levels - 1));
    }
    return good;
}

bool loom_cbor_skip(struct loom_bytes *rest)
{
    struct loom_bytes content;
    return loom_cbor_short(rest, LOOM_CBOR_UNSIGNED, &content) ||
           loom_cbor_short(rest, LOOM_CBOR_TEXT, &content) || skip(rest, LEVELS_MAX);
}

/* ---- numbers --------------------------------------------------------------------------------- */

/* Halves by singles, whose exponent has another bias and whose mantissa 13 bits more: so a single
 * of the bits of a half, moved up, is 2^-112 of its value. */
#define HALF_SHIFT 13
#define HALF_UP    5192296858534827628530496329220096.0f
#define HALF_DOWN  (1.0f / HALF_UP)
#define HALF_SIGN  0x8000u
#define HALF_MAX   0x7C00u /* what is not below is not finite */

static float as_single(uint32_t bits)
{
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static uint32_t from_half(uint32_t half)
{
    float value = as_single((half & ~HALF_SIGN) << HALF_SHIFT) * HALF_UP;
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits | (half & HALF_SIGN) << 16;
}

/* The half with the same value, if there is one. */
static bool to_half(uint32_t single, uint32_t *half)
{
    float value = as_single(single & 0x7FFFFFFFu) * HALF_DOWN;
    memcpy(half, &value, sizeof *half);
    *half >>= HALF_SHIFT;
    bool is_less = *half < HALF_MAX;
    *half |= single >> 16 & HALF_SIGN;
    return is_less && from_half(*half) == single;
}

static bool is_finite(double value)
{
    return (loom_double_bits(value) >> 52 & 0x7FF) != 0x7FF;
}

static bool to_real(const struct loom_cbor *head, struct loom_cbor_number *number)
{
    number->is_real = true;
    if (head->info == LOOM_CBOR_HALF) {
        if ((head->argument & HALF_MAX) == HALF_MAX) {
            return false;
        }
        number->real = loom_single_to_double(from_half((uint32_t)head->argument));
    } else if (head->info == LOOM_CBOR_SINGLE) {
        number->real = loom_single_to_double((uint32_t)head->argument);
    } else if (head->info == LOOM_CBOR_DOUBLE) {
        number->real = loom_double_of_bits(head->argument);
    } else {
        return false;
    }
    return is_finite(number->real);
}

static bool to_integer(const struct loom_cbor *head, struct loom_cbor_number *number)
{
    number->is_real = false;
    number->exponent = 0;
    number->negative = head->type == LOOM_CBOR_NEGATIVE;
    number->magnitude = head->argument;
    if (head->type == LOOM_CBOR_UNSIGNED) {
        return true;
    }
    number->magnitude++; /* -1 - argument */
    return number->negative && number->magnitude != 0;
}

/* Tag 4: an array of exponent and mantissa, both integers (RFC 8949 section 3.4.4). */
static bool read_decimal(struct loom_bytes *rest, struct loom_cbor_number *number)
{
    struct loom_cbor head;
    size_t left;
    bool good = true;
    if (!loom_cbor_container(rest, LOOM_CBOR_ARRAY, &left) || !loom_cbor_more(rest, &left, &good) ||
        !loom_cbor_next(rest, &head) || !to_integer(&head, number)) {
        return false;
    }
    int power =
        number->magnitude > DECIMAL_EXPONENT_MAX ? DECIMAL_EXPONENT_MAX : (int)number->magnitude;
    power = number->negative ? -power : power;
    if (!loom_cbor_more(rest, &left, &good) || !loom_cbor_next(rest, &head) ||
        !to_integer(&head, number) || loom_cbor_more(rest, &left, &good)) {
        return false;
    }
    number->exponent = power;
    return good && is_finite(loom_cbor_to_double(number));
}

bool loom_cbor_read_number(struct loom_bytes *rest, struct loom_cbor_number *number)
{
    struct loom_cbor head;
    if (!loom_cbor_next(rest, &head)) {
        return false;
    }
    if (head.type == LOOM_CBOR_TAG) {
        return head.argument == TAG_DECIMAL && read_decimal(rest, number);
    }
    return head.type == LOOM_CBOR_SIMPLE ? to_real(&head, number) : to_integer(&head, number);
}

double loom_cbor_to_double(const struct loom_cbor_number *number)
{
    if (number->is_real) {
        return number->real;
    }
    char room[LOOM_DECIMAL_ROOM];
    struct loom_decimal decimal = loom_decimal_of(number->magnitude, number->exponent, room);
    double value = loom_decimal_to_double(&decimal);
    return number->negative ? -value : value;
}

/* magnitude * base^power, step by step, each of which must be exact. */
bool loom_cbor_to_whole(const struct loom_cbor_number *number, bool *negative, uint64_t *magnitude)
{
    uint32_t base = 10;
    int power;
    if (number->is_real) {
        uint64_t bits = loom_double_bits(number->real);
        base = 2;
        *negative = bits >> 63 != 0;
        *magnitude = loom_double_split(bits & ~(UINT64_C(1) << 63), &power);
    } else {
        power = number->exponent;
        *negative = number->negative;
        *magnitude = number->magnitude;
    }
    for (; power > 0 && *magnitude != 0; power--) {
        if (!loom_multiply(magnitude, base, 0)) {
            return false;
        }
    }
    for (; power < 0 && *magnitude != 0; power++) {
        if (*magnitude % base != 0) {
            return false;
        }
        *magnitude /= base;
    }
    return true;
}

/* ---- writing --------------------------------------------------------------------------------- */

uint8_t *loom_cbor_long_head(uint8_t *at, enum loom_cbor_type type, uint64_t argument)
{
    unsigned info = LOOM_CBOR_INFO_1;
    unsigned size = 1;
    for (; size < 8 && argument >> 8 * size != 0; size *= 2) {
        info++;
    }
    *at = (uint8_t)((unsigned)type << 5 | info);
    loom_big_endian_put(at + 1, argument, size);
    return at + 1 + size;
}

void loom_cbor_put(struct loom_output *out, enum loom_cbor_type type, uint64_t argument)
{
    uint8_t room[LOOM_CBOR_HEAD_MAX];
    const uint8_t *end = loom_cbor_head(room, type, argument);
    loom_put_bytes(out, room, (size_t)(end - room));
}

uint8_t *loom_cbor_float(uint8_t *at, double value)
{
    uint64_t bits = loom_double_bits(value);
    unsigned info = LOOM_CBOR_DOUBLE;
    uint32_t single;
    uint32_t half;
    if (loom_double_to_single(value, &single)) {
        bool is_half = to_half(single, &half);
        bits = is_half ? half : single;
        info = is_half ? LOOM_CBOR_HALF : LOOM_CBOR_SINGLE;
    }
    size_t size = (size_t)1 << (info - LOOM_CBOR_INFO_1);
    *at = (uint8_t)(LOOM_CBOR_SIMPLE << 5 | info);
    loom_big_endian_put(at + 1, bits, size);
    return at + 1 + size;
}
