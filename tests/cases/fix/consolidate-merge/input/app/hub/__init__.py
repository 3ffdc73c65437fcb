"""Gauges."""

from app.first import Gauge

__all__ = ["Gauge"]
