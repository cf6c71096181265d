/* SPDX-License-Identifier: Apache-2.0 */
/** What a directory is made of; for the room of the accounts only. */
#ifndef LOOM_DIRECTORY_ENTRY_H
#define LOOM_DIRECTORY_ENTRY_H

#include "accounts/directory.h"
#include "common/index.h"
#include "common/list.h"

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
    bool found;   /**< while all is read again: it is still there */
    bool touched; /**< while changes are taken in: what it claims has to be looked at */
    char name[];
};

/** Entries of a kind, by name. */
struct loom_entries {
    struct loom_entry **items;
    size_t count;
    size_t room;
};

struct loom_directory {
    struct loom_directory_options options;
    struct loom_entries entries[LOOM_DIRECTORY_KINDS];
    struct loom_index claims;
    int64_t generation; /**< without a keeper */
    int64_t seen;       /**< of what others have changed */
    uint64_t number;    /**< of the change that was posted last */

    struct loom_list waiting; /**< changes and sources, in their order */
    size_t waiting_count;
    struct loom_list posted; /**< changes that the keeper has, or one that is put in force */
    size_t posted_count;
    struct loom_index posted_claims; /**< of those: what no other may have */
    struct loom_index posted_names;
    struct loom_taking *taking; /**< NULL: nothing is taken in */
    bool behind;                /**< others have changed something that is not known yet */
    bool lost;                  /**< and it cannot be found out */
    bool ready;                 /**< there may be something to do */
    loom_directory_adopted *adopted;
    void *adopted_user;
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

/** Makes room for more entries. @return false without memory */
bool loom_entries_reserve(struct loom_entries *entries, size_t more);

/** Puts an entry, for which there is room. */
void loom_entries_put(struct loom_entries *entries, struct loom_entry *entry);
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
    bool settled;                   /**< there are all keys that there will be: none is made */
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

/** Makes `account` of an entry as it stands: all that is needed is read or copied from it.
 *  @return as loom_making_make(); loom_making_end_of() follows in any case */
bool loom_making_of(struct loom_making *making, const struct loom_directory *directory,
                    const struct loom_entry *entry, loom_document_report *report, void *user);
void loom_making_end_of(struct loom_making *making);

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

uint64_t loom_claim_hash(const struct loom_directory *directory, const char *what,
                         uint16_t short_server_id, struct loom_bytes bytes);

/* ---- directory_change.c: changes on their way ------------------------------------------------ */

/** An account as a change would have it. */
struct loom_changed {
    struct loom_entry *entry;
    struct loom_document_key *keys; /**< then those that it had */
    struct loom_document_key *last; /**< of `keys`, while those that it had are behind them */
    struct loom_claims claims;
    bool adds_keys;     /**< it is stored anew */
    int64_t generation; /**< 0: it is not stored anew */
};

/** What is done with a change next. */
enum loom_change_stage {
    LOOM_CHANGE_WAITS,
    LOOM_CHANGE_TRIED,    /**< on each account that it touches */
    LOOM_CHANGE_COMPARED, /**< whether two accounts would come to share something */
    LOOM_CHANGE_WRITTEN,  /**< rows are made for the keeper */
    LOOM_CHANGE_POSTED,   /**< the keeper has it */
    LOOM_CHANGE_ENTERED,  /**< accounts get what they will need */
    LOOM_CHANGE_LEFT,     /**< accounts lose what they need no longer; then it is over */
    LOOM_CHANGE_ENDED
};

#define LOOM_ADOPTED_IDENTITY_MAX 192u

/** A change, or a source of changes, that was posted. */
struct loom_change {
    struct loom_list place;
    struct loom_index_link by_name; /**< while it is posted, of an account */
    struct loom_directory *directory;
    struct loom_directory_change asked; /**< its name is ours */
    struct loom_directory_source source;
    bool is_source;
    uint64_t number;
    unsigned attempts; /**< that another node was in the way of */
    bool again;        /**< when its trial is forgotten, it begins again */

    bool adopts; /**< a device with this identity; the document is made when its turn has come */
    size_t identity_length;
    uint8_t identity[LOOM_ADOPTED_IDENTITY_MAX];

    enum loom_change_stage stage;
    size_t at; /**< where the stage is */
    enum loom_status status;
    int64_t generation;           /**< when it is kept */
    struct loom_entry *before;    /**< NULL: it is new */
    struct loom_entry *after;     /**< in no list; NULL: it is removed */
    struct loom_changed *changed; /**< accounts; of an account itself, alone */
    size_t count;
    struct loom_index seen; /**< while they are compared */
    bool has_seen;
    struct loom_directory_rows *rows;

    bool good;
    bool silent;                        /**< mistakes are not told yet */
    bool is_checked;                    /**< one account that says nothing of its own */
    const struct loom_entry *reporting; /**< an account that the change touches */
    size_t told;

    char name[]; /**< of the change; of a source nothing */
};

/** What limits a step. */
struct loom_budget {
    uint64_t (*clock)(void);
    uint64_t end;
    unsigned calls;
};

/** @return whether the step has taken long enough; the clock is not asked each time */
bool loom_budget_is_spent(struct loom_budget *budget);

/** Ends all changes: what is not in force yet will not be. */
void loom_changes_end(struct loom_directory *directory);

/** Posts the adoption of a device. @return its number; 0: too many wait, or no memory */
uint64_t loom_change_adopt(struct loom_directory *directory, struct loom_bytes identity,
                           struct loom_text endpoint);

/* ---- directory_try.c: whether a change can be made ------------------------------------------- */

/** Begins: the document, and of an account all of it. @return LOOM_OK; otherwise the change cannot
 *  be made */
enum loom_status loom_change_try(struct loom_change *change);

/** Goes on with accounts of a group or profile. @return true: it is done, see `good` */
bool loom_change_try_more(struct loom_change *change, struct loom_budget *budget);
bool loom_change_compare(struct loom_change *change, struct loom_budget *budget);

/** Gives back what trying has made; in parts. @return true: it is done */
bool loom_change_forget(struct loom_change *change, struct loom_budget *budget);

/* ---- directory_enter.c: what is kept is put in force ----------------------------------------- */

/** @return true: it is in force, and nothing of what was is left */
bool loom_change_enter(struct loom_change *change, struct loom_budget *budget);

/* ---- directory_take.c ------------------------------------------------------------------------ */

/** @return whether what is taken in has documents that are new, changed or gone */
bool loom_taking_changes(const struct loom_directory *directory);

/** @return true: it is done */
bool loom_taking_step(struct loom_directory *directory, struct loom_budget *budget);
void loom_taking_end(struct loom_directory *directory);

/* ---- directory_store.c ----------------------------------------------------------------------- */

/** The group that adopts a device with an identity. NULL: none
 *  @param endpoint out: the name of the device */
struct loom_entry *loom_adopting_group(const struct loom_directory *directory,
                                       struct loom_bytes identity, struct loom_text *endpoint);

/** The document of a device that was adopted. @return NULL without memory */
json_t *loom_adopted_document(const struct loom_entry *group);

#endif
