/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Object 42769, LWM2M Bootstrap Server, version 1.0 (LwM2M 1.0).
 *
 * Made by loomc from bootstrap-server-draft-1.0.xml. Do not edit: change the model or the profile and build
 * again.
 *
 * The Bootstrap-Server account in the form that the 2013 drafts gave it.
 */
#ifndef LOOM_GENERATED_BOOTSTRAP_SERVER_H
#define LOOM_GENERATED_BOOTSTRAP_SERVER_H

#include "loom/model.h"

#ifdef __cplusplus
extern "C" {
#endif

LOOM_TABLE_LAYOUT_CHECK(6);

/** Ids of the object and of its resources. */
enum {
    LOOM_BOOTSTRAP_SERVER = 42769,
    LOOM_BOOTSTRAP_SERVER_LWM2M_BOOTSTRAP_SERVER_URI = 0,
    LOOM_BOOTSTRAP_SERVER_SECURITY_MODE = 1,
    LOOM_BOOTSTRAP_SERVER_PUBLIC_KEY_OR_IDENTITY = 2,
    LOOM_BOOTSTRAP_SERVER_SECRET_KEY = 3,
    LOOM_BOOTSTRAP_SERVER_CLIENT_HOLD_OFF_TIME = 4,
};

/** Values of resource 1, Security Mode. */
enum {
    LOOM_BOOTSTRAP_SERVER_SECURITY_MODE_PRE_SHARED_KEY = 0,
    LOOM_BOOTSTRAP_SERVER_SECURITY_MODE_RAW_PUBLIC_KEY = 1,
    LOOM_BOOTSTRAP_SERVER_SECURITY_MODE_CERTIFICATE = 2,
};

extern const struct loom_object loom_bootstrap_server_object;
#ifndef LOOM_WITHOUT_NAMES
extern const struct loom_object_names loom_bootstrap_server_names;
#endif

/* A view: it has no data and no accessors, it shows resources of the Bootstrap-Server Account in object
 * 0 (Security) under ids of its own. */

/*
 * 0 LWM2M Bootstrap Server URI: bootstrap only, String, mandatory, 0..255.
 *
 * Address of the Bootstrap-Server, in the draft coaps://host:port. Shows /0/x/0.
 *
 * Shows /0/x/0.
 */

/*
 * 1 Security Mode: bootstrap only, Integer, mandatory, 0..2.
 *
 * 0: pre-shared key, 1: raw public key, 2: certificate. Shows /0/x/2, which today knows more
 * modes.
 *
 * Shows /0/x/2.
 */

/*
 * 2 Public Key or Identity: bootstrap only, Opaque, mandatory.
 *
 * PSK identity, raw public key or certificate of the client. Shows /0/x/3.
 *
 * Shows /0/x/3.
 */

/*
 * 3 Secret Key: bootstrap only, Opaque, mandatory.
 *
 * Pre-shared key or private key of the client. Shows /0/x/5 and is never readable.
 *
 * Shows /0/x/5.
 */

/*
 * 4 ClientHoldOffTime: bootstrap only, Integer, mandatory, 0..4294967295, in s.
 *
 * Seconds to wait before the client asks for a bootstrap by itself. Shows /0/x/11.
 *
 * Shows /0/x/11.
 */

#ifdef __cplusplus
}
#endif

#endif
