/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Firmware Update, object 5 (rules C.6): the part of the product.
 *
 * The client controls the update: it receives the image from a server that pushes it or fetches it
 * from the URI that a server wrote, maintains State and Update Result, and continues after a power
 * loss. The product stores, checks and installs the image in the five functions of a *firmware
 * port*. The supported functions depend on the product's version of the object.
 *
 *     static struct loom_firmware firmware = {.port = &port, .applied = ...};
 *     config.firmware = &firmware;
 *
 * The product's profile needs the line `firmware` for object 5 (docs/profile.md), and its port must
 * report to loom_client_stream_side. The product sets resources 6 and 7 (PkgName, PkgVersion).
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

/** Update Result, 5/x/5 (rule C-91), also the result of the functions of a port. */
enum loom_firmware_result {
    LOOM_FIRMWARE_RESULT_INITIAL = 0, /**< initial value; from a function: done */
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

    /** Never in the resource: the operation continues, and loom_client_firmware_done() ends it. */
    LOOM_FIRMWARE_UNDER_WAY = 255
};

/** The conditions of a deferral (rule C-101). */
struct loom_firmware_terms {
    uint8_t severity; /**< 5/x/11: 0 critical, 1 mandatory, 2 optional */
    uint32_t seconds; /**< longest deferral; UINT32_MAX: no limit */
};

/**
 * The functions of a product for an image. They must not block for longer than the memory takes: a
 * long operation is started, returns LOOM_FIRMWARE_UNDER_WAY, and ends with
 * loom_client_firmware_done() from the main loop. Every other value ends the operation: INITIAL and
 * SUCCESS are success; other values are failures and become the Update Result.
 */
struct loom_firmware_port {
    void *self;

    /**
     * Prepares for an image.
     * @param offset 0: a new image; otherwise continue after this many bytes, which were written
     *               before a power loss or a lost connection. If that fails, the client starts
     * again with 0
     * @param size   bytes of the whole image, as announced by its source; 0: unknown. If it is too
     *               large, return LOOM_FIRMWARE_RESULT_NO_FLASH
     * @return not LOOM_FIRMWARE_UNDER_WAY in a push, because the bytes have arrived already: such a
     *         device has to erase while it writes
     */
    enum loom_firmware_result (*open)(void *self, uint32_t offset, uint32_t size);

    /**
     * Stores the next bytes. After a power loss some may arrive again, the same bytes for the same
     * place: at most `keep_every` bytes and a piece.
     * @param data for the duration of the call; copy it for an operation that continues
     * @return LOOM_FIRMWARE_UNDER_WAY in a push only if the operation ends before the next piece
     *         arrives: otherwise the push fails with LOOM_FIRMWARE_RESULT_NO_MEMORY
     */
    enum loom_firmware_result (*write)(void *self, uint32_t offset, const uint8_t *data,
                                       size_t length);

    /** Checks the complete image of `size` bytes; called again after a power loss. */
    enum loom_firmware_result (*verify)(void *self, uint32_t size);

    /**
     * Installs the image. Called by the step after the one in which the server's request was
     * answered, with State 3 stored, so it may restart the device immediately: `applied` then
     * reports the result. After the failures INTEGRITY and PACKAGE_TYPE the image is discarded;
     * after any other one it is kept, in state Downloaded, for another attempt.
     */
    enum loom_firmware_result (*apply)(void *self);

    /** Discards the image, even if it is incomplete. Current operations on it end without a report.
     *  Also called if there is no image. */
    void (*abort)(void *self);

    /**
     * Whether the user defers the installation; called when a server requests it. If so, State
     * remains Downloaded with Update Result 11, until loom_client_firmware_accept() or the end of
     * `terms->seconds`. NULL: never, as with version 1.0 of the object, and if 5/x/13 is 0.
     */
    bool (*defer)(void *self, const struct loom_firmware_terms *terms);
};

#define LOOM_FIRMWARE_URI_MAX 255u

/** The Firmware Update of a client. The memory is the product's, and must outlive the client. Set
 * the first members before each start; the others are private. */
struct loom_firmware {
    const struct loom_room *room; /**< private */

    const struct loom_firmware_port *port;
    /** The result of an installation during which the device was restarted: SUCCESS, or a failure,
     *  after which the image is discarded; INITIAL: not installed, and the image is kept, in state
     *  Downloaded with Update Result 8, for another attempt; LOOM_FIRMWARE_UNDER_WAY: the
     *  installation continues. Ignored if there was none. An enum loom_firmware_result. */
    uint8_t applied;
    bool no_push; /**< 5/x/9 is 0: a Write of Package is answered with 4.05 */
    bool no_pull; /**< 5/x/9 is 1: a Package URI causes Update Result 9 */
    /** Pull: bytes of a piece, a power of two from 16 to 1024; 0: 1024. */
    uint16_t piece;
    /** Pull: bytes after which the offset is stored; this limits the wear of the store, and as many
     *  bytes may be fetched again after a power loss. 0: 16384. */
    uint32_t keep_every;
    /** Pull: consecutive attempts without progress after which it fails (Update Result 4); 0: 8,
     *  which takes more than a quarter of an hour. The delays between them are 10 s, 20 s, 40 s and
     *  so on, at most 300 s. */
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

/** Reports the end of an operation that a function of the port has started. Call it from the main
 *  loop, not from within a function of the port; may be called from handlers and hooks. Ignored if
 *  no operation is in progress. The state machine continues in the next step. */
void loom_client_firmware_done(struct loom_client *client, enum loom_firmware_result result);

/** Accepts a deferred update on behalf of the user. May be called from handlers and hooks. */
void loom_client_firmware_accept(struct loom_client *client);

/** @return the name of the update's state, such as `downloading`, for people; `none` without it. */
const char *loom_client_firmware_state(const struct loom_client *client);

/* Functions in the tables of a product with the feature (loomc), for resources that the client
 * handles. */
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
