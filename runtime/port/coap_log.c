/* SPDX-License-Identifier: Apache-2.0 */
/* libcoap's log: what of it is shown, and the alerts that are told of nowhere else. */
#include "coap_internal.h"

#include <stdio.h>
#include <string.h>

/* libcoap has one log for the process; ports share it. */
static enum loom_coap_log log_wanted;
static int last_alert = -1;

/* libcoap tells of a TLS alert that it received nowhere but in its log (rule A-111). The session is
 * disconnected right after the line, so the alert is that of the session that is. */
static void log_line(coap_log_t level, const char *message)
{
    static const coap_log_t shown[] = {
        [LOOM_COAP_LOG_NONE] = LOOM_COAP_LEVEL_SILENT,
        [LOOM_COAP_LOG_WARNING] = LOOM_COAP_LEVEL_WARNING,
        [LOOM_COAP_LOG_INFO] = LOOM_COAP_LEVEL_INFO,
        [LOOM_COAP_LOG_DEBUG] = LOOM_COAP_LEVEL_DEBUG,
    };
    const char *alert = strstr(message, "Alert '");
    int number;

    if (level == LOOM_COAP_LEVEL_WARNING && alert != NULL &&
        sscanf(alert, "Alert '%3d'", &number) == 1 && number >= 0 && number <= 255) {
        last_alert = number;
    }
    if (log_wanted != LOOM_COAP_LOG_NONE && level <= shown[log_wanted]) {
        fputs(message, stderr);
    }
}

int loom_coap_take_alert(void)
{
    int alert = last_alert;

    last_alert = -1;
    return alert;
}

void loom_coap_start_log(enum loom_coap_log wanted)
{
    log_wanted = wanted;
    coap_set_log_handler(log_line);
    coap_set_log_level(
        wanted > LOOM_COAP_LOG_WARNING
            ? (wanted == LOOM_COAP_LOG_INFO ? LOOM_COAP_LEVEL_INFO : LOOM_COAP_LEVEL_DEBUG)
            : LOOM_COAP_LEVEL_WARNING);
    /* mbedTLS's own log would show the secrets that a session's keys are derived from. */
    coap_dtls_set_log_level(LOOM_COAP_LEVEL_SILENT);
}
