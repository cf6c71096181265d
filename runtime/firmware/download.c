/* SPDX-License-Identifier: Apache-2.0 */
/* An image that the client fetches from a Package URI (rules C-95, C-96): a session of its own, in
 * which it asks for piece after piece. */
#include "firmware/firmware.h"

#include "accounts/accounts.h"

#include <string.h>

#define PIECE 1024u
/* Bytes of the smallest block: offsets are multiples of it (RFC 7959 section 2.2). */
#define SMALLEST 16u

/* Attempts in a row that bring nothing, and the waits between them in seconds, which double. */
#define ATTEMPTS   8u
#define FIRST_WAIT 10u
#define LAST_WAIT  300u
#define DOUBLINGS  5u /* take the first wait beyond the last */

/* RFC 8516: later it may be answered. */
#define TOO_MANY_REQUESTS LOOM_CODE(4, 29)

/* How often the image may become another one while it is fetched. */
#define CHANGES 3u

static struct loom_firmware_uri parsed(const struct loom_firmware *firmware)
{
    struct loom_text text = {firmware->uri, firmware->uri_length};
    return loom_firmware_uri_parse(text);
}

static bool is_same_host(struct loom_text a, struct loom_text b)
{
    size_t i = 0;
    while (i < a.length && i < b.length && ((a.data[i] ^ b.data[i]) & ~0x20) == 0) {
        i++;
    }
    return a.length == b.length && i == a.length;
}

/* Rule C-96. Those of the server that wrote the URI, for its own host alone: to others they would
 * prove nothing, and tell who the device is. */
static bool find_credentials(const struct loom_firmware *firmware,
                             const struct loom_firmware_uri *uri,
                             struct loom_credentials *credentials)
{
    const struct loom_model *model = firmware->context->config.model;
    memset(credentials, 0, sizeof *credentials);
    credentials->mode = LOOM_SECURITY_NOSEC;
    if (uri->scheme == LOOM_FIRMWARE_COAPS) {
        uint16_t instance =
            firmware->ssid == 0 ? LOOM_ID_NONE : loom_account_security(model, firmware->ssid);
        if (instance == LOOM_ID_NONE ||
            loom_account_credentials(model, instance, credentials) != LOOM_OK ||
            !is_same_host(loom_firmware_uri_parse(credentials->uri).host, uri->host)) {
            return false;
        }
    }
    credentials->uri = uri->base;
    credentials->transport = 0;
    return true;
}

static bool is_supported(const struct loom_firmware *firmware,
                         const struct loom_credentials *credentials)
{
    const struct loom_port *port = firmware->context->config.port;
    return port->supports == NULL || port->supports(port->self, credentials);
}

static bool fits_request(const struct loom_firmware *firmware, const struct loom_firmware_uri *uri)
{
    struct loom_draft draft;
    uint8_t decoded[LOOM_FIRMWARE_URI_MAX];
    loom_draft_begin(&draft, firmware->context, LOOM_GET);
    draft.out = loom_output(decoded, sizeof decoded);
    return loom_firmware_uri_put(uri, &draft);
}

bool loom_firmware_is_malformed(const void *subject)
{
    const struct loom_firmware *firmware = subject;
    struct loom_firmware_uri uri = parsed(firmware);
    struct loom_credentials credentials;
    if (uri.scheme == LOOM_FIRMWARE_OTHER || firmware->no_pull) {
        return false;
    }
    return uri.scheme == LOOM_FIRMWARE_NO_URI || !fits_request(firmware, &uri) ||
           !find_credentials(firmware, &uri, &credentials) ||
           (uri.scheme == LOOM_FIRMWARE_COAP && !is_supported(firmware, &credentials));
}

bool loom_firmware_is_foreign(const void *subject)
{
    const struct loom_firmware *firmware = subject;
    struct loom_firmware_uri uri = parsed(firmware);
    struct loom_credentials credentials;
    return firmware->no_pull || uri.scheme == LOOM_FIRMWARE_OTHER ||
           !find_credentials(firmware, &uri, &credentials) || !is_supported(firmware, &credentials);
}

/* ---- asking ------------------------------------------------------------------------------------
 */

void loom_firmware_hang_up(struct loom_firmware *firmware)
{
    loom_context_cancel(firmware->context, firmware->session, &firmware->exchange);
    loom_context_close(firmware->context, &firmware->session);
}

static bool send(struct loom_firmware *firmware, const struct loom_firmware_uri *uri)
{
    const struct loom_port *port = firmware->context->config.port;
    struct loom_draft draft;
    uint8_t decoded[LOOM_FIRMWARE_URI_MAX];
    loom_draft_begin(&draft, firmware->context, LOOM_GET);
    draft.out = loom_output(decoded, sizeof decoded);
    draft.request.piece_room = firmware->piece == 0 ? PIECE : firmware->piece;
    draft.request.answer_offset = firmware->written - firmware->written % SMALLEST;
    firmware->exchange = loom_context_exchange(firmware->context);
    /* Should the port never report the end. */
    firmware->deadline = loom_context_after(firmware->context, LOOM_EXCHANGE_LIFETIME);
    bool sent =
        loom_firmware_uri_put(uri, &draft) &&
        port->request(port->self, firmware->session, &draft.request, firmware->exchange) == LOOM_OK;
    if (!sent) {
        firmware->exchange = 0;
    }
    return sent;
}

void loom_firmware_ask(void *subject)
{
    struct loom_firmware *firmware = subject;
    struct loom_firmware_uri uri = parsed(firmware);
    struct loom_credentials credentials;
    if (firmware->session == NULL) {
        if (!find_credentials(firmware, &uri, &credentials)) {
            loom_firmware_take(firmware, LOOM_FIRMWARE_REFUSED); /* the account is gone */
            return;
        }
        firmware->session =
            loom_context_open(firmware->context, &credentials, firmware->ssid, firmware);
    }
    if (firmware->session == NULL || !send(firmware, &uri)) {
        loom_firmware_take(firmware, LOOM_FIRMWARE_NO_ANSWER);
    }
}

void loom_firmware_ask_next(void *subject)
{
    struct loom_firmware *firmware = subject;
    firmware->deadline = loom_context_now(firmware->context);
}

bool loom_firmware_attempts_left(const void *subject)
{
    const struct loom_firmware *firmware = subject;
    unsigned most = firmware->attempts_most == 0 ? ATTEMPTS : firmware->attempts_most;
    return firmware->attempts + 1u < most;
}

bool loom_firmware_changes_left(const void *subject)
{
    const struct loom_firmware *firmware = subject;
    return firmware->changes < CHANGES;
}

bool loom_firmware_may_have_changed(const void *subject)
{
    const struct loom_firmware *firmware = subject;
    return firmware->written > 0 && loom_firmware_changes_left(firmware);
}

/* Another session: what the one before does not bring may be its own trouble. */
void loom_firmware_ask_later(void *subject)
{
    struct loom_firmware *firmware = subject;
    struct loom_event event =
        loom_context_event(firmware->context, LOOM_EVENT_FIRMWARE_RETRY, firmware->ssid);
    event.seconds = firmware->attempts < DOUBLINGS ? FIRST_WAIT << firmware->attempts : LAST_WAIT;
    event.code = firmware->response == NULL ? 0 : firmware->response->code;
    firmware->attempts++;
    loom_firmware_hang_up(firmware);
    firmware->deadline = loom_context_after(firmware->context, event.seconds);
    loom_context_emit(firmware->context, &event);
}

/* ---- what comes --------------------------------------------------------------------------------
 */

/* Bytes of the answer that are stored already. */
static uint32_t known_part(const struct loom_firmware *firmware)
{
    return firmware->written - firmware->response->piece.offset;
}

/* Rule C-106: it is of the image of which there is a part, and brings more of it. The tag tells;
 * where there is none, the length, which is no more than an estimate (RFC 7959 section 4). */
bool loom_firmware_goes_on(const void *subject)
{
    const struct loom_firmware *firmware = subject;
    const struct loom_response *response = firmware->response;
    bool brings = response->piece.offset <= firmware->written &&
                  known_part(firmware) <= response->payload.length &&
                  (known_part(firmware) < response->payload.length || !response->piece.more);
    bool resized = response->etag == 0 && response->size != 0 && firmware->size != 0 &&
                   response->size != firmware->size;
    return brings && (firmware->written == 0 || (response->etag == firmware->etag && !resized));
}

void loom_firmware_take_piece(void *subject)
{
    struct loom_firmware *firmware = subject;
    const struct loom_response *response = firmware->response;
    const struct loom_firmware_port *port = firmware->port;
    struct loom_bytes bytes = {response->payload.data + known_part(firmware),
                               response->payload.length - known_part(firmware)};
    firmware->attempts = 0;
    firmware->deadline = LOOM_NEVER;
    if (firmware->written == 0) {
        firmware->opened = firmware->opened && firmware->etag == response->etag &&
                           firmware->size == response->size;
        firmware->etag = response->etag;
        firmware->size = response->size;
    }
    if (!firmware->opened) {
        enum loom_firmware_result result =
            port->open(port->self, firmware->written, firmware->size);
        firmware->opened =
            result == LOOM_FIRMWARE_RESULT_INITIAL || result == LOOM_FIRMWARE_RESULT_SUCCESS;
        if (!firmware->opened) {
            loom_firmware_ended(firmware, result); /* under way: the piece is asked for again */
            return;
        }
    }
    loom_firmware_store(firmware, bytes, !response->piece.more);
}

/* The image is another one by now, or its beginning is gone. */
void loom_firmware_begin_anew(void *subject)
{
    struct loom_firmware *firmware = subject;
    firmware->changes++;
    firmware->written = 0;
    firmware->etag = 0;
    firmware->size = 0;
    firmware->opened = false;
    firmware->result = LOOM_FIRMWARE_RESULT_INITIAL;
    loom_firmware_ask_later(firmware);
}

void loom_firmware_response(struct loom_firmware *firmware, uint32_t exchange,
                            const struct loom_response *response)
{
    if (exchange != firmware->exchange) {
        return;
    }
    firmware->exchange = 0;
    firmware->response = response;
    if (response->code == LOOM_CONTENT) {
        loom_firmware_take(firmware, LOOM_FIRMWARE_ANSWER);
    } else if (response->code == 0 || response->code == TOO_MANY_REQUESTS ||
               response->code >= LOOM_CODE(5, 0)) {
        loom_firmware_take(firmware, LOOM_FIRMWARE_NO_ANSWER);
    } else {
        loom_firmware_take(firmware, LOOM_FIRMWARE_REFUSED);
    }
    firmware->response = NULL;
}

void loom_firmware_lost(struct loom_firmware *firmware)
{
    firmware->session = NULL;
    firmware->exchange = 0;
    loom_firmware_take(firmware, LOOM_FIRMWARE_NO_ANSWER);
}
