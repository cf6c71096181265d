/* SPDX-License-Identifier: Apache-2.0 */
#include "picks.h"

#include "nearest.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct loomc_pick formats[] = {
    {"text", "text", true},
    {"opaque", "opaque", true},
    {"tlv", "tlv", true},
    {"senml-cbor", "senml_cbor", true},
    {"cbor", "cbor", false},
    {"senml-json", "senml_json", false},
    {"senml-etch-json", "senml_etch_json", false},
    {"senml-etch-cbor", "senml_etch_cbor", false},
    {"lwm2m-cbor", "lwm2m_cbor", false},
    {"json", "json", false},
    {"text-without-floats", "text_without_floats", false},
    {"text-without-floats-and-opaque", "text_without_floats_and_opaque", false},
    {"tlv-in", "tlv_in", false},
};
const struct loomc_picks loomc_format_picks = {"format", LOOMC_WORD_FORMATS, formats,
                                               COUNT(formats), false};

/* What each of them is: loom/feature.h. */
static const struct loomc_pick features[] = {
    {"bootstrap-pack", "bootstrap_pack", true},
    {"smartcard", "smartcard", true},
    {"stored-accounts", "stored_accounts", true},
    {"remembered-registrations", "remembered_registrations", true},
    {"unbootstrap", "unbootstrap", true},
    {"access-control", "access_control", true},
    {"linked-accounts", "linked_accounts", true},
    {"account-replacement", "account_replacement", true},
    {"account-timeout", "account_timeout", true},
    {"bootstrap-push", "bootstrap_push", true},
    {"bootstrap-read", "bootstrap_read", true},
    {"written-versions", "written_versions", true},
    {"last-bootstrapped", "last_bootstrapped", true},
    {"alert-code", "alert_code", true},
    {"registration-order", "registration_order", true},
    {"disable", "disable", true},
    {"version-fall-back", "version_fall_back", true},
    {"profile-id", "profile_id", true},
    {"listed-formats", "listed_formats", true},
    {"queue-mode", "queue_mode", true},
    {"transports", "transports", true},
    {"discover", "discover", true},
    {"discover-depth", "discover_depth", true},
    {"bootstrap-discover", "bootstrap_discover", true},
    {"create-delete", "create_delete", true},
    {"composite", "composite", true},
    {"reporting", "reporting", true},
    {"observe-composite", "observe_composite", true},
    {"send", "send", true},
    {"stored-notifications", "stored_notifications", true},
    {"large-answers", "large_answers", true},
    {"remembered-attributes", "remembered_attributes", true},
    {"refusal-texts", "refusal_texts", true},
};
const struct loomc_picks loomc_feature_picks = {"feature", LOOMC_WORD_FEATURES, features,
                                                COUNT(features), true};

uint64_t loomc_picks_standard(const struct loomc_picks *picks)
{
    uint64_t standard = 0;

    for (size_t i = 0; i < picks->count; i++) {
        standard |= picks->items[i].standard ? UINT64_C(1) << i : 0;
    }
    return standard;
}

bool loomc_picks_have(const struct loomc_picks *picks, uint64_t picked, const char *keyword)
{
    for (size_t i = 0; i < picks->count; i++) {
        if (strcmp(picks->items[i].keyword, keyword) == 0) {
            return (picked >> i & 1) != 0;
        }
    }
    return false;
}

static void report_unknown(const struct loomc_planner *planner, const struct loomc_picks *picks,
                           const struct loomc_token *token)
{
    const char **keywords = loomc_alloc(planner->arena, picks->count * sizeof keywords[0]);

    for (size_t i = 0; i < picks->count; i++) {
        keywords[i] = picks->items[i].keyword;
    }
    const char *nearest = loomc_nearest(token->text, keywords, picks->count);

    if (nearest != NULL) {
        loomc_error(planner->diagnostics, planner->profile->source, token->offset,
                    "unknown %s \"%s\"; did you mean \"%s\"?", picks->kind, token->text, nearest);
    } else {
        loomc_error(planner->diagnostics, planner->profile->source, token->offset,
                    "unknown %s \"%s\"", picks->kind, token->text);
    }
}

static uint64_t read_setting(const struct loomc_planner *planner, const struct loomc_picks *picks,
                             const struct loomc_setting *setting)
{
    uint64_t picked = 0;

    if (picks->may_be_none && setting->count == 1 &&
        strcmp(setting->arguments[0].text, "none") == 0) {
        return 0;
    }
    for (size_t i = 0; i < setting->count; i++) {
        const struct loomc_token *token = &setting->arguments[i];
        size_t row = 0;

        while (row < picks->count && strcmp(picks->items[row].keyword, token->text) != 0) {
            row++;
        }
        if (row < picks->count) {
            picked |= UINT64_C(1) << row;
        } else {
            report_unknown(planner, picks, token);
        }
    }
    return picked;
}

void loomc_picks_read(const struct loomc_planner *planner, const struct loomc_picks *picks,
                      const struct loomc_section *section, uint64_t *picked)
{
    for (size_t i = 0; section != NULL && i < section->count; i++) {
        if (section->settings[i].word == picks->word) {
            *picked = read_setting(planner, picks, &section->settings[i]);
        }
    }
}
