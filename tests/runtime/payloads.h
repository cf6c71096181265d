/* SPDX-License-Identifier: Apache-2.0 */
/** Payloads of any format in tests of the codec, as hex or text, and what is read from them. */
#ifndef TEST_PAYLOADS_H
#define TEST_PAYLOADS_H

#include "loom/codec.h"

/** Room for what is read, as text. */
#define TEST_ROOM 2048

/** Bytes in memory of exactly their size, so that the sanitizers see a byte read too many; free the
 *  data. */
struct test_bytes {
    uint8_t *data;
    size_t length;
};

/** Of hex digits, blanks allowed. */
struct test_bytes test_hex(const char *hex);
struct test_bytes test_text(const char *text);

struct loom_path test_path(const char *text);

/**
 * Reads a payload. `text` gets its items: `/3/0/14=+02:00;`, each value as the first type that
 * takes it of Boolean, Integer, Unsigned, Float, Objlnk, String, Opaque; `/3/0/6=nothing;`; with
 * LOOM_DECODE_TIMES `@time` behind the path; `/3/0/6/0!;` is to be deleted; `?` is a value of none
 * of these types.
 * @return how it ended: LOOM_END, or what was wrong
 */
enum loom_status test_read(const struct loom_format *format, const char *path, unsigned mode,
                           struct test_bytes payload, char text[TEST_ROOM]);

/** Reads the only value of a payload. */
enum loom_status test_read_value(const struct loom_format *format, const char *path,
                                 struct test_bytes payload, enum loom_type type,
                                 struct loom_value *value, uint8_t *scratch, size_t scratch_size);

#endif
