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

extern const struct loomc_vocabulary loomc_line_fields;   /* const char * */
extern const struct loomc_vocabulary loomc_row_fields;    /* struct loomc_row */
extern const struct loomc_vocabulary loomc_range_fields;  /* struct loomc_range_row */
extern const struct loomc_vocabulary loomc_named_fields;  /* struct loomc_named */
extern const struct loomc_vocabulary loomc_preset_fields; /* struct loomc_preset */

/** Puts a symbol in upper case. */
void loomc_put_upper(struct loomc_buffer *out, const char *symbol);

/** Puts a symbol as a member of a struct. */
void loomc_put_member(struct loomc_buffer *out, const char *symbol);

/** Puts a type as the runtime calls it: LOOM_STRING. */
void loomc_put_type(struct loomc_buffer *out, enum loomc_type type);

/** Puts the member of struct loom_value that holds values of a type. */
void loomc_put_value_member(struct loomc_buffer *out, enum loomc_type type);

/** Puts a constant behind those that are there, parted by ` | `; `*count` is how many. */
void loomc_put_bit(struct loomc_buffer *out, size_t *count, bool set, const char *constant);

#endif
