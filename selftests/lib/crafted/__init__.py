# SPDX-License-Identifier: GPL-2.0-only
"""What segments.py sends, and how it judges what comes out."""
