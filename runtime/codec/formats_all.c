/* SPDX-License-Identifier: Apache-2.0 */
/* In a file of its own: who lists formats must not link all of them. */
#include "loom/format.h"

const struct loom_format *const loom_formats_all[] = {&loom_format_opaque,
                                                      &loom_format_text,
                                                      &loom_format_tlv,
                                                      &loom_format_cbor,
                                                      &loom_format_senml_json,
                                                      &loom_format_senml_cbor,
                                                      &loom_format_senml_etch_json,
                                                      &loom_format_senml_etch_cbor,
                                                      &loom_format_lwm2m_cbor,
                                                      &loom_format_json,
                                                      NULL};
