/* SPDX-License-Identifier: Apache-2.0 */
/* Values of the accounts file. */
#include "store/accounts_reader.h"

#include "common/memory.h"
#include "common/text.h"
#include "catalog/value.h"
#include "loom/codec.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MESSAGE_MAX 640

void loom_fleet_error(struct loom_fleet_reader *reader, const struct loom_word *at,
                      const char *format, ...)
{
    char text[MESSAGE_MAX / 2];
    char message[MESSAGE_MAX];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    reader->errors++;
    if (reader->not_a_file != NULL) {
        reader->not_a_file->error(reader->not_a_file->user, text);
        return;
    }
    (void)snprintf(message, sizeof message, "%s:%u:%u: error: %s", reader->name, at->line,
                   at->column, text);
    if (reader->report != NULL) {
        reader->report(reader->user, message);
    }
}

void loom_fleet_out_of_memory(struct loom_fleet_reader *reader, const struct loom_word *at)
{
    loom_fleet_error(reader, at, "out of memory");
}

/* Passes on whether there was memory, and reports it if not. */
static bool have(bool memory, struct loom_fleet_reader *reader, const struct loom_word *at)
{
    if (!memory) {
        loom_fleet_out_of_memory(reader, at);
    }
    return memory;
}

bool loom_fleet_read_text(struct loom_fleet_reader *reader, const struct loom_word *word,
                          struct loom_text *text)
{
    struct loom_text in = word->text;
    char *plain = malloc(in.length + 1);
    size_t length;
    if (!have(plain != NULL, reader, word)) {
        return false;
    }
    bool closed = true;
    if (reader->not_a_file != NULL) {
        memcpy(plain, in.data, in.length);
        length = in.length;
    } else {
        closed = loom_text_unquote(in, plain, &length);
    }
    if (closed) {
        text->data = loom_fleet_keep(reader->blocks, plain, length);
        text->length = length;
    }
    loom_memory_wipe(plain, in.length);
    free(plain);
    if (!closed) {
        loom_fleet_error(reader, word, "quoted text must end with one \", and nothing may follow");
        return false;
    }
    return have(text->data != NULL, reader, word);
}

bool loom_fleet_read_hex(struct loom_fleet_reader *reader, const struct loom_word *word,
                         struct loom_bytes *bytes)
{
    size_t length = word->text.length / 2;
    if (word->text.length % 2 != 0) {
        loom_fleet_error(reader, word, "bytes must be pairs of hex digits; a digit is missing");
        return false;
    }
    uint8_t *buffer = malloc(length + 1);
    if (!have(buffer != NULL, reader, word)) {
        return false;
    }
    bool good = loom_hex_read(word->text, buffer);
    if (good) {
        bytes->data = loom_fleet_keep(reader->blocks, buffer, length);
        bytes->length = length;
    }
    loom_memory_wipe(buffer, length);
    free(buffer);
    if (!good) {
        loom_fleet_error(reader, word, "bytes must be pairs of hex digits");
        return false;
    }
    return have(bytes->data != NULL, reader, word);
}

bool loom_fleet_read_boolean(struct loom_fleet_reader *reader, const struct loom_word *word,
                             bool *value)
{
    if (loom_boolean_read(word->text, value)) {
        return true;
    }
    loom_fleet_error(reader, word, "expected yes or no");
    return false;
}

bool loom_fleet_read_path(struct loom_fleet_reader *reader, const struct loom_word *word,
                          unsigned least, unsigned most, struct loom_path *path)
{
    if (loom_text_to_path(word->text, path) && path->depth >= least && path->depth <= most) {
        return true;
    }
    loom_fleet_error(reader, word, "expected a path of %u to %u numbers, e.g. /3/0", least, most);
    return false;
}

static bool read_plain(struct loom_fleet_reader *reader, const struct loom_word *word,
                       enum loom_type type, struct loom_value *value)
{
    if (loom_text_get(word->text, type, value, NULL, 0) == LOOM_OK) {
        return true;
    }
    loom_fleet_error(reader, word, "expected a value of type %s", loom_catalog_type_name(type));
    return false;
}

bool loom_fleet_read_value(struct loom_fleet_reader *reader, const struct loom_word *word,
                           const struct loom_catalog_entry *entry, struct loom_value *value)
{
    enum loom_type type = (enum loom_type)entry->row->type;
    bool good;
    value->type = type;
    switch (type) {
    case LOOM_NONE:
        loom_fleet_error(reader, word, "\"%s\" has no value: it can only be executed", entry->name);
        return false;
    case LOOM_STRING:
    case LOOM_CORELNK:
        good = loom_fleet_read_text(reader, word, &value->as.text);
        break;
    case LOOM_OPAQUE:
        good = loom_fleet_read_hex(reader, word, &value->as.opaque);
        break;
    case LOOM_BOOLEAN:
        good = loom_fleet_read_boolean(reader, word, &value->as.boolean);
        break;
    default:
        good = read_plain(reader, word, type, value);
        break;
    }
    if (good && !loom_catalog_in_range(entry, value)) {
        char expected[128];
        loom_value_expected(entry, expected, sizeof expected);
        loom_fleet_error(reader, word, "out of the range of \"%s\": %s", entry->name, expected);
        return false;
    }
    return good;
}

bool loom_fleet_read_identity(struct loom_fleet_reader *reader, const struct loom_word *word,
                              struct loom_bytes *identity)
{
    struct loom_text text;
    if (!loom_fleet_read_text(reader, word, &text)) {
        return false;
    }
    if (text.length == 0 || text.length > LOOM_FLEET_IDENTITY_MAX) {
        loom_fleet_error(reader, word, "an identity has 1 to %u bytes", LOOM_FLEET_IDENTITY_MAX);
        return false;
    }
    identity->data = (const uint8_t *)text.data;
    identity->length = text.length;
    return true;
}

static const struct loom_fleet_used_key *find_key(const struct loom_fleet_reader *reader,
                                                  uint64_t hash, struct loom_bytes key)
{
    struct loom_index_link *link = loom_index_first(&reader->by_key, hash);
    while (link != NULL) {
        const struct loom_fleet_used_key *used =
            LOOM_INDEX_ENTRY(link, struct loom_fleet_used_key, by_key);
        if (loom_bytes_same(used->key, key)) {
            return used;
        }
        link = loom_index_next(link);
    }
    return NULL;
}

/* Each account has a key of its own (rules A-9, H-3). */
static bool note_key(struct loom_fleet_reader *reader, const struct loom_word *word,
                     struct loom_bytes key)
{
    uint64_t hash = loom_index_hash(&reader->by_key, key.data, key.length);
    const struct loom_fleet_used_key *used = find_key(reader, hash, key);
    if (used != NULL) {
        loom_fleet_error(reader, word, "line %u has the same key; keys must be unique", used->line);
        return false;
    }
    struct loom_fleet_used_key *added = malloc(sizeof *added);
    if (!have(added != NULL, reader, word)) {
        return false;
    }
    added->next = reader->keys;
    added->key = key;
    added->line = word->line;
    reader->keys = added;
    loom_index_add(&reader->by_key, &added->by_key, hash);
    return true;
}

bool loom_fleet_read_key(struct loom_fleet_reader *reader, const struct loom_word *word,
                         struct loom_bytes *key)
{
    struct loom_bytes bytes;
    if (!loom_fleet_read_hex(reader, word, &bytes)) {
        return false;
    }
    if (bytes.length < LOOM_FLEET_KEY_MIN || bytes.length > LOOM_FLEET_KEY_MAX) {
        loom_fleet_error(reader, word, "a key has %u to %u bytes, two hex digits each",
                         LOOM_FLEET_KEY_MIN, LOOM_FLEET_KEY_MAX);
        return false;
    }
    *key = bytes;
    return reader->not_a_file != NULL || note_key(reader, word, bytes);
}
