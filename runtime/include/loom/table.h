/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * The interface between generated code and the runtime: constant tables that `loomc` generates and
 * the runtime uses. All tables are const and in flash; the row of a resource has no pointer.
 *
 *     product -> objects -> resource rows -> (ranges, handlers)      const, generated
 *     product data: one struct a product, its instances by value      RAM, owned by the caller
 */
#ifndef LOOM_TABLE_H
#define LOOM_TABLE_H

#include "loom/feature.h"
#include "loom/format.h"
#include "loom/status.h"
#include "loom/value.h"

#ifdef __cplusplus
extern "C" {
#endif

/** A compile-time check, in C and C++. */
#if defined(__cplusplus)
#define LOOM_STATIC_ASSERT(condition, text) static_assert(condition, text)
#else
/* For C99 some C libraries define a macro _Static_assert(), which drops the text. It does not see
 * its parenthesis here, so that the compiler's own is used. */
#define LOOM_STATIC_ASSERT(condition, text)                                                        \
    __extension__ _Static_assert LOOM_NOTHING(condition, text)
#define LOOM_NOTHING
#endif

/** The layout number of the tables below. It changes whenever the layout or the meaning of a struct
 *  here or of an instance changes. */
#define LOOM_TABLE_LAYOUT 6

/** Used in every generated file, with the layout number of `loomc`. */
#define LOOM_TABLE_LAYOUT_CHECK(layout)                                                            \
    LOOM_STATIC_ASSERT((layout) == LOOM_TABLE_LAYOUT,                                              \
                       "generated for another version of Loom than these headers are of: "         \
                       "generate again with the loomc that came with them")

/** Operations and properties of a resource, `access` of a row. */
enum {
    LOOM_R = 0x01,         /**< a server may read it */
    LOOM_W = 0x02,         /**< a server may write it */
    LOOM_E = 0x04,         /**< a server may execute it */
    LOOM_MULTIPLE = 0x08,  /**< has resource instances */
    LOOM_MANDATORY = 0x10, /**< every instance has it */
    LOOM_HANDLED = 0x20,   /**< handled by functions of the product; no member of the struct */
    LOOM_SECRET = 0x40,    /**< key material: in no log, event or output for people */
    /** With LOOM_MANDATORY: a part of an account's credentials. Whether an instance has it follows
     *  from the security mode (rule A-48). */
    LOOM_CREDENTIAL = 0x80
};
/* None of R, W, E: only the Bootstrap interface may access it (rule C-41; Core App. D.1). */

/**
 * One resource of an object.
 *
 * A stored resource is a member of the instance struct, found by `offset`:
 *
 *   type                       member                              size
 *   STRING, CORELNK            char[size], ends with NUL           capacity + 1
 *   INTEGER, TIME              int8_t .. int64_t                   1, 2, 4 or 8
 *   UNSIGNED                   uint8_t .. uint64_t                 1, 2, 4 or 8
 *   FLOAT                      double                              8
 *   BOOLEAN                    bool                                1
 *   OPAQUE                     struct {uint16_t length;            capacity
 *                                      uint8_t bytes[size];}
 *   OBJLNK                     struct loom_objlnk                  4
 *
 * With LOOM_MULTIPLE the member is an array of `count` entries, `struct {uint16_t id; T value;}`
 * with T from the table above; an entry whose id is LOOM_ID_NONE is unused.
 *
 * A handled resource has no member; `offset` is the index of its row in the object's handlers.
 * A resource of a view (LOOM_OBJECT_ACCOUNT_VIEW) has no member either; `offset` is the id of the
 * Security resource that it shows.
 */
struct loom_resource {
    uint16_t id;
    uint16_t offset;
    uint16_t size;
    uint8_t type;   /**< enum loom_type */
    uint8_t access; /**< LOOM_R .. LOOM_CREDENTIAL */
    uint8_t count;  /**< maximum number of resource instances; 1 for a single-instance resource */
    uint8_t range;  /**< 1 + index of the first of its ranges in the object's; 0: no range */
};

LOOM_STATIC_ASSERT(sizeof(struct loom_resource) == 10, "a resource row is 10 bytes");

struct loom_range;

/** Checks a value against `min` of a range; see below. */
typedef bool loom_allows(const struct loom_range *range, const struct loom_value *value);

/**
 * An allowed range, with both bounds inclusive. The type of the resource selects the member of the
 * bounds: `integer` for INTEGER and TIME, `unsigned_integer` for UNSIGNED and, as a length in
 * bytes, for STRING, CORELNK and OPAQUE; `number` for FLOAT. A value is allowed if it is in this
 * range or, with `more` 1, if the next one allows it.
 *
 * A list of strings is one range, with `more` LOOM_RANGE_TEXTS: `min` points to the strings and
 * `max` to the function that searches them, &loom_texts_allow, which the linker therefore drops if
 * no model lists strings.
 */
struct loom_range {
    union {
        int64_t integer;
        uint64_t unsigned_integer;
        double number;
        const char *const *texts; /**< NULL after the last one */
        loom_allows *allows;
    } min, max;
    uint8_t more;
};

/** `more` of a range that lists strings. */
#define LOOM_RANGE_TEXTS 2

/** @return whether a String or Corelnk is one of `min.texts`. */
bool loom_texts_allow(const struct loom_range *range, const struct loom_value *value);

/** The initial value of a resource in every instance that the product creates, instead of empty or
 *  0. The resource is stored; an optional one exists from the start. If a server creates the
 *  instance, this applies only to resources that it may not write; if a bootstrap does, to none. */
struct loom_preset {
    uint16_t resource;
    uint16_t resource_instance; /**< of a multiple resource, else 0 */
    uint8_t more;               /**< 1: another one follows */
    struct loom_value value;    /**< of the resource's type and in its range */
};

/** A value of a factory instance or, with resource LOOM_ID_NONE, the instance. */
struct loom_instance_value {
    uint16_t instance;
    uint16_t resource;
    uint16_t resource_instance; /**< LOOM_ID_NONE: the resource is single */
    uint8_t more;               /**< 1: another one follows */
    struct loom_value value;    /**< of the resource's type and in its range */
};

/** The factory instances of one object. */
struct loom_given_instances {
    uint16_t object;
    const struct loom_instance_value *values; /**< NULL: the end of the list */
};

struct loom_model;

/** Who caused the call of a handler or hook. */
enum loom_origin {
    LOOM_ORIGIN_PRODUCT,   /**< a call of the product, also from within its handlers and hooks */
    LOOM_ORIGIN_CLIENT,    /**< the client sets a resource, such as 1/x/11 (rule A-111) */
    LOOM_ORIGIN_BOOTSTRAP, /**< a bootstrap was committed */
    LOOM_ORIGIN_SERVER     /**< a request of an LwM2M server */
};

/** The context of a call of a handler or hook: the client, the resource, and the origin. The
 * instance is `path.id[LOOM_INSTANCE_ID]`. */
struct loom_at {
    struct loom_model *model;
    void *user;            /**< the pointer that the product gave with its model */
    struct loom_path path; /**< to a resource, or to an instance of a multiple resource */
    enum loom_origin origin;
    uint16_t ssid; /**< LOOM_ORIGIN_SERVER: the server's Short Server ID; else 0 */
};

/** Functions of a handled resource. Generated code fills this with adapters around the typed
 *  functions of the product; an operation that the resource lacks is NULL. */
struct loom_handler {
    /** Returns the value. Text and bytes must be valid until the next call of a handler. A Float
     *  that is infinite or not a number is treated like LOOM_NOT_FOUND. */
    enum loom_status (*read)(const struct loom_at *at, struct loom_value *value);
    /** Accepts a value. Its type and range, and all other values of the request, have been checked.
     *  In a Write of several values the functions are called first, one instance after another: if
     *  one refuses, the following ones are not called, and no stored value is changed or deleted
     *  (rules C-22, C-31). The effects of the previous ones are not undone: no function is informed
     *  of the result of the others. */
    enum loom_status (*write)(const struct loom_at *at, const struct loom_value *value);
    /** Executes the resource with the arguments as received, not terminated by NUL. From a server
     *  they are well-formed (rule C-27); loom_argument_next() (codec.h) reads them. */
    enum loom_status (*execute)(const struct loom_at *at, struct loom_text arguments);
    /** Multiple-instance resources: puts the lowest resource instance id that is >= `*id` into
     * `*id`.
     *  @return false if there is none. */
    bool (*next)(const struct loom_at *at, uint16_t *id);
};

/** A part of a value that is written as a stream. */
struct loom_written_piece {
    uint32_t offset;         /**< bytes of the value before it; 0: the first piece */
    struct loom_bytes bytes; /**< for the duration of the call */
    bool more;               /**< other pieces follow; false: the last piece */
};

/** A part of a value that is read as a stream. */
struct loom_read_piece {
    uint32_t offset; /**< in: bytes of the value before it */
    uint8_t *data;   /**< in: the buffer */
    size_t room;
    size_t length;  /**< out: bytes written to `data`; `room`, or up to the end of the value */
    uint32_t total; /**< out: bytes of the whole value */
    /** Out: a number that changes with the value, so that the reader notices a change between two
     *  pieces. 0, the initial value: only the length is compared. */
    uint32_t version;
};

/**
 * A resource of type Opaque whose value is transferred in pieces, so that it may be longer than any
 * buffer. Such a resource is handled (LOOM_HANDLED), and the product implements these functions for
 * it. The range of the model is not checked: the product decides which lengths are allowed.
 */
struct loom_stream {
    uint16_t object;
    uint16_t resource;
    uint8_t more; /**< 1: another row follows */
    /**
     * Accepts a piece. The pieces of a value arrive in order, each once; a result other than
     * LOOM_OK is the answer to the server and ends the transfer. A value in a single message is one
     * piece.
     *
     * A transfer may be interrupted without notice: then no more pieces arrive, and the next
     * transfer starts with offset 0, which ends the current one. Another server may start one as
     * well; use `at->ssid` to distinguish them. Refuse a piece whose offset is not the expected
     * one: it belongs to a transfer that another one has replaced. NULL: not writable.
     */
    enum loom_status (*write)(const struct loom_at *at, const struct loom_written_piece *piece);
    /** Returns a piece; length 0 from `total` on. NULL: not readable. */
    enum loom_status (*read)(const struct loom_at *at, struct loom_read_piece *piece);
};

/** The handlers of each stream in generated tables. */
enum loom_status loom_stream_read_value(const struct loom_at *at, struct loom_value *value);
enum loom_status loom_stream_write_value(const struct loom_at *at, const struct loom_value *value);

/** Properties of an object, `flags` of its table. */
enum {
    LOOM_OBJECT_MULTIPLE = 0x01,  /**< may have several instances */
    LOOM_OBJECT_MANDATORY = 0x02, /**< Mandatory in the model */
    /** Not listed, and not accessible to servers: only the Bootstrap interface sees it. */
    LOOM_OBJECT_HIDDEN = 0x04,
    /** Shows the Bootstrap-Server Account of Security under other ids (rules F). */
    LOOM_OBJECT_ACCOUNT_VIEW = 0x08,
    /** Its instances are kept over a restart; it is part of the product's staging data. */
    LOOM_OBJECT_PERSISTENT = 0x10,
    /** Its instances are accounts or belong to one: a bootstrap creates and removes them. */
    LOOM_OBJECT_ACCOUNT = 0x20
};

/**
 * One object in one version. Every instance is a struct that begins with
 *
 *   uint16_t id;             LOOM_ID_NONE: the slot is unused
 *   uint8_t present[n];      bit k: the resource of row k exists in this instance
 *
 * with n = LOOM_PRESENT_SIZE(resource_count), followed by the stored resources.
 */
struct loom_object {
    uint16_t id;
    uint8_t version_major;
    uint8_t version_minor;
    uint16_t instance_size; /**< sizeof of the instance struct; 0 for a view */
    uint8_t resource_count;
    uint8_t flags;                         /**< LOOM_OBJECT_... */
    const struct loom_resource *resources; /**< ascending by id */
    const struct loom_range *ranges;       /**< NULL if no resource has one */
    const struct loom_handler *handlers;   /**< NULL if no resource is handled */
    const struct loom_preset *presets;     /**< NULL if every resource is initially empty */
};

#define LOOM_PRESENT_OFFSET               2u
#define LOOM_PRESENT_SIZE(resource_count) (((resource_count) + 7u) / 8u)

/** One object of a product, and the place of its instances in the product's data. */
struct loom_product_object {
    const struct loom_object *object;
    uint32_t offset; /**< of the first instance in the product's data */
    /** 1 + offset of the first instance in the product's staging data; 0: no bootstrap changes the
     *  object. 1 for a view. */
    uint32_t staging;
    uint16_t room;    /**< maximum number of instances; 0 for a view */
    uint8_t initial;  /**< instances 0 .. initial-1 exist at first start */
    uint8_t complete; /**< 1: initial instances have all resources, 0: the mandatory ones */
};

/** A product: its objects, content formats and features. */
struct loom_product {
    const struct loom_product_object *objects; /**< ascending by object id */
    uint16_t object_count;                     /**< at most LOOM_PRODUCT_OBJECTS_MAX */
    uint16_t lwm2m;                            /**< 0x0100, 0x0101, 0x0102; 0: any release */
    uint32_t data_size;                        /**< sizeof of the product's data struct */
    uint32_t staging_size;                     /**< sizeof of its staging struct; 0: it has none */
    /** Content formats of payloads in any order; NULL after the last one. Others are refused (rule
     *  C-1: 4.15, 4.06), and the linker drops formats that no product lists. Required by clients.
     */
    const struct loom_format *const *formats;
    /** Must be &loom_handled_resources if the product handles resources with values (LOOM_HANDLED);
     *  NULL: it handles only executables, or nothing. */
    const struct loom_handled_resources *handled;
    /** Must be &loom_account_view if an object is a view of the Bootstrap-Server Account
     *  (LOOM_OBJECT_ACCOUNT_VIEW); NULL: no object is. */
    const struct loom_account_view *account_view;
    struct loom_features features;
    /** Bytes: the record of one Bootstrap-Server Account and one Server Account with their
     * mandatory resources. A client with a store needs a buffer for it. */
    uint32_t record_least;
    uint32_t request_size; /**< bytes: the largest value, or request without the endpoint name */
    /** Resources that are streams. NULL: none. The port of a client of such a product reports to
     *  loom_client_stream_side (loom/client.h). */
    const struct loom_stream *streams;
};

extern const struct loom_handled_resources loom_handled_resources;
extern const struct loom_account_view loom_account_view;

#define LOOM_PRODUCT_OBJECTS_MAX 256u

/** Bytes of a client's buffer for a product with a store and any endpoint name. */
#define LOOM_BUFFER_SIZE(record_size, request_size)                                                \
    ((record_size) > (request_size) + LOOM_ENDPOINT_MAX ? (record_size)                            \
                                                        : (request_size) + LOOM_ENDPOINT_MAX)

/** The longest endpoint name, bytes: with `ep=` it fills a Uri-Query. */
#define LOOM_ENDPOINT_MAX 252u

/* Parts of the client's records, from which `loomc` computes their size: the head of the accounts
 * and of each object in them; the head of the registrations' state, and of each of its entries
 * without the location. */
#define LOOM_ACCOUNTS_RECORD_HEAD   13u
#define LOOM_ACCOUNTS_RECORD_OBJECT 8u
#define LOOM_STATE_RECORD_HEAD      6u
#define LOOM_STATE_RECORD_ENTRY     39u

/** Names for people, parallel to the rows; the runtime does not use them. Each is one string that
 *  consists of NUL-terminated parts. */
struct loom_object_names {
    const char *names; /**< the object's name, then that of each resource in order of the rows */
    const char *units; /**< the units of each resource, "" where there is none */
};

#ifdef __cplusplus
}
#endif

#endif
