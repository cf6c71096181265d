/* SPDX-License-Identifier: Apache-2.0 */
/* What may be in a Server instance, whoever writes it. */
#include "accounts/accounts.h"

#include "model/payload.h"

#include <string.h>

const uint16_t loom_server_times[LOOM_SERVER_TIMES] = {
    LOOM_ID_SERVER_LIFETIME, LOOM_ID_SERVER_DEFAULT_MINIMUM_PERIOD,
    LOOM_ID_SERVER_DEFAULT_MAXIMUM_PERIOD, LOOM_ID_SERVER_DISABLE_TIMEOUT};

static bool is_one_of(struct loom_text text, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strlen(list[i]) == text.length && memcmp(list[i], text.data, text.length) == 0) {
            return true;
        }
    }
    return false;
}

bool loom_server_is_time(int64_t seconds)
{
    return seconds >= 0 && seconds <= UINT32_MAX;
}

static bool has_letter(const char *letters, char letter)
{
    return letter != '\0' && strchr(letters, letter) != NULL;
}

bool loom_server_is_binding(struct loom_text binding, uint16_t lwm2m, const char *transports)
{
    static const char *const of_1_0[] = {"U", "UQ", "US", "UQS"}; /* S, SQ: without UDP */
    /* Q is of 1.0 and says nothing here; accounts of old habit have it all the same. */
    const char *letters = lwm2m >= LOOM_LWM2M_1_2 ? "UTSNMHQ" : "UTSNQ";
    if (lwm2m < LOOM_LWM2M_1_1) {
        return is_one_of(binding, of_1_0, sizeof of_1_0 / sizeof of_1_0[0]);
    }
    bool usable = false;
    bool named = false;
    for (size_t i = 0; i < binding.length; i++) {
        char letter = binding.data[i];
        if (!has_letter(letters, letter)) {
            return false;
        }
        named = named || letter != 'Q';
        usable = usable || has_letter(transports == NULL ? "U" : transports, letter);
    }
    return binding.length > 0 && (usable || !named);
}

bool loom_server_takes(const struct loom_payload *payload, uint16_t instance, uint16_t lwm2m,
                       const char *transports)
{
    struct loom_path path = loom_path_resource(LOOM_ID_SERVER, instance, LOOM_ID_SERVER_BINDING);
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
