/* SPDX-License-Identifier: Apache-2.0 */
/** TLV payloads (rules D) as a scripted server writes them, right or wrong. */
#ifndef LOOM_TESTS_E2E_TLV_H
#define LOOM_TESTS_E2E_TLV_H

#include <stddef.h>
#include <stdint.h>

enum tlv_kind { TLV_INSTANCE = 0, TLV_RESOURCE_INSTANCE = 1, TLV_MULTIPLE = 2, TLV_RESOURCE = 3 };

struct tlv {
    uint8_t bytes[1024];
    size_t length;
};

void tlv_put(struct tlv *tlv, enum tlv_kind kind, uint16_t id, const void *value, size_t length);
/** A resource with a number in 1, 2, 4 or 8 bytes, as many as it needs. */
void tlv_number(struct tlv *tlv, uint16_t resource, int64_t value);
void tlv_text(struct tlv *tlv, uint16_t resource, const char *value);

#endif
