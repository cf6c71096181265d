/* SPDX-License-Identifier: Apache-2.0 */
/* Documents as they are shown: with fingerprints in the place of keys. */
#include "accounts/directory_entry.h"

#include "common/memory.h"

#include <mbedtls/md.h>
#include <stdio.h>
#include <string.h>

enum { FINGERPRINT_SIZE = 8, DIGEST_SIZE = 32 };

static void fingerprint(const struct loom_directory *directory, const struct loom_document_key *key,
                        char text[2 * FINGERPRINT_SIZE + 1])
{
    uint8_t digest[DIGEST_SIZE] = {0};
    (void)mbedtls_md_hmac(mbedtls_md_info_from_type(MBEDTLS_MD_SHA256), directory->options.secret,
                          LOOM_DIRECTORY_SECRET_SIZE, key->bytes, key->length, digest);
    for (size_t i = 0; i < FINGERPRINT_SIZE; i++) {
        (void)snprintf(text + 2 * i, 3, "%02x", digest[i]);
    }
    loom_memory_wipe(digest, sizeof digest);
}

static bool show_keys(const struct loom_directory *directory, const struct loom_document_key *keys,
                      json_t *document)
{
    bool good = document != NULL;
    for (; good && keys != NULL; keys = keys->next) {
        char text[2 * FINGERPRINT_SIZE + 1];
        fingerprint(directory, keys, text);
        good = loom_document_set_at(document, keys->place, json_pack("{s:s}", "fingerprint", text));
    }
    return good;
}

/* With what group and profile say. */
static json_t *whole_of(const struct loom_directory *directory, const struct loom_entry *entry,
                        json_t *own)
{
    json_t *whole = NULL;
    struct loom_making making = {.directory = directory, .name = loom_entry_name(entry)};
    making.own = own;
    if (entry->parent != NULL) {
        making.group = entry->parent->document;
        making.profile = entry->parent->parent == NULL ? NULL : entry->parent->parent->document;
    }
    if (loom_making_put_together(&making)) {
        whole = json_incref(making.whole);
    }
    loom_making_end(&making);
    return whole;
}

json_t *loom_directory_get(const struct loom_directory *directory, enum loom_directory_kind kind,
                           struct loom_text name, bool whole, int64_t *generation)
{
    const struct loom_entry *entry = loom_entry_find(directory, kind, name);
    if (entry == NULL) {
        return NULL;
    }
    json_t *own = json_loads(entry->text, 0, NULL);
    json_t *shown = own;
    if (whole && kind == LOOM_DIRECTORY_ACCOUNT && own != NULL) {
        shown = whole_of(directory, entry, own);
        json_decref(own);
    }
    json_t *keys_in = kind == LOOM_DIRECTORY_GROUP ? json_object_get(shown, "adopt") : shown;
    if (shown == NULL || (entry->keys != NULL && !show_keys(directory, entry->keys, keys_in))) {
        json_decref(shown);
        return NULL;
    }
    if (generation != NULL) {
        *generation = entry->generation;
    }
    return shown;
}
