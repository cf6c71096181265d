# SPDX-License-Identifier: Apache-2.0
# What the door has of its models. docs/profile.md describes this file.

product door
    uses 32012                  # Doorbell: its Ring is a function, in bell.c
