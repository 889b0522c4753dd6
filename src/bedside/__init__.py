"""Bedside: the social media desk of a healthcare organisation."""

__version__ = "0.1.0"
