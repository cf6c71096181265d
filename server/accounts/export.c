/* SPDX-License-Identifier: Apache-2.0 */
#include "accounts/directory_entry.h"
#include "accounts/import.h"

#include "common/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Keys in the places where they were. */
static bool put_keys(const struct loom_document_key *keys, json_t *document)
{
    bool good = true;
    for (; good && keys != NULL; keys = keys->next) {
        char *hex = malloc(2 * keys->length + 1);
        good = hex != NULL;
        for (size_t i = 0; good && i < keys->length; i++) {
            (void)snprintf(hex + 2 * i, 3, "%02x", keys->bytes[i]);
        }
        good = good &&
               loom_document_set_at(document, keys->place, json_stringn(hex, 2 * keys->length));
        if (hex != NULL) {
            loom_memory_wipe(hex, 2 * keys->length);
        }
        free(hex);
    }
    return good;
}

static json_t *line_of(const struct loom_entry *entry, enum loom_directory_kind kind, bool keys)
{
    static const char *const kinds[] = {"profile", "group", NULL};
    bool account = kind == LOOM_DIRECTORY_ACCOUNT;
    json_t *line = account ? json_pack("{s:s}", "endpoint", entry->name)
                           : json_pack("{s:s,s:s}", "kind", kinds[kind], "name", entry->name);
    json_t *document = json_loads(entry->text, 0, NULL);
    json_t *keys_in = kind == LOOM_DIRECTORY_GROUP ? json_object_get(document, "adopt") : document;
    if (line == NULL || document == NULL || (keys && !put_keys(entry->keys, keys_in)) ||
        json_object_update(line, document) != 0) {
        json_decref(line);
        line = NULL;
    }
    json_decref(document);
    return line;
}

enum loom_status loom_export(const struct loom_directory *directory, bool keys,
                             loom_export_line *put, void *user)
{
    for (unsigned kind = 0; kind < LOOM_DIRECTORY_KINDS; kind++) {
        const struct loom_entries *entries = &directory->entries[kind];
        for (size_t i = 0; i < entries->count; i++) {
            json_t *line = line_of(entries->items[i], (enum loom_directory_kind)kind, keys);
            char *text = line == NULL ? NULL : json_dumps(line, JSON_COMPACT);
            json_decref(line);
            if (text == NULL) {
                return LOOM_UNAVAILABLE;
            }
            size_t length = strlen(text);
            text[length] = '\n'; /* in the place of the NUL */
            bool more = put(user, (struct loom_text){text, length + 1});
            loom_memory_wipe(text, length + 1);
            free(text);
            if (!more) {
                return LOOM_OK;
            }
        }
    }
    return LOOM_OK;
}
