/* SPDX-License-Identifier: Apache-2.0 */
/** The part of JSON (RFC 8259) that the content formats are made of, read where it stands. */
#ifndef LOOM_CODEC_JSON_H
#define LOOM_CODEC_JSON_H

#include "codec/senml.h"

/* ---- reading: blanks in front of what is read are passed over ---- */

/** Moves behind blanks. */
void loom_json_blanks(struct loom_bytes *rest);

/** Takes one character. @return false if another one comes next */
bool loom_json_take(struct loom_bytes *rest, char c);

/** Whether another element of an array or object follows; behind it stands `close`, which is taken.
 *  @param first there was none before. `*good` becomes false if neither comes */
bool loom_json_more(struct loom_bytes *rest, bool first, char close, bool *good);

/** Takes a string. What is between its quotes is checked, and stays as written: with its escapes.
 */
bool loom_json_take_string(struct loom_bytes *rest, struct loom_text *text);

/** Takes the key of an object's member, as loom_json_take_string(), and its colon. */
bool loom_json_key(struct loom_bytes *rest, struct loom_text *key);

/** Takes any value, down to a depth of 32. */
bool loom_json_skip(struct loom_bytes *rest);

/** Takes any value, and gives it as it is written. */
bool loom_json_keep(struct loom_bytes *rest, struct loom_bytes *value);

/** Text without its escapes: as it is if it has none, otherwise in `room`.
 *  @return false if it is none (half of a surrogate pair), or does not fit: then `room->overflow`
 * is set */
bool loom_json_unescape(struct loom_text *text, struct loom_output *room);

bool loom_json_to_double(struct loom_bytes number, double *value);
/** A number as sign and magnitude, however it is written. @return false if it is none, has a
 *  fraction, or does not fit */
bool loom_json_to_whole(struct loom_bytes number, bool *negative, uint64_t *magnitude);

/* ---- values of the data model (rules D.1) ---- */

/** Reads a value as `type`, for loom_decode_value(). */
enum loom_status loom_json_read_value(const struct loom_decoder *decoder,
                                      const struct loom_item *item, enum loom_type type,
                                      struct loom_value *value);

/** Writes a value, but for those of type Opaque and LOOM_NONE. */
void loom_json_put_value(struct loom_output *out, const struct loom_value *value);

/* ---- records ---- */

/** The records of a payload are elements of an array, and each is an object. Those of SenML have
 *  names and values of the same kinds as those of the older JSON; only their labels differ. */
typedef enum loom_senml_label loom_json_label_of(struct loom_text key);

/** Begins the records: the array has been entered. */
void loom_json_begin_records(struct loom_decoder *decoder);

/** The next record. @return LOOM_END behind the array, where nothing but blanks may follow */
enum loom_status loom_json_next_record(struct loom_decoder *decoder, struct loom_item *item,
                                       loom_json_label_of *label_of);

/** Writes the base name that names of a payload go on from, or that is a name itself. */
void loom_json_put_base(struct loom_output *out, const struct loom_path *base, bool goes_on);

/** What the last member of a record leaves to the next one, whose text begins with `",`: so much of
 *  that is not needed. */
enum {
    LOOM_JSON_STRING = 0, /**< a string that is still open */
    LOOM_JSON_NUMBER = 1,
    LOOM_JSON_NOTHING = 2 /**< there is none */
};

/** Begins a record behind those before it, and writes its name and time.
 *  @param based with the base name
 *  @return LOOM_JSON_STRING, ... */
unsigned loom_json_begin_record(struct loom_encoder *encoder, const struct loom_path *path,
                                bool based);

#endif
