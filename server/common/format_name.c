/* SPDX-License-Identifier: Apache-2.0 */
#include "common/format_name.h"

#include "common/text.h"
#include "loom/codec.h"

static const struct {
    const char *name;
    uint16_t number;
} formats[] = {
    {"text", LOOM_FORMAT_TEXT},
    {"opaque", LOOM_FORMAT_OPAQUE},
    {"cbor", LOOM_FORMAT_CBOR},
    {"senml-json", LOOM_FORMAT_SENML_JSON},
    {"senml-cbor", LOOM_FORMAT_SENML_CBOR},
    {"tlv", LOOM_FORMAT_TLV},
    {"json", LOOM_FORMAT_JSON},
    {"lwm2m-cbor", LOOM_FORMAT_LWM2M_CBOR},
};

const char loom_format_names[] =
    "text, opaque, cbor, senml-json, senml-cbor, tlv, json, lwm2m-cbor";

bool loom_format_read(struct loom_text text, uint16_t *number)
{
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        if (loom_text_is(text, formats[i].name)) {
            *number = formats[i].number;
            return true;
        }
    }
    return loom_text_to_id(text, number);
}
