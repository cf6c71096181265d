/* SPDX-License-Identifier: Apache-2.0 */
/**
 * This program as one of several that share a database: its name, its number, and the lease that
 * says that it lives. What a node owns is in rows that have its name; when its lease is over, other
 * nodes may take it.
 */
#ifndef LOOM_SERVICE_NODES_H
#define LOOM_SERVICE_NODES_H

#include "database/writer.h"

#ifdef __cplusplus
extern "C" {
#endif

/** How long a node counts as alive after it was last heard. */
#define LOOM_NODES_LEASE_MS 15000

/** How often it says so: twice may fail. */
#define LOOM_NODES_RENEW_MS 5000

/** A name, with its NUL. */
#define LOOM_NODES_NAME_SIZE 64

/** Where devices reach a node, with the NUL; the rest is cut off. */
#define LOOM_NODES_URI_SIZE 128

/** Members are private, but for `name` and `number`. */
struct loom_nodes {
    char name[LOOM_NODES_NAME_SIZE]; /* empty: this program is no node */
    unsigned number;
    char server[16]; /* `management` */
    char uri[LOOM_NODES_URI_SIZE];
    struct loom_writer *writer; /* NULL: nothing is renewed */
    int64_t (*now)(void *user); /* milliseconds since 1970 */
    void *user;
    int64_t started;
    int64_t due;     /* when the lease is renewed next */
    int64_t expires; /* of the lease that is stored */
    bool posted;
    bool replaced;
};

/** @return whether a text can be a name: up to 63 of `A` to `Z`, `a` to `z`, `0` to `9`, `.`, `_`
 *  and `-` */
bool loom_nodes_is_name(const char *text);

/** Begins a node, which has not joined yet. @param name empty: this program is none */
void loom_nodes_begin(struct loom_nodes *nodes, const char *server, const char *name,
                      int64_t (*now)(void *user), void *user);

/** @return whether this program is a node. */
bool loom_nodes_is_one(const struct loom_nodes *nodes);

/** Takes the place of this node, before there is a writer. Another process that has its name, as
 *  after a restart, has lost it then.
 *  @param numbers_max numbers are below it
 *  @return as loom_stored_node_join(); CONFLICT: others are always faster */
enum loom_database_status loom_nodes_join(struct loom_nodes *nodes, struct loom_database *database,
                                          int64_t numbers_max);

/** For a program that is no node: whether others are alive that are.
 *  @param alive out */
enum loom_database_status loom_nodes_look(const struct loom_nodes *nodes,
                                          struct loom_database *database, bool *alive);

/** Renews the lease by this writer from now on. @param uri where devices reach the node; copied */
void loom_nodes_write(struct loom_nodes *nodes, struct loom_writer *writer, const char *uri);

/** Renews the lease if it is time to. */
void loom_nodes_step(struct loom_nodes *nodes);

/** @return when the next step is due, in milliseconds since 1970; INT64_MAX: never */
int64_t loom_nodes_deadline(const struct loom_nodes *nodes);

/** @return whether another process has the name or the number of this node: it must end, before it
 *          does what the other one does. */
bool loom_nodes_replaced(const struct loom_nodes *nodes);

/** @return milliseconds that are left of the lease; 0: it is over, as far as this node knows */
int64_t loom_nodes_lease(const struct loom_nodes *nodes);

/** A node, as the database has it. */
struct loom_nodes_row {
    char name[LOOM_NODES_NAME_SIZE];
    char uri[LOOM_NODES_URI_SIZE];
    unsigned number;
    bool alive;
    int64_t started;       /**< milliseconds since 1970 */
    int64_t heard;         /**< the same */
    int64_t registrations; /**< that are its own */
};

/** @param rows in the order of their numbers; for the duration of the call
 *  @param good  false: the database could not be asked */
typedef void loom_nodes_listener(void *user, const struct loom_nodes_row *rows, size_t count,
                                 bool good);

/** Asks for all nodes of this kind of server. To count what they have takes time in a large fleet:
 *  so it is not asked where devices wait for what is written.
 *  @param reader of the database; NULL: it cannot be asked
 *  @return false: it cannot be asked now; nobody hears */
bool loom_nodes_list(const struct loom_nodes *nodes, struct loom_writer *reader,
                     loom_nodes_listener *listener, void *user);

/** Gives the place back, and renews nothing any more. */
void loom_nodes_leave(struct loom_nodes *nodes);

#ifdef __cplusplus
}
#endif

#endif
