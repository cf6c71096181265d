/* SPDX-License-Identifier: Apache-2.0 */
/**
 * An account as a document: JSON with the keywords of the accounts file (docs/servers.md) in
 * camelCase. What a profile says counts for all devices of its groups, and what the document of a
 * device says counts instead (RFC 7396). From both an account is made, as a server uses it.
 *
 * Keys are kept beside the documents, by their place in them, and are given to nobody.
 */
#ifndef LOOM_DOCUMENT_H
#define LOOM_DOCUMENT_H

#include "accounts/dry_run.h"
#include "accounts/place.h"
#include "common/json_text.h"
#include "store/accounts.h"

#ifdef __cplusplus
extern "C" {
#endif

#define LOOM_DOCUMENT_SIZE_MAX  65536u /**< bytes */
#define LOOM_DOCUMENT_DEPTH_MAX 6u
#define LOOM_DOCUMENT_COUNT_MAX 4096u

/** Bytes of a key that is made. */
#define LOOM_DOCUMENT_KEY_MADE 16u

/** Hears of a mistake. @param at JSON pointer into the document */
typedef void loom_document_report(void *user, const char *at, const char *detail);

/** One that nobody hears. */
void loom_document_ignore(void *user, const char *at, const char *detail);

/** A key, and where in the document it belongs: a JSON pointer. */
struct loom_document_key {
    struct loom_document_key *next;
    size_t length;
    const char *place; /**< behind the bytes */
    uint8_t bytes[];
};

/** @return the key of a place, or NULL. */
const struct loom_document_key *loom_document_key_at(const struct loom_document_key *keys,
                                                     const char *place);

/** Puts a key in front of a list. @return false without memory, or if the place is too long */
bool loom_document_key_add(struct loom_document_key **keys, const char *place,
                           struct loom_bytes bytes);

/** A copy of a list, in its order. Of a place that is there twice, as while its document is
 * replaced, the first key counts. @return false without memory */
bool loom_document_keys_copy(const struct loom_document_key *keys, struct loom_document_key **copy);

/** Wipes and frees. */
void loom_document_keys_free(struct loom_document_key *keys);

/** Sets a value, which is taken, at a JSON pointer; objects on the way are made. @return false
 * without memory */
bool loom_document_set_at(json_t *document, const char *place, json_t *value);

/** What stands in `own` counts, and null removes (RFC 7396).
 *  @param base NULL: nothing
 *  @return a new value, or NULL without memory */
json_t *loom_document_merge(json_t *base, json_t *own);

/**
 * Takes keys out of a document that was just written: hex becomes a key, null removes one, and what
 * stood there when the document was shown leaves it as it is. `"generate"` stays in the document.
 * @param keys in: what is kept now; out: what is to be kept
 * @return false after a mistake, or without memory
 */
bool loom_document_take_keys(json_t *document, const struct loom_catalog *catalog,
                             struct loom_document_key **keys, loom_document_report *report,
                             void *user);

/** Makes the keys that a whole document, with what its profile says, wants to be made.
 *  @return false without memory or random numbers */
bool loom_document_make_keys(json_t *document, const struct loom_catalog *catalog,
                             struct loom_document_key **keys);

/** Drops the keys of what a whole document has no longer, such as those of a server that its
 * profile had. */
void loom_document_prune_keys(json_t *document, struct loom_document_key **keys);

/** @return whether the device of a document is admitted: unless `enabled` is false. What such a
 *  document says need not make sense to a device yet. */
bool loom_document_is_enabled(const json_t *document);

/** What an account is made of. */
struct loom_document_source {
    enum loom_fleet_accounts_kind kind;
    const struct loom_catalog *catalog;
    struct loom_text endpoint;
    json_t *document; /**< with what its profile says */
    const struct loom_document_key *keys;
};

/** Makes an account.
 *  @return a reference to be given back; NULL after mistakes, or without memory */
const struct loom_fleet_account *loom_document_account(const struct loom_document_source *source,
                                                       loom_document_report *report, void *user);

/** Checks an account of a document as its devices will (dry_run.h).
 *  @return false after a mistake */
bool loom_document_check(const struct loom_document_source *source,
                         const struct loom_fleet_account *account, loom_document_report *report,
                         void *user);

#ifdef __cplusplus
}
#endif

#endif
