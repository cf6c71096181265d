/* SPDX-License-Identifier: Apache-2.0 */
/** What values a resource takes, for people: `Integer, 0..100`. */
#ifndef CLIENT_EXPECTED_H
#define CLIENT_EXPECTED_H

#include "loom/table.h"

/** Room for such a text with its NUL; a longer one is cut off. */
#define CLIENT_EXPECTED_SIZE 128u

/** @return `text` */
const char *client_expected(const struct loom_object *object, const struct loom_resource *row,
                            char text[CLIENT_EXPECTED_SIZE]);

#endif
