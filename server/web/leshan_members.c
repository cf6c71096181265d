/* SPDX-License-Identifier: Apache-2.0 */
#include "web/leshan_members.h"

#define NONE (-1)

const struct loom_leshan_member loom_leshan_members[LOOM_LESHAN_MEMBERS] = {
    {"lifetime", "1", "lifetime", LOOM_LESHAN_NUMBER, 86400},
    {"defaultMinPeriod", "2", "default-minimum-period", LOOM_LESHAN_NUMBER, 1},
    {"defaultMaxPeriod", "3", "default-maximum-period", LOOM_LESHAN_NUMBER, NONE},
    {"disableTimeout", "5", "disable-timeout", LOOM_LESHAN_NUMBER, NONE},
    {"notifIfDisabled", "6", "notification-storing-when-disabled-or-offline", LOOM_LESHAN_TRUTH, 1},
    {"binding", "7", "binding", LOOM_LESHAN_LETTERS, 'U'},
    {"apnLink", "10", "apn-link", LOOM_LESHAN_APN, NONE},
    {"registrationPriority", "13", "registration-priority-order", LOOM_LESHAN_NUMBER, NONE},
    {"initialDelay", "14", "initial-registration-delay-timer", LOOM_LESHAN_NUMBER, NONE},
    {"registrationFailure", "15", "registration-failure-block", LOOM_LESHAN_TRUTH, NONE},
    {"bootstrapOnRegistrationFailure", "16", "bootstrap-on-registration-failure", LOOM_LESHAN_TRUTH,
     NONE},
    {"communicationRetryCount", "17", "communication-retry-count", LOOM_LESHAN_NUMBER, NONE},
    {"CommunicationRetryTimer", "18", "communication-retry-timer", LOOM_LESHAN_NUMBER, NONE},
    {"SequenceDelayTimer", "19", "communication-sequence-delay-timer", LOOM_LESHAN_NUMBER, NONE},
    {"SequenceRetryCount", "20", "communication-sequence-retry-count", LOOM_LESHAN_NUMBER, NONE},
    {"trigger", "21", "trigger", LOOM_LESHAN_TRUTH, NONE},
    {"preferredTransport", "22", "preferred-transport", LOOM_LESHAN_LETTERS, NONE},
    {"muteSend", "23", "mute-send", LOOM_LESHAN_TRUTH, NONE},
};

const char *const loom_leshan_matching_types[4] = {"EXACT_MATCH", "SHA256", "SHA384", "SHA512"};
const char *const loom_leshan_usages[4] = {"CA_CONSTRAINT", "SERVICE_CERTIFICATE_CONSTRAINT",
                                           "TRUST_ANCHOR_ASSERTION", "DOMAIN_ISSUER_CERTIFICATE"};
const char *const loom_leshan_modes[5] = {"PSK", "RPK", "X509", "NO_SEC", "EST"};

json_t *loom_leshan_usual(const struct loom_leshan_member *member)
{
    char letter[2] = {(char)member->usual, '\0'};
    return member->usual == NONE                 ? NULL
           : member->kind == LOOM_LESHAN_TRUTH   ? json_boolean(member->usual)
           : member->kind == LOOM_LESHAN_LETTERS ? json_string(letter)
                                                 : json_integer(member->usual);
}
