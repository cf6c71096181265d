/* SPDX-License-Identifier: Apache-2.0 */
/** CoAP messages (RFC 7252 section 3), byte by byte: written here so that the programs' library is
 *  not checked against itself. */
#ifndef LOOM_TESTS_E2E_MESSAGE_H
#define LOOM_TESTS_E2E_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MESSAGE_SIZE    2048u
#define MESSAGE_OPTIONS 24u
#define MESSAGE_ABSENT  UINT32_MAX

#define CODE(class, detail) ((uint8_t)((class) << 5 | (detail)))

/** Checks the code of an answer, and says both as people write them. */
#define EXPECT_CODE(actual, class, detail)                                                         \
    do {                                                                                           \
        unsigned code_ = (actual);                                                                 \
        cr_expect_eq(code_, (unsigned)CODE(class, detail), "answered %u.%02u, not %u.%02u",        \
                     code_ >> 5, code_ & 0x1Fu, (unsigned)(class), (unsigned)(detail));            \
    } while (0)

enum { MESSAGE_CON = 0, MESSAGE_NON = 1, MESSAGE_ACK = 2, MESSAGE_RST = 3 };
enum { METHOD_GET = 1, METHOD_POST = 2, METHOD_PUT = 3, METHOD_DELETE = 4, METHOD_FETCH = 5 };
enum {
    OPTION_LOCATION_PATH = 8,
    OPTION_URI_PATH = 11,
    OPTION_CONTENT_FORMAT = 12,
    OPTION_URI_QUERY = 15,
    OPTION_ACCEPT = 17
};
enum { FORMAT_TEXT = 0, FORMAT_LINK = 40, FORMAT_OPAQUE = 42, FORMAT_TLV = 11542 };

struct message_option {
    unsigned number;
    size_t at; /**< of its value in `bytes` */
    size_t length;
};

/** A message as bytes, and what they say. */
struct message {
    uint8_t bytes[MESSAGE_SIZE];
    size_t length;
    unsigned type;
    uint8_t code;
    uint16_t id;
    uint8_t token[8];
    size_t token_length;
    struct message_option options[MESSAGE_OPTIONS];
    size_t option_count;
    size_t payload; /**< where it begins; `length` if there is none */
};

/* ---- writing: begin, options in ascending order, payload ------------------------------------- */

void message_begin(struct message *message, unsigned type, uint8_t code, uint16_t id,
                   const void *token, size_t token_length);
void message_add(struct message *message, unsigned number, const void *value, size_t length);
/** A number as an option, in as few bytes as it needs. */
void message_add_number(struct message *message, unsigned number, uint32_t value);
/** One option for each part of `text`, such as a path, between separators; none for empty text. */
void message_add_parts(struct message *message, unsigned number, const char *text, char separator);
void message_add_payload(struct message *message, const void *payload, size_t length);

/* ---- reading --------------------------------------------------------------------------------- */

/** Reads `bytes` and `length` into the other members. @return false if it is no CoAP message */
bool message_read(struct message *message);
/** The options of a number joined: `/rd` for Uri-Path with '/', `?ep=a?lt=1` for Uri-Query with
 *  '?'. */
void message_parts(const struct message *message, unsigned number, char separator, char *text,
                   size_t size);
/** @return an option's number value, MESSAGE_ABSENT without the option */
uint32_t message_number(const struct message *message, unsigned number);
/** The payload as text. */
void message_text(const struct message *message, char *text, size_t size);

#endif
