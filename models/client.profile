# SPDX-License-Identifier: Apache-2.0
# The product profile of loom-client, the example device: one product for each release of LwM2M.
# docs/profile.md describes this file.

object 0                        # LWM2M Security
    room 4                      # one bootstrap server and three servers
    size 3 128                  # PSK identity; rules H.2 ask for 128 bytes
    size 5 64                   # PSK key

object 1                        # LwM2M Server
    room 3

object 2                        # LwM2M Access Control
    room 8

object 3                        # Device
    staged                      # a bootstrap may write it
    reported 4 5 12             # Reboot, Factory Reset, Reset Error Code: the program does them for each release
    count 11 8                  # Error Code: each of the standard's at once

object 3 1.2
    count 11 25                 # and 17 of the device's own

object 4                        # Connectivity Monitoring
    staged

object 5                        # Firmware Update
    firmware                    # the client runs it (loom/firmware.h)
    size 6 64                   # PkgName
    size 7 64                   # PkgVersion
    count 8 2                   # CoAP, CoAPS
    value 6 ""
    value 7 ""

object 5 1.1
    value 11 1                  # Severity: mandatory

object 5 1.2
    value 11 1

object 6                        # Location
    staged

object 7                        # Connectivity Statistics
    reported 6 7                # Start, Stop
    value 8 0                   # Collection Period: until a Stop

object 3303                     # Temperature
    staged
    room 2
    initial 1

object 3303 1.1
    handled 5700 5605           # Sensor Value and its reset are functions in temperature.c
    without 5518 5603 5604 6042 6049 6050

object 42769                    # the draft LWM2M Bootstrap Server, a view on the account in object 0
    hidden
    view 0=0 1=2 2=3 3=5 4=11

product client_1_0 lwm2m 1.0
    formats text opaque tlv json
    uses 0 1.0
    uses 1 1.0
    uses 2 1.0
    uses 3 1.0
    uses 4 1.0
    uses 5 1.0
    uses 6 1.0
    uses 7 1.0
    uses 3303 1.1
    uses 42769

product client_1_1 lwm2m 1.1
    formats text opaque cbor tlv senml-json senml-cbor
    uses 0 1.1
    uses 1 1.1
    uses 2 1.0
    uses 3 1.1
    uses 4 1.2
    uses 5 1.1
    uses 6 1.0
    uses 7 1.0
    uses 3303 1.1
    uses 42769

product client_1_2 lwm2m 1.2
    formats text opaque cbor tlv senml-json senml-cbor senml-etch-json senml-etch-cbor lwm2m-cbor
    uses 0 1.2
    uses 1 1.2
    uses 2 1.1
    uses 3 1.2
    uses 4 1.3
    uses 5 1.2
    uses 6 1.0
    uses 7 1.0
    uses 3303 1.1
    uses 42769
