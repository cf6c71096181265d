/* SPDX-License-Identifier: Apache-2.0 */
/** SenML CBOR payloads (RFC 8428 section 6, rules D) as a scripted server writes them. */
#ifndef LOOM_TESTS_E2E_SENML_H
#define LOOM_TESTS_E2E_SENML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Records, each with the whole path of a resource. Begins all zero. */
struct senml {
    uint8_t bytes[1024];
    size_t length;
    unsigned count;
};

void senml_text(struct senml *pack, const char *path, const char *value);
void senml_number(struct senml *pack, const char *path, uint32_t value);
void senml_boolean(struct senml *pack, const char *path, bool value);

#endif
