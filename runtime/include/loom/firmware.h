/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Firmware Update, object 5 (rules C.6): what a product does for it.
 *
 * The client runs the update: it takes the image from a server that pushes it or fetches it from
 * the URI that a server wrote, keeps State and Update Result, and goes on after a power loss where
 * it was. The product stores, checks and installs the image by the five functions of a *firmware
 * port*. Which version of the object the product has decides what there is of it.
 *
 *     static struct loom_firmware firmware = {.port = &port, .applied = ...};
 *     config.firmware = &firmware;
 *
 * The product's profile says `firmware` of object 5 (docs/profile.md), and its port reports to
 * loom_client_stream_side. Resources 6 and 7 (PkgName, PkgVersion) are the product's: it knows what
 * is in an image.
 */
#ifndef LOOM_FIRMWARE_H
#define LOOM_FIRMWARE_H

#include "loom/port.h"
#include "loom/table.h"

#ifdef __cplusplus
extern "C" {
#endif

struct loom_client;
struct loom_context;
struct loom_room;

/** Update Result, 5/x/5 (rule C-91), which is also how the functions of a port end. */
enum loom_firmware_result {
    LOOM_FIRMWARE_RESULT_INITIAL = 0, /**< nothing to tell; from a function: done */
    LOOM_FIRMWARE_RESULT_SUCCESS = 1,
    LOOM_FIRMWARE_RESULT_NO_FLASH = 2,
    LOOM_FIRMWARE_RESULT_NO_MEMORY = 3,
    LOOM_FIRMWARE_RESULT_CONNECTION_LOST = 4,
    LOOM_FIRMWARE_RESULT_INTEGRITY = 5,
    LOOM_FIRMWARE_RESULT_PACKAGE_TYPE = 6,
    LOOM_FIRMWARE_RESULT_INVALID_URI = 7,
    LOOM_FIRMWARE_RESULT_FAILED = 8,
    LOOM_FIRMWARE_RESULT_PROTOCOL = 9,
    LOOM_FIRMWARE_RESULT_CANCELLED = 10, /**< since version 1.1 of the object */
    LOOM_FIRMWARE_RESULT_DEFERRED = 11,  /**< since version 1.1 of the object */

    /** Never in the resource: the product is at work and calls loom_client_firmware_done(). */
    LOOM_FIRMWARE_UNDER_WAY = 255
};

/** What a user may put off (rule C-101). */
struct loom_firmware_terms {
    uint8_t severity; /**< 5/x/11: 0 critical, 1 mandatory, 2 optional */
    uint32_t seconds; /**< at most so long; UINT32_MAX: as long as the user wants */
};

/**
 * What a product does with an image. No function blocks for longer than its memory takes: what
 * takes long is begun, LOOM_FIRMWARE_UNDER_WAY returned, and its end told by
 * loom_client_firmware_done() from the product's own loop. Each other value is the end: INITIAL or
 * SUCCESS is good, anything else has failed and becomes the Update Result.
 */
struct loom_firmware_port {
    void *self;

    /**
     * Makes ready for an image.
     * @param offset 0: a new one, whatever there was; else it goes on behind so many bytes, which
     *               were written before a power loss or a broken connection. If it fails, the
     * client begins anew, with 0
     * @param size   bytes of the whole image as its source says; 0: it does not. Where that is too
     *               much: LOOM_FIRMWARE_RESULT_NO_FLASH
     * @return not LOOM_FIRMWARE_UNDER_WAY in a push, where the bytes are there already: such a
     *         device erases as it writes
     */
    enum loom_firmware_result (*open)(void *self, uint32_t offset, uint32_t size);

    /**
     * Stores the next bytes. After a power loss some may come again, the same ones to the same
     * place: at most `keep_every` of them and a piece.
     * @param data for the duration of the call; for as long as it is under way they are the
     *             product's to keep
     * @return LOOM_FIRMWARE_UNDER_WAY in a push only if that is over when the next piece comes:
     * else the push fails with LOOM_FIRMWARE_RESULT_NO_MEMORY
     */
    enum loom_firmware_result (*write)(void *self, uint32_t offset, const uint8_t *data,
                                       size_t length);

    /** Checks the image of `size` bytes, which is whole; again after a power loss. */
    enum loom_firmware_result (*verify)(void *self, uint32_t size);

    /**
     * Installs the image. Called by the step after the one in which the server's request was
     * answered, with State 3 stored, so it may restart the device right away: `applied` then tells
     * what became of it. Of failures INTEGRITY and PACKAGE_TYPE say that the image is no good;
     * after any other it is still there, in state Downloaded, to be tried again.
     */
    enum loom_firmware_result (*apply)(void *self);

    /** The image, or what there is of it, is not wanted any more, and what is under way with it
     * ends without a word. Also called where there is none. */
    void (*abort)(void *self);

    /**
     * Whether the user puts the installation off, asked when a server wants it. If so, State stays
     * Downloaded with Update Result 11, until loom_client_firmware_accept() or, after
     * `terms->seconds`, by itself. NULL: never, as with version 1.0 of the object, and where 5/x/13
     * is 0.
     */
    bool (*defer)(void *self, const struct loom_firmware_terms *terms);
};

#define LOOM_FIRMWARE_URI_MAX 255u

/** The Firmware Update of a client. Memory is the product's, and outlives the client. The first
 *  members are set before each start, the others are private. */
struct loom_firmware {
    const struct loom_room *room; /**< private */

    const struct loom_firmware_port *port;
    /** What became of an image that was being installed when the device was restarted: SUCCESS, or
     *  why it failed, and the image is gone; INITIAL: nothing did, and the image is still there to
     *  be tried again, in state Downloaded with Update Result 8; LOOM_FIRMWARE_UNDER_WAY: it is
     *  still being installed. Not looked at if none was. An enum loom_firmware_result. */
    uint8_t applied;
    bool no_push; /**< 5/x/9 is 0: a Write of Package is answered 4.05 */
    bool no_pull; /**< 5/x/9 is 1: a Package URI leads to Update Result 9 */
    /** Of a pull, bytes of a piece, a power of two from 16 to 1024; 0: 1024. */
    uint16_t piece;
    /** Of a pull, bytes after which the place is stored, because that wears the store out; so many
     *  are fetched again after a power loss. 0: 16384. */
    uint32_t keep_every;
    /** Of a pull, attempts in a row that bring nothing, behind which it is lost (Update Result 4);
     *  0: 8, which takes a quarter of an hour and more. The waits between them are 10 s, 20 s and
     * so on, at most 300 s. */
    uint8_t attempts_most;

    /* ---- private ---- */
    struct loom_context *context;
    struct loom_session *session;
    const struct loom_response *response; /**< that is being looked at */
    uint64_t deadline;                    /**< of what the state waits for */
    uint32_t exchange;
    uint32_t written; /**< bytes of the image that are stored */
    uint32_t kept;    /**< of these, known to the record */
    uint32_t pending; /**< that the port is storing */
    uint32_t size;    /**< of the image; 0: not known */
    uint32_t etag;
    uint32_t recorded; /**< digest of the record but for `written` */
    uint64_t terms;    /**< 5/x/11, 13 and 14 as they are in the record */
    uint16_t ssid;     /**< of the server that brought the image or its URI; 0: the product */
    uint8_t state;
    uint8_t told;     /**< state and result of the last event */
    uint8_t result;   /**< Update Result */
    uint8_t attempts; /**< in a row that brought nothing */
    uint8_t changes;  /**< of the image while it was fetched */
    bool opened;      /**< the port is ready for what comes next */
    bool whole;       /**< what is written or pending is all of it */
    bool under_way;
    uint8_t uri_length;
    char uri[LOOM_FIRMWARE_URI_MAX];
};

/** What a function of the port began has ended. Called from the product's own loop, not from within
 *  a function of the port; may be called from handlers and hooks. Without anything under way it
 * means nothing. The machine goes on in the next step. */
void loom_client_firmware_done(struct loom_client *client, enum loom_firmware_result result);

/** The user accepts an update that was put off. May be called from handlers and hooks. */
void loom_client_firmware_accept(struct loom_client *client);

/** @return the name of the update's state, such as `downloading`, for people; `none` without it. */
const char *loom_client_firmware_state(const struct loom_client *client);

/* What stands in the tables of a product with the feature (loomc): functions of resources that the
 * client serves. */
enum loom_status loom_firmware_write_package(const struct loom_at *at,
                                             const struct loom_written_piece *piece);
enum loom_status loom_firmware_read_package_uri(const struct loom_at *at, struct loom_value *value);
enum loom_status loom_firmware_write_package_uri(const struct loom_at *at,
                                                 const struct loom_value *value);
enum loom_status loom_firmware_execute_update(const struct loom_at *at, struct loom_text arguments);
enum loom_status loom_firmware_execute_cancel(const struct loom_at *at, struct loom_text arguments);

#ifdef __cplusplus
}
#endif

#endif
