/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Content formats, each one a constant table of functions. A product lists those that it has, so
 * the linker leaves out the others. Payloads are read and written with the functions of codec.h.
 */
#ifndef LOOM_FORMAT_H
#define LOOM_FORMAT_H

#include "loom/status.h"
#include "loom/value.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Numbers of content formats, rules C.4. */
#define LOOM_FORMAT_TEXT            0u
#define LOOM_FORMAT_LINK            40u
#define LOOM_FORMAT_OPAQUE          42u
#define LOOM_FORMAT_CBOR            60u
#define LOOM_FORMAT_SENML_JSON      110u
#define LOOM_FORMAT_SENML_CBOR      112u
#define LOOM_FORMAT_SENML_ETCH_JSON 320u
#define LOOM_FORMAT_SENML_ETCH_CBOR 322u
#define LOOM_FORMAT_TLV             11542u
#define LOOM_FORMAT_JSON            11543u
#define LOOM_FORMAT_LWM2M_CBOR      11544u
/* What text, TLV and JSON had before they were registered: loom_format_find() takes them, too. */
#define LOOM_FORMAT_OLD_TEXT 1541u
#define LOOM_FORMAT_OLD_TLV  1542u
#define LOOM_FORMAT_OLD_JSON 1543u
/** No Content-Format or Accept option. */
#define LOOM_FORMAT_ABSENT 65535u

/** What a format can express, `traits` of its table. */
enum {
    /** One bare value: for the path of a resource or resource instance alone (rule D-1). */
    LOOM_FORMAT_ONE_VALUE = 0x01,
    /** Values of type Opaque alone. */
    LOOM_FORMAT_BYTES = 0x02,
    /** May be sent to the root, because each value says which object it belongs to. */
    LOOM_FORMAT_ROOT = 0x04,
    /** Values of one resource or instance may be apart from each other. */
    LOOM_FORMAT_ANY_ORDER = 0x08,
    /** No values of type Float. */
    LOOM_FORMAT_NO_FLOATS = 0x10,
    /** Lists of paths without values (rule D-36). */
    LOOM_FORMAT_NAMES = 0x20,
    /** Something may be said to be deleted (rule D-37). */
    LOOM_FORMAT_DELETES = 0x40,
    /** Values may have a time (rule D-33). */
    LOOM_FORMAT_TIMES = 0x80,
    /** No values of type Opaque. */
    LOOM_FORMAT_NO_OPAQUE = 0x100
};

struct loom_decoder;
struct loom_encoder;
struct loom_item;

/** Reads payloads of a format; codec.h has what each function gets and answers. */
struct loom_format_reader {
    /** Reads what comes before the first value. NULL: there is nothing. */
    enum loom_status (*begin)(struct loom_decoder *decoder);
    /** loom_decode_next() */
    enum loom_status (*next)(struct loom_decoder *decoder, struct loom_item *item);
    /** loom_decode_value() */
    enum loom_status (*value)(const struct loom_decoder *decoder, const struct loom_item *item,
                              enum loom_type type, struct loom_value *value);
};

/** Writes payloads of a format. Without `put`: none are written. */
struct loom_format_writer {
    /** Writes what comes before the first value. NULL: there is nothing. */
    void (*begin)(struct loom_encoder *encoder);
    /** loom_encode_put() */
    void (*put)(struct loom_encoder *encoder, const struct loom_path *path,
                const struct loom_value *value);
    /** Writes what comes behind the last value. NULL: there is nothing. */
    void (*end)(struct loom_encoder *encoder);
};

struct loom_format {
    uint16_t number; /**< LOOM_FORMAT_... */
    uint16_t traits; /**< LOOM_FORMAT_ONE_VALUE, ... */
    struct loom_format_reader reader;
    struct loom_format_writer writer;
};

extern const struct loom_format loom_format_text;
/** Text whose reader and writer of floats, some 1.6 kB, are left out: a Float in text is 4.15, and
 * is answered in another format or with 4.06. For use in the place of loom_format_text. */
extern const struct loom_format loom_format_text_without_floats;
/** The same without values of type Opaque and their Base64, too: another 0.4 kB. */
extern const struct loom_format loom_format_text_without_floats_and_opaque;
extern const struct loom_format loom_format_opaque;
extern const struct loom_format loom_format_tlv;
/** TLV that is read and not written: an Accept of TLV is 4.06. For use in the place of
 *  loom_format_tlv. */
extern const struct loom_format loom_format_tlv_in;
extern const struct loom_format loom_format_cbor;
/** That of LwM2M 1.0. */
extern const struct loom_format loom_format_json;
extern const struct loom_format loom_format_lwm2m_cbor;
extern const struct loom_format loom_format_senml_json;
extern const struct loom_format loom_format_senml_cbor;
extern const struct loom_format loom_format_senml_etch_json;
extern const struct loom_format loom_format_senml_etch_cbor;

/** All content formats, ending with NULL; for servers. A device lists what it needs, or carries the
 * code of all of them. */
extern const struct loom_format *const loom_formats_all[];

/**
 * Looks for a format.
 * @param formats NULL after the last one
 * @param number  that of the request; LOOM_FORMAT_ABSENT means text for a resource or resource
 *                instance, as all clients and servers send a bare value
 * @param path    what the payload was sent to
 * @return NULL: not in the list
 */
const struct loom_format *loom_format_find(const struct loom_format *const *formats,
                                           uint16_t number, const struct loom_path *path);

/**
 * Picks the format of an answer.
 * @param accept what the other side accepts. LOOM_FORMAT_ABSENT: a bare value is shown as it is,
 * all else in TLV if it is listed (rule C-11)
 * @param type   of the one value that is shown; LOOM_NONE: an instance, or whatever has several
 * @return NULL: no format of the list will do
 */
const struct loom_format *loom_format_for_answer(const struct loom_format *const *formats,
                                                 uint16_t accept, enum loom_type type);

/**
 * Picks the format of the answer to a list of paths (rule C-30).
 * @param accept what the other side accepts; LOOM_FORMAT_ABSENT: as the list came, if that will do
 * @param list   format of the list
 * @return NULL: no format of `formats` will do
 */
const struct loom_format *loom_format_for_list(const struct loom_format *const *formats,
                                               uint16_t accept, uint16_t list);

#ifdef __cplusplus
}
#endif

#endif
