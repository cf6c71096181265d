/* SPDX-License-Identifier: Apache-2.0 */
/**
 * A request that is being read from JSON; for the files of operation.h only. What is wrong is added
 * to the errors, and then a function returns false.
 */
#ifndef LOOM_SERVICE_OPERATION_READING_H
#define LOOM_SERVICE_OPERATION_READING_H

#include "loom/codec.h"
#include "service/operation.h"

/** Most values or paths of one request. */
#define LOOM_ASK_ITEMS_MAX 1024u

/** Longest number or boolean as text. */
#define LOOM_ASK_SCALAR_MAX 64u

/* A request that is being read. */
struct loom_asked {
    const struct loom_catalog *catalog;
    const struct loom_dm_client *client;
    const json_t *body;
    struct loom_service_request *operation;
    json_t *errors;
    struct loom_output out; /* payload and query */
};

/* Room for values while a payload is being written. It is as long as the body, which holds them. */
struct loom_asked_scratch {
    char number[LOOM_ASK_SCALAR_MAX];
    uint8_t *bytes;
};

/* One value with its place; sorted by it, because TLV and LwM2M CBOR nest. */
struct loom_asked_item {
    struct loom_path path;
    struct loom_catalog_entry entry;
    const json_t *json; /* NULL: a multiple resource without instances, or to be deleted */
    char at[64];
};

struct loom_asked_items {
    struct loom_asked_item *list;
    size_t count;
};

struct loom_text loom_ask_text_of(const json_t *string);
/** Adds an error. @param at JSON pointer @return false */
bool loom_ask_wrong(const struct loom_asked *reading, const char *at, const char *format, ...);
/** A member of the body, or NULL. */
const json_t *loom_ask_member(const struct loom_asked *reading, const char *name);
bool loom_ask_read_path(const struct loom_asked *reading, const char *at, const json_t *text,
                        struct loom_path *path);
/** The member `format`, if there is one. */
bool loom_ask_read_format(struct loom_asked *reading, uint16_t *number);
/** A scalar as text, in which loom_value_read() knows all types. @return false: it is none */
bool loom_ask_scalar_text(const json_t *value, char room[LOOM_ASK_SCALAR_MAX],
                          struct loom_text *text);
/** Reads a value of a resource; it may point into the scratch and the JSON. */
bool loom_ask_read_value(const struct loom_asked *reading, const char *at,
                         const struct loom_catalog_entry *entry, const json_t *json,
                         struct loom_value *value, struct loom_asked_scratch *scratch);
/** Finds a resource in the version of the object that the client has. @return false: not known */
bool loom_ask_find_entry(const struct loom_asked *reading, uint16_t object, uint16_t resource,
                         struct loom_catalog_entry *entry);
bool loom_ask_is_multiple(const struct loom_catalog_entry *entry);
/** Bytes that the text in a value can take. */
size_t loom_ask_string_bytes(const json_t *json);
/** Makes `out`, once, for so many bytes of values. */
bool loom_ask_make_room(struct loom_asked *reading, size_t bytes);
/** The format for a path, or NULL. */
const struct loom_format *loom_ask_find_format(const struct loom_asked *reading,
                                               const struct loom_path *path, uint16_t number);
/** Ends the payload, which is that of the request then. */
bool loom_ask_finish_payload(struct loom_asked *reading, struct loom_encoder *encoder);
/** `value` of one resource. */
bool loom_ask_write_value(struct loom_asked *reading, const struct loom_path *path);
bool loom_ask_add_item(const struct loom_asked *reading, struct loom_asked_items *items,
                       const struct loom_asked_item *item);
/** Sorts them. @return false: two are for the same place */
bool loom_ask_sort_items(const struct loom_asked *reading, struct loom_asked_items *items);
/** `attributes`, if there are any, behind a payload that is there already. */
bool loom_ask_read_attributes(struct loom_asked *reading);
bool loom_ask_read_write(struct loom_asked *reading);
bool loom_ask_read_update(struct loom_asked *reading);
bool loom_ask_read_create(struct loom_asked *reading);
bool loom_ask_read_list(struct loom_asked *reading);
bool loom_ask_read_records(struct loom_asked *reading);

#endif
