/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Accounts: which endpoints a server knows, how they prove who they are, and what a bootstrap
 * server provisions on them.
 *
 * They are read from a text file (docs/servers.md) and do not change afterwards. All memory belongs
 * to the accounts and is wiped when they are freed.
 */
#ifndef LOOM_ACCOUNTS_H
#define LOOM_ACCOUNTS_H

#include "catalog/catalog.h"
#include "loom/port.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Lengths of a PSK identity and a PSK in bytes (rules H.2). */
#define LOOM_STORE_IDENTITY_MAX 128u
#define LOOM_STORE_KEY_MIN      16u
#define LOOM_STORE_KEY_MAX      64u

/** Whose file it is; each kind has words that the other refuses. */
enum loom_store_accounts_kind { LOOM_STORE_BOOTSTRAP, LOOM_STORE_MANAGEMENT };

/** One value that a Bootstrap-Write carries. */
struct loom_store_setting {
    uint16_t resource;
    uint16_t resource_instance; /**< LOOM_ID_NONE in a single resource */
    struct loom_value value;
};

/** Which object instance a Bootstrap-Write means. */
enum loom_store_target {
    LOOM_STORE_FIXED,            /**< the instance that the file names */
    LOOM_STORE_SERVER_ACCOUNT,   /**< the instance of `short_server_id`, or a free one */
    LOOM_STORE_BOOTSTRAP_ACCOUNT /**< the client's Bootstrap-Server Account, known by a Discover */
};

/** One Bootstrap-Write: an instance (depth 2) or a resource (depth 3). */
struct loom_store_write {
    enum loom_store_target target;
    struct loom_path path; /**< the instance id holds only for LOOM_STORE_FIXED */
    uint16_t short_server_id;
    /** Version of the object, to be told with the write (rule A-46); major 0: not to be told, since
     *  the enabler or 1.0 implies it. */
    uint8_t version_major;
    uint8_t version_minor;
    struct loom_store_setting *settings; /**< ascending by resource and resource instance */
    size_t setting_count;
};

/** One endpoint. */
struct loom_store_account {
    struct loom_text endpoint;
    enum loom_security_mode mode; /**< LOOM_SECURITY_PSK or LOOM_SECURITY_NOSEC */
    struct loom_bytes identity;
    struct loom_bytes key;

    /* What a bootstrap server does; nothing of it in the file of an LwM2M server. */
    bool discover;
    bool pack; /**< may get all of it in a Bootstrap-Pack (rule A-100) */
    /** Instance of the Bootstrap-Server Account if the client is not asked; else LOOM_ID_NONE. */
    uint16_t bootstrap_instance;
    struct loom_path *deletes;
    size_t delete_count;
    /** Deleted after a Finish that was answered 4.06, before all writes are sent again (rule A-81);
     *  none: the session fails. */
    struct loom_path *repairs;
    size_t repair_count;
    struct loom_store_write *writes; /**< in the order of sending */
    size_t write_count;
};

/** A Profile ID and the object list behind it (rules B.2). */
struct loom_store_profile {
    struct loom_text id;
    struct loom_text objects; /**< links, checked */
};

struct loom_store_accounts;

/** An error in a file, ready to be printed: `accounts.ini:7:9: error: ...`. Never holds a key. */
typedef void loom_store_accounts_report(void *user, const char *message);

/**
 * Reads accounts from text.
 * @param name   of the file, for messages
 * @param report hears every error, not only the first
 * @return NULL if there was any error; else accounts to be freed with loom_store_accounts_free()
 */
struct loom_store_accounts *loom_store_accounts_parse(const char *name, struct loom_text text,
                                                      enum loom_store_accounts_kind kind,
                                                      const struct loom_catalog *catalog,
                                                      loom_store_accounts_report *report,
                                                      void *user);

/** Reads accounts from a file; otherwise as loom_store_accounts_parse(). */
struct loom_store_accounts *loom_store_accounts_load(const char *path,
                                                     enum loom_store_accounts_kind kind,
                                                     const struct loom_catalog *catalog,
                                                     loom_store_accounts_report *report,
                                                     void *user);

/** No endpoint by name, but every endpoint without security: for tests and demos.
 *  @return NULL if there is no memory */
struct loom_store_accounts *loom_store_accounts_any(void);

/** Wipes and frees. NULL is allowed. */
void loom_store_accounts_free(struct loom_store_accounts *accounts);

/** Accounts in the order of the file; their index is their number for as long as they live. */
size_t loom_store_accounts_count(const struct loom_store_accounts *accounts);
const struct loom_store_account *loom_store_accounts_get(const struct loom_store_accounts *accounts,
                                                         size_t index);

/** @return whether an endpoint that is not listed may come without security. */
bool loom_store_accounts_allow_any(const struct loom_store_accounts *accounts);

const struct loom_store_account *
loom_store_accounts_by_endpoint(const struct loom_store_accounts *accounts,
                                struct loom_text endpoint);
const struct loom_store_account *
loom_store_accounts_by_identity(const struct loom_store_accounts *accounts,
                                struct loom_bytes identity);

/** @return the profile of this id, or NULL. */
const struct loom_store_profile *
loom_store_accounts_profile(const struct loom_store_accounts *accounts, struct loom_text id);

/** What the check of a peer's name against its security identity came to (rule H-4). */
enum loom_store_admission {
    LOOM_STORE_ADMITTED,
    LOOM_STORE_ADMISSION_UNKNOWN,       /**< no such endpoint */
    LOOM_STORE_ADMISSION_WRONG_IDENTITY /**< known, but not by this identity or not without security
                                         */
};

/**
 * Decides whether a peer is who it says.
 * @param endpoint name as sent; data NULL if it sent none: then the identity alone names the
 *                 endpoint (rules A-31, B-2)
 * @param account  out: the account, NULL for an unlisted endpoint under `any`
 */
enum loom_store_admission loom_store_accounts_admit(const struct loom_store_accounts *accounts,
                                                    const struct loom_peer *peer,
                                                    struct loom_text endpoint,
                                                    const struct loom_store_account **account);

#ifdef __cplusplus
}
#endif

#endif
