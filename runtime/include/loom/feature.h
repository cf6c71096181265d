/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Parts of the core that a product may leave out. Its table (loom/table.h) points to those that it
 * has; nothing else does, so the linker drops the others. `loomc` writes it from the profile.
 */
#ifndef LOOM_FEATURE_H
#define LOOM_FEATURE_H

#ifdef __cplusplus
extern "C" {
#endif

/** The features of a product; NULL: it does not have this one. What a feature is made of is the
 *  core's own. */
struct loom_features {
    /** Asks for a Bootstrap-Pack where the client's configuration says so (rule A-100). */
    const struct loom_bootstrap_pack_feature *bootstrap_pack;
    /** Takes a bootstrap from the smartcard of the configuration (rule A-10). */
    const struct loom_smartcard_feature *smartcard;
    /** Keeps accounts and other persistent objects in the store of the configuration. */
    const struct loom_stored_accounts_feature *stored_accounts;
    /** Keeps there, too, what registrations wait for and where they are. */
    const struct loom_remembered_registrations_feature *remembered_registrations;
    /** Deletes what belongs to a server whose account a bootstrap has deleted (rule C-70). Without
     *  it the bootstrap server has to: what it leaves behind is inconsistent (rule A-81). */
    const struct loom_unbootstrap_feature *unbootstrap;
    /** Checks Access Control (rules A-82, C-71). Without it a bootstrap that brings accounts of
     *  several servers is inconsistent: there is nothing to tell their rights apart by. */
    const struct loom_access_control_feature *access_control;
    /** Knows the instances of OSCORE, COSE and MQTT Server that an account links to: checks them
     *  (rule A-2), and keeps those of the Bootstrap-Server Account (rule A-51). Without it links
     *  mean nothing. */
    const struct loom_linked_accounts_feature *linked_accounts;
    /** Answers Discover; without it 4.06 Not Acceptable (rule C-11). */
    const struct loom_discover_feature *discover;
    /** Answers Bootstrap-Discover; without it 4.05 Method Not Allowed. */
    const struct loom_bootstrap_discover_feature *bootstrap_discover;
};

extern const struct loom_bootstrap_pack_feature loom_feature_bootstrap_pack;
extern const struct loom_smartcard_feature loom_feature_smartcard;
extern const struct loom_stored_accounts_feature loom_feature_stored_accounts;
extern const struct loom_remembered_registrations_feature loom_feature_remembered_registrations;
extern const struct loom_unbootstrap_feature loom_feature_unbootstrap;
extern const struct loom_access_control_feature loom_feature_access_control;
extern const struct loom_linked_accounts_feature loom_feature_linked_accounts;
extern const struct loom_discover_feature loom_feature_discover;
extern const struct loom_bootstrap_discover_feature loom_feature_bootstrap_discover;

#ifdef __cplusplus
}
#endif

#endif
