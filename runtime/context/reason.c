/* SPDX-License-Identifier: Apache-2.0 */
/* Texts for people, in a file of their own: the linker leaves them out where nobody asks. */
#include "loom/event.h"

#include <string.h>

static const char *const texts[LOOM_REASON_COUNT] = {
    [LOOM_REASON_NONE] = "",
    [LOOM_REASON_MANDATORY] = "a mandatory resource is missing",
    [LOOM_REASON_TIME] = "a time is below 0 or above 4294967295 s",
    [LOOM_REASON_MODE] = "the security mode is not known",
    [LOOM_REASON_SCHEME] = "the server URI has no known scheme",
    [LOOM_REASON_SCHEME_AND_MODE] = "the scheme of the server URI does not fit the security mode",
    [LOOM_REASON_IDENTITY] = "the security mode needs a public key or identity",
    [LOOM_REASON_SECRET_KEY] = "the security mode needs a secret key",
    [LOOM_REASON_SERVER_KEY] = "the security mode needs a server public key",
    [LOOM_REASON_UNUSABLE] = "the client cannot open a session with this URI and security mode",
    [LOOM_REASON_OSCORE] = "the account links to an OSCORE instance that does not exist",
    [LOOM_REASON_OSCORE_TWICE] = "two accounts link to the same OSCORE instance",
    [LOOM_REASON_SSID] = "the Short Server ID is missing or not 1 to 65534",
    [LOOM_REASON_ACCOUNT_TWICE] = "two accounts have the same Short Server ID",
    [LOOM_REASON_NO_SERVER] = "no Server instance has this Short Server ID",
    [LOOM_REASON_BOOTSTRAP_TWICE] = "there is more than one Bootstrap-Server Account",
    [LOOM_REASON_BINDING] = "the client does not know the binding",
    [LOOM_REASON_SERVER_TWICE] = "two Server instances have the same Short Server ID",
    [LOOM_REASON_NO_SECURITY] = "no Security instance has this Short Server ID",
    [LOOM_REASON_NO_ACCESS_CONTROL] = "several servers need the Access Control object",
    [LOOM_REASON_ACCESS_TARGET] = "access control of an object that the client lacks",
    [LOOM_REASON_ACCESS_OWNER] = "the access control owner is not a server of the client",
    [LOOM_REASON_ACCESS_RIGHT] = "an access right for a server that the client lacks",
    [LOOM_REASON_NO_DEVICE] = "the Device instance is missing",
    [LOOM_REASON_DEVICE_BINDING] = "the Device instance has no supported binding",
    [LOOM_REASON_NO_ACCOUNT] = "there is no Server Account",
    [LOOM_REASON_NOT_STORED] = "the accounts could not be stored",
    [LOOM_REASON_BUFFER] = "the accounts do not fit the client's buffer",
    [LOOM_REASON_UNREADABLE] = "the stored accounts cannot be read",
    [LOOM_REASON_DAMAGED] =
        "the stored accounts are damaged: the product's initial accounts are used",
    [LOOM_REASON_FOREIGN] =
        "the stored accounts do not fit this product: its initial accounts are used",
    [LOOM_REASON_PREVIOUS] =
        "the newest stored accounts are damaged or truncated: the previous ones are used",
    [LOOM_REASON_STATE_NOT_STORED] = "the state of the registrations could not be stored",
    [LOOM_REASON_STATE_UNREADABLE] = "the stored state cannot be read: ignored",
    [LOOM_REASON_STATE_FORM] = "the stored state has an unknown format: ignored",
    [LOOM_REASON_STATE_DAMAGED] = "the stored state is damaged: ignored",
    [LOOM_REASON_FIRMWARE_NOT_STORED] = "the state of the firmware update could not be stored",
    [LOOM_REASON_FIRMWARE_UNREADABLE] =
        "the stored state of the firmware update cannot be read: ignored",
    [LOOM_REASON_FIRMWARE_PREVIOUS] =
        "the newest state of the firmware update is damaged: the previous one is used",
    [LOOM_REASON_STATE_PREVIOUS] = "the previous state of the registrations is used",
    [LOOM_REASON_ATTRIBUTES_NOT_STORED] = "there is no memory to store attributes",
    [LOOM_REASON_CARD_SILENT] = "the card reader does not answer",
    [LOOM_REASON_CARD_UNREADABLE] = "the card cannot be read",
    [LOOM_REASON_CARD_CONTENT] = "the card's file is damaged, or does not match the objects",
    [LOOM_REASON_PACK_CONTENT] = "the pack cannot be read, or does not match the objects",
    [LOOM_REASON_VERSION_FORM] = "the object version is malformed",
    [LOOM_REASON_VERSION] = "the client does not have this object version",
    [LOOM_REASON_NOT_ANSWERED] = "the Bootstrap-Request was not answered",
    [LOOM_REASON_SILENCE] = "no message from the bootstrap server for 247 s",
    [LOOM_REASON_SESSION_LOST] = "the session with the bootstrap server is lost",
    [LOOM_REASON_ASKED_AGAIN] = "a new bootstrap was requested",
    [LOOM_REASON_UNREACHABLE] = "the server's name or address cannot be reached",
    [LOOM_REASON_CREDENTIALS] = "the account's URI or security mode cannot be used",
    [LOOM_REASON_NOT_SENT] = "the request could not be sent",
    [LOOM_REASON_NO_ROOM] = "there is no memory for another registration",
    [LOOM_REASON_EXPIRED] = "the lifetime ended before the Update was answered",
    [LOOM_REASON_BOOTSTRAP_NEXT] = "a bootstrap follows",
    [LOOM_REASON_ROUND_NEXT] = "the next round of attempts follows after the Sequence Delay",
    [LOOM_REASON_NO_MORE] = "the Sequence Delay allows no further attempts",
    [LOOM_REASON_LOCATION] = "its Location-Path is missing or too long",
    [LOOM_REASON_STRANGER] = "not from a server of this client",
    [LOOM_REASON_BOOTSTRAPPING] = "a bootstrap is in progress",
    [LOOM_REASON_ASLEEP] = "asleep until the next Update",
    [LOOM_REASON_NOT_REGISTERED] = "not registered at this server",
    [LOOM_REASON_NO_MEMORY] = "it does not fit the client's memory",
    [LOOM_REASON_TOO_LATE] = "it has expired",
    [LOOM_REASON_NO_SUCH_SERVER] = "the server's account was deleted",
    [LOOM_REASON_MUTED] = "the server accepts no Send: muted by 1/x/23, or LwM2M 1.0",
    [LOOM_REASON_NOT_READABLE] = "the server has no right to read it",
    [LOOM_REASON_NO_FORMAT] = "the server and the product have no format in common",
};

const char *loom_reason_text(enum loom_reason reason)
{
    return texts[reason];
}

struct loom_text loom_event_text(const struct loom_event *event)
{
    struct loom_text text = event->text;
    if (text.length == 0) {
        text.data = texts[event->reason];
        text.length = strlen(text.data);
    }
    return text;
}
