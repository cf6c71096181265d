/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Reads the JSON lines that Loom's programs print with --json (RFC 8259), without a copy: a value
 * is the piece of text that it is in. Text that is no JSON leads to "not found", never further.
 */
#ifndef LOOM_DEMO_JSON_H
#define LOOM_DEMO_JSON_H

#include "loom/value.h"

/** Finds the value of an object's member; its text is as it stands, strings in their quotes. */
bool demo_json_member(struct loom_text object, const char *name, struct loom_text *value);

/** Takes the next element off an array; `array` is afterwards what follows.
 *  @return false: there is none */
bool demo_json_element(struct loom_text *array, struct loom_text *element);

/** Writes a value for people, a string without quotes and escapes. Ends with NUL, and is cut off,
 * between two characters, where the room ends. */
void demo_json_plain(struct loom_text value, char *out, size_t room);

/** Writes the value of a member as demo_json_plain() does; empty text if there is no such member.
 */
void demo_json_member_plain(struct loom_text object, const char *name, char *out, size_t room);

/** @return whether the member is there and its plain value is `expected`. */
bool demo_json_member_is(struct loom_text object, const char *name, const char *expected);

#endif
