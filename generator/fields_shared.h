/* SPDX-License-Identifier: Apache-2.0 */
/** What the files that bind names have in common; private to them. */
#ifndef LOOMC_FIELDS_SHARED_H
#define LOOMC_FIELDS_SHARED_H

#include "fields.h"

#define LOOMC_COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define SAFE(name, function)                                                                       \
    {                                                                                              \
        name, LOOMC_FIELD_SAFE, function, NULL, NULL, NULL, NULL                                   \
    }
#define TEXT(name, function)                                                                       \
    {                                                                                              \
        name, LOOMC_FIELD_TEXT, function, NULL, NULL, NULL, NULL                                   \
    }
#define FLAG(name, function)                                                                       \
    {                                                                                              \
        name, LOOMC_FIELD_FLAG, NULL, function, NULL, NULL, NULL                                   \
    }
#define LIST(name, count, item, items)                                                             \
    {                                                                                              \
        name, LOOMC_FIELD_LIST, NULL, NULL, count, item, items                                     \
    }
#define VOCABULARY(thing, fields)                                                                  \
    {                                                                                              \
        thing, fields, LOOMC_COUNT(fields)                                                         \
    }

extern const struct loomc_vocabulary loomc_line_fields;  /* const char * */
extern const struct loomc_vocabulary loomc_row_fields;   /* struct loomc_row */
extern const struct loomc_vocabulary loomc_range_fields; /* struct loomc_range_row */

/** Puts a symbol in upper case. */
void loomc_put_upper(struct loomc_buffer *out, const char *symbol);

/** Puts a symbol as a member of a struct. */
void loomc_put_member(struct loomc_buffer *out, const char *symbol);

/** Puts a constant behind those that are there, parted by ` | `; `*count` is how many. */
void loomc_put_bit(struct loomc_buffer *out, size_t *count, bool set, const char *constant);

#endif
