/* SPDX-License-Identifier: Apache-2.0 */
/** Content formats by their numbers. */
#ifndef LOOM_FORMAT_H
#define LOOM_FORMAT_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Content formats (rules C.4; Core 7.5). */
#define LOOM_FORMAT_TEXT       0u
#define LOOM_FORMAT_LINK       40u
#define LOOM_FORMAT_OPAQUE     42u
#define LOOM_FORMAT_SENML_CBOR 112u
#define LOOM_FORMAT_TLV        11542u
/** No Content-Format or Accept option. */
#define LOOM_FORMAT_ABSENT 65535u

/** A content format that a product may list (loom/table.h). */
struct loom_format {
    uint16_t number; /**< LOOM_FORMAT_... */
};

extern const struct loom_format loom_format_text;
extern const struct loom_format loom_format_opaque;
extern const struct loom_format loom_format_tlv;
extern const struct loom_format loom_format_senml_cbor;

#ifdef __cplusplus
}
#endif

#endif
