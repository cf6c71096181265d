/* SPDX-License-Identifier: Apache-2.0 */
/** What a directory is made of; for the room of the accounts only. */
#ifndef LOOM_DIRECTORY_ENTRY_H
#define LOOM_DIRECTORY_ENTRY_H

#include "accounts/directory.h"
#include "common/index.h"

struct loom_entry;

/** What no other account may have: an identity at one server, or a key (rules A-9, H-3). Only the
 *  hash is kept. */
struct loom_claim {
    struct loom_index_link link;
    struct loom_entry *owner;
    const char *what;         /**< for messages */
    uint16_t short_server_id; /**< 0: of the server itself */
    bool own_identity;        /**< by which a handshake finds it */
    uint64_t hash;
};

/** A document in force. */
struct loom_entry {
    struct loom_entry *parent;
    char *text;       /**< JSON without keys */
    json_t *document; /**< the same, of profiles and groups alone: accounts are many */
    struct loom_document_key *keys;
    struct loom_claim *claims;
    size_t claim_count;
    size_t children;
    int64_t generation;
    size_t name_length;
    bool saved; /**< what it was before the changes that are made together */
    char name[];
};

/** Entries of a kind, by name. */
struct loom_entries {
    struct loom_entry **items;
    size_t count;
    size_t room;
};

/** What was in force before changes that are made together, once for each entry: no more memory
 * than the directory itself has. */
struct loom_undos {
    struct loom_undo *items;
    size_t count;
    size_t room;
    bool open;
};

struct loom_directory {
    struct loom_directory_options options;
    struct loom_entries entries[LOOM_DIRECTORY_KINDS];
    struct loom_index claims;
    struct loom_undos undos;
    int64_t generation; /* without a keeper */
    loom_directory_listener *listener;
    void *user;
};

static inline struct loom_text loom_entry_name(const struct loom_entry *entry)
{
    return (struct loom_text){entry->name, entry->name_length};
}

/* ---- directory.c ----------------------------------------------------------------------------- */

struct loom_entry *loom_entry_find(const struct loom_directory *directory,
                                   enum loom_directory_kind kind, struct loom_text name);

/** @return NULL without memory */
struct loom_entry *loom_entry_new(struct loom_text name);

/** Tells the listener of an account. */
void loom_entry_tell(const struct loom_directory *directory, const struct loom_entry *entry,
                     bool gone);

/** Wipes and frees one that is in no list. */
void loom_entry_free(struct loom_entry *entry);

/** @return false without memory */
bool loom_entries_add(struct loom_entries *entries, struct loom_entry *entry);
void loom_entries_remove(struct loom_entries *entries, const struct loom_entry *entry);

/* ---- directory_make.c: from documents to an account ------------------------------------------ */

/** What an account is made of while a change is tried. */
struct loom_making {
    const struct loom_directory *directory;
    struct loom_text name;
    json_t *own;     /**< without `group` it is in none */
    json_t *group;   /**< document of its group, or NULL */
    json_t *profile; /**< document of its profile, or NULL */
    const struct loom_document_key *group_keys;
    struct loom_document_key *keys; /**< of the account; more are made as they are wanted */
    json_t *whole;                  /**< out */
    const struct loom_fleet_account *account; /**< out: a reference */
};

/** Makes `whole` alone. @return false without memory */
bool loom_making_put_together(struct loom_making *making);

/** Makes `whole`, the keys and `account`. `own` and `keys` stay the caller's. @return false after
 *  a mistake, or without memory; `whole` and `account` may be NULL then */
bool loom_making_make(struct loom_making *making, loom_document_report *report, void *user);

/** Asks what the client would say of it. @return false after a mistake */
bool loom_making_check(const struct loom_making *making, loom_document_report *report, void *user);

/** Gives back what was made. */
void loom_making_end(struct loom_making *making);

/** Whether an account is of a device that was adopted: identity and key are its group's. */
bool loom_is_adopted(const json_t *own);

/** Makes the account of an entry. @return a reference or NULL */
const struct loom_fleet_account *loom_entry_account(const struct loom_directory *directory,
                                                    const struct loom_entry *entry);

/* ---- directory_claims.c ---------------------------------------------------------------------- */

struct loom_claims {
    struct loom_claim *items;
    size_t count;
};

/** What an account claims. @param adopted its own key is that of its group
 *  @return false without memory */
bool loom_claims_of(const struct loom_directory *directory,
                    const struct loom_fleet_account *account, bool adopted,
                    struct loom_claims *claims);

/** Whether none of them is another account's, or there twice. */
bool loom_claims_are_free(const struct loom_directory *directory, const struct loom_claims *claims,
                          const struct loom_entry *owner, loom_document_report *report, void *user);

/** Puts them in force, in the place of those that the entry has. */
void loom_claims_take(struct loom_directory *directory, struct loom_entry *entry,
                      struct loom_claims *claims);
void loom_claims_drop(struct loom_directory *directory, struct loom_entry *entry);

/* ---- directory_undo.c: changes together ------------------------------------------------------ */

/** Remembers an entry before it is changed, if changes are made together.
 *  @param is_new it is not in force yet
 *  @return false without memory: loom_undos_cut() */
bool loom_undos_add(struct loom_undos *undos, enum loom_directory_kind kind,
                    struct loom_entry *entry, bool is_new);

/** Forgets those behind the first ones. */
void loom_undos_cut(struct loom_undos *undos, size_t count);

void loom_undos_end(struct loom_undos *undos);

uint64_t loom_claim_hash(const struct loom_directory *directory, const char *what,
                         uint16_t short_server_id, struct loom_bytes bytes);

#endif
