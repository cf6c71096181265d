/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Writes JSON objects (RFC 8259), one a line, as the programs print their events for scripts.
 *
 * Text comes from peers as it is: what is not UTF-8 becomes U+FFFD, so a line is always valid JSON.
 * A line is flushed when it ends. Errors of the file stay in the file (ferror()).
 */
#ifndef LOOM_JSON_LINE_H
#define LOOM_JSON_LINE_H

#include <stdio.h>

#include "loom/value.h"

#ifdef __cplusplus
extern "C" {
#endif

/** A line in the making. Members are private, but for the last one. */
struct loom_json {
    FILE *file;
    bool comma;
    /** May be set behind loom_json_begin(): integers that a reader with doubles alone would round,
     * those beyond 2^53, become strings (RFC 8259, 6). */
    bool exact;
};

/** Begins a line and its object. */
void loom_json_begin(struct loom_json *json, FILE *file);

/** Ends the object and the line. */
void loom_json_end(struct loom_json *json);

/* Each of these writes a member of the object, or, with the name NULL, an entry of an array. `name`
 * ends with NUL. */

/** A string. `value` ends with NUL; NULL writes null. */
void loom_json_string(struct loom_json *json, const char *name, const char *value);
/** A string that need not end with NUL. */
void loom_json_text(struct loom_json *json, const char *name, struct loom_text value);
/** A number, exact up to 64 bits. */
void loom_json_integer(struct loom_json *json, const char *name, int64_t value);
/** A number, exact up to 64 bits. */
void loom_json_unsigned(struct loom_json *json, const char *name, uint64_t value);
/** A number that reads back as the same double; what is not a number in JSON becomes null. */
void loom_json_float(struct loom_json *json, const char *name, double value);
/** true or false. */
void loom_json_boolean(struct loom_json *json, const char *name, bool value);
/** Two lower-case hex digits a byte, as a string. */
void loom_json_hex(struct loom_json *json, const char *name, struct loom_bytes value);
/** `/3/0/1` as a string. */
void loom_json_path(struct loom_json *json, const char *name, const struct loom_path *path);
/** A CoAP code as a string, `2.05`. */
void loom_json_code(struct loom_json *json, const char *name, uint8_t code);
/** A value of the data model: a number, boolean or string; Opaque in hex, an object link `3:0`. */
void loom_json_value(struct loom_json *json, const char *name, const struct loom_value *value);

/** Begins an array; what follows until loom_json_end_array() are its entries. */
void loom_json_begin_array(struct loom_json *json, const char *name);
/** Ends the innermost array. */
void loom_json_end_array(struct loom_json *json);
/** Begins an object within; what follows until loom_json_end_object() are its members. */
void loom_json_begin_object(struct loom_json *json, const char *name);
/** Ends the innermost object. */
void loom_json_end_object(struct loom_json *json);

#ifdef __cplusplus
}
#endif

#endif
