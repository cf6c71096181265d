/* SPDX-License-Identifier: Apache-2.0 */
#include "loom/event.h"

static const char *const event_names[LOOM_EVENT_COUNT] = {
    [LOOM_EVENT_FACTORY] = "factory",
    [LOOM_EVENT_SMARTCARD] = "smartcard",
    [LOOM_EVENT_HOLD_OFF] = "hold-off",
    [LOOM_EVENT_BOOTSTRAP_REQUEST] = "bootstrap-request",
    [LOOM_EVENT_BOOTSTRAP_ACCEPTED] = "bootstrap-accepted",
    [LOOM_EVENT_BOOTSTRAP_REFUSED] = "bootstrap-refused",
    [LOOM_EVENT_BOOTSTRAP_PUSH] = "bootstrap-push",
    [LOOM_EVENT_BOOTSTRAP_PACK_REQUEST] = "bootstrap-pack-request",
    [LOOM_EVENT_BOOTSTRAP_PACK] = "bootstrap-pack",
    [LOOM_EVENT_BOOTSTRAP_DISCOVER] = "bootstrap-discover",
    [LOOM_EVENT_BOOTSTRAP_READ] = "bootstrap-read",
    [LOOM_EVENT_BOOTSTRAP_WRITE] = "bootstrap-write",
    [LOOM_EVENT_BOOTSTRAP_DELETE] = "bootstrap-delete",
    [LOOM_EVENT_BOOTSTRAP_FINISH] = "bootstrap-finish",
    [LOOM_EVENT_BOOTSTRAP_FAILED] = "bootstrap-failed",
    [LOOM_EVENT_BOOTSTRAP_RETRY] = "bootstrap-retry",
    [LOOM_EVENT_BOOTSTRAP_NO_ACCOUNT] = "bootstrap-no-account",
    [LOOM_EVENT_ACCOUNT_EXPIRED] = "account-expired",
    [LOOM_EVENT_STATE_SAVED] = "state-saved",
    [LOOM_EVENT_STATE_RECOVERED] = "state-recovered",
    [LOOM_EVENT_STATE_FAILED] = "state-failed",
    [LOOM_EVENT_SESSION] = "session",
    [LOOM_EVENT_SESSION_FAILED] = "session-failed",
    [LOOM_EVENT_REGISTER_QUEUED] = "register-queued",
    [LOOM_EVENT_REGISTER_DELAYED] = "register-delayed",
    [LOOM_EVENT_REGISTER] = "register",
    [LOOM_EVENT_REGISTERED] = "registered",
    [LOOM_EVENT_REGISTER_REFUSED] = "register-refused",
    [LOOM_EVENT_VERSION_FALL_BACK] = "version-fall-back",
    [LOOM_EVENT_PROFILE_REFUSED] = "profile-refused",
    [LOOM_EVENT_REGISTER_FAILED] = "register-failed",
    [LOOM_EVENT_REGISTER_RETRY] = "register-retry",
    [LOOM_EVENT_REGISTRATION_GIVEN_UP] = "registration-given-up",
    [LOOM_EVENT_UPDATE] = "update",
    [LOOM_EVENT_UPDATED] = "updated",
    [LOOM_EVENT_UPDATE_REFUSED] = "update-refused",
    [LOOM_EVENT_DEREGISTER] = "deregister",
    [LOOM_EVENT_DEREGISTERED] = "deregistered",
    [LOOM_EVENT_ASLEEP] = "asleep",
    [LOOM_EVENT_DISABLED] = "disabled",
    [LOOM_EVENT_READ] = "read",
    [LOOM_EVENT_DISCOVER] = "discover",
    [LOOM_EVENT_WRITE] = "write",
    [LOOM_EVENT_EXECUTE] = "execute",
    [LOOM_EVENT_CREATE] = "create",
    [LOOM_EVENT_DELETE] = "delete",
    [LOOM_EVENT_WRITE_ATTRIBUTES] = "write-attributes",
    [LOOM_EVENT_NOTIFY] = "notify",
    [LOOM_EVENT_REQUEST] = "request",
    [LOOM_EVENT_IGNORED] = "ignored",
    [LOOM_EVENT_SEND] = "send",
    [LOOM_EVENT_SEND_DELIVERED] = "send-delivered",
    [LOOM_EVENT_SEND_FAILED] = "send-failed",
    [LOOM_EVENT_SEND_REFUSED] = "send-refused",
    [LOOM_EVENT_SEND_DROPPED] = "send-dropped",
    [LOOM_EVENT_FIRMWARE] = "firmware",
    [LOOM_EVENT_FIRMWARE_RETRY] = "firmware-retry",
    [LOOM_EVENT_STOPPED] = "stopped",
};

const char *loom_event_name(enum loom_event_type type)
{
    return event_names[type];
}

const char *loom_failure_name(enum loom_failure failure)
{
    static const char *const names[] = {
        [LOOM_FAILURE_NONE] = "none",
        [LOOM_FAILURE_TIMEOUT] = "timeout",
        [LOOM_FAILURE_UNREACHABLE] = "unreachable",
        [LOOM_FAILURE_SECURITY] = "security",
        [LOOM_FAILURE_RESET] = "reset",
        [LOOM_FAILURE_CLOSED] = "closed",
        [LOOM_FAILURE_UNUSABLE] = "unusable",
    };
    return names[failure];
}
