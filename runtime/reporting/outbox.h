/* SPDX-License-Identifier: Apache-2.0 */
/** What waits to be sent: entries with values and their times, in order, in one room of bytes that
 *  the product gives. Pure memory: nothing here sends, and nothing outside is called. */
#ifndef LOOM_REPORTING_OUTBOX_H
#define LOOM_REPORTING_OUTBOX_H

#include "loom/client.h"
#include "loom/codec.h"

/** The room as it is at present: read from the client's configuration at each use. What is kept of
 *  it is in its first bytes, so that a client without one pays nothing. */
struct loom_outbox {
    uint8_t *bytes;
    uint16_t size;
};

enum loom_outbox_kind {
    LOOM_OUTBOX_SEND,        /**< a Send (rule C-34): stays until it is removed */
    LOOM_OUTBOX_NOTIFICATION /**< of an observation (rule B-72): the oldest makes room for others */
};

/** What is known of an entry beside its values. What comes first is all that a notification has. */
struct loom_outbox_head {
    uint16_t length; /**< of the entry in bytes; set by loom_outbox_end() */
    uint16_t ssid;
    uint16_t owner; /**< handle of a Send, name of an observation */
    uint8_t kind;   /**< enum loom_outbox_kind */
    bool under_way;

    /* Of a Send. */
    uint8_t format;    /**< which of the product's; LOOM_OUTBOX_ANY_FORMAT: the best */
    bool timed;        /**< the product has given times */
    uint8_t failures;  /**< in a row */
    uint32_t exchange; /**< the last one */
    uint64_t since;    /**< the registration in which it was sent last */
    uint64_t again_at; /**< not before, in the same registration */
    uint64_t too_late; /**< when it has no use any more; LOOM_NEVER: never */
};

#define LOOM_OUTBOX_ANY_FORMAT 0xffu

/** A room of fewer bytes has no room for anything. */
#define LOOM_OUTBOX_LEAST 6u

/** When a value was true. */
struct loom_outbox_time {
    bool absolute;  /**< `seconds` since 1970; else at `clock` */
    double seconds; /**< as the device, or its product, said it */
    int64_t clock;  /**< milliseconds of the port's clock, negative before it began */
};

/** An entry under construction. Members are private. */
struct loom_outbox_draft {
    struct loom_output out; /* first: what the encoder writes to */
    struct loom_outbox outbox;
    size_t length; /* that the entry would have */
    uint16_t begin;
    uint8_t kind;
    uint8_t copies; /* public: so many there are to be, this one included; 1 at first */
    struct loom_encoder encoder;
};

/** Begins an entry at the end. Until loom_outbox_end() there is no other.
 *  @param draft stays where it is
 *  @return false: one is under construction, or there is no room at all */
bool loom_outbox_begin(struct loom_outbox_draft *draft, const struct loom_outbox *outbox,
                       enum loom_outbox_kind kind);

/** The values to come are of this time. */
void loom_outbox_put_time(struct loom_outbox_draft *draft, const struct loom_outbox_time *time);

/** Adds a value; those of a walk come through `draft->encoder`. */
void loom_outbox_put(struct loom_outbox_draft *draft, const struct loom_path *path,
                     const struct loom_value *value);

/** How long the entry is so far, and back to there: for values that turn out to be incomplete. */
size_t loom_outbox_mark(const struct loom_outbox_draft *draft);
void loom_outbox_return(struct loom_outbox_draft *draft, size_t mark);

/** Ends an entry, or drops it.
 *  @param head NULL: it is dropped. Its kind is that of loom_outbox_begin()
 *  @return LOOM_TOO_LARGE there is no room for all copies, and nothing has changed; LOOM_NOT_FOUND
 * it was dropped; LOOM_END older notifications have made room for it, so it is to be made once more
 */
enum loom_status loom_outbox_end(struct loom_outbox_draft *draft,
                                 const struct loom_outbox_head *head);

/** A number for a Send; never 0, and none that waits. */
uint16_t loom_outbox_handle(const struct loom_outbox *outbox);

/* Entries are known by where they are, from loom_outbox_first() on. That holds until one is added
 * or removed. */

#define LOOM_OUTBOX_NONE 0u

/** @return LOOM_OUTBOX_NONE: there is none (any more) */
uint16_t loom_outbox_first(const struct loom_outbox *outbox);
uint16_t loom_outbox_next(const struct loom_outbox *outbox, uint16_t entry);

void loom_outbox_read(const struct loom_outbox *outbox, uint16_t entry,
                      struct loom_outbox_head *head);
/** Changes what is known of an entry, but for its length. */
void loom_outbox_write(const struct loom_outbox *outbox, uint16_t entry,
                       const struct loom_outbox_head *head);
void loom_outbox_remove(const struct loom_outbox *outbox, uint16_t entry);

/** Looks for the first entry of an owner. @return false: there is none */
bool loom_outbox_find(const struct loom_outbox *outbox, enum loom_outbox_kind kind, uint16_t owner,
                      uint16_t *entry);

/** Adds a copy of the last entry, a Send, for another server. @return false: there is no room */
bool loom_outbox_repeat(const struct loom_outbox *outbox, uint16_t ssid);

/** A value of an entry. */
struct loom_outbox_item {
    struct loom_path path;
    struct loom_value value; /**< text and bytes are in the room */
    struct loom_outbox_time time;
    uint16_t at; /**< where the next one is; 0 at first */
};

/** Reads the next value of an entry, the first after all zero. @return false: there is no more */
bool loom_outbox_item(const struct loom_outbox *outbox, uint16_t entry,
                      struct loom_outbox_item *item);

#endif
