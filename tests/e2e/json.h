/* SPDX-License-Identifier: Apache-2.0 */
/** Reads one member of a JSON object on one line: as much as the programs' events need. */
#ifndef LOOM_TESTS_E2E_JSON_H
#define LOOM_TESTS_E2E_JSON_H

#include <stdbool.h>
#include <stddef.h>

/** Finds a member of the outermost object.
 *  @param value out: a string without its quotes and escapes, everything else as it stands; cut off
 *               to `size`
 *  @return false if `line` has no such member, or is not an object up to it */
bool json_member(const char *line, const char *name, char *value, size_t size);

/** @return whether `line` is a whole object, with nothing after it */
bool json_is_object(const char *line);

#endif
