# SPDX-License-Identifier: Apache-2.0
# What the valve implements of its models; docs/profile.md describes this file.

object 0                        # LWM2M Security: one server
    room 1

object 1                        # LwM2M Server
    room 1

object 3                        # Device
    only "Manufacturer" "Model Number"
    value "Manufacturer" "Acme"
    value "Model Number" "valve"
    value "Error Code" 0        # none
    value "Supported Binding and Modes" "U"
    reported "Reboot"           # no function yet

object 32020                    # Valve
    value "Opening" 40
