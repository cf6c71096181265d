# SPDX-License-Identifier: Apache-2.0
# What the servers know of the objects in models/: every one of them, in its newest version, which has
# the resources of the older ones too. There is no device behind it, so nothing is handled.

default executables reported

product catalog
    others
