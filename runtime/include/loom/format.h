/* SPDX-License-Identifier: Apache-2.0 */
/** Content formats by their numbers. */
#ifndef LOOM_FORMAT_H
#define LOOM_FORMAT_H

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

#ifdef __cplusplus
}
#endif

#endif
