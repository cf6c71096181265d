/* SPDX-License-Identifier: Apache-2.0 */
/** Who may do what: Access Control, rules C-70 to C-80. Pure reads of a model, but for the entries
 *  that come and go with what a server creates and deletes. */
#ifndef LOOM_ACCOUNTS_ACCESS_H
#define LOOM_ACCOUNTS_ACCESS_H

#include "loom/codec.h"
#include "loom/event.h"
#include "loom/model.h"

struct loom_check;
struct loom_cursor;

/** Rights of a server, the bits of an access control list (rule C-80). */
enum loom_right {
    LOOM_RIGHT_NONE = 0, /**< of an operation: none is needed (rule C-76) */
    LOOM_RIGHT_READ = 1, /**< Read, Observe, Write-Attributes; for Notify and Send, too */
    LOOM_RIGHT_WRITE = 2,
    LOOM_RIGHT_EXECUTE = 4,
    LOOM_RIGHT_DELETE = 8,
    LOOM_RIGHT_CREATE = 16, /**< of an object, not of an instance (rule C-72) */
    LOOM_RIGHT_ALL = 31
};

/** The feature: instances of Access Control, so that there can be several servers. */
struct loom_access_control_feature {
    /** The check of a bootstrap: rules A-82, C-71. Goes on from before the first instance. */
    bool (*check)(struct loom_check *check);
    /** loom_access_rights() */
    uint8_t (*rights)(const struct loom_model *model, uint16_t ssid, const struct loom_path *path);
    /** loom_access_put_object() */
    enum loom_status (*put_object)(const struct loom_model *model, uint16_t ssid, uint16_t object,
                                   struct loom_encoder *encoder);
    /** loom_access_own() */
    enum loom_status (*own)(struct loom_model *model, uint16_t ssid,
                            const struct loom_path *instance);
    /** loom_access_disown() */
    void (*disown)(struct loom_model *model, const struct loom_path *instance);
};

/** @return the feature of a model's product, NULL: it has one server, which has all rights */
const struct loom_access_control_feature *loom_access_feature(const struct loom_model *model);

/** Whether a server has a right to what a path leads to; whether there is such a thing is not
 *  looked at. The Server instance of another server is out of reach even where no right is needed,
 *  and in a product without the feature. An object is read and written instance by instance (rule
 * C-78): to itself there is the right to create alone, so of a path of depth 1 every other right is
 * given, and those to its instances are asked for by themselves. Protected objects (rule C-40) are
 * the caller's matter. */
bool loom_access_allows(const struct loom_model *model, uint16_t ssid, const struct loom_path *path,
                        enum loom_right right);

/** Writes what a server may read of a path as a part of a payload: of an object the instances that
 *  it has the right to (rule C-78). To what a longer path leads to it has the right.
 *  @return as loom_walk() */
enum loom_status loom_access_put(const struct loom_model *model, uint16_t ssid,
                                 const struct loom_path *path, struct loom_encoder *encoder);

/** Writes what a server may read of a path as a payload: loom_access_put(), and of the Server
 * object its own instance alone in a product without the feature.
 *  @return LOOM_TOO_LARGE it does not fit; else as loom_payload_put() */
enum loom_status loom_access_read(const struct loom_model *model, const struct loom_format *format,
                                  uint16_t ssid, uint16_t server_instance,
                                  const struct loom_path *path, struct loom_output *out);

/* ---- of the feature ----------------------------------------------------------------------------
 */

/**
 * The rights of a server to the instance of a path, or, with depth 1, to the object.
 *
 * They are all rights while there is one Server Account, or no instance of Access Control (rule
 * C-71); else what the entry of the instance says (rules C-72, C-75), and none without an entry.
 * Two objects are different:
 *  - Server: an instance is its own server's alone, which has all rights to it if it has no entry;
 *  - Access Control: the owner of an entry has all rights to it, every other server may read it
 *    (rule C-74), however many servers there are.
 * @return a set of enum loom_right
 */
uint8_t loom_access_rights(const struct loom_model *model, uint16_t ssid,
                           const struct loom_path *path);

/** loom_access_put() of an object that the product has. */
enum loom_status loom_access_put_object(const struct loom_model *model, uint16_t ssid,
                                        uint16_t object, struct loom_encoder *encoder);

/** Reads the rights that the list of an entry gives to a server, or with 0 to all that it does not
 *  name. @return false: it does not name it */
bool loom_access_list(const struct loom_cursor *entry, uint16_t ssid, uint8_t *rights);

/**
 * Makes a server the owner of an instance that it is about to create, if rights are told apart
 * (rules C-71, C-73). An entry that is there, of an instance that is gone, is taken over.
 * @return LOOM_TOO_LARGE no room for an entry: the instance must not be created
 */
enum loom_status loom_access_own(struct loom_model *model, uint16_t ssid,
                                 const struct loom_path *instance);

/** Deletes the entry of an instance that is gone, if it has one (rule C-74). The last entry of all
 *  stays, because without any every server would have all rights. */
void loom_access_disown(struct loom_model *model, const struct loom_path *instance);

#endif
