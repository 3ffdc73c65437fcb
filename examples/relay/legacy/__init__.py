"""Kept for the old mobile clients."""
