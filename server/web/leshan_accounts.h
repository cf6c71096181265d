/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The routes of Leshan's demo servers for what is in the documents of accounts: the credentials of
 * devices, `/api/security/clients`, and bootstrap configurations, `/api/bootstrap`; and what such a
 * server says of itself, `/api/server`.
 *
 * Leshan keeps credentials and configurations apart. Here both are one document. One that has only
 * the first admits nobody (`enabled` is false) until it has the other. A configuration without
 * credentials is that of a device without security, as it is there; but when credentials are
 * removed, nobody is admitted until there are new ones, or the configuration is put again.
 */
#ifndef LOOM_WEB_LESHAN_ACCOUNTS_H
#define LOOM_WEB_LESHAN_ACCOUNTS_H

#include "accounts/directory.h"
#include "http/http.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Members are private. */
struct loom_web_leshan_accounts {
    struct loom_directory *directory;
    enum loom_fleet_accounts_kind kind;
};

/** Adds the routes of a server of this kind; all of it outlasts the listener.
 *  @return false: no room for them */
bool loom_web_leshan_accounts_begin(struct loom_web_leshan_accounts *accounts,
                                    struct loom_http *http, struct loom_directory *directory,
                                    enum loom_fleet_accounts_kind kind);

/* ---- for these files only -------------------------------------------------------------------- */

/** A change of the document of an endpoint, and the answer to who wants it. */
struct loom_leshan_change {
    struct loom_text endpoint;
    json_t *document;   /**< taken; NULL: it is removed */
    int64_t generation; /**< that it is made of; 0: there is none */
    unsigned status;    /**< of the answer when it is made */
};

/** Makes a change, and answers. */
void loom_leshan_change(struct loom_directory *directory, struct loom_http_request *request,
                        const struct loom_leshan_change *change);

/** The document of an endpoint, or an empty one. @return NULL without memory */
json_t *loom_leshan_document(const struct loom_directory *directory, struct loom_text endpoint,
                             int64_t *generation);

/** The same with what its group and its profile say. */
json_t *loom_leshan_whole(const struct loom_directory *directory, struct loom_text endpoint);

/** @return whether a document has credentials. @param whole what counts is in it: groups and
 *  profiles may give identities, too */
bool loom_leshan_has_credentials(const json_t *whole);

/** Hears of the whole document of each account. What JSON cannot say is left out. */
typedef void loom_leshan_visit(void *user, const char *endpoint, json_t *document);

/** Answers with what a visitor has made of all accounts.
 *  @param list taken, the visitor's `user` */
void loom_leshan_answer_list(const struct loom_directory *directory,
                             struct loom_http_request *request, json_t *list,
                             loom_leshan_visit *visit);

void loom_leshan_list_security(void *user, struct loom_http_request *request);
void loom_leshan_put_security(void *user, struct loom_http_request *request);
void loom_leshan_delete_security(void *user, struct loom_http_request *request);
void loom_leshan_list_bootstrap(void *user, struct loom_http_request *request);
void loom_leshan_post_bootstrap(void *user, struct loom_http_request *request);
void loom_leshan_delete_bootstrap(void *user, struct loom_http_request *request);

#ifdef __cplusplus
}
#endif

#endif
