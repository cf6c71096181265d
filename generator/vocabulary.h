/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The names that templates may use. A vocabulary is a table: most names are a member of a struct,
 * given by its offset and its form; what has to be worked out has a function.
 */
#ifndef LOOMC_VOCABULARY_H
#define LOOMC_VOCABULARY_H

#include "buffer.h"

#include <stdbool.h>
#include <stddef.h>

/** What a template may do with a name. */
enum loomc_field_kind {
    LOOMC_FIELD_SAFE, /**< text that loomc made; allowed anywhere as it is */
    LOOMC_FIELD_TEXT, /**< text of the model; needs an escape */
    LOOMC_FIELD_FLAG,
    LOOMC_FIELD_LIST
};

/** How its value is got. */
enum loomc_field_form {
    LOOMC_FORM_COMPUTED, /**< by the functions */
    LOOMC_FORM_STRING,   /**< a const char *; NULL is empty */
    LOOMC_FORM_LINES,    /**< the same with its line ends kept and its blanks folded */
    LOOMC_FORM_UPPER,    /**< a symbol, in upper case */
    LOOMC_FORM_MEMBER,   /**< a symbol, as a member of a struct */
    LOOMC_FORM_FIELD,    /**< a symbol, as a member in other languages, too */
    LOOMC_FORM_CAMEL,    /**< a symbol, in CamelCase */
    LOOMC_FORM_NUMBER,   /**< a bool or an unsigned number; as a flag: not 0 */
    LOOMC_FORM_ITEMS,    /**< a pointer to the items */
    LOOMC_FORM_POINTERS  /**< a pointer to pointers to the items */
};

#define LOOMC_HOPS_MAX 2

struct loomc_vocabulary;

/** A name, and how its value is got from a thing. */
struct loomc_field {
    const char *name;
    enum loomc_field_kind kind;
    enum loomc_field_form form;
    size_t hops[LOOMC_HOPS_MAX]; /**< 1 + offsets of pointers that lead to the struct; 0: no more */
    size_t offset;               /**< of the member */
    size_t size;                 /**< NUMBER: of the member; ITEMS: of one item */
    size_t count_offset;         /**< ITEMS, POINTERS: of a size_t beside the member */
    /* COMPUTED */
    void (*put)(const void *thing, struct loomc_buffer *out); /**< SAFE, TEXT */
    bool (*flag)(const void *thing);                          /**< FLAG */
    size_t (*count)(const void *thing);                       /**< LIST */
    const void *(*item)(const void *thing, size_t index);     /**< LIST */
    const struct loomc_vocabulary *items;                     /**< LIST: names of its items */
};

/** The names of one kind of thing. */
struct loomc_vocabulary {
    const char *thing;
    const struct loomc_field *fields;
    size_t count;
};

/* ---- rows of a table ------------------------------------------------------------------------- */

/** A member of the thing, or after LOOMC_HOP or LOOMC_HOPS of what those lead to. */
#define LOOMC_AT(type, member)   .offset = offsetof(type, member), .size = sizeof((type *)0)->member
#define LOOMC_HOP(type, pointer) .hops = {1 + offsetof(type, pointer)}
#define LOOMC_HOPS(type, pointer, next_type, next_pointer)                                         \
    .hops = {1 + offsetof(type, pointer), 1 + offsetof(next_type, next_pointer)}

/** Names of the kind SAFE; the last argument is made of the macros above. */
#define LOOMC_SYMBOL(field, ...)                                                                   \
    {                                                                                              \
        .name = (field), .kind = LOOMC_FIELD_SAFE, .form = LOOMC_FORM_STRING, __VA_ARGS__          \
    }
#define LOOMC_SYMBOL_UPPER(field, ...)                                                             \
    {                                                                                              \
        .name = (field), .kind = LOOMC_FIELD_SAFE, .form = LOOMC_FORM_UPPER, __VA_ARGS__           \
    }
#define LOOMC_SYMBOL_MEMBER(field, ...)                                                            \
    {                                                                                              \
        .name = (field), .kind = LOOMC_FIELD_SAFE, .form = LOOMC_FORM_MEMBER, __VA_ARGS__          \
    }
#define LOOMC_SYMBOL_FIELD(field, ...)                                                             \
    {                                                                                              \
        .name = (field), .kind = LOOMC_FIELD_SAFE, .form = LOOMC_FORM_FIELD, __VA_ARGS__           \
    }
#define LOOMC_SYMBOL_CAMEL(field, ...)                                                             \
    {                                                                                              \
        .name = (field), .kind = LOOMC_FIELD_SAFE, .form = LOOMC_FORM_CAMEL, __VA_ARGS__           \
    }
#define LOOMC_NUMBER(field, ...)                                                                   \
    {                                                                                              \
        .name = (field), .kind = LOOMC_FIELD_SAFE, .form = LOOMC_FORM_NUMBER, __VA_ARGS__          \
    }
#define LOOMC_MADE(field, function)                                                                \
    {                                                                                              \
        .name = (field), .kind = LOOMC_FIELD_SAFE, .put = (function)                               \
    }
/** Names of the kind TEXT. */
#define LOOMC_TEXT(field, ...)                                                                     \
    {                                                                                              \
        .name = (field), .kind = LOOMC_FIELD_TEXT, .form = LOOMC_FORM_STRING, __VA_ARGS__          \
    }
#define LOOMC_TEXT_LINES(field, ...)                                                               \
    {                                                                                              \
        .name = (field), .kind = LOOMC_FIELD_TEXT, .form = LOOMC_FORM_LINES, __VA_ARGS__           \
    }
/** Names of the kind FLAG. */
#define LOOMC_FLAG(field, ...)                                                                     \
    {                                                                                              \
        .name = (field), .kind = LOOMC_FIELD_FLAG, .form = LOOMC_FORM_NUMBER, __VA_ARGS__          \
    }
#define LOOMC_TEST(field, function)                                                                \
    {                                                                                              \
        .name = (field), .kind = LOOMC_FIELD_FLAG, .flag = (function)                              \
    }
/** Names of the kind LIST. */
#define LOOMC_ITEMS(field, type, array, counter, vocabulary)                                       \
    {                                                                                              \
        .name = (field), .kind = LOOMC_FIELD_LIST, .form = LOOMC_FORM_ITEMS,                       \
        .offset = offsetof(type, array), .size = sizeof *((type *)0)->array,                       \
        .count_offset = offsetof(type, counter), .items = (vocabulary)                             \
    }
#define LOOMC_POINTERS(field, type, array, counter, vocabulary)                                    \
    {                                                                                              \
        .name = (field), .kind = LOOMC_FIELD_LIST, .form = LOOMC_FORM_POINTERS,                    \
        .offset = offsetof(type, array), .count_offset = offsetof(type, counter),                  \
        .items = (vocabulary)                                                                      \
    }
#define LOOMC_COMPUTED_LIST(field, counter, getter, vocabulary)                                    \
    {                                                                                              \
        .name = (field), .kind = LOOMC_FIELD_LIST, .count = (counter), .item = (getter),           \
        .items = (vocabulary)                                                                      \
    }

#define LOOMC_VOCABULARY(what, table)                                                              \
    {                                                                                              \
        .thing = (what), .fields = (table), .count = sizeof table / sizeof table[0]                \
    }

/* ---- values ---------------------------------------------------------------------------------- */

/** Puts the value of a name of the kind SAFE or TEXT. */
void loomc_field_put(const struct loomc_field *field, const void *thing, struct loomc_buffer *out);

/** @return the value of a name of the kind FLAG. */
bool loomc_field_flag(const struct loomc_field *field, const void *thing);

/** @return how many items a name of the kind LIST has. */
size_t loomc_field_count(const struct loomc_field *field, const void *thing);

/** @return the item at `index`, which is below the count. */
const void *loomc_field_item(const struct loomc_field *field, const void *thing, size_t index);

#endif
