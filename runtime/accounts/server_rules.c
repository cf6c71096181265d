/* SPDX-License-Identifier: Apache-2.0 */
/* What may be in a Server instance, whoever writes it. */
#include "accounts/accounts.h"

#include "codec/text.h"
#include "model/payload.h"

#include <string.h>

const uint16_t loom_server_times[LOOM_SERVER_TIMES] = {
    LOOM_ID_SERVER_LIFETIME, LOOM_ID_SERVER_DEFAULT_MINIMUM_PERIOD,
    LOOM_ID_SERVER_DEFAULT_MAXIMUM_PERIOD, LOOM_ID_SERVER_DISABLE_TIMEOUT};

bool loom_server_is_time(int64_t seconds)
{
    return seconds >= 0 && seconds <= UINT32_MAX;
}

/* U, UQ, US, UQS; not S and SQ, which do without UDP. */
static bool is_binding_of_1_0(struct loom_text binding)
{
    bool udp = loom_text_skip(&binding, "U");
    (void)loom_text_skip(&binding, "Q");
    (void)loom_text_skip(&binding, "S");
    return udp && binding.length == 0;
}

bool loom_server_is_binding(struct loom_text binding, uint16_t lwm2m, const char *transports)
{
    /* Those of 1.1, then those of 1.2. Q is of 1.0 and says nothing here; accounts of old habit
     * have it all the same. */
    static const char letters[] = "UTSNQMH";
    const size_t known = lwm2m >= LOOM_LWM2M_1_2 ? 7 : 5;
    bool is_usable = false;
    bool is_named = false;
    if (lwm2m < LOOM_LWM2M_1_1) {
        return is_binding_of_1_0(binding);
    }
    for (size_t i = 0; i < binding.length; i++) {
        char letter = binding.data[i];
        if (memchr(letters, letter, known) == NULL) {
            return false;
        }
        is_named |= letter != 'Q';
        is_usable |= strchr(transports == NULL ? "U" : transports, letter) != NULL;
    }
    return binding.length > 0 && (is_usable || !is_named);
}

bool loom_server_takes(const struct loom_payload *payload, uint16_t instance, uint16_t lwm2m,
                       const char *transports)
{
    struct loom_path path = loom_key_path(LOOM_KEY(SERVER, BINDING), instance);
    struct loom_value value;
    if (loom_payload_value(payload, &path, LOOM_STRING, &value) &&
        !loom_server_is_binding(value.as.text, lwm2m, transports)) {
        return false;
    }
    for (size_t i = 0; i < LOOM_SERVER_TIMES; i++) {
        path.id[LOOM_RESOURCE_ID] = loom_server_times[i];
        if (loom_payload_value(payload, &path, LOOM_INTEGER, &value) &&
            !loom_server_is_time(value.as.integer)) {
            return false;
        }
    }
    return true;
}
