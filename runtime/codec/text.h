/* SPDX-License-Identifier: Apache-2.0 */
/** Help with text, for the codec and what is above it. */
#ifndef LOOM_CODEC_TEXT_H
#define LOOM_CODEC_TEXT_H

#include "loom/codec.h"

/** The text up to the NUL that ends it. */
struct loom_text loom_text_of(const char *text);

/** Goes past a prefix. @return false: it does not begin with it, and is as it was */
bool loom_text_skip(struct loom_text *text, const char *prefix);

/** `1.2`, each number below 256, without signs or leading zeros. */
bool loom_text_to_version(struct loom_text text, uint16_t *major, uint16_t *minor);

/** Reads Base64 of both alphabets, with or without padding.
 *  @return false if it is none, or does not fit: then `out->overflow` is set */
bool loom_base64_decode(struct loom_text text, struct loom_output *out);

/** loom_text_put() and loom_text_get() for all types but Float and Opaque, which need more code;
 *  and for Opaque. */
void loom_plain_put(struct loom_output *out, const struct loom_value *value);
enum loom_status loom_plain_get(struct loom_text text, enum loom_type type,
                                struct loom_value *value);
enum loom_status loom_opaque_get(struct loom_text text, struct loom_value *value, uint8_t *scratch,
                                 size_t scratch_size);

/** Reads another piece of a path. Begin with a reader of nothing but 0.
 *  @return false if no path goes on like this */
bool loom_path_feed(struct loom_path_reader *reader, struct loom_text text);
/** The path that was read. @return false if there was none */
bool loom_path_end(struct loom_path_reader *reader, struct loom_path *path);

/** `3:0`; also `FFFF:FFFF` for no link (rule D-1). */
bool loom_text_to_objlnk(struct loom_text text, struct loom_objlnk *link);
void loom_put_objlnk(struct loom_output *out, struct loom_objlnk link);

#endif
