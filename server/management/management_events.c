/* SPDX-License-Identifier: Apache-2.0 */
#include "management/management_events.h"

const char *loom_dm_event_name(enum loom_dm_event_kind kind)
{
    static const char *const names[LOOM_DM_EVENT_COUNT] = {
        [LOOM_DM_REGISTERED] = "registered",
        [LOOM_DM_UPDATED] = "updated",
        [LOOM_DM_DEREGISTERED] = "deregistered",
        [LOOM_DM_EXPIRED] = "expired",
        [LOOM_DM_REMOVED] = "removed",
        [LOOM_DM_MOVED] = "moved",
        [LOOM_DM_TAKEN_OVER] = "taken-over",
        [LOOM_DM_HELD] = "held",
        [LOOM_DM_REFUSED] = "refused",
        [LOOM_DM_SENT] = "sent",
        [LOOM_DM_ANSWERED] = "answered",
        [LOOM_DM_NOTIFIED] = "notified",
        [LOOM_DM_ENDED] = "ended",
        [LOOM_DM_RECEIVED] = "received",
        [LOOM_DM_PROGRESS] = "progress",
        [LOOM_DM_FETCHING] = "fetching",
        [LOOM_DM_FETCHED] = "fetched",
    };
    return (unsigned)kind < LOOM_DM_EVENT_COUNT ? names[kind] : "unknown";
}

const char *loom_dm_reason_name(enum loom_dm_reason reason)
{
    static const char *const names[LOOM_DM_REASON_COUNT] = {
        [LOOM_DM_NO_REASON] = "none",
        [LOOM_DM_MISSING_PARAMETER] = "missing-parameter",
        [LOOM_DM_BAD_PARAMETER] = "bad-parameter",
        [LOOM_DM_BAD_OBJECT_LIST] = "bad-object-list",
        [LOOM_DM_NO_OBJECT_LIST] = "no-object-list",
        [LOOM_DM_UNSUPPORTED_VERSION] = "unsupported-version",
        [LOOM_DM_UNKNOWN_ENDPOINT] = "unknown-endpoint",
        [LOOM_DM_WRONG_IDENTITY] = "wrong-identity",
        [LOOM_DM_UNKNOWN_LOCATION] = "unknown-location",
        [LOOM_DM_NOT_REGISTERED] = "not-registered",
        [LOOM_DM_UNKNOWN_OBJECT] = "unknown-object",
        [LOOM_DM_UNSUPPORTED_FORMAT] = "unsupported-format",
        [LOOM_DM_BAD_PAYLOAD] = "bad-payload",
        [LOOM_DM_NO_FILE] = "no-such-file",
        [LOOM_DM_BEYOND_END] = "beyond-the-end",
        [LOOM_DM_FILE_CHANGES] = "file-changes",
        [LOOM_DM_NO_MEMORY] = "no-memory",
        [LOOM_DM_NO_STORE] = "no-store",
    };
    return (unsigned)reason < LOOM_DM_REASON_COUNT ? names[reason] : "unknown";
}

const char *loom_dm_operation_name(enum loom_dm_operation operation)
{
    static const char *const names[] = {
        [LOOM_DM_READ] = "read",
        [LOOM_DM_DISCOVER] = "discover",
        [LOOM_DM_WRITE] = "write",
        [LOOM_DM_PARTIAL_UPDATE] = "partial-update",
        [LOOM_DM_WRITE_ATTRIBUTES] = "write-attributes",
        [LOOM_DM_EXECUTE] = "execute",
        [LOOM_DM_CREATE] = "create",
        [LOOM_DM_DELETE] = "delete",
        [LOOM_DM_READ_COMPOSITE] = "read-composite",
        [LOOM_DM_WRITE_COMPOSITE] = "write-composite",
        [LOOM_DM_OBSERVE] = "observe",
        [LOOM_DM_OBSERVE_COMPOSITE] = "observe-composite",
        [LOOM_DM_CANCEL] = "cancel",
        [LOOM_DM_CANCEL_COMPOSITE] = "cancel-composite",
    };
    return (unsigned)operation < sizeof names / sizeof names[0] ? names[operation] : "unknown";
}

const char *loom_dm_end_name(enum loom_dm_end end)
{
    static const char *const names[LOOM_DM_END_COUNT] = {
        [LOOM_DM_NO_END] = "none",          [LOOM_DM_END_CANCELLED] = "cancelled",
        [LOOM_DM_END_BY_CLIENT] = "client", [LOOM_DM_END_REGISTRATION] = "registration",
        [LOOM_DM_END_SESSION] = "session",
    };
    return (unsigned)end < LOOM_DM_END_COUNT ? names[end] : "unknown";
}
